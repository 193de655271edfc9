"""From settings to the parts of a running Assay; the only place that picks adapters. Decides no business."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from core.adapters.operator import connect_systems
from core.adapters.outbound import HttpPoster
from core.adapters.store import open_store
from core.controls.loader import LIBRARY, load_controls, override_all, read_overrides
from core.controls.model import Control
from core.controls.thresholds import in_force, set_up_values
from core.governance.admission import SessionRules
from core.governance.canonical import canonical
from core.governance.keys import open_pseudonyms, secret_key
from core.governance.sealing import Sealer
from core.kernel.audit import AuditEvent
from core.kernel.errors import DefinitionError
from core.kernel.people import ASSAY
from core.lake.schemas import SCHEMAS
from core.lake.tables import Lake
from core.policy.document import Policy, read_policy, shipped_policy
from core.ports.operator import Connectors
from core.ports.outbound import Poster
from core.ports.store import RunReads, Store
from core.rating.charge_check import ChargeChecker
from core.settings import Settings
from core.workflows.addresses import address_of
from core.workflows.corrections.carry import Carrier
from core.workflows.webhooks import Teller
from core.workflows.what_if import WhatIf

if TYPE_CHECKING:
    from core.workflows.worker import Worker

Clock = Callable[[], datetime]


class Parts:
    """Hold what `core.api` answers from; each part is opened when it is first needed.

    Parameters
    ----------
    settings
        What the installation sets.
    store
        Opens the operational store, its schemas brought up to date.
    """

    def __init__(self, settings: Settings, store: Callable[[], Store]) -> None:
        self.settings = settings
        self._open_store = store

    @cached_property
    def store(self) -> Store:
        """Return the operational store."""
        return self._open_store()

    @cached_property
    def lake(self) -> Lake:
        """Return the lake of the runs' streams."""
        return Lake(self.settings.lake_dir, SCHEMAS)

    @cached_property
    def catalogue(self) -> tuple[Control, ...]:
        """Return the controls that ship and the operator's own, as they are written.

        Raises
        ------
        ControlDefinitionError
            RA-E201 when a control is malformed.
        """
        return load_controls(LIBRARY, self.settings.own_controls)

    @property
    def controls(self) -> tuple[Control, ...]:
        """Return the controls with the thresholds in force: the file's until the store has taken them in.

        Raises
        ------
        ControlDefinitionError
            RA-E201 when a control, or a threshold in the file, is malformed.
        """
        if self.store.set_up_hash() is None:
            return override_all(self.catalogue, read_overrides(self.settings.controls_file))
        return in_force(self.catalogue, self.store.control_settings())

    @property
    def policy(self) -> Policy:
        """Return the policy in force: the one that ships until two people have brought another about."""
        versions = self.store.policy_versions()
        return read_policy(versions[0].content) if versions else shipped_policy()

    @property
    def policies(self) -> dict[str, Policy]:
        """Return every policy that was ever in force, by its version."""
        known = [shipped_policy(), *(read_policy(one.content) for one in self.store.policy_versions())]
        return {policy.version: policy for policy in known}

    def take_set_up(self) -> None:
        """Take the file of thresholds into the store, the first time; from then on two people change them.

        Raises
        ------
        ControlDefinitionError
            RA-E201 when a threshold in the file is malformed.
        DefinitionError
            RA-E200 when the file no longer says what was taken in.
        """
        file = self.settings.controls_file
        overrides = read_overrides(file)
        said = set_up_values(overrides)
        content_hash = hashlib.sha256(canonical(said).encode()).hexdigest()
        taken = self.store.set_up_hash()
        if taken is None:
            override_all(self.catalogue, overrides)
            after = {name: {"thresholds": values, "enabled": on} for name, (values, on) in said.items()}
            event = AuditEvent("threshold.set_up", ASSAY, "control", "", file.name, after=after)
            self.store.set_up_controls(said, content_hash, wall_clock(), event)
        elif file.exists() and taken != content_hash:
            raise DefinitionError(
                f"{file.name} was taken in at set-up and no longer counts, yet it was changed since: put it"
                " back or take it away; thresholds are proposed under Rules & model",
                fields={"file": str(file)},
            )

    @cached_property
    def what_ifs(self) -> dict[tuple[str, str, str], WhatIf]:
        """Return what other thresholds would find, as worked out lately, oldest first."""
        return {}

    @cached_property
    def checkers(self) -> dict[str, ChargeChecker]:
        """Return what checks charges over the lake as a run saw it, by run id: one, of the latest run."""
        return {}

    @cached_property
    def clock(self) -> Clock:
        """Return what tells the "now" that due times are measured from."""
        return data_clock(self.store) if self.settings.clock == "data" else wall_clock

    @cached_property
    def sealer(self) -> Sealer:
        """Return what adds checkpoints of the audit trail."""
        return Sealer(self.store, self.settings.keys_dir, self.settings.checkpoints_dir, wall_clock)

    @cached_property
    def poster(self) -> Poster:
        """Return what tells other systems."""
        return HttpPoster(self.settings.outbound_hosts)

    @cached_property
    def connectors(self) -> Connectors:
        """Return what sends orders to the operator's systems.

        Raises
        ------
        InputError
            RA-E100 when a system is on a host that is not allowed.
        """
        return connect_systems(self.settings, lambda account: address_of(self.store, self.lake, account))

    @property
    def webhook_key(self) -> bytes:
        """Return what the secrets of webhooks are worked out from."""
        return secret_key(self.settings.keys_dir / "webhooks.key")

    @cached_property
    def teller(self) -> Teller:
        """Return what tells webhooks what changed."""
        return Teller(self.store, self.poster, self.webhook_key)

    def worker(self) -> Worker:
        """Return what carries corrections out; one a process."""
        from core.workflows.worker import Worker  # the engine costs every other command half a second

        carrier = Carrier(self.store, self.connectors, ASSAY, wall_clock)
        address, name = self.settings.workflows_address, socket.gethostname()
        return Worker(self.store, carrier, wall_clock, address, name)

    @cached_property
    def session_rules(self) -> SessionRules:
        """Return how long sessions last and what wrong passwords lead to."""
        return SessionRules(
            idle=timedelta(minutes=self.settings.session_idle_minutes),
            longest=timedelta(hours=self.settings.session_hours),
            tries=self.settings.password_tries,
        )


def assemble(settings: Settings) -> Parts:
    """Return the parts that the settings name."""
    return Parts(settings, lambda: open_store(settings.store_address, open_pseudonyms(settings.keys_dir)))


def wall_clock() -> datetime:
    """Tell this machine's time."""
    return datetime.now(UTC)


def data_clock(runs: RunReads) -> Clock:
    """Return a clock standing at the latest run's ``as_of``, before the first run at this machine's time."""

    def now() -> datetime:
        run = runs.latest_run()
        return run.as_of if run else wall_clock()

    return now
