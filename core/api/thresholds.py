"""Thresholds of controls: what others would find, and asking a second person for them. Sets none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.api.approvals import ApprovalDesk
from core.api.guard import needs
from core.controls.model import Control
from core.controls.thresholds import read_value, with_settings, write_value
from core.governance.proposals import Change
from core.kernel.audit import Facts
from core.kernel.errors import InputError, NotFoundError
from core.kernel.proposals import ControlSettings, Proposal
from core.kernel.results import ControlResult, RunSummary
from core.workflows.as_of import as_of_run
from core.workflows.what_if import Tally, WhatIf, what_if

__all__ = ["SettingsVersion", "Tally", "ThresholdDesk", "WhatIf"]

_REMEMBERED = 32


@dataclass(frozen=True)
class SettingsVersion:
    """Hold a version of a control's settings with the proposal that made it; None for the set-up's."""

    settings: ControlSettings
    proposal: Proposal | None


class ThresholdDesk(ApprovalDesk):
    """Propose thresholds; a part of `Assay`."""

    @needs("controls.read")
    def control_history(self, control_id: str) -> tuple[SettingsVersion, ...]:
        """Return every version of what was set for a control, newest first; empty while it is as it ships."""
        return tuple(
            SettingsVersion(one, self._store.proposal(one.proposal_id) if one.proposal_id else None)
            for one in self._store.control_history(control_id)
        )

    @needs("settings.propose", of_all=True)
    def what_if(self, control_id: str, thresholds: Mapping[str, str], enabled: bool) -> WhatIf:
        """Work out what a control would find in the latest run's data with other thresholds.

        Parameters
        ----------
        thresholds
            Values as text, by name; those not named stay as they are.

        Raises
        ------
        NotFoundError
            RA-E400 when there is no such control or no run yet.
        InputError
            RA-E100 when a value is of another kind than its threshold, or there is no such threshold.
        LakeError
            RA-E300 when the lake does not hold the latest run's data any more.
        """
        control, proposed = self._both(control_id, thresholds, enabled)
        return self._work_out(control, proposed, self._latest_run())

    @needs("settings.propose", of_all=True)
    def propose_thresholds(
        self,
        control_id: str,
        thresholds: Mapping[str, str],
        enabled: bool,
        note: str,
        *,
        replaces: str | None = None,
    ) -> Proposal:
        """Ask a second person for other thresholds of a control; the next run after approval uses them.

        Parameters
        ----------
        note
            Why.
        replaces
            A proposal of one's own that this one stands for.

        Raises
        ------
        ConflictError
            RA-E401 when the control was changed meanwhile, or the one to replace was decided.
        NotFoundError, InputError, LakeError
            As for `what_if`; RA-E100 also without a note or when nothing would change.
        """
        self._parts.take_set_up()
        control, proposed = self._both(control_id, thresholds, enabled)
        seen, run = self._evidence("control", control_id), self._latest_run()
        found = self._work_out(control, proposed, run)
        change = Change(
            "control",
            control_id,
            _facts(control),
            _facts(proposed),
            found.money_concerned,
            run.currency,
            _effect(found, run),
        )
        return self._propose(change, note, seen, replaces)

    def _both(self, control_id: str, thresholds: Mapping[str, str], enabled: bool) -> tuple[Control, Control]:
        """Return a control as it is in force and as it is proposed."""
        shipped = next((one for one in self._parts.catalogue if one.id == control_id), None)
        control = next((one for one in self._parts.controls if one.id == control_id), None)
        if shipped is None or control is None:
            raise NotFoundError(f"There is no control {control_id}.", fields={"control": control_id})
        unknown = sorted(thresholds.keys() - shipped.params.keys())
        if unknown:
            raise InputError(f"{shipped.title} has no threshold {unknown[0]}.")
        wanted = {name: write_value(value) for name, value in control.values.items()} | {
            name: write_value(read_value(text, shipped.params[name].default))
            for name, text in thresholds.items()
        }
        return control, with_settings(shipped, wanted, enabled)

    def _latest_run(self) -> RunSummary:
        run = self._store.latest_run()
        if run is None:
            raise NotFoundError("There is no run yet to try thresholds on: start one first.")
        return run

    def _work_out(self, control: Control, proposed: Control, run: RunSummary) -> WhatIf:
        """Ask the control both ways; what was worked out lately is not worked out again."""
        known, key = self._parts.what_ifs, (run.run_id, control.version, proposed.version)
        if key not in known:
            others = [
                one for one in self._parts.controls if one.fault == control.fault and one.id != control.id
            ]
            with as_of_run(self._store, self._parts.lake, run) as session:
                known[key] = what_if(session, control, proposed, others, as_of=run.as_of)
            for oldest in list(known)[:-_REMEMBERED]:
                del known[oldest]
        return known[key]


def _facts(control: Control) -> Facts:
    thresholds = {name: write_value(value) for name, value in control.values.items()}
    return {"thresholds": thresholds, "enabled": control.enabled}


def _effect(found: WhatIf, run: RunSummary) -> Facts:
    return {
        "run": run.run_id,
        "now": _result(found.now),
        "then": _result(found.then),
        "appears": vars(found.appears),
        "vanishes": vars(found.vanishes),
    }


def _result(result: ControlResult) -> Facts:
    return {"outcome": result.outcome, "findings": result.violations, "amount": result.amount}
