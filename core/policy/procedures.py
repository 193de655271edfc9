"""How an action is carried out and a payment tried again, as rows of a policy. Checks them, applies none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from core.governance.rights import APPROVERS
from core.kernel.people import Role
from core.kernel.plan import StepName, Told
from core.policy.conditions import Conditions, Words

__all__ = ["MORE", "ProcedureRow", "RetryRow", "clock_hours", "procedure_flaw", "retry_flaw"]

MORE = ("told", "lead_hours", "hours", "owed")
"""What a row of procedures says beside its steps."""

_REACHES: tuple[StepName, ...] = ("release_invoice", "reissue_invoice", "correct")
"""Steps by which a change reaches the customer; the first of them that a row has is the one."""

_QUARTER, _LONGEST = 24 * 90, 24 * 365

Hours = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]
Code = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$")]
Wait = Annotated[int, Field(ge=1, le=_QUARTER)]


class ProcedureRow(Conditions):
    """Say how an action is carried out where its conditions hold."""

    steps: Annotated[tuple[StepName, ...], Field(min_length=1)]
    told: Told
    lead_hours: Annotated[int, Field(ge=1, le=_LONGEST)] | None = None
    hours: Hours | None = None
    owed: bool = False
    by: Role | None = None
    says: Words


class RetryRow(BaseModel):
    """Say after how many hours each a payment that failed so is tried again; no hours mean never."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    failure_code: Annotated[tuple[Code, ...], Field(min_length=1)] | None = None
    after_hours: Annotated[tuple[Wait, ...], Field(max_length=12)]
    says: Words


def clock_hours(hours: str) -> tuple[time, time]:
    """Return the two ends of the hours in which customers may be told something.

    Examples
    --------
    >>> clock_hours("09:00-20:30")
    (datetime.time(9, 0), datetime.time(20, 30))
    """
    start, end = hours.split("-")
    return time.fromisoformat(start), time.fromisoformat(end)


def procedure_flaw(row: ProcedureRow) -> str | None:
    """Return what does not hold together in a procedure, in words; None when all does."""
    return _steps_flaw(row) or _notice_flaw(row) or _approver_flaw(row)


def _steps_flaw(row: ProcedureRow) -> str | None:
    steps = row.steps
    twice = next((step for step in steps if steps.count(step) > 1), None)
    if twice:
        return f"{twice} stands in its steps twice"
    if "correct" not in steps:
        return "its steps lack correct, which is the action itself"
    holds, releases = "hold_invoice" in steps, "release_invoice" in steps
    if holds != releases:
        return "an invoice that is held has to be released, and none other can be"
    if holds and row.invoice != ("draft",):
        return "only an invoice that has not left can be held: let it hold for invoice draft alone"
    if holds and not steps.index("hold_invoice") < steps.index("correct") < steps.index("release_invoice"):
        return "hold_invoice comes before correct, and release_invoice after it"
    after = next((step for step in ("reissue_invoice", "true_up") if step in steps), None)
    if after and steps.index(after) < steps.index("correct"):
        return f"{after} comes after correct"
    return None


def _notice_flaw(row: ProcedureRow) -> str | None:
    if (row.told == "never") == ("notify_customer" in row.steps):
        return "notify_customer is one of its steps where the customer is told, and only there"
    if (row.told == "before") != (row.lead_hours is not None):
        return "lead_hours says how long before it the customer is told, and is left out otherwise"
    if (row.told == "never") != (row.hours is None):
        return "hours say when in the day the customer is told, and are left out where they are not"
    if row.told == "never":
        return "what is never told is not owed" if row.owed else None
    start, end = clock_hours(row.hours or "")
    if start >= end:
        return f"the hours {row.hours} end before they begin"
    return _order_flaw(row)


def _order_flaw(row: ProcedureRow) -> str | None:
    steps, waits_for_bill = row.steps, row.invoice == ("draft",) and "release_invoice" not in row.steps
    reaches = next(step for step in _REACHES if step in steps)
    is_before = steps.index("notify_customer") < steps.index(reaches)
    if row.told == "before" and not is_before and not waits_for_bill:
        return f"the customer is told before, but notify_customer comes after {reaches}"
    if row.told == "after" and is_before:
        return f"the customer is told after, but notify_customer comes before {reaches}"
    return None


def _approver_flaw(row: ProcedureRow) -> str | None:
    if row.by is None or row.by in APPROVERS:
        return None
    return f"the role {row.by} approves no corrections: name {' or '.join(APPROVERS)}"


def retry_flaw(rows: Sequence[RetryRow]) -> str | None:
    """Return the first row of retries that does not hold together, with what is wrong; None when all do."""
    known: dict[str, int] = {}
    for number, row in enumerate(rows, 1):
        is_last = number == len(rows)
        if is_last and row.failure_code is not None:
            return f"retry, row {number}: the last row has to answer whatever the code: leave it out"
        if not is_last and row.failure_code is None:
            return f"retry, row {number}: it answers every code, so that no row after it ever does"
        for code in row.failure_code or ():
            if code in known:
                return f"retry, row {number}: row {known[code]} answers {code} already"
            known[code] = number
    return None
