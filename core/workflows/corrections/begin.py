"""What follows for the correction from a proposal that was made or decided. Keeps nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.kernel.case_life import CaseLife, CaseState
from core.kernel.corrections import Correction, Posting
from core.kernel.people import ASSAY
from core.kernel.proposals import Proposal
from core.ports.case_life import Taken
from core.ports.corrections import CorrectionChange, Grounds
from core.workflows.corrections.ledger import moved
from core.workflows.corrections.matter import Matter
from core.workflows.corrections.saga import correction_id_of, made, worth
from core.workflows.corrections.told import step_after, told

__all__ = ["Follow", "following"]


@dataclass(frozen=True)
class Follow:
    """Hold what is kept with a proposal: its postings and, once it is approved, its correction."""

    postings: tuple[Posting, ...]
    begun: CorrectionChange | None = None


def following(proposal: Proposal, find: Callable[[], Matter], state: CaseState) -> Follow:
    """Return what follows from a proposal of a case.

    Parameters
    ----------
    find
        Looks up what is known of the case; asked only when the proposal is approved.
    state
        Where the case stands, the proposal's own step taken.
    """
    decision = proposal.decision
    if decision is None:
        return Follow(moved(_stub(proposal), "detected", "proposed", proposal.proposed_at))
    if decision.verdict != "approved":
        return Follow(moved(_stub(proposal), "proposed", "detected", decision.at))
    correction = made(proposal, find(), decision.at)
    posted = moved(correction, "proposed", "approved", decision.at)
    if correction.state == "settled":
        posted += moved(correction, "approved", "settled", decision.at)
    take: Callable[[CaseLife], Taken] | None = step_after(
        None, correction, Grounds(proposal, proposal.evidence, state), ASSAY, decision.at
    )
    return Follow(posted, CorrectionChange(correction, told(None, correction, ASSAY), (), take))


def _stub(proposal: Proposal) -> Correction:
    """Return what names the money of a proposal that has no correction yet."""
    return Correction(
        correction_id_of(proposal),
        proposal.proposal_id,
        proposal.object_id,
        None,
        str(proposal.after["action"]),
        worth(proposal),
        proposal.currency or "",
        str(proposal.after.get("root_cause", "")),
        proposal.content_hash,
        proposal.proposed_at,
    )
