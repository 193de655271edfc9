from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

import pytest

from core.cases.build import BILL_CHANGING
from core.cases.context import Account, Context, Share
from core.kernel.faults import ACTIONS
from core.kernel.records.arrow import FINDINGS_SCHEMA
from core.kernel.results import Case, Finding
from tests.builders.cases import BILLED, FakeControl, a_context, built
from tests.builders.runs import NOW, a_finding


def only_case(*findings: Finding, context: Context | None = None) -> Case:
    (case,) = built(findings, context).cases
    return case


def test_a_case_states_its_findings_money_and_account() -> None:
    context = a_context(accounts={"A-1": Account("Nordwind Logistics", "business")})
    findings = [a_finding("F-1", amount=Decimal("1.25")), a_finding("F-2", amount=Decimal("0.000001"))]

    case = only_case(*findings, context=context)

    assert (case.amount, case.currency, case.findings) == (Decimal("1.250001"), "PLN", 2)
    assert (case.account_name, case.segment, case.scope) == ("Nordwind Logistics", "business", None)
    assert (case.status, case.route, case.parent_case_id) == ("new", "recommend", None)
    assert case.opened_at == NOW


def test_usage_that_is_not_here_yet_can_be_billed_as_an_estimate() -> None:
    late = {"control_id": "file_late", "fault": "file_late", "account_id": None, "cycle": None}
    files = [a_finding(f"F-{n}", **late, subject_id=f"D{n}", amount=Decimal(0)) for n in (1, 2, 3)]
    control = FakeControl("file_late", action="request_partner_file")

    anna = Account("Anna", "consumer")
    shares = {"D1": (Share("A-1", anna, Decimal(4)),), "D2": (Share("A-1", anna, Decimal("0.5")),)}

    waiting = only_case(*files, context=a_context(control))
    told = only_case(*files, context=a_context(control, shares=shares))

    assert (waiting.action, waiting.action_amount) == ("request_partner_file", 0)
    assert (told.action, told.action_amount, told.amount) == ("apply_estimated_charge", Decimal("4.5"), 0)
    assert "customers pay" in told.summary


def test_every_finding_gets_the_id_of_a_case_that_exists() -> None:
    findings = [a_finding(f"F-{n}", account_id=f"A-{n % 3}", case_id="") for n in range(9)]

    result = built(findings)
    cases, with_ids = result.cases, result.findings

    assert with_ids.schema.equals(FINDINGS_SCHEMA)
    assert with_ids["finding_id"].to_pylist() == [finding.finding_id for finding in findings]
    assert set(with_ids["case_id"].to_pylist()) == {case.case_id for case in cases}
    assert sum(case.findings for case in cases) == 9
    assert {case.case_id for case in cases} == result.advice.keys()


def test_the_order_of_findings_changes_no_case() -> None:
    findings = [
        a_finding(f"F-{n}", account_id=f"A-{n % 3}", amount=Decimal(n), subject_id=f"M-{n}")
        for n in range(30)
    ]
    shuffled = random.Random(7).sample(findings, len(findings))  # noqa: S311 - not for secrets

    cases = built(findings).cases

    assert built(shuffled).cases == cases
    assert [case.case_id for case in cases] == sorted(case.case_id for case in cases)


@pytest.mark.parametrize(
    ("action", "expected"),
    [("add_charge", "-7"), ("issue_credit", "-7"), ("notify_customer", "0"), ("request_partner_file", "0")],
)
def test_only_an_action_that_changes_the_bill_has_an_amount(action: str, expected: str) -> None:
    context = a_context(FakeControl("record_not_charged", action=action))

    case = only_case(a_finding(amount=Decimal(-7)), context=context)

    assert (case.action, case.action_amount) == (action, Decimal(expected))


def test_the_actions_that_change_the_bill_are_actions_of_the_contract() -> None:
    assert set(ACTIONS) >= BILL_CHANGING


def test_the_action_is_that_of_the_control_that_found_the_costliest_fault() -> None:
    context = a_context(FakeControl("a", action="notify_customer"), FakeControl("b", action="rerate_charge"))
    findings = (
        a_finding("F-1", control_id="a", fault="record_late", root_cause="clock_drift", amount=Decimal(1)),
        a_finding("F-2", control_id="b", fault="wrong_rate", root_cause="clock_drift", amount=Decimal(-2)),
    )

    case = only_case(*findings, context=context)

    assert (case.fault, case.action, case.action_amount) == ("wrong_rate", "rerate_charge", Decimal(-1))


def test_severity_is_the_worst_of_control_money_and_the_time_until_the_invoice_leaves() -> None:
    control = FakeControl("record_not_charged", severity="medium")
    leaving = {("A-1", "2026-04-15"): NOW + timedelta(hours=3)}

    assert only_case(a_finding(), context=a_context(control)).severity == "medium"
    assert only_case(a_finding(amount=Decimal(-1000)), context=a_context(control)).severity == "high"
    assert only_case(a_finding(), context=a_context(control, bills=leaving)).severity == "critical"


def test_a_case_is_due_when_its_invoice_leaves_and_by_service_level_once_it_has_left() -> None:
    planned, left = NOW + timedelta(days=20), NOW - timedelta(hours=1)

    assert only_case(a_finding(), context=a_context(bills={("A-1", "2026-04-15"): planned})).due_at == planned
    assert only_case(
        a_finding(), context=a_context(bills={("A-1", "2026-04-15"): left})
    ).due_at == NOW + timedelta(days=7)


def test_what_the_law_gives_less_time_for_is_due_by_law() -> None:
    accounts = {"A-1": Account("Outback Freight", "business", country="AU")}
    old = a_finding(occurred_at=NOW - timedelta(days=189, hours=12))

    result = built([old], a_context(accounts=accounts))

    (case,) = result.cases
    law = result.advice[case.case_id].law
    assert law is not None
    assert (law.figure, law.pack) == ("back_billing_days", "Australia")
    assert case.due_at == law.until == NOW + timedelta(hours=12)


@pytest.mark.parametrize(
    ("leaves", "is_out", "after"),
    [(timedelta(hours=5), False, "101.25"), (-timedelta(days=1), True, "101.25")],
)
def test_what_a_case_does_to_the_bill_is_told_with_the_invoice(
    leaves: timedelta, is_out: bool, after: str
) -> None:
    result = built([a_finding()], a_context(bills={("A-1", "2026-04-15"): NOW + leaves}))

    (case,) = result.cases
    bill = result.advice[case.case_id].bill
    assert bill is not None
    assert (bill.invoice_id, bill.is_out, bill.total) == ("INV-A-1", is_out, BILLED)
    assert bill.after(case.action_amount) == Decimal(after)


@pytest.mark.parametrize(
    ("fault", "action"), [("payment_duplicate", "refund_payment"), ("record_not_charged", "notify_customer")]
)
def test_what_moves_no_money_of_the_bill_does_nothing_to_it(fault: str, action: str) -> None:
    finding = a_finding(control_id="any", fault=fault, amount=Decimal(-5))
    bills = {("A-1", "2026-04-15"): NOW + timedelta(hours=5)}

    result = built([finding], a_context(FakeControl("any", action=action), bills=bills))

    assert [advice.bill for advice in result.advice.values()] == [None]


def test_the_confidence_is_that_of_the_least_certain_finding() -> None:
    findings = (a_finding("F-1", confidence=Decimal("0.9")), a_finding("F-2", confidence=Decimal("0.6")))

    assert only_case(*findings).confidence == Decimal("0.6")


def test_a_case_is_found_by_its_account_invoice_and_subjects_in_lower_case() -> None:
    context = a_context(
        accounts={"A-1": Account("ŁÓDŹ Sp. z o.o.", "business")}, bills={("A-1", "2026-04-15"): NOW}
    )

    text = only_case(a_finding("F-1", subject_id="M-77"), context=context).search_text

    for word in ("łódź sp. z o.o.", "a-1", "inv-a-1", "m-77", "s-1", "usage not billed"):
        assert word in text


def test_a_very_long_name_leaves_the_search_text_within_its_limit() -> None:
    context = a_context(accounts={"A-1": Account("x" * 10_000, "business")})

    assert len(only_case(a_finding(), context=context).search_text) == 200


def test_a_clean_run_has_no_cases() -> None:
    nothing = built([])

    assert nothing.cases == []
    assert nothing.findings.num_rows == 0
