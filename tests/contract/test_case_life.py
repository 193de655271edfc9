"""What every store of cases' lives does: the fake, SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.cases.life import Asked, take, worked_in
from core.governance.four_eyes import decide
from core.kernel.audit import AuditEvent, AuditQuery
from core.kernel.case_life import CaseLife, StepKind
from core.kernel.errors import ConflictError, InputError, NotFoundError
from core.kernel.people import Actor
from core.kernel.proposals import Proposal, Verdict
from core.kernel.reads import CaseQuery, Verdicts
from core.ports.case_life import Taken
from core.ports.store import Store
from tests.builders.audit import ANNA, PIOTR
from tests.builders.proposals import NOW, a_correction, a_proposal, a_request, an_actor
from tests.builders.runs import a_case, a_finding, a_run

TOLD = a_case().contact_ids
LATER = NOW + timedelta(hours=5)
SUE = an_actor("sue", "supervisor")
ANA = an_actor()


def kept(store: Store, *case_ids: str, **given: Any) -> None:
    store.save_run(a_run("R-1", cases=[a_case(one, **given) for one in case_ids or ("C-1",)]))


def by(
    actor: Actor, step: StepKind, note: str = "", at: Any = NOW, **facts: Any
) -> Callable[[CaseLife], Taken]:
    return lambda life: take(life, Asked(step, actor, note, facts), at)


def life(store: Store, case_id: str = "C-1") -> CaseLife:
    return store.lives([case_id])[case_id]


def trail(store: Store) -> list[str]:
    entries = store.audit_entries(AuditQuery(object_kind="case"), offset=0, limit=100)
    return [entry.event.action for entry in reversed(entries)]


def propose(store: Store, **given: Any) -> Proposal:
    def make(evidence: Any) -> Proposal:
        return a_proposal(a_correction(), evidence=evidence, **given)

    return store.propose("case", "C-1", make)


def settle(store: Store, proposal: Proposal, verdict: Verdict, actor: Actor = SUE) -> Proposal:
    request = a_request(proposal, verdict, actor)
    return store.decide(
        proposal.proposal_id, lambda one, evidence: decide(one, request, now=NOW, evidence=evidence)
    )


def test_a_case_begins_new_and_nobodys(store: Store) -> None:
    kept(store)
    assert store.lives(["C-1", "C-none"]) == {"C-1": CaseLife("C-1", "A-1", contact_ids=TOLD)}
    assert store.case_steps("C-1") == ()


def test_steps_are_kept_newest_first_and_told(store: Store) -> None:
    kept(store)
    store.step_cases({"C-1": 0}, by(ANNA, "commented", "Asked the partner."))
    store.step_cases({"C-1": 1}, by(PIOTR, "snoozed", until=LATER))

    newest, first = store.case_steps("C-1")
    assert (newest.step, newest.actor, newest.version) == ("snoozed", PIOTR, 2)
    assert newest.facts["until"] == "2026-05-04T15:00:00.000000Z"
    assert (first.note, first.before, first.after) == ("Asked the partner.", "new", "in_triage")
    assert life(store) == CaseLife(
        "C-1", "A-1", 2, "snoozed", ANNA.user_id, ANNA.name, snoozed_until=LATER, contact_ids=TOLD
    )
    assert trail(store) == ["case.commented", "case.snoozed"]
    found = store.case("C-1")
    assert found is not None
    assert found.status == "snoozed"


def test_whoever_has_not_seen_the_last_step_takes_none_and_is_told_whose_it_was(store: Store) -> None:
    kept(store)
    store.step_cases({"C-1": 0}, by(ANNA, "closed", closing="known"))
    with pytest.raises(ConflictError, match=f"{ANNA.name} has closed C-1"):
        store.step_cases({"C-1": 0}, by(PIOTR, "commented", "Why?"))
    assert len(store.case_steps("C-1")) == 1


def test_of_several_cases_all_take_the_step_or_none(store: Store) -> None:
    kept(store, "C-1", "C-2", "C-3")
    store.step_cases({"C-2": 0}, by(ANNA, "closed", closing="known"))
    with pytest.raises(ConflictError):
        store.step_cases({"C-1": 0, "C-2": 1, "C-3": 0}, by(PIOTR, "snoozed", until=LATER))
    assert (life(store, "C-1").version, life(store, "C-3").version) == (0, 0)

    done = store.step_cases({"C-1": 0, "C-3": 0}, by(PIOTR, "snoozed", until=LATER))
    assert [(one.case_id, one.state) for one in done] == [("C-1", "snoozed"), ("C-3", "snoozed")]
    with pytest.raises(NotFoundError):
        store.step_cases({"C-1": 1, "C-none": 0}, by(PIOTR, "woken"))


def test_what_is_lacking_is_refused_and_kept_nowhere(store: Store) -> None:
    kept(store)
    with pytest.raises(InputError):
        store.step_cases({"C-1": 0}, by(ANNA, "commented"))
    assert (store.case_steps("C-1"), trail(store)) == ((), [])


def test_a_case_that_waited_is_due_as_much_later(store: Store) -> None:
    kept(store)
    before = store.case("C-1")
    store.step_cases({"C-1": 0}, by(ANNA, "paused", waits_for="partner"))
    store.step_cases({"C-1": 1}, by(ANNA, "resumed", at=LATER))
    after = store.case("C-1")
    assert before is not None
    assert after is not None
    assert after.due_at - before.due_at == timedelta(hours=5)


def test_what_people_found_right_and_quick_is_worth_more_of_their_time(store: Store) -> None:
    """Of equal money, a fault that was right and took a minute comes before one that was wrong and slow."""
    done = [a_case(f"C-{n}", fault=fault) for n, fault in enumerate(("wrong_rate", "zero_rated"))]
    waiting = [a_case(f"C-{n + 2}", fault=one.fault, at_stake=Decimal(10)) for n, one in enumerate(done)]
    dear = a_case("C-9", fault="wrong_tax", at_stake=Decimal(20))
    store.save_run(a_run(cases=[*done, *waiting, dear]))
    minute = timedelta(minutes=1)
    for case, closing, took in zip(done, ("known", "false_alarm"), (minute, 60 * minute), strict=True):
        store.step_cases({case.case_id: 0}, by(ANNA, "commented", "I look.", at=NOW))
        store.step_cases({case.case_id: 1}, by(ANNA, "closed", closing=closing, at=NOW + took))

    found = store.cases(CaseQuery(states=("new",)), sort="worth", offset=0, limit=9)

    assert [case.case_id for case in found] == ["C-2", "C-9", "C-3"]


def test_the_seconds_from_opening_a_case_to_proposing_are_kept_and_told(store: Store) -> None:
    kept(store)
    store.record(AuditEvent("case.viewed", ANA, "case", "C-1"))
    opened = looked_at(store)
    propose(store, now=opened + timedelta(seconds=42.5))

    (proposed,) = store.case_steps("C-1")
    assert worked_in(proposed.facts) == timedelta(seconds=42)
    (entry,) = store.audit_entries(AuditQuery(actions=("case.proposed",)), offset=0, limit=9)
    assert entry.event.after is not None
    assert entry.event.after["worked_seconds"] == 42


def test_who_proposes_what_only_others_have_opened_leaves_no_seconds(store: Store) -> None:
    kept(store, "C-1", "C-2")
    store.record(AuditEvent("case.viewed", SUE, "case", "C-1"))
    store.record(AuditEvent("case.viewed", ANA, "case", "C-2"))
    propose(store, now=looked_at(store) + timedelta(seconds=42))

    (proposed,) = store.case_steps("C-1")
    assert worked_in(proposed.facts) is None


def test_how_long_a_case_was_worked_on_counts_and_not_how_long_it_waited_for_approval(store: Store) -> None:
    quick = a_case("C-1", fault="wrong_rate")
    slow = a_case("C-2", fault="zero_rated")
    waiting = [a_case(f"C-{n}", fault=one.fault, at_stake=Decimal(10)) for n, one in ((3, quick), (4, slow))]
    store.save_run(a_run("R-1", cases=[quick, slow, *waiting]))
    store.record(AuditEvent("case.viewed", ANA, "case", "C-1"))
    opened = looked_at(store)
    proposal = propose(store, now=opened + timedelta(minutes=1))
    request = a_request(proposal, "approved", SUE)
    store.decide(
        proposal.proposal_id,
        lambda one, known: decide(one, request, now=opened + timedelta(minutes=90), evidence=known),
    )
    store.step_cases({"C-2": 0}, by(ANNA, "commented", "I look."))
    store.step_cases({"C-2": 1}, by(ANNA, "closed", closing="known", at=NOW + timedelta(minutes=20)))

    found = store.cases(CaseQuery(states=("new",)), sort="worth", offset=0, limit=9)

    assert [case.case_id for case in found] == ["C-3", "C-4"]


def looked_at(store: Store) -> datetime:
    """Return when somebody last looked at a case."""
    looks = store.audit_entries(AuditQuery(actions=("case.viewed",)), offset=0, limit=1)
    return looks[0].time


def test_one_case_in_thirty_two_stands_where_the_lot_has_put_it(store: Store) -> None:
    ranked = [a_case(f"C-RRRRRRRRRB{n:02}", at_stake=Decimal(100 - n)) for n in range(11)]
    drawn = a_case("C-RRRRRRRRRAQA", at_stake=Decimal(0))
    store.save_run(a_run(cases=[*ranked, drawn]))

    ids = [case.case_id for case in store.cases(CaseQuery(), sort="worth", offset=0, limit=20)]
    halves = [
        case.case_id for at in (0, 6) for case in store.cases(CaseQuery(), sort="worth", offset=at, limit=6)
    ]

    assert ids == halves
    assert [name for name in ids if name != drawn.case_id] == [case.case_id for case in ranked]
    assert ids.index(drawn.case_id) in {5, 6}


def test_a_later_run_leaves_people_their_case(store: Store) -> None:
    kept(store)
    store.step_cases({"C-1": 0}, by(ANNA, "commented", "Mine."))
    store.save_run(a_run("R-2", cases=[a_case(amount=Decimal(7), contact_ids=("K-1", "K-2"))]))
    now = CaseLife("C-1", "A-1", 1, "in_triage", ANNA.user_id, ANNA.name, contact_ids=("K-1", "K-2"))
    assert life(store) == now


@pytest.mark.parametrize(("given", "state"), [({}, "not_an_issue"), ({"amount": Decimal(7)}, "reopened")])
def test_a_closed_case_opens_again_when_a_run_finds_something_else(
    store: Store, given: dict[str, Any], state: str
) -> None:
    kept(store)
    store.step_cases({"C-1": 0}, by(ANNA, "closed", closing="known"))
    store.save_run(a_run("R-2", cases=[a_case(**given)]))

    assert life(store).state == state
    assert trail(store) == ["case.closed", *(["case.reopened"] if state == "reopened" else [])]
    if state == "reopened":
        assert store.case_steps("C-1")[0].facts["amount"] == {"closed_with": "1.25", "now": "7"}


@pytest.mark.parametrize(
    ("verdict", "state"), [("approved", "approved"), ("returned", "in_triage"), ("rejected", "rejected")]
)
def test_a_proposal_moves_its_case(store: Store, verdict: Verdict, state: str) -> None:
    kept(store)
    made = propose(store)
    assert life(store).state == "awaiting_approval"
    assert settle(store, made, verdict).state == verdict
    assert life(store).state == state
    assert [step.step for step in store.case_steps("C-1")] == [verdict, "proposed"]
    assert store.case_steps("C-1")[0].facts["proposal"] == made.proposal_id
    assert trail(store) == [
        "correction.proposed",
        "case.proposed",
        f"correction.{verdict}",
        f"case.{verdict}",
    ]


def test_a_case_waits_for_one_decision_at_a_time(store: Store) -> None:
    kept(store)
    made = propose(store)
    with pytest.raises(ConflictError):
        propose(store)
    again = propose(store, replaces=made.proposal_id)
    assert store.waiting() == (again,)
    assert [step.step for step in store.case_steps("C-1")] == ["proposed", "withdrawn", "proposed"]


def test_evidence_that_a_run_changes_voids_the_proposal(store: Store) -> None:
    kept(store)
    made = propose(store)
    store.save_run(a_run("R-2", cases=[a_case(amount=Decimal(7))]))
    with pytest.raises(ConflictError, match="has changed"):
        settle(store, made, "approved")
    store.save_run(a_run("R-3"))
    assert store.evidence("case", "C-1") == {"found": False}
    with pytest.raises(ConflictError, match="has changed"):
        settle(store, made, "approved")
    assert life(store).state == "awaiting_approval"


def test_a_proposal_for_a_case_that_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(NotFoundError):
        propose(store)
    assert store.waiting() == ()


def test_the_queue_can_be_asked_for_states_owners_and_what_is_awake(store: Store) -> None:
    kept(store, "C-1", "C-2", "C-3")
    store.step_cases({"C-1": 0}, by(ANNA, "snoozed", until=LATER))
    store.step_cases({"C-2": 0}, by(PIOTR, "closed", closing="known"))

    def found(**query: Any) -> list[str]:
        return [one.case_id for one in store.cases(CaseQuery(**query), offset=0, limit=9)]

    assert found() == ["C-1", "C-2", "C-3"]
    assert found(states=("new", "snoozed")) == ["C-1", "C-3"]
    assert found(awake_at=LATER - timedelta(seconds=1)) == ["C-2", "C-3"]
    assert found(awake_at=LATER) == ["C-1", "C-2", "C-3"]
    assert found(owner_id=PIOTR.user_id) == ["C-2"]
    assert found(unowned=True) == ["C-3"]
    assert store.count_cases({"a": CaseQuery(unowned=True), "b": CaseQuery(owner_id=ANNA.user_id)}) == {
        "a": 1,
        "b": 1,
    }


def closed(store: Store, case_id: str, closing: str, version: int = 0, at: Any = NOW) -> None:
    store.step_cases({case_id: version}, by(ANNA, "closed", "looked", at, closing=closing))


def test_closed_cases_like_another_tell_how_they_were_closed_newest_first(store: Store) -> None:
    kept(store, "C-1", "C-2", "C-3", "C-4")
    store.save_run(a_run("R-2", cases=[a_case("C-9", fault="wrong_rate")]))
    closed(store, "C-1", "false_alarm")
    closed(store, "C-2", "known", at=LATER)
    closed(store, "C-9", "known")
    like_it = CaseQuery(faults=("record_not_charged",), root_causes=("unknown",), except_case="C-3")

    found = store.precedents(like_it, limit=5)

    assert [(one.case.case_id, one.step.facts["closing"]) for one in found] == [
        ("C-2", "known"),
        ("C-1", "false_alarm"),
    ]
    assert store.precedents(like_it, limit=1) == found[:1]
    assert store.precedents(CaseQuery(faults=(), root_causes=()), limit=5) == ()
    iot_only = CaseQuery(faults=("record_not_charged",), root_causes=("unknown",), visible=("iot",))
    assert store.precedents(iot_only, limit=5) == ()


def test_a_case_that_was_opened_again_is_no_precedent_until_it_is_closed_once_more(store: Store) -> None:
    kept(store)
    like_it = CaseQuery(faults=("record_not_charged",), root_causes=("unknown",))
    closed(store, "C-1", "false_alarm")
    store.step_cases({"C-1": 1}, by(ANNA, "reopened"))
    assert store.precedents(like_it, limit=5) == ()

    closed(store, "C-1", "known", 2)

    assert [one.step.facts["closing"] for one in store.precedents(like_it, limit=5)] == ["known"]


def test_verdicts_on_closed_cases_are_counted_for_each_control_that_found_them(store: Store) -> None:
    findings = [
        a_finding("F-1", control_id="one", case_id="C-1"),
        a_finding("F-2", control_id="two", case_id="C-1"),
        a_finding("F-3", control_id="one", case_id="C-2"),
        a_finding("F-4", control_id="one", case_id="C-3"),
        a_finding("F-5", control_id="one", case_id="C-4"),
    ]
    cases = [a_case(f"C-{number}") for number in range(1, 5)]
    store.save_run(a_run("R-1", cases=cases, findings=findings))
    assert store.verdicts() == ()

    settle(store, propose(store), "approved")
    closed(store, "C-2", "false_alarm")
    closed(store, "C-3", "known")

    assert store.verdicts() == (Verdicts("one", 2, 1), Verdicts("two", 1, 0))
    assert [one.precision for one in store.verdicts()] == [pytest.approx(2 / 3), 1.0]
