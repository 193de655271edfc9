"""From an approved proposal to a correction: its orders as planned, each with its key. Sends nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.kernel.corrections import Correction, OrderItem
from core.kernel.orders import Order, OrderKind
from core.kernel.plan import Plan, PlannedStep, StepName, plan_in
from core.kernel.proposals import Proposal
from core.workflows.corrections.matter import Matter
from core.workflows.corrections.orders import (
    ORDERS_OF,
    Draft,
    UnfitError,
    Wanted,
    notice,
    of_bills,
    request_files,
)

__all__ = ["correction_id_of", "made", "worth"]

_BILLS: Mapping[StepName, OrderKind] = {
    "hold_invoice": "hold_bill",
    "release_invoice": "release_bill",
    "reissue_invoice": "reissue_bill",
}
_SIDE: frozenset[StepName] = frozenset({"notify_customer", "request_partner_file"})
"""Steps that do not undo what was put right when they are refused."""


def correction_id_of(proposal: Proposal) -> str:
    """Return the id of a proposal's correction: one decision, one correction."""
    return f"K-{proposal.proposal_id.removeprefix('P-')}"


def worth(proposal: Proposal) -> Decimal:
    """Return what a proposal moves, signed; of a write-off what is lost by it."""
    after: dict[str, Any] = dict(proposal.after)
    if after.get("action") == "write_off":
        return abs(Decimal(str(proposal.effect.get("at_stake", 0))))
    return Decimal(str(after.get("amount", 0)))


def made(proposal: Proposal, matter: Matter, now: datetime) -> Correction:
    """Return the correction that follows from an approval; stuck where its case does not say what to do."""
    action = str(proposal.after["action"])
    correction = Correction(
        correction_id=correction_id_of(proposal),
        proposal_id=proposal.proposal_id,
        case_id=proposal.object_id,
        account_id=matter.case.account_id,
        action=action,
        amount=worth(proposal),
        currency=proposal.currency or matter.case.currency,
        root_cause=str(proposal.after.get("root_cause", matter.case.root_cause)),
        content_hash=proposal.content_hash,
        made_at=now,
    )
    wanted = Wanted(
        action, correction.amount, correction.currency, correction.root_cause, proposal.proposed_at
    )
    try:
        items = tuple(_items(correction.correction_id, plan_in(proposal.effect), matter, wanted))
    except UnfitError as problem:
        return replace(correction, state="stuck", says=str(problem))
    if not items:
        return replace(correction, state="settled")
    return replace(correction, items=items, due_at=max(now, items[0].not_before or now))


def _items(correction_id: str, plan: Plan | None, matter: Matter, wanted: Wanted) -> Iterator[OrderItem]:
    steps = plan.steps if plan else (PlannedStep("correct"),)
    tries = [step for step in steps if step.step == "correct"]
    position, first_try = 0, None
    for step in steps:
        for draft in _drafts(step.step, matter, wanted):
            position += 1
            is_try = step.step == "correct" and len(tries) > 1
            first_try = (first_try or position) if is_try else first_try
            yield OrderItem(
                position,
                Order(f"{correction_id}-{position}", draft.kind, draft.target, draft.values),
                step.step,
                step.at or (wanted.asked_at if is_try else None),
                step.until,
                is_needed=step.step not in _SIDE or wanted.action == "notify_customer",
                tries_of=first_try if is_try else None,
            )


def _drafts(step: StepName, matter: Matter, wanted: Wanted) -> tuple[Draft, ...]:
    """Return a step's orders; none of what truing up needs, which a later run finds and proposes."""
    if step == "correct":
        return tuple(ORDERS_OF[wanted.action](matter, wanted))
    if step == "notify_customer":
        return tuple(notice(matter, wanted))
    if step == "request_partner_file":
        return tuple(request_files(matter, wanted))
    if step == "true_up":
        return ()
    return tuple(of_bills(_BILLS[step])(matter, wanted))
