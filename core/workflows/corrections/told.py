"""What is kept with a change of a correction: audit entry, postings, the step of its case. Keeps nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from core.cases.life import Asked, allowed, take
from core.kernel.audit import AuditEvent, Facts
from core.kernel.case_life import CaseLife, StepKind
from core.kernel.corrections import Correction, CorrectionState
from core.kernel.people import Actor
from core.ports.case_life import Taken
from core.ports.corrections import CorrectionChange, Grounds
from core.workflows.corrections.ledger import postings

__all__ = ["changed", "step_after", "told"]

_STEPS: Mapping[CorrectionState, StepKind] = {
    "settled": "settled",
    "stuck": "halted",
    "refused": "not_corrected",
    "reversed": "not_corrected",
    "cancelled": "not_corrected",
}
"""The step of the case that goes with a state of its correction; with any other, that it is under way."""


def changed(
    before: Correction, after: Correction, grounds: Grounds, actor: Actor, now: datetime, reason: str = ""
) -> CorrectionChange:
    """Return a change of a correction with all that is kept with it."""
    return CorrectionChange(
        after,
        told(before, after, actor, reason),
        postings(before, after, now),
        step_after(before, after, grounds, actor, now),
    )


def told(before: Correction | None, after: Correction, actor: Actor, reason: str = "") -> AuditEvent:
    """Return what the audit trail is told; the order concerned stands in the context, with its key."""
    item = _concerned(before, after)
    order: Facts = {}
    if item is not None:
        order = {
            "key": item.order.key,
            "kind": item.order.kind,
            "state": item.state,
            "target": item.order.target,
            "values": item.order.values,
            "before": item.before,
            "reference": item.reference,
            "says": item.says,
        }
    return AuditEvent(
        f"correction.{after.state}" if before else "correction.begun",
        actor,
        "correction",
        after.correction_id,
        reason or after.says,
        before={"state": before.state} if before else None,
        after={"state": after.state},
        subject=after.account_id,
        context={
            "case": after.case_id,
            "proposal": after.proposal_id,
            "content_hash": after.content_hash,
            "amount": after.amount,
            "currency": after.currency,
            "version": after.version,
            "order": order,
        },
    )


def step_after(
    before: Correction | None, after: Correction, grounds: Grounds, actor: Actor, now: datetime
) -> Callable[[CaseLife], Taken] | None:
    """Return what takes the step of the case; None where it takes none, or none may be taken from there."""
    is_under_way = any(one.sent_at is not None for one in after.items)
    step = _STEPS.get(after.state) or ("executing" if is_under_way else None)
    is_new = before is None or before.state != after.state
    if step is None or not is_new or grounds.case_state is None:
        return None
    if step not in allowed(grounds.case_state) or (step == "executing" and grounds.case_state == "executing"):
        return None
    facts: dict[str, Any] = {"correction": after.correction_id, "result": after.state}
    return partial(take, asked=Asked(step, actor, after.says, facts), now=now)


def _concerned(before: Correction | None, after: Correction) -> Any:
    """Return the order that changed last, else the one that is next."""
    known = {one.position: one for one in before.items} if before else {}
    moved = [one for one in after.items if known and known.get(one.position) != one]
    return moved[0] if moved else after.current
