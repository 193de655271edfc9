"""Where a case stands with the people who work on it, and what they did. `core.cases.life` has the rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from core.kernel.audit import Facts
from core.kernel.people import Actor

__all__ = [
    "CLOSED",
    "CLOSINGS",
    "OPEN",
    "STATES",
    "STEP_KINDS",
    "CaseLife",
    "CaseState",
    "CaseStep",
    "Closing",
    "StepKind",
    "WaitsFor",
]

CaseState = Literal[
    "new", "in_triage", "snoozed", "awaiting_approval", "approved", "rejected", "not_an_issue", "reopened",
    "merged", "executing", "stuck", "settled",
]  # fmt: skip

StepKind = Literal[
    "assigned", "commented", "snoozed", "woken", "paused", "resumed", "proposed", "withdrawn", "returned",
    "approved", "rejected", "closed", "reopened", "undone", "merged", "took_in", "split", "split_off",
    "joined", "took_up",
    "executing", "halted", "settled", "not_corrected",
]  # fmt: skip

Closing = Literal["false_alarm", "known", "duplicate", "not_worth_it", "answered"]
"""Why a case is closed as not an issue: the alert was wrong, or right and nothing is to be done.

``answered`` is what a customer who asked knows by now, where nothing was wrong.
"""

WaitsFor = Literal["customer", "partner"]

STATES: tuple[CaseState, ...] = get_args(CaseState)
STEP_KINDS: tuple[StepKind, ...] = get_args(StepKind)
CLOSINGS: tuple[Closing, ...] = get_args(Closing)
OPEN: tuple[CaseState, ...] = ("new", "in_triage", "reopened", "snoozed", "awaiting_approval", "stuck")
"""States in which something is still to be decided."""

CLOSED: tuple[CaseState, ...] = ("approved", "settled", "rejected", "not_an_issue")
"""States in which nothing more is to be decided; another run that finds more opens a case of them again.

A merged case is neither: what it held is decided with the case that it was merged into. Nor is one whose
correction is executing, as what a run finds meanwhile is half put right.
"""


@dataclass(frozen=True)
class CaseLife:
    """State where a case stands.

    Parameters
    ----------
    version
        Counts its steps; whoever takes one names the version that they have seen.
    owner_id, owner_name
        Who works on it; None as long as nobody has touched it.
    snoozed_until
        Until when it stays out of the queue, on this machine's clock.
    waits_for, waits_since
        Whom its clock waits for, and since when.
    merged_into
        The case that its findings are looked at with, while it is merged.
    contact_ids
        What the customer has come with, as the last run knew; told to the audit trail with every step.
    """

    case_id: str
    account_id: str | None = None
    version: int = 0
    state: CaseState = "new"
    owner_id: str | None = None
    owner_name: str | None = None
    snoozed_until: datetime | None = None
    waits_for: WaitsFor | None = None
    waits_since: datetime | None = None
    merged_into: str | None = None
    contact_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class CaseStep:
    """State one thing that somebody did to a case; never changed, a correction is another step.

    Parameters
    ----------
    version
        The version of the case that it led to.
    before, after
        The state of the case.
    note
        What they wrote.
    facts
        What belongs to this kind of step: the new owner, until when, the proposal, the closing, the cases.
    """

    case_id: str
    version: int
    step: StepKind
    actor: Actor
    at: datetime
    before: CaseState
    after: CaseState
    note: str = ""
    facts: Facts = field(default_factory=dict)
