"""Merging and splitting in every store: money, lives, audit, runs that follow, and taking back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from core.cases.one_matter import Asker, head_of, merge, take_back
from core.kernel.audit import AuditQuery
from core.kernel.case_life import OPEN
from core.kernel.errors import ConflictError, InputError
from core.kernel.reads import CaseQuery
from core.kernel.results import Case
from core.ports.store import Store
from tests.builders.audit import ANNA, PIOTR
from tests.builders.proposals import NOW
from tests.builders.regrouped import a_run_of, merged, split_off
from tests.builders.runs import a_case, a_finding, a_run
from tests.fakes.store import FakeStore

THREE = {"C-1": ["1.00", "2.00"], "C-2": ["0.40"], "C-3": ["-0.25"]}


@pytest.fixture
def three(store: Store) -> Store:
    store.save_run(a_run_of(THREE))
    return store


def case(store: Store, case_id: str) -> Case:
    found = store.case(case_id)
    assert found is not None
    return found


def queue(store: Store) -> dict[str, Decimal]:
    query = CaseQuery(states=OPEN)
    return {one.case_id: one.amount for one in store.cases(query, offset=0, limit=99)}


def inside(store: Store, case_id: str) -> list[str]:
    run = store.last_seen(case_id) or ""
    return sorted(one.finding_id for one in store.findings(run, case_id=case_id, offset=0, limit=99))


def test_merged_cases_leave_the_queue_and_the_main_one_holds_findings_and_money(three: Store) -> None:
    lives = merged(three, "C-1", "C-2", "C-3")

    assert [(one.case_id, one.state, one.merged_into, one.version) for one in lives] == [
        ("C-1", "in_triage", None, 1),
        ("C-2", "merged", "C-1", 1),
        ("C-3", "merged", "C-1", 1),
    ]
    assert queue(three) == {"C-1": Decimal("3.15")}
    assert inside(three, "C-1") == ["C-1.1", "C-1.2", "C-2.1", "C-3.1"]
    assert inside(three, "C-2") == []
    main = case(three, "C-1")
    assert (main.findings, main.at_stake, main.action_amount) == (4, Decimal("3.15"), Decimal("3.15"))
    assert "4 usage records" in main.summary
    totals = three.totals(CaseQuery(), currency="PLN", due_by=NOW)
    assert totals.amount == Decimal("3.15")
    held = CaseQuery(merged_into="C-1")
    assert [one.case_id for one in three.cases(held, offset=0, limit=9)] == ["C-2", "C-3"]


def test_both_histories_and_the_audit_trail_tell_of_a_merge_with_the_ids(three: Store) -> None:
    merged(three, "C-1", "C-2")
    (took_in,), (gone,) = three.case_steps("C-1"), three.case_steps("C-2")
    assert (took_in.step, took_in.note, took_in.facts["cases"]) == ("took_in", "One wrong price.", {"C-2": 1})
    assert (gone.step, gone.facts["into"]) == ("merged", "C-1")
    entries = three.audit_entries(AuditQuery(object_kind="case"), offset=0, limit=9)
    assert {(one.event.action, one.event.object_id) for one in entries} == {
        ("case.took_in", "C-1"),
        ("case.merged", "C-2"),
    }


def test_split_findings_become_a_case_with_a_life_and_money_of_its_own(three: Store) -> None:
    new = split_off(three, "C-1", "C-1.2")

    assert queue(three) == {
        "C-1": Decimal("1.00"),
        new: Decimal("2.00"),
        "C-2": Decimal("0.40"),
        "C-3": Decimal("-0.25"),
    }
    assert (inside(three, "C-1"), inside(three, new)) == (["C-1.1"], ["C-1.2"])
    apart = case(three, new)
    assert (apart.account_id, apart.findings, apart.fault) == ("A-1", 1, "record_not_charged")
    assert "€" not in apart.summary
    assert "2.00" in apart.summary
    assert three.lives([new])[new].owner_id == ANNA.user_id
    assert [one.step for one in three.case_steps(new)] == ["split_off"]
    assert three.case_steps("C-1")[0].facts["findings"] == ["C-1.2"]
    assert three.case_steps("C-1")[0].facts["into"] == new
    entries = three.audit_entries(AuditQuery(object_kind="case"), offset=0, limit=9)
    assert {one.event.action for one in entries} == {"case.split", "case.split_off"}


def test_what_was_split_off_can_be_merged_into_a_third(three: Store) -> None:
    new = split_off(three, "C-1", "C-1.2")
    merged(three, "C-2", new)
    assert queue(three) == {"C-1": Decimal("1.00"), "C-2": Decimal("2.40"), "C-3": Decimal("-0.25")}
    three.save_run(a_run_of(THREE, "R-2"))
    assert queue(three) == {"C-1": Decimal("1.00"), "C-2": Decimal("2.40"), "C-3": Decimal("-0.25")}


def test_the_next_run_keeps_to_it_and_what_it_no_longer_finds_falls_out(three: Store) -> None:
    new = split_off(three, "C-1", "C-1.2")
    merged(three, "C-2", "C-3")
    before = queue(three)

    three.save_run(a_run_of(THREE, "R-2"))
    assert queue(three) == before
    assert (inside(three, new), inside(three, "C-2")) == (["C-1.2"], ["C-2.1", "C-3.1"])

    three.save_run(a_run_of({"C-1": ["1.00"], "C-3": ["-0.25", "-0.50"]}, "R-3"))
    assert queue(three) == {"C-1": Decimal("1.00"), "C-2": Decimal("-0.75")}
    assert [one.amount for one in three.sightings("C-2")] == [Decimal(n) for n in ("0.40", "0.15", "-0.75")]
    assert three.last_seen(new) == "R-2"

    three.save_run(a_run("R-4", cases=[a_case("C-1", amount=Decimal(2))], findings=[
        a_finding("C-1.2", case_id="C-1", amount=Decimal(2))
    ]))  # fmt: skip
    assert queue(three) == {new: Decimal(2)}


def test_a_run_that_finds_the_same_leaves_a_merged_case_that_was_closed_closed(three: Store) -> None:
    merged(three, "C-1", "C-2")
    asker = Asker(ANNA, "Known.", NOW)
    closing = {"C-1": asker.asks("closed", closing="known")}
    three.step_cases({"C-1": 1}, asker.takes(closing))
    three.save_run(a_run_of(THREE, "R-2"))
    assert three.lives(["C-1"])["C-1"].state == "not_an_issue"
    three.save_run(a_run_of({**THREE, "C-2": ["0.40", "0.10"]}, "R-3"))
    assert three.lives(["C-1", "C-2"])["C-1"].state == "reopened"
    assert queue(three)["C-1"] == Decimal("3.50")


def take_it_back(store: Store, case_id: str, *others: str) -> None:
    last = {one: store.case_steps(one)[0] for one in (case_id, *others)}
    assert {head_of(step) for step in last.values()} == {case_id}
    seen = {one: step.version for one, step in last.items()}
    store.regroup_cases(seen, take_back(last, Asker(ANNA, "Taken back.", NOW)))


def test_a_merge_taken_back_leaves_every_case_as_it_was_but_for_its_history(three: Store) -> None:
    before = {one: case(three, one) for one in THREE}
    merged(three, "C-2", "C-1", "C-3")
    take_it_back(three, "C-2", "C-1", "C-3")
    assert {one: case(three, one) for one in THREE} == before
    assert {one: inside(three, one) for one in THREE} == {
        "C-1": ["C-1.1", "C-1.2"],
        "C-2": ["C-2.1"],
        "C-3": ["C-3.1"],
    }
    assert {(one.state, one.merged_into) for one in three.lives(THREE).values()} == {("new", None)}
    three.save_run(a_run_of(THREE, "R-2"))
    assert {one: case(three, one) for one in THREE} == before


def test_a_merge_can_be_taken_back_after_a_run_has_kept_to_it(three: Store) -> None:
    merged(three, "C-1", "C-2")
    three.save_run(a_run_of({**THREE, "C-2": ["0.40", "0.10"]}, "R-2"))
    take_it_back(three, "C-1", "C-2")
    assert queue(three) == {"C-1": Decimal(3), "C-2": Decimal("0.50"), "C-3": Decimal("-0.25")}


def test_a_split_taken_back_gives_the_findings_back(three: Store) -> None:
    before = case(three, "C-1")
    new = split_off(three, "C-1", "C-1.2")
    take_it_back(three, "C-1", new)
    assert case(three, "C-1") == before
    assert (three.lives([new])[new].state, case(three, new).at_stake) == ("merged", 0)
    three.save_run(a_run_of(THREE, "R-2"))
    assert queue(three) == {"C-1": Decimal(3), "C-2": Decimal("0.40"), "C-3": Decimal("-0.25")}


def test_of_a_merge_that_one_case_refuses_nothing_is_kept(three: Store) -> None:
    asker = Asker(PIOTR, "Known.", NOW)
    three.step_cases({"C-3": 0}, asker.takes({"C-3": asker.asks("closed", closing="known")}))
    before = queue(three)
    with pytest.raises(ConflictError, match="not done from there"):
        merged(three, "C-1", "C-2", "C-3")
    stale = {"C-1": 0, "C-3": 0}
    with pytest.raises(ConflictError, match=r"C-3 meanwhile"):
        three.regroup_cases(stale, merge(stale, "C-1", Asker(ANNA, "One.", NOW)))
    with pytest.raises(InputError, match="Say why"):
        three.regroup_cases({"C-1": 0, "C-2": 0}, merge({"C-1": 0, "C-2": 0}, "C-1", Asker(ANNA, " ", NOW)))
    with pytest.raises(ConflictError, match="no longer holds"):
        split_off(three, "C-1", "C-2.1")
    assert queue(three) == before
    assert {one.version for one in three.lives(["C-1", "C-2"]).values()} == {0}
    assert (inside(three, "C-1"), inside(three, "C-2")) == (["C-1.1", "C-1.2"], ["C-2.1"])


def test_what_the_latest_run_no_longer_finds_is_not_merged(three: Store) -> None:
    three.save_run(a_run_of({"C-1": ["1.00"]}, "R-2"))
    with pytest.raises(ConflictError, match="no longer finds C-2"):
        merged(three, "C-1", "C-2")


def test_an_incident_counts_a_case_no_more_once_it_is_part_of_another(store: Store) -> None:
    record = a_run_of({"C-1": ["1.00"], "C-2": ["0.40"], "C-3": ["0.20"]})
    under = [replace(one, parent_case_id="C-I") if one.case_id != "C-3" else one for one in record.cases]
    incident = a_case(
        "C-I", account_id=None, amount=Decimal(0), children=2, at_stake=Decimal("1.40"), findings=2
    )
    whole = replace(record, cases=[*under, incident])
    store.save_run(whole)

    merged(store, "C-3", "C-2")
    found = case(store, "C-I")
    assert (found.children, found.at_stake, found.findings) == (1, Decimal("1.00"), 1)
    store.save_run(replace(whole, summary=replace(whole.summary, run_id="R-2")))
    found = case(store, "C-I")
    assert (found.children, found.at_stake, found.findings) == (1, Decimal("1.00"), 1)

    take_it_back(store, "C-3", "C-2")
    found = case(store, "C-I")
    assert (found.children, found.at_stake, found.findings) == (2, Decimal("1.40"), 2)


@pytest.mark.parametrize("seed", range(3))
def test_after_any_sequence_every_store_holds_what_the_slow_one_holds(store: Store, seed: int) -> None:
    draw, slow = Random(seed), FakeStore()
    money = {
        f"C-{at}": [f"{draw.randint(-900, 900)}.5" for _ in range(draw.randint(1, 4))] for at in range(5)
    }
    for one in (store, slow):
        one.save_run(a_run_of(money))
    for _ in range(12):
        first, second = draw.sample(sorted(queue(slow)), 2) if len(queue(slow)) > 1 else ("C-0", "C-0")
        held, merges = inside(slow, first), draw.random() < 0.5 and first != second
        for one in (store, slow):
            if merges:
                merged(one, first, second)
            elif len(held) > 1:
                split_off(one, first, *held[::2][: len(held) - 1])
    for run_id in ("R-1", "R-2"):
        listed = CaseQuery(states=OPEN)
        assert store.cases(listed, offset=0, limit=99) == slow.cases(listed, offset=0, limit=99)
        assert {one: inside(store, one) for one in queue(slow)} == {
            one: inside(slow, one) for one in queue(slow)
        }
        if run_id == "R-1":
            for one in (store, slow):
                one.save_run(a_run_of({**money, "C-0": ["1.00"], "C-9": ["7.00"]}, "R-2"))
