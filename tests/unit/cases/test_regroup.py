"""What cases are once people have merged and split them: money, advice, and any sequence of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cases.context import Account
from core.cases.regroup import Moves, Regrouped, regroup
from core.kernel.advice import Advice, Contact, LegalDeadline
from core.kernel.case_life import OPEN
from core.kernel.reads import CaseQuery
from core.kernel.results import Case, Finding
from core.policy.document import shipped_policy
from tests.builders.cases import FakeControl, a_context, built
from tests.builders.regrouped import a_run_of, merged, split_off
from tests.builders.runs import NOW, a_finding
from tests.fakes.store import FakeStore

CYCLE = "2026-04-15"
ACCOUNTS = {"A-1": Account("Nordwind", "business", "PL", language="pl")}
CONTROLS = (
    FakeControl("record_not_charged"),
    FakeControl("duplicate_charge", action="remove_charge"),
    FakeControl("wrong_rate", action="rerate_charge"),
)


def found(finding_id: str, amount: str, fault: str = "record_not_charged", **facts: Any) -> Finding:
    given = {"root_cause": "rating_config", "amount": Decimal(amount), "control_id": fault, **facts}
    return a_finding(finding_id, fault=fault, **given)


def made(
    findings: Sequence[Finding], *, issued: bool = True
) -> tuple[dict[str, tuple[Case, Advice]], list[Finding]]:
    """Return what a run makes of findings, and each finding in its case."""
    leaves = NOW + timedelta(days=-1 if issued else 1)
    context = a_context(*CONTROLS, accounts=ACCOUNTS, bills={("A-1", CYCLE): leaves})
    done = built(findings, context)
    ids = dict(zip(*(done.findings[name].to_pylist() for name in ("finding_id", "case_id")), strict=True))
    whole = [replace(one, case_id=ids[one.finding_id]) for one in findings]
    return {case.case_id: (case, done.advice[case.case_id]) for case in done.cases}, whole


def moved(findings: Sequence[Finding], moves: dict[str, str], *, issued: bool = True) -> Regrouped:
    """Regroup findings, each of which goes to the case of another finding, or to a new one."""
    told, whole = made(findings, issued=issued)
    at = {one.finding_id: one.case_id for one in whole}
    split = {one: at.get(to, to) for one, to in moves.items()}
    return regroup(told, whole, Moves({}, split), shipped_policy())


def test_what_nobody_moved_is_as_the_run_made_it() -> None:
    told, whole = made([found("F-1", "1.00"), found("F-2", "2.00", root_cause="manual_error")])
    done = regroup(told, whole, Moves(), shipped_policy())
    assert {one: (done.cases[one], done.advice[one]) for one in done.cases} == told


def test_merging_what_one_run_would_have_found_together_gives_the_case_that_it_would_have_made() -> None:
    same = [found("F-1", "40.00"), found("F-2", "2.00")]
    (together,), _ = (
        built(same, a_context(*CONTROLS, accounts=ACCOUNTS, bills={("A-1", CYCLE): NOW})).cases,
        0,
    )
    told, whole = made([same[0], replace(same[1], root_cause="manual_error")])
    main, other = (one.case_id for one in whole)
    done = regroup(told, whole, Moves({other: main}), shipped_policy())
    case = done.cases[main]
    for name in ("amount", "action", "action_amount", "findings", "fault", "severity", "summary", "at_stake"):
        assert getattr(case, name) == getattr(together, name), name
    assert (done.cases[other].amount, done.cases[other].findings) == (0, 0)


@pytest.mark.parametrize(
    ("amounts", "issued", "action"),
    [
        (("5.00", "-3.00"), True, "add_charge"),
        (("3.00", "-5.00"), True, "issue_credit"),
        (("3.00", "-5.00"), False, "remove_charge"),
    ],
)
def test_the_action_of_a_merged_case_goes_the_way_of_its_money(
    amounts: tuple[str, str], issued: bool, action: str
) -> None:
    under, over = (
        found("F-1", amounts[0]),
        found("F-2", amounts[1], "duplicate_charge", root_cause="manual_error"),
    )
    done = moved([under, over], {"F-2": "F-1"}, issued=issued)
    case = done.cases[done.case_of["F-1"]]
    assert (case.action, case.action_amount) == (action, Decimal(amounts[0]) + Decimal(amounts[1]))
    advice = done.advice[case.case_id]
    assert advice.facts is not None
    assert (advice.facts.action, advice.facts.amount) == (case.action, case.action_amount)


def test_what_is_split_off_against_the_money_of_its_case_gets_an_action_of_its_own() -> None:
    mixed = [found("F-1", "9.00"), found("F-2", "-4.00")]
    done = moved(mixed, {"F-2": "C-NEW"})
    assert done.cases["C-NEW"].action == "issue_credit"
    assert done.cases["C-NEW"].action_amount == Decimal("-4.00")
    assert "over-charged" in done.cases["C-NEW"].summary


def test_policy_rules_on_the_sum_and_on_the_least_certain_part() -> None:
    parts = [found("F-1", "900.00"), found("F-2", "9500.00", root_cause="manual_error")]
    told, _ = made(parts)
    done = moved(parts, {"F-2": "F-1"})
    case = done.cases[done.case_of["F-1"]]
    ruling = done.advice[case.case_id].ruling
    assert ruling is not None
    assert (case.route, case.risk) == (ruling.route, ruling.risk)
    assert case.risk == "high"
    assert {one.risk for one, _ in told.values()} != {"high"}


@pytest.mark.parametrize("moves", [{"F-2": "F-1"}, {"F-2": "C-NEW"}])
def test_nobody_softens_what_policy_said_by_merging_or_splitting(moves: dict[str, str]) -> None:
    told, whole = made([found("F-1", "-6.00", "duplicate_charge"), found("F-2", "-6.00", "duplicate_charge")])
    if "F-1" in moves.values():
        told, whole = made(
            [found("F-1", "-6.00", "duplicate_charge"), found("F-2", "5.00", root_cause="unknown")]
        )
    strict = next(one.case_id for one in whole if one.finding_id == "F-2")
    case, advice = told[strict]
    assert advice.ruling is not None
    ruling = replace(advice.ruling, route="recommend", risk="high", by="supervisor")
    told[strict] = replace(case, route="recommend", risk="high"), replace(advice, ruling=ruling)
    at = {one.finding_id: one.case_id for one in whole}
    split = {one: at.get(to, to) for one, to in moves.items()}
    done = regroup(told, whole, Moves({}, split), shipped_policy())
    after = done.cases[done.case_of["F-2"]]
    assert (after.route, after.risk) == ("recommend", "high")
    said = done.advice[after.case_id].ruling
    assert said is not None
    assert (said.route, said.risk, said.by) == ("recommend", "high", "supervisor")
    assert said.checks[-1].then == "block"


def test_the_customer_is_told_of_the_sum_though_the_parts_are_of_two_cycles() -> None:
    parts = [found("F-1", "9.00"), found("F-2", "4.00", cycle="2026-03-15")]
    done = moved(parts, {"F-2": "F-1"})
    case = done.cases[done.case_of["F-1"]]
    message = done.advice[case.case_id].message
    assert message is not None
    assert "13,00" in message.text
    assert "cycle" not in case.summary


def test_a_summary_says_how_many_findings_are_of_another_kind() -> None:
    parts = [found("F-1", "9.00"), found("F-2", "-2.00", "duplicate_charge", root_cause="manual_error")]
    done = moved(parts, {"F-2": "F-1"})
    summary = done.cases[done.case_of["F-1"]].summary
    assert "1 usage record has no charge line" in summary
    assert ", with 1 other finding: " in summary


def test_money_that_follows_from_another_finding_counts_nowhere() -> None:
    parts = [found("F-1", "9.00"), found("F-2", "4.00", caused_by="F-1")]
    done = moved(parts, {"F-2": "C-NEW"})
    assert done.cases["C-NEW"].amount == 0
    assert done.cases[done.case_of["F-1"]].amount == Decimal("9.00")


def test_contacts_and_deadlines_of_all_parts_go_with_the_whole() -> None:
    told, whole = made([found("F-1", "9.00"), found("F-2", "4.00", root_cause="manual_error")])
    main, other = (one.case_id for one in whole)
    early = Contact("K-1", "phone", "bill", NOW - timedelta(days=9), is_settled=False)
    late = Contact("K-2", "phone", "bill", NOW, is_settled=False)
    case, advice = told[other]
    law = LegalDeadline("back_billing_days", "EU", NOW + timedelta(days=2))
    told[other] = (
        replace(case, contact_ids=("K-1", "K-2"), due_at=NOW),
        replace(advice, contacts=(early, late), law=law),
    )
    done = regroup(told, whole, Moves({other: main}), shipped_policy())
    assert done.cases[main].contact_ids == ("K-2",)
    assert done.advice[main].contacts == (late,)
    assert (done.cases[main].due_at, done.advice[main].law) == (NOW, law)


def test_a_merged_case_is_found_by_the_ids_of_its_parts() -> None:
    done = moved([found("F-1", "9.00"), found("F-2", "4.00", root_cause="manual_error")], {"F-2": "F-1"})
    gone = next(one for one in done.cases if not done.cases[one].findings)
    assert gone.lower() in done.cases[done.case_of["F-1"]].search_text


AMOUNTS = st.decimals("-50", "50", places=2, allow_nan=False).map(str)
MONEY = st.dictionaries(
    st.sampled_from([f"C-{at}" for at in range(6)]), st.lists(AMOUNTS, min_size=1, max_size=4), min_size=2
)
STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 99), st.integers(0, 99)), max_size=12)


def opened(store: FakeStore) -> dict[str, Case]:
    return {one.case_id: one for one in store.cases(CaseQuery(states=OPEN), offset=0, limit=999)}


def inside(store: FakeStore, case_id: str) -> list[Finding]:
    return list(store.findings(store.last_seen(case_id) or "", case_id=case_id, offset=0, limit=999))


def regroup_at_random(store: FakeStore, merges: bool, first: int, second: int) -> None:
    ids = sorted(opened(store))
    one, other = ids[first % len(ids)], ids[second % len(ids)]
    if merges and one != other:
        merged(store, one, other)
    elif not merges and len(held := sorted(each.finding_id for each in inside(store, one))) > 1:
        split_off(store, one, *held[: 1 + second % (len(held) - 1)])


@settings(max_examples=60, deadline=None)
@given(MONEY, STEPS)
def test_whatever_is_merged_and_split_no_money_comes_or_goes(
    money: dict[str, list[str]], steps: list[tuple[bool, int, int]]
) -> None:
    store = FakeStore()
    store.save_run(a_run_of(money))
    total = sum((one.amount for one in opened(store).values()), Decimal(0))
    findings = sum(map(len, money.values()))
    for step in steps:
        regroup_at_random(store, *step)
        now = opened(store)
        assert sum((one.amount for one in now.values()), Decimal(0)) == total
        assert sum(one.findings for one in now.values()) == findings
    for case in opened(store).values():
        held = inside(store, case.case_id)
        assert (case.amount, case.findings) == (sum(one.amount for one in held), len(held))
    before = {one: (case.amount, case.findings) for one, case in opened(store).items()}
    store.save_run(a_run_of(money, "R-2"))
    assert {one: (case.amount, case.findings) for one, case in opened(store).items()} == before
