"""What waits for a second person: listed, read, decided. Decides nothing itself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from core.entrypoints.http.callers import Caller, Once
from core.entrypoints.http.problems import documented
from core.entrypoints.shapes.proposals import DecisionIn, ProposalOut, ProposalsOut

__all__ = ["router"]

router = APIRouter(prefix="/v1/proposals", tags=["proposals"])

ProposalId = Annotated[str, Path(min_length=1, max_length=200)]


@router.get("", responses=documented(400, 401, 403, 429, 503))
def list_proposals(assay: Caller) -> ProposalsOut:
    """List what waits for a second person, with what keeps whoever asks from deciding it."""
    return ProposalsOut.of(assay.approvals(decided=0))


@router.get("/{proposal_id}", responses=documented(400, 401, 403, 404, 422, 429, 503))
def read_proposal(assay: Caller, proposal_id: ProposalId) -> ProposalOut:
    """Read a proposal; its ``content_hash`` is named by whoever decides it."""
    view = assay.approval(proposal_id)
    return ProposalOut.of(view.proposal, view)


@router.post(
    "/{proposal_id}/decision",
    response_model=ProposalOut,
    responses=documented(400, 401, 403, 404, 409, 422, 429, 503),
)
def decide(assay: Caller, once: Once, proposal_id: ProposalId, wanted: DecisionIn) -> Response:
    """Approve, return, reject or take back a proposal, as a person other than its proposer."""

    def act() -> ProposalOut:
        decided = assay.decide(proposal_id, wanted.verdict, wanted.content_hash, wanted.reason)
        return ProposalOut.of(decided)

    return once.answer(act)
