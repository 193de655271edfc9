"""Proposals as the decision API takes and shows them. Computes nothing."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue

from core.api import Approvals, ApprovalView, Proposal
from core.entrypoints.shapes.fields import Action, Money, Received, RootCause, Shown, Version, Words

__all__ = ["DecisionIn", "ProposalIn", "ProposalOut", "ProposalsOut"]


class ProposalIn(Received):
    """Propose how a case is put right; ``amount`` is positive when the customer pays more."""

    version: Version
    action: Action
    amount: Money
    root_cause: RootCause
    note: Annotated[str, Field(min_length=1, max_length=4_000)]
    notify: bool = True


class ProposalOut(Shown):
    """Hold what waits for a second person, or what became of it."""

    proposal_id: str
    kind: str
    object_id: str
    state: str
    amount: Decimal | None
    currency: str | None
    proposer: str
    note: str
    proposed_at: datetime
    expires_at: datetime
    content_hash: str
    changes: dict[str, JsonValue]
    objections: dict[str, str] = Field(description="What keeps whoever asks from each verdict.")

    @classmethod
    def of(cls, proposal: Proposal, view: ApprovalView | None = None) -> Self:
        """Return a proposal; with a view of it, what keeps whoever asks from deciding too."""
        objections = view.objections if view else {}
        return cls(
            proposal_id=proposal.proposal_id,
            kind=proposal.kind,
            object_id=proposal.object_id,
            state=proposal.state,
            amount=proposal.amount,
            currency=proposal.currency,
            proposer=proposal.proposer.name,
            note=proposal.note,
            proposed_at=proposal.proposed_at,
            expires_at=proposal.expires_at,
            content_hash=proposal.content_hash,
            changes=dict(proposal.after),  # type: ignore[arg-type]
            objections={verdict: one.sentence for verdict, one in objections.items()},
        )


class DecisionIn(Received):
    """Decide a proposal; ``content_hash`` is that of the proposal as it was read."""

    verdict: Literal["approved", "returned", "rejected", "withdrawn"]
    content_hash: Annotated[str, Field(min_length=1, max_length=100)]
    reason: Words = ""


class ProposalsOut(Shown):
    """Hold what waits for a second person, what lapses first at the front."""

    waiting: list[ProposalOut]

    @classmethod
    def of(cls, approvals: Approvals) -> Self:
        """Return what waits."""
        return cls(waiting=[ProposalOut.of(view.proposal, view) for view in approvals.waiting])
