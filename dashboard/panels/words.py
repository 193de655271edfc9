"""What a case, a source or a run is called on every page. Draws nothing."""

from __future__ import annotations

from datetime import datetime

from core.api import CAUSE_PHRASES, COMPLAINTS, ISSUE_TITLES, Case, Totals, is_collected, money_direction
from dashboard.components.badges import Badge
from dashboard.format import (
    SEVERITY_TONES,
    count,
    due,
    due_tone,
    instant,
    money,
    money_round,
    name,
    percent,
    zone_name,
)
from dashboard.session import zone


def stream_title(stream: str) -> str:
    """Return what a stream of the contract is called."""
    return name(stream)


def is_complaint(case: Case) -> bool:
    """Return whether a case is about a customer who waits for an answer, and not about a finding."""
    return case.fault in COMPLAINTS


def who(case: Case) -> str:
    """Return whom or what a case is about: the account's name, else its id, else the source or file."""
    return case.account_name or case.account_id or case.scope or "No account"


def issue(case: Case) -> str:
    """Return what is wrong in the words of the catalogue, or that a customer asks."""
    return ISSUE_TITLES.get(case.fault, name(case.fault))


def cause(case: Case) -> str:
    """Return why, as a sentence without its stop."""
    phrase = CAUSE_PHRASES.get(case.root_cause, name(case.root_cause))
    return phrase[:1].upper() + phrase[1:]


def listed(case: Case) -> str:
    """Return what is wrong as a list shows it: with how many cases belong to it."""
    return f"{issue(case)} · {count(case.children, 'case')}" if case.children else issue(case)


def at_stake(case: Case) -> str:
    """Return the money at stake, its sign left out; none known is a dash."""
    return money(case.at_stake or None, case.currency)


def direction(case: Case) -> str:
    """Return what the sign of the amount means for the account: on its bill, or of what it paid."""
    words = money_direction(case.fault, case.amount)
    return words if is_collected(case.fault) else f"{words}, before tax"


def totals_line(totals: Totals) -> tuple[str, ...]:
    """Return the facts beside a queue's title."""
    elsewhere = tuple(money_round(total.amount, total.currency) for total in totals.at_stake_elsewhere)
    stake = " + ".join((money_round(totals.at_stake, totals.currency), *elsewhere))
    return f"{count(totals.cases)} open", f"{stake} at stake", f"{count(totals.due_soon)} due within 4 h"


def case_badges(case: Case, now: datetime) -> tuple[Badge, ...]:
    """Return severity, deadline, and confidence or that a customer waits, each with what is behind it."""
    at = case.due_at
    absolute = f"Due {instant(at, zone())} {zone_name(at, zone())}"
    severity = Badge(case.severity.capitalize(), SEVERITY_TONES[case.severity], "Severity of the case")
    deadline = Badge(due(at, now), due_tone(at, now), absolute)
    if is_complaint(case):
        return severity, deadline, Badge("A customer waits", "orange", "Nothing was found that is behind it")
    sure = f"Confidence {percent(case.confidence)}"
    return severity, deadline, Badge(sure, "gray", "Confidence of the case's least certain finding")


def times_in() -> str:
    """Return the one sentence on a page that says whose time it shows."""
    return f"Times in {zone().key}"
