"""A plan in words: what each of its steps is called, and when it comes. Draws nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from core.api import ACTION_PHRASES, Plan, PlannedStep, Silence
from dashboard.format import count, day, instant, span, zone_name
from dashboard.session import zone

STEPS = {
    "hold_invoice": "hold the invoice",
    "correct": "do the action",
    "release_invoice": "let the invoice go",
    "reissue_invoice": "issue the invoice again",
    "notify_customer": "tell the customer",
    "request_partner_file": "ask the source for the file",
    "true_up": "settle the estimate",
}
SILENCES: dict[Silence, str] = {
    "policy": "The customer is not told of it.",
    "no_consent": "The customer is not told of it, as they are not to be contacted.",
    "no_customer": "There is no one customer to tell.",
    "not_wanted": "The customer is not told of it, as whoever proposes it decided.",
}
AT_ONCE = "at once"


def steps_of(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield each step of a plan, and when a bill leaves that the customer hears of before: what, and when."""
    yield from _done(plan, [one for one in plan.steps if one.step != "true_up"])
    if plan.issue_at and plan.told == "before" and all(one.step != "release_invoice" for one in plan.steps):
        yield "The first invoice leaves" if plan.customers > 1 else "The invoice leaves", _when(plan.issue_at)
    yield from _done(plan, [one for one in plan.steps if one.step == "true_up"])


def _done(plan: Plan, steps: Sequence[PlannedStep]) -> Iterator[tuple[str, str]]:
    tries = 0
    for one in steps:
        tries += one.step == "correct"
        if one.step == "notify_customer":
            yield "Tell each customer" if plan.customers else "Tell the customer", _notice(plan, one)
        elif one.step == "release_invoice":
            yield "Let the invoice go", f"{_when(one.at)}{_later(plan, one)}"
        elif one.step == "true_up":
            yield "Settle the estimate", "once the usage is here"
        elif one.step == "correct" and tries > 1:
            yield "Try it once more", f"should that fail too, {_when(one.at)}"
        elif one.step == "correct":
            yield ACTION_PHRASES.get(plan.action, plan.action).capitalize(), _when(one.at)
        else:
            yield STEPS[one.step].capitalize(), _when(one.at)


def notes_of(plan: Plan) -> list[str]:
    """Return what is to be said beside the steps: of a customer who is not told, of too short a notice."""
    said = [plan.barred] if plan.barred else []
    if plan.says and plan.steps:
        said.append(f"{plan.says[:1].upper()}{plan.says[1:]}.")
    if plan.silence:
        said.append(SILENCES[plan.silence])
    if plan.tells and plan.untold:
        of_them = f"{count(plan.untold)} of {count(plan.customers, 'customer')}"
        said.append(f"{of_them} are not told of it, as they are not to be contacted.")
    if plan.is_short:
        said.append(f"The bill leaves sooner than the {_lead(plan)} of notice that policy asks for.")
    return said


def _when(at: datetime | None) -> str:
    return f"on {instant(at, zone())}" if at else AT_ONCE


def _later(plan: Plan, one: PlannedStep) -> str:
    """Return by how much an invoice leaves later than planned, for its notice; empty where it does not."""
    if one.at is None or plan.issue_at is None or one.at <= plan.issue_at:
        return ""
    return f", {span(one.at - plan.issue_at)} later than planned, so that the notice is in time"


def _notice(plan: Plan, one: PlannedStep) -> str:
    """Return when the customer is told, in their own time."""
    theirs = ZoneInfo(plan.zones[0])
    if one.at is None or one.until is None:
        when = f"{AT_ONCE}, within {plan.hours.replace('-', ' to ')} of their day"
    else:
        hours = f"{one.at.astimezone(theirs):%H:%M} to {one.until.astimezone(theirs):%H:%M}"
        when = f"on {day(one.at, theirs)}, {hours} {zone_name(one.at, theirs)}"
    if plan.told != "before" or plan.is_short:
        return when
    change = "the bill leaves" if plan.issue_at else "that"
    return f"{when}, at least {_lead(plan)} before {change}"


def _lead(plan: Plan) -> str:
    days, hours = divmod(plan.lead_hours, 24)
    return count(plan.lead_hours, "hour") if hours else count(days, "day")
