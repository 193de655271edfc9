"""Merging and splitting through the facade: whose cases, what is offered, and what may be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from core.api import Assay, CaseFilter, ConflictError, ForbiddenError, InputError
from core.bootstrap import wall_clock
from core.kernel.audit import AuditQuery
from core.kernel.people import ROLES, Role
from tests.builders.people import a_person, actor, facade_over, keep
from tests.builders.regrouped import a_run_of
from tests.builders.runs import a_case
from tests.fakes.store import FakeStore

WORKERS: set[Role] = {"care_agent", "analyst", "supervisor"}
WHY = "One wrong price."
Ask = Callable[..., Assay]

ACTS: dict[str, Callable[[Assay], object]] = {
    "merge": lambda assay: assay.merge_cases({"C-1": versions(assay)["C-1"], "C-2": 0}, "C-2", WHY),
    "split": lambda assay: assay.split_case("C-1", versions(assay)["C-1"], ["C-1.1"], WHY),
}


def versions(assay: Assay) -> dict[str, int]:
    return {one: life.version for one, life in assay._store.lives(["C-1", "C-2", "C-3"]).items()}


@pytest.fixture
def store() -> FakeStore:
    store = FakeStore()
    record = a_run_of({"C-1": ["1.00", "2.00"], "C-2": ["0.40"], "C-3": ["9.00"]})
    others = [
        a_case("C-iot", segment="iot", account_id="A-9"),
        a_case("C-else", account_id="A-2"),
        a_case("C-paid", fault="payment_mismatch"),
        a_case("C-I", account_id=None, children=4),
    ]
    store.save_run(replace(record, cases=[*record.cases, *others]))
    keep(store, a_person("anna"))
    return store


@pytest.fixture
def ask(store: FakeStore, tmp_path: Path) -> Ask:
    def asks(role: Role = "analyst", **given: object) -> Assay:
        return facade_over(store, tmp_path, who=actor(role, **{"user_id": "me", "name": "Me", **given}))

    return asks


@pytest.mark.parametrize(("role", "act", "theirs"), list(product(ROLES, ACTS, (False, True))))
def test_who_may_merge_or_split_whose_case(
    store: FakeStore, ask: Ask, role: Role, act: str, theirs: bool
) -> None:
    if theirs:
        ask("supervisor").assign_cases({"C-1": 0}, "anna")
    before = store.lives(["C-1", "C-2"])
    if role in WORKERS and (not theirs or role == "supervisor"):
        ACTS[act](ask(role))
        assert store.lives(["C-1"])["C-1"].version == before["C-1"].version + 1
        return
    with pytest.raises(ForbiddenError):
        ACTS[act](ask(role))
    assert store.lives(["C-1", "C-2"]) == before
    assert store.audit_entries(AuditQuery(), offset=0, limit=1)[0].event.action == "access.refused"


def test_a_case_of_another_segment_is_out_of_reach(ask: Ask) -> None:
    narrowed = ask(segments=frozenset({"business"}))
    with pytest.raises(ForbiddenError, match="segment iot"):
        narrowed.merge_cases({"C-1": 0, "C-iot": 0}, "C-1", WHY)
    with pytest.raises(ForbiddenError, match="segment iot"):
        narrowed.merge_offer("C-iot")
    with pytest.raises(ForbiddenError, match="segment iot"):
        narrowed.split_case("C-iot", 0, ["F-1"], WHY)


def test_open_cases_of_the_account_that_nobody_else_has_are_offered(store: FakeStore, ask: Ask) -> None:
    me = ask()
    offer = me.merge_offer("C-1")
    assert [one.case_id for one in offer.cases] == ["C-3", "C-2"]
    assert {one: life.version for one, life in offer.lives.items()} == {"C-2": 0, "C-3": 0}
    me.step_cases({"C-3": 0}, "closed", closing="known")
    ask("supervisor").assign_cases({"C-2": 0}, "anna")
    assert me.merge_offer("C-1").cases == ()
    assert me.merge_offer("C-I").cases == ()
    assert [one.case_id for one in ask("supervisor").merge_offer("C-1").cases] == ["C-2"]


def test_what_waits_for_a_second_person_or_is_closed_is_not_merged(store: FakeStore, ask: Ask) -> None:
    me = ask()
    me.step_cases({"C-2": 0}, "closed", closing="known")
    with pytest.raises(ConflictError, match="C-2 is not an issue"):
        me.merge_cases({"C-1": 0, "C-2": 1}, "C-1", WHY)
    with pytest.raises(InputError, match="2 accounts"):
        me.merge_cases({"C-1": 0, "C-else": 0}, "C-1", WHY)
    with pytest.raises(InputError, match="Say why"):
        me.merge_cases({"C-1": 0, "C-3": 0}, "C-1", "")
    with pytest.raises(ConflictError, match="meanwhile"):
        me.merge_cases({"C-1": 0, "C-2": 0}, "C-1", WHY)
    assert store.lives(["C-1"])["C-1"].version == 0


def test_the_queue_and_its_totals_count_merged_money_once(ask: Ask) -> None:
    me = ask()
    selection = CaseFilter(account_id="A-1")
    before = me.case_queue(selection).totals
    me.merge_cases({"C-1": 0, "C-2": 0, "C-3": 0}, "C-3", WHY)
    page = me.case_queue(selection)
    assert (page.totals.cases, page.totals.at_stake) == (before.cases - 2, before.at_stake)
    assert [one.case_id for one in me.case_queue(CaseFilter(states=("merged",))).cases] == ["C-1", "C-2"]
    main = me.case("C-3")
    assert [one.case_id for one in main.merged] == ["C-1", "C-2"]
    assert len(main.findings) == main.case.findings == 4
    gone = me.case("C-2")
    assert gone.main is not None
    assert (gone.main.case_id, gone.findings) == ("C-3", ())
    assert me.case_standing("C-2").open_to_me == frozenset()


@pytest.mark.parametrize("asked", [{"C-3": 1}, {"C-1": 1}, {"C-1": 1, "C-2": 1, "C-3": 1}])
def test_a_merge_is_taken_back_from_whichever_of_its_cases(ask: Ask, asked: dict[str, int]) -> None:
    me = ask()
    me.step_cases({"C-2": 0}, "snoozed", until=wall_clock() + timedelta(days=1))
    me.undo_step({"C-2": 1})
    me.merge_cases({"C-1": 0, "C-2": 2, "C-3": 0}, "C-3", WHY)
    assert me.case_standing("C-1").undo is not None
    given = {one: version if one != "C-2" else 3 for one, version in asked.items()}
    back = me.undo_step(given)
    assert [(one.case_id, one.state, one.owner_id, one.merged_into) for one in back] == [
        (one, "new", None, None) for one in ("C-1", "C-2", "C-3")
    ]
    assert me.case("C-3").case.amount == Decimal(9)
    assert me.case_standing("C-3").undo is None


@pytest.mark.parametrize("from_new", [True, False])
def test_a_split_is_taken_back_from_either_case(ask: Ask, from_new: bool) -> None:
    me = ask()
    whole, new = sorted(me.split_case("C-1", 0, ["C-1.2"], WHY), key=lambda life: life.case_id != "C-1")
    assert me.case(new.case_id).case.amount == Decimal(2)
    me.undo_step({new.case_id: 1} if from_new else {whole.case_id: 1})
    assert me.case("C-1").case.amount == Decimal(3)
    assert me.case_standing(new.case_id).life.merged_into == "C-1"
    assert me.case_standing(new.case_id).undo is None


def test_what_somebody_did_something_to_since_is_not_taken_back(ask: Ask) -> None:
    me = ask()
    me.merge_cases({"C-1": 0, "C-2": 0}, "C-1", WHY)
    with pytest.raises(ConflictError, match="nothing of yours"):
        ask("supervisor", user_id="sue").undo_step({"C-1": 1})
    me.step_cases({"C-1": 1}, "commented", "Asked the partner.")
    for case_id in ("C-1", "C-2"):
        assert me.case_standing(case_id).undo is None
        with pytest.raises(ConflictError, match="nothing of yours"):
            me.undo_step({case_id: me.case_standing(case_id).life.version})
    assert me.case_standing("C-2").life.state == "merged"


def test_two_merges_are_not_taken_back_as_one(ask: Ask) -> None:
    me = ask()
    me.merge_cases({"C-1": 0, "C-2": 0}, "C-1", WHY)
    me.split_case("C-1", 1, ["C-1.2"], WHY)
    me.step_cases({"C-3": 0}, "snoozed", until=wall_clock() + timedelta(days=1))
    with pytest.raises(ConflictError, match="one merge or split at a time"):
        me.undo_step({"C-1": 2, "C-3": 1})
