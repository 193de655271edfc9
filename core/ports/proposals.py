"""What waits for a second person, and what comes of it. Holds no rule: the caller hands them over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from core.kernel.audit import AuditEvent, Facts
from core.kernel.proposals import ControlSettings, Kind, PolicyVersion, Proposal

__all__ = ["ControlSettingsStore", "PolicyStore", "ProposalStore", "SetUp"]

SetUp = Mapping[str, tuple[Mapping[str, str], bool]]
"""What a file of thresholds says: for each control its values as text, and whether it is on."""


class ProposalStore(Protocol):
    """Keep proposals and decide them.

    What is handed over as a function is called inside the transaction that keeps what it returns, together
    with the audit entry and, on approval, with the change itself: all of it is kept, or nothing.
    """

    def proposal(self, proposal_id: str) -> Proposal | None:
        """Return one proposal, None when there is none of that id."""

    def waiting(self) -> tuple[Proposal, ...]:
        """Return what waits for a decision: what lapses first, then most money, then by id."""

    def decided(self, *, limit: int, kind: Kind | None = None, object_id: str = "") -> tuple[Proposal, ...]:
        """Return what was decided last, newest first; of one object, where one is named."""

    def evidence(self, kind: Kind, object_id: str) -> Facts:
        """Return what the store knows of an object that a decision about it stands on."""

    def propose(self, kind: Kind, object_id: str, make: Callable[[Facts], Proposal]) -> Proposal:
        """Keep what ``make`` returns from the object's evidence.

        One that it replaces is taken back by the same person in the same transaction.

        Raises
        ------
        ConflictError
            RA-E401 when the one to replace has been approved or rejected.
        FourEyesError
            RA-E405 when it is somebody else's.
        """

    def decide(self, proposal_id: str, settle: Callable[[Proposal, Facts], Proposal]) -> Proposal:
        """Keep what ``settle`` makes of a proposal and its object's evidence; apply what is approved.

        Raises
        ------
        NotFoundError
            RA-E400 when there is no such proposal.
        ConflictError
            RA-E401 when it has been decided meanwhile.
        """


class PolicyStore(Protocol):
    """Keep the policies that people brought about: versions that nobody changes."""

    def policy_versions(self) -> tuple[PolicyVersion, ...]:
        """Return every version, newest first; the first is in force, none while it is as it ships."""


class ControlSettingsStore(Protocol):
    """Keep what an operator set for controls: versions that nobody changes."""

    def control_settings(self) -> tuple[ControlSettings, ...]:
        """Return what is in force, by control id."""

    def control_history(self, control_id: str) -> tuple[ControlSettings, ...]:
        """Return every version for one control, newest first."""

    def set_up_hash(self) -> str | None:
        """Return the hash of the file that was taken in at set-up; None before."""

    def set_up_controls(self, said: SetUp, content_hash: str, now: datetime, event: AuditEvent) -> bool:
        """Take in what the file says, once; return False when one has been taken in already."""
