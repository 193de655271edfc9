"""An estimate of several customers: what each is charged and told, to the cent, before their bill leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.cases.context import Account, Bill, Share
from core.cases.correction import Correction, change_of
from core.kernel.advice import Advice
from core.kernel.errors import InputError
from core.kernel.results import Case
from tests.builders.cases import FakeControl, a_context, built
from tests.builders.runs import NOW, a_finding

LEAVES = NOW + timedelta(days=9)
ANNA = Account("Anna", "consumer", language="de")
PIOTR = Account("Piotr", "consumer", country="PT", language="pl", contact_allowed=False)
DRAFT = Bill("I-1", LEAVES, Decimal("11.90"), Decimal("10.00"))
LATE = {"control_id": "file_late", "fault": "file_late", "account_id": None, "cycle": None}


def a_bill(name: str, days: int = 9) -> Bill:
    return Bill(name, NOW + timedelta(days=days), Decimal("11.90"), Decimal("10.00"))


def told(*shares: Share, tax: str = "0.19") -> tuple[Case, Advice]:
    """Return the case of one late file that holds these shares, and its advice."""
    control = FakeControl("file_late", action="request_partner_file")
    context = replace(a_context(control, shares={"D1": shares}), tax_rate=Decimal(tax))
    result = built([a_finding("F-1", **LATE, subject_id="D1", amount=Decimal(0))], context)
    (case,) = result.cases
    return case, result.advice[case.case_id]


def test_each_is_charged_whole_cents_that_add_up_to_the_case_and_told_with_tax() -> None:
    case, advice = told(
        Share("A-1", ANNA, Decimal("3.005"), DRAFT),
        Share("A-1", ANNA, Decimal("2"), DRAFT),
        Share("A-2", replace(ANNA, language="en"), Decimal("7.005"), a_bill("I-2")),
    )

    assert [(one.account_id, one.amount) for one in advice.notices] == [
        ("A-2", Decimal("7.01")),
        ("A-1", Decimal("5.01")),
    ]
    assert case.action_amount == Decimal("12.02")
    english, german = (one.message for one in advice.notices)
    assert english is not None
    assert german is not None
    assert "an estimate of PLN8.34" in english.text.replace("\xa0", "")
    assert "eine Schätzung von 5,96 PLN" in german.text.replace("\xa0", " ")
    bill = advice.notices[1].bill
    assert bill is not None
    assert bill.after(Decimal("5.01")) == Decimal("17.86")


def test_they_hear_of_it_before_the_first_bill_leaves_and_it_is_settled_afterwards() -> None:
    first = a_bill("I-2", days=8)
    _, advice = told(Share("A-1", ANNA, Decimal(5), DRAFT), Share("A-2", ANNA, Decimal(5), first))

    assert advice.plan is not None
    names = [one.step for one in advice.plan.steps]
    assert names == ["request_partner_file", "correct", "notify_customer", "true_up"]
    until = advice.plan.steps[2].until
    assert until is not None
    assert until <= first.issue_at - timedelta(hours=48)
    assert (advice.plan.issue_at, advice.plan.customers) == (first.issue_at, 2)


def test_without_consent_one_is_told_nothing_and_the_others_are() -> None:
    _, advice = told(Share("A-1", ANNA, Decimal(5), DRAFT), Share("A-2", PIOTR, Decimal(4), a_bill("I-2")))

    assert [one.message is None for one in advice.notices] == [False, True]
    assert advice.plan is not None
    assert (advice.plan.tells, advice.plan.untold, len(advice.plan.zones)) == (True, 1, 4)


def test_where_nobody_is_to_be_contacted_nobody_is_told() -> None:
    _, advice = told(Share("A-2", PIOTR, Decimal(4), DRAFT))

    assert advice.plan is not None
    assert (advice.plan.silence, advice.plan.tells) == ("no_consent", False)


def test_a_bill_that_has_left_gets_no_estimate() -> None:
    gone = a_bill("I-0", days=-1)
    case, advice = told(Share("A-1", ANNA, Decimal(5), gone))
    assert (case.action, case.action_amount, advice.notices) == ("request_partner_file", 0, ())

    case, advice = told(Share("A-1", ANNA, Decimal(5), gone), Share("A-2", ANNA, Decimal(4), DRAFT))
    assert (case.action_amount, [one.account_id for one in advice.notices]) == (4, ["A-2"])


def test_a_bill_that_is_not_made_yet_is_told_of_before_the_charge() -> None:
    _, advice = told(Share("A-1", ANNA, Decimal(5)))

    assert advice.plan is not None
    names = [one.step for one in advice.plan.steps]
    assert names.index("notify_customer") < names.index("correct")
    assert advice.notices[0].bill is None


def test_one_protected_customer_among_many_needs_a_supervisor() -> None:
    protected = replace(ANNA, vulnerable=True)
    _, advice = told(
        Share("A-1", ANNA, Decimal(3), DRAFT), Share("A-2", protected, Decimal(1), a_bill("I-2"))
    )

    assert advice.ruling is not None
    assert advice.ruling.by == "supervisor"


def test_the_sum_of_several_is_proposed_as_it_is() -> None:
    case, advice = told(Share("A-1", ANNA, Decimal(3), DRAFT), Share("A-2", ANNA, Decimal(1), a_bill("I-2")))
    wanted = Correction(case.action, Decimal(4), case.root_cause, notify=True)

    assert change_of(case, wanted, advice.plan).amount == 4
    with pytest.raises(InputError, match="2 customers share this amount"):
        change_of(case, replace(wanted, amount=Decimal(5)), advice.plan)
