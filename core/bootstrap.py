"""From settings to the parts of a running Assay; the only place that picks adapters. Decides no business."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property

from core.adapters.store import open_store
from core.controls.loader import LIBRARY, load_controls, read_overrides
from core.controls.model import Control
from core.governance.admission import SessionRules
from core.governance.keys import open_pseudonyms
from core.governance.sealing import Sealer
from core.lake.schemas import SCHEMAS
from core.lake.tables import Lake
from core.ports.store import RunReads, Store
from core.settings import Settings

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
    def controls(self) -> tuple[Control, ...]:
        """Return the controls that ship and the operator's own, with the thresholds in force.

        Raises
        ------
        ControlDefinitionError
            RA-E201 when a control or a threshold is malformed.
        """
        overrides = read_overrides(self.settings.controls_file)
        return load_controls(LIBRARY, self.settings.own_controls, overrides=overrides)

    @cached_property
    def clock(self) -> Clock:
        """Return what tells the "now" that due times are measured from."""
        return data_clock(self.store) if self.settings.clock == "data" else wall_clock

    @cached_property
    def sealer(self) -> Sealer:
        """Return what adds checkpoints of the audit trail."""
        return Sealer(self.store, self.settings.keys_dir, self.settings.checkpoints_dir, wall_clock)

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
