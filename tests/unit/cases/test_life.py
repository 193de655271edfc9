"""Where each step of a case leads, from every state, and what it needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from core.cases.life import SHIFT, UNDOABLE, Asked, allowed, postponed_by, take, timed, told, worked_in
from core.kernel.case_life import STATES, STEP_KINDS, CaseLife, CaseState, CaseStep, StepKind
from core.kernel.errors import ConflictError, InputError
from tests.builders.audit import ANNA, PIOTR
from tests.builders.runs import NOW

NEEDED: dict[StepKind, dict[str, Any]] = {
    "assigned": {"owner_id": "U-piotr", "owner_name": "Piotr Lis"},
    "snoozed": {"until": NOW + timedelta(days=1)},
    "paused": {"waits_for": "partner"},
    "closed": {"closing": "false_alarm"},
    "merged": {"into": "C-2"},
    "undone": {"state": "new", "owner_id": None, "owner_name": None},
}
EXPLAINED = {"commented", "merged", "took_in", "split", "split_off"}
ALIVE: tuple[CaseState, ...] = ("new", "in_triage", "reopened", "snoozed")
CORRECTED: tuple[CaseState, ...] = ("approved", "executing", "stuck")
LEADS: dict[StepKind, dict[CaseState, CaseState]] = {
    "assigned": {
        "new": "in_triage",
        "in_triage": "in_triage",
        "reopened": "in_triage",
        "snoozed": "snoozed",
        "awaiting_approval": "awaiting_approval",
        "stuck": "stuck",
    },
    "commented": {
        state: "in_triage" if state in {"new", "reopened"} else state for state in STATES if state != "merged"
    },
    "snoozed": dict.fromkeys(("new", "in_triage", "reopened"), "snoozed"),
    "woken": {"snoozed": "in_triage"},
    "paused": dict.fromkeys(("new", "in_triage", "reopened"), "in_triage"),
    "resumed": {},
    "proposed": dict.fromkeys(("new", "in_triage", "reopened"), "awaiting_approval"),
    "withdrawn": {"awaiting_approval": "in_triage"},
    "returned": {"awaiting_approval": "in_triage"},
    "approved": {"awaiting_approval": "approved"},
    "rejected": {"awaiting_approval": "rejected"},
    "closed": dict.fromkeys(("new", "in_triage", "reopened", "snoozed"), "not_an_issue"),
    "reopened": dict.fromkeys(("approved", "settled", "rejected", "not_an_issue"), "reopened"),
    "merged": dict.fromkeys(ALIVE, "merged"),
    "took_in": dict.fromkeys(ALIVE, "in_triage"),
    "split": dict.fromkeys(ALIVE, "in_triage"),
    "split_off": {"new": "in_triage"},
    "executing": dict.fromkeys(CORRECTED, "executing"),
    "halted": dict.fromkeys(CORRECTED, "stuck"),
    "settled": dict.fromkeys(CORRECTED, "settled"),
    "not_corrected": dict.fromkeys(CORRECTED, "reopened"),
    "undone": dict.fromkeys((*ALIVE, "not_an_issue", "merged"), "new"),
    "joined": {state: state for state in STATES if state != "merged"},
    "took_up": {state: state for state in STATES if state != "merged"},
}


def asked(step: StepKind, **given: Any) -> Asked:
    note = "Looked into it." if step in EXPLAINED else ""
    return Asked(step, ANNA, given.pop("note", note), {**NEEDED.get(step, {}), **given})


def test_every_step_has_its_row_in_this_table() -> None:
    assert set(LEADS) == set(STEP_KINDS)


@pytest.mark.parametrize(("step", "state"), list(product(STEP_KINDS, STATES)))
def test_a_step_leads_where_the_table_says_and_from_nowhere_else(step: StepKind, state: CaseState) -> None:
    life = CaseLife("C-1", "A-1", version=4, state=state)
    leads_to = LEADS[step].get(state)
    if leads_to is None:
        with pytest.raises(ConflictError, match="not done from there"):
            take(life, asked(step), NOW)
        return
    after, kept = take(life, asked(step), NOW)
    assert (after.state, after.version) == (leads_to, 5)
    assert (kept.before, kept.after, kept.version, kept.actor, kept.at) == (state, leads_to, 5, ANNA, NOW)
    assert step in allowed(state)


@pytest.mark.parametrize(
    ("step", "given", "message"),
    [
        ("commented", {"note": "  "}, "Write something"),
        ("commented", {"note": "x" * 4_001}, "at most 4,000"),
        ("merged", {"note": " "}, "Say why"),
        ("took_in", {"note": ""}, "Say why"),
        ("split", {"note": ""}, "Say why"),
        ("split_off", {"note": ""}, "Say why"),
        ("closed", {"closing": "because"}, "why this is not an issue"),
        ("snoozed", {"until": NOW}, "still to come"),
        ("snoozed", {"until": None}, "still to come"),
        ("paused", {"waits_for": "nobody"}, "whom it waits for"),
    ],
)
def test_what_belongs_to_a_step_must_be_there(step: StepKind, given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        take(CaseLife("C-1"), asked(step, **given), NOW)


@pytest.mark.parametrize("step", ["commented", "snoozed", "paused", "proposed", "closed"])
def test_touching_a_case_that_nobody_has_claims_it(step: StepKind) -> None:
    assert take(CaseLife("C-1"), asked(step), NOW)[0].owner_id == ANNA.user_id


def test_touching_a_case_of_somebody_else_leaves_it_theirs() -> None:
    life = CaseLife("C-1", owner_id=PIOTR.user_id, owner_name=PIOTR.name)
    assert take(life, asked("commented"), NOW)[0].owner_id == PIOTR.user_id


def test_a_case_can_be_given_back() -> None:
    life = CaseLife("C-1", state="in_triage", owner_id=ANNA.user_id, owner_name=ANNA.name)
    after, _ = take(life, asked("assigned", owner_id=None, owner_name=None), NOW)
    assert (after.owner_id, after.state) == (None, "in_triage")


def test_the_clock_stands_while_a_case_waits_for_a_partner() -> None:
    waiting, _ = take(CaseLife("C-1"), asked("paused"), NOW)
    later = NOW + timedelta(hours=30)
    after, _ = take(waiting, asked("resumed"), later)
    assert postponed_by(CaseLife("C-1"), waiting, NOW) == timedelta(0)
    assert postponed_by(waiting, after, later) == timedelta(hours=30)
    assert (after.waits_for, after.waits_since) == (None, None)


def test_a_comment_ends_neither_sleep_nor_waiting() -> None:
    asleep, _ = take(CaseLife("C-1"), asked("snoozed"), NOW)
    assert take(asleep, asked("commented"), NOW)[0].snoozed_until == NEEDED["snoozed"]["until"]


def test_the_audit_trail_is_told_of_the_state_before_and_after_and_of_what_was_said() -> None:
    before = CaseLife("C-1", "A-1", contact_ids=("K-1",))
    life, kept = take(before, asked("closed", note="Agreed with sales."), NOW)
    event = told(life, kept)
    assert (event.action, event.object_kind, event.object_id) == ("case.closed", "case", "C-1")
    assert (event.subject, event.reason) == ("A-1", "Agreed with sales.")
    assert event.context["contact_ids"] == ("K-1",)
    assert event.before == {"state": "new"}
    assert event.after is not None
    assert (event.after["state"], event.after["closing"]) == ("not_an_issue", "false_alarm")


@pytest.mark.parametrize("step", sorted(UNDOABLE))
def test_what_was_done_by_mistake_can_be_taken_back_to_how_it_was(step: StepKind) -> None:
    state: CaseState = "new" if step == "split_off" else "reopened"
    before = CaseLife("C-1", "A-1", state=state, owner_id=PIOTR.user_id, owner_name=PIOTR.name)
    done, kept = take(before, asked(step), NOW)
    after, _ = take(done, Asked("undone", ANNA, facts=kept.facts["was"]), NOW)  # type: ignore[arg-type]
    assert replace(after, version=0) == before


def test_a_case_that_slept_when_it_was_merged_sleeps_on_once_that_is_taken_back() -> None:
    asleep, _ = take(CaseLife("C-1"), asked("snoozed"), NOW)
    merged, kept = take(asleep, asked("merged"), NOW)
    assert (merged.merged_into, merged.snoozed_until) == ("C-2", None)
    after, _ = take(merged, Asked("undone", ANNA, facts=kept.facts["was"]), NOW)  # type: ignore[arg-type]
    assert (after.state, after.merged_into) == ("snoozed", None)
    assert after.snoozed_until == NEEDED["snoozed"]["until"]


def a_step(step: StepKind = "closed", minutes: int = 9, before: CaseState = "new", **given: Any) -> CaseStep:
    leads = LEADS[step][before]
    return CaseStep("C-1", 1, step, ANNA, NOW + timedelta(minutes=minutes), before, leads, **given)


@pytest.mark.parametrize("step", ["proposed", "closed", "merged"])
def test_a_step_that_decides_says_how_long_the_case_was_open_before_whoever_took_it(step: StepKind) -> None:
    known = timed(a_step(step, facts={"into": "C-2"}), NOW + timedelta(seconds=30), [])

    assert worked_in(known.facts) == timedelta(minutes=8, seconds=30)
    assert known.facts["into"] == "C-2"


@pytest.mark.parametrize(
    ("step", "opened_at"),
    [
        ("commented", NOW),
        ("closed", None),
        ("closed", NOW + timedelta(minutes=10)),
        ("closed", NOW + timedelta(minutes=8) - SHIFT),
    ],
    ids=["decides nothing", "never opened", "opened later", "opened in another shift"],
)
def test_of_any_other_step_nobody_knows_how_long_it_took(step: StepKind, opened_at: datetime | None) -> None:
    assert worked_in(timed(a_step(step), opened_at, []).facts) is None


def test_work_begins_anew_where_the_case_came_back() -> None:
    before = [
        a_step("proposed", 2),
        a_step("returned", 5, before="awaiting_approval"),
        a_step("commented", 6, before="in_triage"),
    ]
    assert worked_in(timed(a_step(before="in_triage"), NOW, before).facts) == timedelta(minutes=4)


def test_time_before_the_case_was_opened_again_in_another_session_is_not_counted() -> None:
    before = [a_step("returned", 1, before="awaiting_approval")]
    opened_at = NOW + timedelta(minutes=7)

    assert worked_in(timed(a_step(before="in_triage"), opened_at, before).facts) == timedelta(minutes=2)
