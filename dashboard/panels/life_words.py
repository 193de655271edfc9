"""The life of a case in words: where it stands and what somebody did. Draws nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.api import ACTION_PHRASES, CaseLife, CaseState, CaseStep, Closing, StepKind, worked_in
from dashboard.components.badges import Badge
from dashboard.components.timeline import Moment
from dashboard.format import Tone, brief, count, instant, money, name, zone_name
from dashboard.panels.roles import role_title
from dashboard.session import zone

STATES: dict[CaseState, tuple[str, Tone]] = {
    "new": ("New", "gray"),
    "in_triage": ("In triage", "blue"),
    "snoozed": ("Snoozed", "gray"),
    "awaiting_approval": ("Awaiting approval", "orange"),
    "approved": ("Approved", "green"),
    "rejected": ("Rejected", "red"),
    "not_an_issue": ("Not an issue", "gray"),
    "reopened": ("Reopened", "orange"),
    "merged": ("Merged", "gray"),
    "executing": ("Being carried out", "blue"),
    "stuck": ("Correction stuck", "red"),
    "settled": ("Put right", "green"),
}
CLOSINGS: dict[Closing, str] = {
    "false_alarm": "The alert was wrong",
    "known": "Right, but known and accepted",
    "duplicate": "Right, but another case covers it",
    "not_worth_it": "Right, but not worth putting right",
    "answered": "The customer has an answer, and nothing was wrong",
}
COMPLAINT_CLOSINGS: dict[Closing, str] = {
    "answered": "The customer has an answer, and nothing was wrong",
    "duplicate": "Another case covers it",
    "false_alarm": "It needs no answer",
}
"""Why the case of a customer who asks is closed; any other closing is worded as of other cases."""

_DID: dict[StepKind, str] = {
    "assigned": "handed the case over",
    "commented": "commented",
    "snoozed": "snoozed the case",
    "woken": "woke the case",
    "paused": "stopped the clock",
    "resumed": "let the clock go on",
    "proposed": "proposed a correction",
    "withdrawn": "took the proposal back",
    "returned": "returned the proposal",
    "approved": "approved the proposal",
    "rejected": "rejected the proposal",
    "closed": "closed the case as not an issue",
    "reopened": "opened the case again",
    "undone": "took the last step back",
    "merged": "merged the case into",
    "took_in": "merged into this case:",
    "split": "split off",
    "split_off": "split this case off",
    "joined": "found by a run what is behind it:",
    "took_up": "found by a run that a customer asked about this:",
    "executing": "began to carry the correction out",
    "halted": "could not go on with the correction by itself",
    "settled": "has put it right, confirmed by the systems",
    "not_corrected": "has not put it right",
}


def life_badges(life: CaseLife) -> tuple[Badge, ...]:
    """Return where a case stands, who works on it, and whom its clock waits for."""
    words, tone = STATES[life.state]
    if life.state == "snoozed" and life.snoozed_until:
        words = f"Snoozed until {_at(life.snoozed_until)}"
    owner = Badge(life.owner_name, "gray", "Works on this case") if life.owner_name else Badge("Nobody's")
    waits = (Badge(f"Paused, waiting for {life.waits_for}", "gray"),) if life.waits_for else ()
    return (Badge(words, tone), owner, *waits)


def moment_of(step: CaseStep, currency: str) -> Moment:
    """Return what somebody did, with what they wrote."""
    worked = worked_in(step.facts)
    after = "" if worked is None else f" after {brief(worked)}"
    who = f"{step.actor.name} {_DID[step.step]}{after}"
    by = f"{role_title(step.actor.role)}. {step.note}" if step.note else role_title(step.actor.role)
    return Moment(instant(step.at, zone()), f"{who}{_more(step, currency)}", by)


def undo_words(step: CaseStep) -> str:
    """Return what the reader did last, as it stands beside the button that takes it back."""
    return f"You {_DID[step.step]}{_more(step, '')}."


def correction_words(facts: Mapping[str, Any], currency: str) -> str:
    """Return a correction as "credit the customer, −€3.50"."""
    action = ACTION_PHRASES.get(str(facts["action"]), name(str(facts["action"])))
    amount = Decimal(str(facts["amount"]))
    return f"{action}, {money(amount, currency)}" if amount else action


def _more(step: CaseStep, currency: str) -> str:
    facts: Mapping[str, Any] = step.facts
    if step.step == "assigned":
        return f" to {facts['owner_name']}" if facts["owner_name"] else " to nobody in particular"
    if step.step == "snoozed":
        return f" until {_at(datetime.fromisoformat(facts['until']))}"
    if step.step == "paused":
        return f", waiting for the {facts['waits_for']}"
    if step.step == "closed":
        return f": {CLOSINGS[facts['closing']].lower()}"
    if step.step == "proposed":
        return f": {correction_words(facts, currency)}"
    return _moved(step)


def _moved(step: CaseStep) -> str:
    """Return which cases a merge, a split or a complaint is about."""
    facts: Mapping[str, Any] = step.facts
    if step.step in {"merged", "joined"}:
        return f" {facts['into']}"
    if step.step == "took_up":
        return f" {', '.join(facts['from'])}"
    if step.step == "took_in":
        return f" {', '.join(facts['cases'])}"
    if step.step == "split":
        return f" {count(len(facts['findings']), 'finding')} as {facts['into']}"
    return f" {facts['from']}" if step.step == "split_off" else ""


def _at(at: datetime) -> str:
    return f"{instant(at, zone())}\N{NO-BREAK SPACE}{zone_name(at, zone())}"
