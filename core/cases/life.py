"""The life of a case: which step leads where, who owns it, and what stops its clock. Keeps nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

from core.governance.canonical import plain
from core.kernel.audit import AuditEvent, Facts
from core.kernel.case_life import CLOSED, CLOSINGS, CaseLife, CaseState, CaseStep, StepKind
from core.kernel.errors import ConflictError, InputError
from core.kernel.people import Actor
from core.kernel.proposals import Proposal

__all__ = [
    "DECIDING",
    "MOVES",
    "SHIFT",
    "UNDOABLE",
    "Asked",
    "allowed",
    "joining",
    "postponed_by",
    "step_of",
    "take",
    "timed",
    "told",
    "was_right",
    "worked_in",
]

_READY: frozenset[CaseState] = frozenset({"new", "in_triage", "reopened"})
_WAITING: frozenset[CaseState] = frozenset({"awaiting_approval"})
_ALIVE: frozenset[CaseState] = _READY.union({"snoozed"})
_CLOSED: frozenset[CaseState] = frozenset(CLOSED)
_CORRECTED: frozenset[CaseState] = frozenset({"approved", "executing", "stuck"})
_ANY: frozenset[CaseState] = _ALIVE.union(_WAITING, _CLOSED, _CORRECTED)

MOVES: Mapping[StepKind, tuple[frozenset[CaseState], CaseState | None]] = {
    "assigned": (_ALIVE.union(_WAITING, {"stuck"}), None),
    "commented": (_ANY, None),
    "snoozed": (_READY, "snoozed"),
    "woken": (frozenset({"snoozed"}), "in_triage"),
    "paused": (_READY, "in_triage"),
    "resumed": (_ANY, None),
    "proposed": (_READY, "awaiting_approval"),
    "withdrawn": (_WAITING, "in_triage"),
    "returned": (_WAITING, "in_triage"),
    "approved": (_WAITING, "approved"),
    "rejected": (_WAITING, "rejected"),
    "closed": (_ALIVE, "not_an_issue"),
    "reopened": (_CLOSED, "reopened"),
    "merged": (_ALIVE, "merged"),
    "took_in": (_ALIVE, "in_triage"),
    "split": (_ALIVE, "in_triage"),
    "split_off": (frozenset({"new"}), "in_triage"),
    "executing": (_CORRECTED, "executing"),
    "halted": (_CORRECTED, "stuck"),
    "settled": (_CORRECTED, "settled"),
    "not_corrected": (_CORRECTED, "reopened"),
    "undone": (_ALIVE.union({"not_an_issue", "merged"}), None),
    "joined": (_ANY, None),
    "took_up": (_ANY, None),
}
"""From which states each step may be taken, and the state that it leads to; None where it stays."""

_TOLD: frozenset[StepKind] = frozenset({"joined", "took_up"})
"""What a run tells of a case, which changes nothing of where it stands."""

UNDOABLE: frozenset[StepKind] = frozenset(
    {"assigned", "snoozed", "paused", "closed", "merged", "took_in", "split", "split_off"}
)
"""Steps that whoever took them may take back, as long as nobody took another; they keep how it was before."""

DECIDING: frozenset[StepKind] = frozenset({"proposed", "closed", "merged"})
"""Steps by which whoever works on a case is done with it."""

_WORKED = "worked_seconds"
"""The fact of a deciding step that says how long whoever took it had worked on the case."""

SHIFT = timedelta(hours=12)
"""Whoever opened a case longer ago has not worked on it since."""

_CLAIMS: frozenset[StepKind] = frozenset(
    {
        "commented",
        "snoozed",
        "paused",
        "proposed",
        "closed",
        "woken",
        "merged",
        "took_in",
        "split",
        "split_off",
    }
)
"""Steps by which whoever takes them takes a case that nobody has."""

_EXPLAINED: frozenset[StepKind] = frozenset({"merged", "took_in", "split", "split_off"})
"""Steps that need a note, as whoever comes next has to see why findings are where they are."""

_LONGEST_NOTE = 4_000


@dataclass(frozen=True)
class Asked:
    """Ask for one step of a case.

    Parameters
    ----------
    facts
        ``assigned``: ``owner_id``, ``owner_name``, both None to give it back; ``snoozed``: ``until``;
        ``paused``: ``waits_for``; ``closed``: ``closing`` and, where known, ``root_cause``;
        ``undone``: what the step to take back kept as ``was``; steps of a proposal: ``proposal``; ``merged``:
        ``into``; ``took_in``: ``cases``, the version of each since; ``split``: ``into`` and ``findings``;
        ``split_off``: ``from`` and ``findings``; ``joined``: ``into``, the case that a complaint joined;
        ``took_up``: ``from``, the cases of such complaints.
    """

    step: StepKind
    actor: Actor
    note: str = ""
    facts: Facts = field(default_factory=dict)


def allowed(state: CaseState) -> frozenset[StepKind]:
    """Return the steps that may be taken from a state."""
    return frozenset(step for step, (states, _) in MOVES.items() if state in states)


def take(life: CaseLife, asked: Asked, now: datetime) -> tuple[CaseLife, CaseStep]:
    """Return a case after a step, and the step as it is kept.

    Parameters
    ----------
    now
        This machine's time.

    Raises
    ------
    ConflictError
        RA-E401 when the step may not be taken from where the case stands.
    InputError
        RA-E100 when what belongs to the step is lacking.
    """
    note = asked.note.strip()
    problem = _lacks(asked, note, now)
    if problem:
        raise InputError(problem)
    states, leads_to = MOVES[asked.step]
    if life.state not in states or (asked.step == "resumed" and life.waits_for is None):
        words = life.state.replace("_", " ")
        raise ConflictError(
            f"{life.case_id} is {words}: that is not done from there.", fields={"state": life.state}
        )
    after = replace(_changed(life, asked, now), version=life.version + 1)
    if life.owner_id is None and asked.step in _CLAIMS and asked.actor.role != "service":
        after = replace(after, owner_id=asked.actor.user_id, owner_name=asked.actor.name)
    is_touched = leads_to is None and asked.step not in _TOLD and life.state in {"new", "reopened"}
    touched = "in_triage" if is_touched else life.state
    facts = dict(asked.facts)
    if asked.step in UNDOABLE:
        kept = ("state", "owner_id", "owner_name", "snoozed_until")
        facts["was"] = {name: getattr(life, name) for name in kept}
    if asked.step != "undone":
        after = replace(after, state=leads_to or touched)
    step = CaseStep(
        life.case_id,
        after.version,
        asked.step,
        asked.actor,
        now,
        life.state,
        after.state,
        note,
        cast("Facts", plain(facts)),
    )
    return after, step


def timed(step: CaseStep, opened_at: datetime | None, before: Iterable[CaseStep]) -> CaseStep:
    """Return a deciding step with the seconds since whoever took it opened the case, where that is known.

    Parameters
    ----------
    opened_at
        When they opened it first in the session in which they took the step; None where they did not.
    before
        The earlier steps of the case: work begins anew where one brought it back to be worked on.
    """
    if step.step not in DECIDING or opened_at is None or not timedelta() <= step.at - opened_at <= SHIFT:
        return step
    back = (one.at for one in before if one.before not in _READY and one.after in _READY)
    since = max((at for at in back if at <= step.at), default=opened_at)
    worked = int((step.at - max(since, opened_at)).total_seconds())
    return replace(step, facts={**step.facts, _WORKED: worked})


def step_of(proposal: Proposal) -> tuple[Asked, datetime]:
    """Return the step of its case that goes with a proposal that was just made or decided, and when."""
    decision, facts = proposal.decision, {"proposal": proposal.proposal_id, **proposal.after}
    if decision is None:
        return Asked("proposed", proposal.proposer, proposal.note, facts), proposal.proposed_at
    return Asked(decision.verdict, decision.decider, decision.reason, facts), decision.at


def joining(homes: Mapping[str, str], actor: Actor, run_id: str) -> dict[str, Asked]:
    """Return the steps by which a run tells that complaints have joined other cases, by case id.

    Parameters
    ----------
    homes
        The case that each complaint's has joined, by its id.
    """
    came: dict[str, list[str]] = defaultdict(list)
    for complaint, home in sorted(homes.items()):
        came[home].append(complaint)
    left = {one: Asked("joined", actor, facts={"run": run_id, "into": homes[one]}) for one in homes}
    return left | {
        home: Asked("took_up", actor, facts={"run": run_id, "from": tuple(some)})
        for home, some in came.items()
    }


def was_right(step: str, facts: Mapping[str, Any]) -> bool | None:
    """Return whether the step that closed a case says that the alert deserved it; None when it says nothing.

    Examples
    --------
    >>> was_right("approved", {}), was_right("closed", {"closing": "false_alarm"}), was_right("rejected", {})
    (True, False, None)
    """
    if step in {"approved", "settled"}:
        return True
    return facts.get("closing") != "false_alarm" if step == "closed" else None


def worked_in(facts: Mapping[str, Any]) -> timedelta | None:
    """Return how long whoever took a step had worked on the case, by its facts; None where nobody knows.

    Examples
    --------
    >>> worked_in({"closing": "known", "worked_seconds": 42})
    datetime.timedelta(seconds=42)
    """
    return timedelta(seconds=facts[_WORKED]) if _WORKED in facts else None


def postponed_by(before: CaseLife, after: CaseLife, now: datetime) -> timedelta:
    """Return by how much later a case is due after a step: its clock stood while it waited for somebody."""
    ended = before.waits_since is not None and after.waits_since != before.waits_since
    return now - before.waits_since if ended and before.waits_since else timedelta(0)


def told(life: CaseLife, step: CaseStep) -> AuditEvent:
    """Return what the audit trail is told of a step of a case."""
    return AuditEvent(
        f"case.{step.step}",
        step.actor,
        "case",
        step.case_id,
        step.note,
        before={"state": step.before},
        after={"state": step.after, **step.facts},
        subject=life.account_id,
        context={"version": step.version, "contact_ids": life.contact_ids},
    )


def _changed(life: CaseLife, asked: Asked, now: datetime) -> CaseLife:
    """Return the case with what belongs to a step; sleep and waiting end with any step that goes on."""
    facts: Mapping[str, Any] = asked.facts
    if asked.step == "assigned":
        return replace(life, owner_id=facts["owner_id"], owner_name=facts["owner_name"])
    if asked.step == "undone":
        return replace(
            life,
            state=facts["state"],
            owner_id=facts["owner_id"],
            owner_name=facts["owner_name"],
            snoozed_until=_instant(facts.get("snoozed_until")),
            waits_for=None,
            waits_since=None,
            merged_into=None,
        )
    if asked.step == "snoozed":
        return replace(life, snoozed_until=facts["until"])
    if asked.step == "paused":
        return replace(life, waits_for=facts["waits_for"], waits_since=now)
    if asked.step == "commented" or asked.step in _TOLD:
        return life
    awake = replace(life, snoozed_until=None, waits_for=None, waits_since=None)
    return replace(awake, merged_into=facts["into"]) if asked.step == "merged" else awake


def _instant(kept: str | datetime | None) -> datetime | None:
    """Return an instant that a step has kept as text."""
    return datetime.fromisoformat(kept) if isinstance(kept, str) else kept


def _lacks(asked: Asked, note: str, now: datetime) -> str | None:
    """Return what is wrong with a request, in words; None when all is there."""
    if len(note) > _LONGEST_NOTE:
        return f"Write at most {_LONGEST_NOTE:,} characters."
    if asked.step == "commented" and not note:
        return "Write something first."
    if asked.step in _EXPLAINED and not note:
        return "Say why."
    if asked.step == "closed" and asked.facts.get("closing") not in CLOSINGS:
        return "Say why this is not an issue."
    until = asked.facts.get("until")
    if asked.step == "snoozed" and not (isinstance(until, datetime) and until > now):
        return "Snooze until a time that is still to come."
    if asked.step == "paused" and asked.facts.get("waits_for") not in {"customer", "partner"}:
        return "Say whom it waits for."
    return None
