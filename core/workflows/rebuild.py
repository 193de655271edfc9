"""Does a run again from its audit entry and the lake's versions, and compares the result. Keeps nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

import pyarrow as pa

from core.controls.loader import override
from core.controls.model import Control
from core.events.enrich import enrich
from core.kernel.audit import AuditEntry
from core.kernel.dataset import DatasetSettings
from core.kernel.errors import InputError
from core.kernel.results import Case
from core.lake.session import Limits
from core.lake.snapshot import Snapshot, open_snapshot
from core.lake.tables import Lake
from core.lake.views import settle_versions
from core.policy.document import Policy, shipped_policy
from core.workflows.identity import code_version
from core.workflows.record import FINISHED, cases_hash, findings_hash
from core.workflows.stages import find_anew, make_cases

__all__ = ["Rebuilt", "rebuild"]

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Rebuilt:
    """Say what came out when a run was done again.

    Parameters
    ----------
    findings, cases
        What came out.
    same_findings, same_cases
        Whether each is what the entry says, to the last byte.
    changed
        What is no longer as it was then: the rules' code, or a control's file; a difference may come of it.
    """

    run_id: str
    findings: pa.Table
    cases: tuple[Case, ...]
    same_findings: bool
    same_cases: bool
    changed: tuple[str, ...]


def rebuild(
    entry: AuditEntry,
    lake: Lake,
    controls: Sequence[Control],
    policies: Mapping[str, Policy],
    limits: Limits,
    progress: Progress,
) -> Rebuilt:
    """Do the run of an entry again, with nothing but the entry, the lake, controls' files and policies.

    Parameters
    ----------
    policies
        Every policy that was ever in force, by its version.

    Raises
    ------
    InputError
        RA-E100 when the entry does not tell of a run.
    LakeError
        RA-E300 when the lake no longer holds a version that the run read.
    """
    if entry.event.action != FINISHED:
        raise InputError(f"entry {entry.sequence} tells of no run: name one whose action is {FINISHED}")
    told = cast(Mapping[str, Any], entry.event.context)
    snapshot = Snapshot(
        told["versions"], DatasetSettings.model_validate(told["settings"]), frozenset(told["unfinished"])
    )
    in_force, changed = _as_then(controls, told["controls"])
    policy = policies.get(told.get("policy", ""))
    if policy is None:
        changed.insert(0, "the policy")
    if code_version() != told["code_hash"]:
        changed.insert(0, "the rules' code")
    with open_snapshot(lake, snapshot, limits) as session:
        settle_versions(session, snapshot.settings)
        enrich(session)
        find_anew(session, in_force, snapshot.settings, progress)
        built = make_cases(session, in_force, policy or shipped_policy(), snapshot.settings, progress)
    return Rebuilt(
        run_id=entry.event.object_id,
        findings=built.findings,
        cases=tuple(built.cases),
        same_findings=findings_hash(built.findings) == told["findings_hash"],
        same_cases=cases_hash(built.cases) == told["cases_hash"],
        changed=tuple(changed),
    )


def _as_then(controls: Sequence[Control], told: Mapping[str, Any]) -> tuple[list[Control], list[str]]:
    """Return the controls with the thresholds of then, and the names of those whose file is another."""
    known = {control.id: control for control in controls}
    then: list[Control] = []
    changed = [f"control {name}, which is gone" for name in told if name not in known]
    for name in sorted(told.keys() & known.keys()):
        shipped, kept = known[name], told[name]
        settings = {
            key: _like(shipped.values[key], value)
            for key, value in kept["values"].items()
            if key in shipped.values
        }
        set_by_operator = override(shipped, settings | {"enabled": kept["enabled"]})
        match = next((one for one in (shipped, set_by_operator) if one.version == kept["version"]), None)
        if match is None:
            changed.append(f"control {name}")
        then.append(match or set_by_operator)
    return then, changed


def _like(model: object, value: object) -> object:
    return Decimal(str(value)) if isinstance(model, Decimal) else value
