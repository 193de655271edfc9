"""Working on cases: every role, step and owner; segments; what may be taken back; what is proposed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from core.api import (
    Assay,
    AssayError,
    CaseFilter,
    ConflictError,
    Correction,
    ForbiddenError,
    InputError,
    NotFoundError,
)
from core.bootstrap import wall_clock
from core.cases.correction import change_of
from core.cases.life import Asked, take
from core.kernel.audit import AuditQuery
from core.kernel.people import ROLES, Role
from tests.builders.people import a_person, actor, facade_over, keep
from tests.builders.runs import NOW, a_case, a_run
from tests.fakes.store import FakeStore

WORKERS: set[Role] = {"care_agent", "analyst", "supervisor"}
CREDIT = Correction("issue_credit", Decimal("-3.50"), "unknown", notify=True)
OWNERS = ("nobody", "me", "somebody else")

ACTS: dict[str, Callable[[Assay, dict[str, int]], object]] = {
    "comment": lambda assay, seen: assay.step_cases(seen, "commented", "Asked the partner."),
    "snooze": lambda assay, seen: assay.step_cases(seen, "snoozed", until=wall_clock() + timedelta(days=1)),
    "pause": lambda assay, seen: assay.step_cases(seen, "paused", waits_for="partner"),
    "close": lambda assay, seen: assay.step_cases(seen, "closed", closing="false_alarm"),
    "assign": lambda assay, seen: assay.assign_cases(seen, "anna"),
    "propose": lambda assay, seen: assay.propose_correction("C-1", seen["C-1"], CREDIT, "Billed twice."),
}


@pytest.fixture
def store() -> FakeStore:
    store = FakeStore()
    cases = [a_case("C-1"), a_case("C-2"), a_case("C-iot", segment="iot", account_id="A-9")]
    store.save_run(a_run(cases=cases))
    keep(store, a_person("anna"))
    keep(store, a_person("olga", "auditor"))
    return store


@pytest.fixture
def ask(store: FakeStore, tmp_path: Path) -> Callable[..., Assay]:
    def asks(role: Role = "analyst", **given: object) -> Assay:
        return facade_over(store, tmp_path, who=actor(role, **{"user_id": "me", "name": "Me", **given}))

    return asks


def give_to(store: FakeStore, owner: str) -> dict[str, int]:
    """Let a case be somebody's; return the version that whoever acts has seen."""
    if owner == "nobody":
        return {"C-1": 0}
    whose = {"me": ("me", "Me"), "somebody else": ("anna", "Anna")}[owner]
    facts = dict(zip(("owner_id", "owner_name"), whose, strict=True))
    store.step_cases({"C-1": 0}, lambda life: take(life, Asked("assigned", actor(), facts=facts), NOW))
    return {"C-1": 1}


@pytest.mark.parametrize(("role", "act", "owner"), list(product(ROLES, ACTS, OWNERS)))
def test_who_may_do_what_to_whose_case(
    store: FakeStore, ask: Callable[..., Assay], role: Role, act: str, owner: str
) -> None:
    seen = give_to(store, owner)
    may = role in WORKERS and (owner != "somebody else" or role == "supervisor" or act == "comment")
    before = store.lives(["C-1"])["C-1"]
    if may:
        ACTS[act](ask(role), seen)
        assert store.lives(["C-1"])["C-1"].version == before.version + 1
        return
    with pytest.raises(ForbiddenError):
        ACTS[act](ask(role), seen)
    assert store.lives(["C-1"])["C-1"] == before
    assert store.audit_entries(AuditQuery(), offset=0, limit=1)[0].event.action == "access.refused"


@pytest.mark.parametrize("act", sorted(set(ACTS) - {"propose"}))
def test_a_case_of_another_segment_is_out_of_reach_and_takes_the_others_with_it(
    store: FakeStore, ask: Callable[..., Assay], act: str
) -> None:
    narrowed = ask("analyst", segments=frozenset({"business"}))
    with pytest.raises(ForbiddenError, match="segment iot"):
        ACTS[act](narrowed, {"C-1": 0, "C-iot": 0})
    assert {one.version for one in store.lives(["C-1", "C-iot"]).values()} == {0}
    with pytest.raises(ForbiddenError, match="segment iot"):
        narrowed.case_standing("C-iot")


def test_the_standing_says_what_is_open_and_what_bars_the_rest(
    store: FakeStore, ask: Callable[..., Assay]
) -> None:
    mine = ask().case_standing("C-1")
    assert mine.open_to_me >= {"proposed", "snoozed", "closed", "assigned", "commented"}
    assert (mine.barred, mine.undo, mine.proposal) == ("", None, None)
    give_to(store, "somebody else")
    theirs = ask().case_standing("C-1")
    assert theirs.open_to_me == {"commented"}
    assert theirs.barred == "Anna works on this case: they, or a supervisor, can hand it over."
    assert ask("auditor").case_standing("C-1").open_to_me == frozenset()


def test_what_one_did_last_can_be_taken_back_by_them_alone(
    store: FakeStore, ask: Callable[..., Assay]
) -> None:
    me = ask()
    me.step_cases({"C-1": 0, "C-2": 0}, "snoozed", until=wall_clock() + timedelta(days=1))
    undo = me.case_standing("C-1").undo
    assert undo is not None
    with pytest.raises(ConflictError, match="nothing of yours"):
        ask(user_id="anna").undo_step({"C-1": 1})
    back = me.undo_step({"C-1": 1, "C-2": 1})
    assert {(one.state, one.owner_id, one.snoozed_until, one.version) for one in back} == {
        ("new", None, None, 2)
    }
    with pytest.raises(ConflictError, match="nothing of yours"):
        me.undo_step({"C-1": 2})


def test_only_those_who_work_on_cases_are_given_one(ask: Callable[..., Assay]) -> None:
    assert [one.user_id for one in ask().case_colleagues()] == ["anna"]
    with pytest.raises(NotFoundError):
        ask().assign_cases({"C-1": 0}, "olga")
    (life,) = ask().assign_cases({"C-1": 0}, "anna")
    assert (life.owner_id, life.owner_name, life.state) == ("anna", "Anna", "in_triage")


def test_a_proposal_waits_on_the_case_and_its_proposer_may_not_approve_it(
    ask: Callable[..., Assay],
) -> None:
    me = ask("supervisor")
    made = me.propose_correction("C-1", 0, CREDIT, "Billed twice.")
    standing = me.case_standing("C-1")
    assert standing.life.state == "awaiting_approval"
    assert standing.proposal is not None
    assert (
        standing.proposal.objections["approved"].sentence == "You proposed this, someone else must approve."
    )
    assert standing.proposal.subject == "Usage not billed"
    with pytest.raises(ForbiddenError, match="someone else must approve"):
        me.decide(made.proposal_id, "approved", made.content_hash)
    ask("supervisor", user_id="sue").decide(made.proposal_id, "approved", made.content_hash)
    assert me.case_standing("C-1").life.state == "approved"


def test_a_proposal_on_what_one_has_not_seen_is_refused(store: FakeStore, ask: Callable[..., Assay]) -> None:
    give_to(store, "me")
    with pytest.raises(ConflictError, match="meanwhile"):
        ask().propose_correction("C-1", 0, CREDIT, "Billed twice.")


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (("issue_credit", "3.50", "unknown"), "pay less"),
        (("add_charge", "-3.50", "unknown"), "pay more"),
        (("issue_credit", "0", "unknown"), "by how much"),
        (("issue_credit", "-0.005", "unknown"), "whole cents"),
        (("notify_customer", "1", "unknown"), "moves no money"),
        (("print_money", "1", "unknown"), "no action"),
        (("issue_credit", "-1", "bad luck"), "no cause"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_in_words(
    ask: Callable[..., Assay], wanted: tuple[str, str, str], message: str
) -> None:
    action, amount, cause = wanted
    with pytest.raises(InputError, match=message):
        ask().propose_correction("C-1", 0, Correction(action, Decimal(amount), cause, notify=False), "Why.")
    with pytest.raises(AssayError):
        ask().propose_correction("C-none", 0, CREDIT, "Why.")


def test_the_queue_holds_what_is_open_and_awake_and_knows_whose_it_is(
    store: FakeStore, ask: Callable[..., Assay]
) -> None:
    me, until = ask(), wall_clock() + timedelta(days=1)

    def listed(**selection: object) -> list[str]:
        return [one.case_id for one in me.case_queue(CaseFilter(**selection)).cases]  # type: ignore[arg-type]

    me.step_cases({"C-1": 0}, "closed", closing="known")
    me.step_cases({"C-2": 0}, "snoozed", until=until)
    me.step_cases({"C-iot": 0}, "commented", "Mine now.")

    assert listed() == listed(view="mine") == ["C-iot"]
    assert listed(view="unassigned") == []
    assert listed(states=("not_an_issue",)) == ["C-1"]
    assert listed(states=("snoozed", "in_triage")) == ["C-2", "C-iot"]
    assert me.view_counts()["mine"] == 1
    assert ask(user_id="anna").view_counts()["mine"] == 0
    lives = me.case_queue(CaseFilter(states=("snoozed",))).lives
    assert lives["C-2"].snoozed_until == until


@pytest.mark.parametrize(
    "step", ["approved", "rejected", "returned", "withdrawn", "proposed", "assigned", "undone"]
)
def test_what_comes_of_a_proposal_or_an_assignment_is_not_done_by_hand(
    store: FakeStore, ask: Callable[..., Assay], step: str
) -> None:
    me = ask("supervisor")
    me.propose_correction("C-1", 0, CREDIT, "Billed twice.")
    before = store.lives(["C-1"])["C-1"]
    with pytest.raises(InputError, match="not done by hand"):
        me.step_cases({"C-1": before.version}, step)  # type: ignore[arg-type]
    assert store.lives(["C-1"])["C-1"] == before


@pytest.mark.parametrize("action", ["retry_payment", "recycle_records"])
def test_what_is_done_again_as_it_was_needs_no_amount(action: str) -> None:
    change = change_of(
        a_case(action=action), Correction(action, Decimal(0), "payment_gateway", notify=False), None
    )

    assert (change.amount, change.after["action"]) == (Decimal(0), action)


@pytest.mark.parametrize("amount", ["-5.00", "5.00"])
def test_a_charge_is_removed_whichever_way_it_went(amount: str) -> None:
    case = a_case(action="remove_charge")

    wanted = Correction("remove_charge", Decimal(amount), "unknown", notify=False)
    assert change_of(case, wanted, None).amount == 5
