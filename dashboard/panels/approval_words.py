"""Proposals in words: what is to change, from what to what, on which evidence. Draws nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from core.api import (
    ACTION_PHRASES,
    CAUSE_PHRASES,
    ApprovalView,
    ControlCard,
    Difference,
    Kind,
    Proposal,
    Role,
    State,
    Threshold,
)
from dashboard.components.badges import Badge
from dashboard.components.tables import Cell, Row
from dashboard.format import NOTHING, Tone, due_tone, instant, money, name, span, zone_name
from dashboard.panels.roles import role_title
from dashboard.session import zone

Cards = Mapping[str, ControlCard]
"""The cards of controls by id."""

KINDS: dict[Kind, str] = {"control": "Threshold", "role": "Role", "case": "Correction", "policy": "Policy"}
STATES: dict[State, tuple[str, Tone]] = {
    "waiting": ("Waiting", "blue"),
    "approved": ("Approved", "green"),
    "returned": ("Returned", "orange"),
    "rejected": ("Rejected", "red"),
    "withdrawn": ("Taken back", "gray"),
}
EVIDENCE: dict[str, str] = {
    "definition": "The rule itself",
    "settings": "Version of its settings",
    "policy": "Version of the policy",
    "result": "Result in the latest run",
    "result.outcome": "Outcome in the latest run",
    "result.eligible": "Judged in the latest run",
    "result.violations": "Found in the latest run",
    "result.amount": "Net amount in the latest run",
    "role": "Role",
    "segments": "Customer segments",
    "disabled": "May no longer sign in",
    "amount": "Net amount of the case",
    "currency": "Currency",
    "findings": "Findings of the case",
    "fault": "Issue",
    "root_cause": "Cause",
    "found": "Found in the latest run",
}
TOLD = {"true": "Is told", "false": "Is not told"}
SWITCH = {"true": "On", "false": "Off"}


def title(view: ApprovalView) -> str:
    """Return what a proposal is about."""
    return f"{view.subject} · {KINDS[view.proposal.kind]}"


def person(who: str, role: Role) -> str:
    """Return somebody with their role, as "Anna Analyst, analyst"."""
    return f"{who}, {role_title(role).lower()}"


def lapses(proposal: Proposal, now: datetime) -> Badge:
    """Return how long a proposal waits still."""
    at = proposal.expires_at
    absolute = f"Lapses {instant(at, zone())} {zone_name(at, zone())}"
    if now >= at:
        return Badge("Lapsed", "gray", absolute)
    return Badge(f"Lapses in {span(at - now)}", due_tone(at, now), absolute)


def badges_of(view: ApprovalView, now: datetime) -> tuple[Badge, ...]:
    """Return kind, time and the state of the evidence, or how it ended."""
    proposal = view.proposal
    kind = Badge(KINDS[proposal.kind])
    if proposal.decision is not None:
        return (kind, Badge(*STATES[proposal.state]))
    evidence = Badge("Evidence changed", "red") if view.moved else Badge("Evidence unchanged", "green")
    return (kind, lapses(proposal, now), evidence)


def changed_rows(view: ApprovalView, cards: Cards) -> list[Row]:
    """Return a row for each value that is to change, with its unit and what it does."""
    if view.proposal.kind == "case":
        currency = view.proposal.currency or ""
        return [_corrected(one, currency) for one in view.changes]
    if view.proposal.kind == "policy":
        rows = [one for one in view.changes if one.name != "text"]
        return [
            (Cell(name(one.name.removeprefix("rows."))), one.before or NOTHING, one.after or NOTHING)
            for one in rows
        ]
    card = cards.get(view.proposal.object_id)
    known = {one.name: one for one in card.thresholds} if card else {}
    return [_changed(one, known) for one in view.changes]


def _changed(one: Difference, known: Mapping[str, Threshold]) -> Row:
    if one.name == "enabled":
        return (Cell("The control", "A control that is off is not asked"), *_both(one, SWITCH))
    if one.name == "role":
        return (Cell("Role"), *(role_title(role) if role else NOTHING for role in _roles(one)))
    code = one.name.removeprefix("thresholds.")
    threshold = known.get(code)
    unit = f" {threshold.unit}" if threshold else ""
    texts = (NOTHING if text is None else f"{text}{unit}" for text in (one.before, one.after))
    return (Cell(name(code), threshold.means if threshold else None), *texts)


def _corrected(one: Difference, currency: str) -> Row:
    """Return one value of a correction before and after."""
    texts = (one.before, one.after)
    if one.name == "amount":
        hint = "Positive when the customer pays more; before tax"
        return (
            Cell("For the customer", hint),
            *(money(Decimal(t), currency) if t else NOTHING for t in texts),
        )
    if one.name == "notify":
        return (Cell("The customer"), *_both(one, TOLD))
    phrases = ACTION_PHRASES if one.name == "action" else CAUSE_PHRASES
    words = {code: phrase.capitalize() for code, phrase in phrases.items()} | {"no_action": NOTHING}
    return (Cell("What is done" if one.name == "action" else "Cause"), *_both(one, words))


def _both(one: Difference, words: Mapping[str, str]) -> tuple[str, str]:
    return words.get(one.before or "", NOTHING), words.get(one.after or "", NOTHING)


def _roles(one: Difference) -> tuple[Role | None, Role | None]:
    return one.before, one.after  # type: ignore[return-value]  # the core keeps roles only


def moved_rows(view: ApprovalView) -> list[Row]:
    """Return a row for each piece of evidence that is not what it was."""
    return [
        (EVIDENCE.get(one.name, name(one.name)), one.before or NOTHING, one.after or NOTHING)
        for one in view.moved
    ]


def worth(proposal: Proposal) -> str:
    """Return the money concerned; none is a dash."""
    return money(proposal.amount or None, proposal.currency) if proposal.currency else NOTHING
