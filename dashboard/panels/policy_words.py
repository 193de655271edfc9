"""A policy in words: what its conditions, answers and routes are called. Draws nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from core.api import BackTest, PolicyRow, PolicyTable, Role, TableKind
from dashboard.components.tables import Row
from dashboard.format import NOTHING, count, money, name
from dashboard.panels.plan_words import STEPS
from dashboard.panels.roles import role_title

CONDITIONS = {
    "fault": "Issue is",
    "root_cause": "Cause is",
    "action": "Action is",
    "segment": "Segment is",
    "direction": "Customer pays",
    "invoice": "Invoice is",
    "vulnerable": "Vulnerable",
    "contact_allowed": "May be contacted",
    "too_old_by_law": "Older than the law allows",
    "proven": "Proved by arithmetic",
    "at_most": "Money at most",
    "above": "Money above",
    "cause_at_least": "Cause at least as likely as",
    "older_than": "Use older than (days)",
    "repeats_above": "Other cases of the account above",
    "failure_code": "Failed as",
    "told": "Customer is told",
    "lead_hours": "Hours before",
    "hours": "Within their hours",
    "owed": "Owed without consent",
}
"""What each condition, and what a row says beside its answer, is called."""

THEN_TITLES: dict[TableKind, str] = {
    "check": "Then",
    "risk": "Then",
    "procedure": "Steps in order",
    "retry": "Tried again after hours",
}
CHOICES = {
    "check": ["pass", "approval", "block"],
    "risk": ["low", "medium", "high"],
    "told": ["before", "after", "never"],
    "owed": ["", "true"],
}
"""What a cell can say, by the kind of its table or its own name, where it is one of few."""

HOW_TO: dict[TableKind, str] = {
    "procedure": f"Steps: {', '.join(STEPS)}. Correct is the action itself. Hours as 09:00-20:00.",
    "retry": "After how many hours each, counted from the failure before, as 4, 24, 72; or never.",
}
DIRECTIONS = {"up": "more", "down": "less", "none": "the same"}
THEN = {
    "pass": "Pass",
    "approval": "Approval",
    "block": "A person decides",
    "low": "Low",
    "medium": "Medium",
    "high": "High",
}
ROUTES = {"automatic": "By itself", "approval": "Approval", "recommend": "A person decides"}


def conditions(row: PolicyRow) -> str:
    """Return a row's conditions as one line."""
    if not row.conditions:
        return "Otherwise"
    return "; ".join(_condition(code, said) for code, said in row.conditions)


def _condition(code: str, said: str) -> str:
    if said in {"true", "false"}:
        return CONDITIONS[code] if said == "true" else f"Not: {CONDITIONS[code].lower()}"
    words = DIRECTIONS.get(said, said) if code == "direction" else said
    return f"{CONDITIONS[code]} {words.replace('_', ' ')}"


def then(row: PolicyRow) -> str:
    """Return what a row answers, and who approves."""
    words = THEN.get(row.then, name(row.then))
    return f"{words} by {role_title(_role(row.by)).lower()}" if row.by else words


def steps(row: PolicyRow) -> str:
    """Return how an action is carried out, as sentences."""
    names = (STEPS.get(code.strip(), code.strip()) for code in row.then.split(","))
    order = ", then ".join(names)
    said = [f"{order[:1].upper()}{order[1:]}", _told(dict(row.more))]
    if row.by:
        said.append(f"Approved by a {role_title(_role(row.by)).lower()}")
    return ". ".join(said) + "."


def _told(more: Mapping[str, str]) -> str:
    told, hours = more.get("told", "never"), more.get("hours", "")
    if told == "never":
        return "The customer is not told"
    when = f"{more.get('lead_hours')} hours before" if told == "before" else "once it is done"
    owed = "" if more.get("owed") else ", with their consent"
    return f"The customer hears of it {when}, within {hours}{owed}"


def tries(row: PolicyRow) -> str:
    """Return when a failed payment is tried again, as a sentence."""
    if row.then == "never":
        return "Never tried again."
    waits = row.then.split(", ")
    hours = f"{', '.join(waits[:-1])} and {waits[-1]}" if len(waits) > 1 else waits[0]
    return f"Tried again {hours} hours after the failure before."


def rows_of(table: PolicyTable) -> list[Row]:
    """Return a table's rows for reading."""
    answer = {"procedure": steps, "retry": tries}.get(table.kind, then)
    return [(conditions(row), answer(row), row.says or NOTHING) for row in table.rows]


def frame_of(table: PolicyTable, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return a table's rows for editing: a text for each condition, then the answer."""
    return [
        {code: dict(row.conditions).get(code, "") for code in columns}
        | {code: dict(row.more).get(code, "") for code in table.more}
        | {"then": row.then, "by": row.by, "says": row.says}
        for row in table.rows
    ]


def edited(table: PolicyTable, rows: Sequence[Mapping[str, Any]]) -> PolicyTable:
    """Return a table with the rows that somebody has edited; one without an answer is left out."""
    kept = [
        PolicyRow(
            tuple((code, text) for code in table.conditions if (text := _text(row.get(code)))),
            _text(row.get("then")),
            _text(row.get("says")),
            _text(row.get("by")),
            tuple((code, text) for code in table.more if (text := _text(row.get(code)))),
        )
        for row in rows
        if _text(row.get("then"))
    ]
    return replace(table, rows=tuple(kept))


def moves(effect: Mapping[str, Any], currency: str) -> list[Row]:
    """Return a row for each pair of routes between which cases would move."""
    return [
        (
            f"{ROUTES[move['before']]} → {ROUTES[move['after']]}",
            count(move["cases"], "case"),
            money(Decimal(move["amount"]), currency),
        )
        for move in effect["moves"]
    ]


def effect_of(tried: BackTest) -> dict[str, Any]:
    """Return what was tried in the form in which a proposal keeps it."""
    return {
        "cases": tried.cases,
        "changed": tried.changed,
        "plans": tried.plans,
        "approvers": tried.approvers,
        "moves": [vars(move) for move in tried.moves if move.before != move.after],
    }


def otherwise_done(effect: Mapping[str, Any]) -> str:
    """Return how many cases would be carried out otherwise, and how many another role would approve."""
    plans, approvers = effect.get("plans", 0), effect.get("approvers", 0)
    return (
        f"{count(plans, 'case')} would be carried out otherwise; "
        f"of {count(approvers, 'case')} another role would have to approve."
    )


def asked(tried: BackTest) -> list[Row]:
    """Return how many cases whom would be asked about, now and then."""
    return [
        (role_title(_role(role)) if role else "Anybody else who may approve", f"{now:,}", f"{later:,}")
        for role, now, later in tried.asked
    ]


def _role(code: str) -> Role:
    return code  # type: ignore[return-value]  # the core keeps roles only


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value).strip()
