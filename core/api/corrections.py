"""What became of approved corrections: shown, moved on by hand, and stopped. Holds no rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from core.api.guard import Guarded, needs
from core.bootstrap import wall_clock
from core.cases.titles import FAULT_TITLES
from core.kernel.audit import AuditEvent
from core.kernel.corrections import (
    CORRECTION_STATES,
    ENDED,
    Balance,
    Correction,
    CorrectionState,
    Switch,
)
from core.kernel.errors import InputError
from core.kernel.faults import ACTIONS
from core.kernel.orders import SYSTEMS
from core.ports.corrections import CorrectionChange, Grounds
from core.workflows.corrections.by_hand import HandMove, moved_by_hand, open_moves
from core.workflows.corrections.told import changed

__all__ = ["SWITCHES", "CorrectionDesk", "CorrectionView", "Corrections"]

SWITCHES: tuple[str, ...] = ("all", *SYSTEMS, *ACTIONS)
"""What can be switched off: everything, a system, or an action."""

_UNDER_WAY = tuple(state for state in CORRECTION_STATES if state not in ENDED)
_MOST = 200


@dataclass(frozen=True)
class CorrectionView:
    """Show a correction.

    Parameters
    ----------
    issue
        What is wrong in its case, in words.
    moves
        What whoever asks may do about it.
    """

    correction: Correction
    issue: str
    moves: tuple[HandMove, ...]


@dataclass(frozen=True)
class Corrections:
    """Show what is under way and what has ended, newest first, with the ledger and what is switched off."""

    under_way: tuple[CorrectionView, ...]
    ended: tuple[CorrectionView, ...]
    counts: dict[CorrectionState, int]
    balances: tuple[Balance, ...]
    switches: tuple[Switch, ...]
    now: datetime

    @property
    def stuck(self) -> int:
        """Return how many wait for a person."""
        return self.counts.get("stuck", 0)


class CorrectionDesk(Guarded):
    """Show corrections and move them on by hand; a part of `Assay`."""

    @needs("approvals.read", of_all=True)
    def corrections(self, ended: int = 20) -> Corrections:
        """Return what is under way, and what ended last."""
        under_way = self._store.corrections(states=_UNDER_WAY, limit=_MOST)
        last = self._store.corrections(states=sorted(ENDED), limit=ended)
        return Corrections(
            tuple(map(self._correction_shown, under_way)),
            tuple(map(self._correction_shown, last)),
            self._store.count_corrections(),
            self._store.balances(),
            self._store.switches(),
            wall_clock(),
        )

    @needs("cases.approve", of_all=True)
    def move_correction(self, correction_id: str, version: int, move: HandMove, reason: str) -> Correction:
        """Say how a correction goes on: try it again, leave an order out, settle or cancel it.

        Parameters
        ----------
        version
            That of the correction as it was shown.

        Raises
        ------
        ConflictError
            RA-E401 when it has moved on since, or that cannot be done from where it stands.
        InputError
            RA-E100 without a reason.
        NotFoundError
            RA-E400 when there is no such correction.
        """
        now = wall_clock()

        def kept(one: Correction, grounds: Grounds) -> CorrectionChange:
            after = replace(moved_by_hand(one, move, reason, now), version=one.version + 1)
            return changed(one, after, grounds, self._actor, now, f"{move}: {reason.strip()}")

        return self._store.move_correction(correction_id, version, kept)

    @needs("cases.approve", of_all=True)
    def switch_off(self, name: str, reason: str) -> None:
        """Have nothing of a kind sent any more, until somebody switches it on again.

        Raises
        ------
        InputError
            RA-E100 without a reason, or when there is nothing of that name to switch off.
        """
        if name not in SWITCHES:
            raise InputError(f"There is nothing called {name} to switch off.")
        if not reason.strip():
            raise InputError("Say why: whoever switches it on again reads it.")
        switch = Switch(name, self._actor.user_id, self._actor.name, wall_clock(), reason.strip())
        self._store.set_switch(switch, self._switched("off", name, reason))

    @needs("cases.approve", of_all=True)
    def switch_on(self, name: str, reason: str) -> None:
        """Let what was switched off be sent again.

        Raises
        ------
        InputError
            RA-E100 without a reason.
        """
        if not reason.strip():
            raise InputError("Say why it may be sent again.")
        self._store.clear_switch(name, self._switched("on", name, reason))

    def _switched(self, way: str, name: str, reason: str) -> AuditEvent:
        action, after = f"correction.switched_{way}", {"sent": way == "on"}
        return AuditEvent(action, self._actor, "switch", name, reason.strip(), after=after)

    def _correction_shown(self, correction: Correction) -> CorrectionView:
        case = self._store.case(correction.case_id)
        issue = FAULT_TITLES.get(case.fault, case.fault) if case else correction.case_id
        moves = open_moves(correction) if self.may("cases.approve", of_all=True) else ()
        return CorrectionView(correction, issue, moves)
