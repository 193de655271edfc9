"""Corrections on their way, their ledger, and what stops them. Holds no rule: the caller hands them over."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.kernel.audit import AuditEvent, Facts
from core.kernel.case_life import CaseLife, CaseState
from core.kernel.corrections import Balance, Correction, CorrectionState, Posting, Switch
from core.kernel.proposals import Proposal
from core.ports.case_life import Taken

__all__ = ["Claim", "CorrectionChange", "CorrectionStore", "Grounds", "Move"]


@dataclass(frozen=True)
class Grounds:
    """Hold what a correction stands on, as it is at this moment.

    Parameters
    ----------
    evidence
        What the store knows of the case now.
    switches
        What is switched off.
    """

    proposal: Proposal | None
    evidence: Facts
    case_state: CaseState | None
    switches: tuple[Switch, ...] = ()


@dataclass(frozen=True)
class CorrectionChange:
    """Hold a correction after a change, and all that is kept with it.

    Parameters
    ----------
    take
        Takes the step of its case that goes with it; None where none does, or none may be taken.
    """

    correction: Correction
    event: AuditEvent
    postings: tuple[Posting, ...] = ()
    take: Callable[[CaseLife], Taken] | None = None


@dataclass(frozen=True)
class Claim:
    """Name a correction that one worker has in hand; a greater number has taken it over."""

    correction_id: str
    number: int


Move = Callable[[Correction, Grounds], CorrectionChange | None]
"""Says how a correction changes; None when it does not."""


class CorrectionStore(Protocol):
    """Keep corrections. What follows from an approval begins in the transaction that approves."""

    def correction(self, correction_id: str) -> Correction | None:
        """Return one correction, None when there is none of that id."""

    def corrections(
        self, *, states: Collection[CorrectionState] = (), case_id: str | None = None, limit: int
    ) -> tuple[Correction, ...]:
        """Return corrections, newest first; of some states or of one case, where named."""

    def count_corrections(self) -> dict[CorrectionState, int]:
        """Count the corrections in each state that has any."""

    def claim_corrections(self, now: datetime, until: datetime, *, limit: int) -> tuple[Claim, ...]:
        """Take in hand what is due and in nobody's hand, what has been due longest first.

        Parameters
        ----------
        until
            Until when nobody else may.
        """

    def resume_correction(self, claim: Claim, until: datetime) -> Correction | None:
        """Return a correction that this claim still holds, and hold it longer; None once another has it."""

    def release_correction(self, claim: Claim, due_at: datetime | None = None) -> None:
        """Give a correction back; with ``due_at`` it is looked at again then."""

    def move_correction(self, correction_id: str, version: int, move: Move) -> Correction:
        """Keep what ``move`` makes of a correction: all of it with its audit entry, or nothing.

        Raises
        ------
        NotFoundError
            RA-E400 when there is no such correction.
        ConflictError
            RA-E401 when it is no longer at that version.
        """

    def postings(self, correction_id: str) -> tuple[Posting, ...]:
        """Return what was posted for a correction, or for its proposal before it began, oldest first."""

    def balances(self) -> tuple[Balance, ...]:
        """Return what stands on each account of the ledger, by account, currency and side."""

    def switches(self) -> tuple[Switch, ...]:
        """Return what is switched off, by name."""

    def set_switch(self, switch: Switch, event: AuditEvent) -> None:
        """Switch something off, with its audit entry; nothing changes when it is off already."""

    def clear_switch(self, name: str, event: AuditEvent) -> None:
        """Switch something on again, with its audit entry; nothing changes when it is on."""
