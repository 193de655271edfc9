"""A customer's contact joins the cases that it can be about, and hastens them while it is not settled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.cases.context import Account, read_context
from core.controls.sandbox import build_session
from core.kernel.advice import Contact
from core.lake.session import Limits, Session, connect
from tests.builders.cases import a_context, built
from tests.builders.runs import NOW, a_finding

INDIA = {"A-1": Account("Delta Tea", "business", country="IN")}


@pytest.fixture
def session() -> Iterator[Session]:
    """Give a session with one finding of account A1 and what customers came with."""
    talked = {
        "K1": ("A1", "billing", 10, False, None),
        "K2": ("A1", "roaming", 5, True, "K1"),
        "K3": ("A1", "billing", 2, False, None),
        "K4": ("A1", "technical", 2, False, None),
        "K5": ("A1", "billing", 61, False, None),
        "K6": ("A2", "billing", 2, False, None),
    }
    with connect(Limits(threads=1)) as opened:
        rows = [
            {
                "contact_id": contact_id,
                "account_id": account_id,
                "topic": topic,
                "channel": "phone",
                "opened_at": NOW - timedelta(days=days),
                "resolved": resolved,
                "follow_up_of": follows,
                "note": "why so much?",
            }
            for contact_id, (account_id, topic, days, resolved, follows) in talked.items()
        ]
        build_session(opened, {"contacts": rows, "dataset": [{"as_of": NOW}]})
        opened.execute("create table findings as select 'A1' as account_id, 'C1' as cycle, '{}' as evidence")
        opened.execute("alter table findings add column finding_id varchar default 'F1'")
        opened.execute("alter table findings add column subject_id varchar default 'D1'")
        opened.execute("alter table findings add column fault varchar default 'wrong_rate'")
        yield opened


def test_contacts_about_money_of_the_last_two_months_are_known_and_a_follow_up_can_settle_one(
    session: Session,
) -> None:
    known = read_context(session, {}, NOW).contacts

    assert {name: [(one.contact_id, one.is_settled) for one in found] for name, found in known.items()} == {
        "A1": [("K1", True), ("K2", True), ("K3", False)],
        "A2": [("K6", False)],
    }
    assert known["A1"][0] == Contact("K1", "phone", "billing", NOW - timedelta(days=10), True, "why so much?")


def came(days: int, *, is_settled: bool = False) -> Contact:
    return Contact(f"K{days}", "phone", "billing", NOW - timedelta(days=days), is_settled)


def test_a_contact_joins_the_cases_of_what_went_wrong_before_it() -> None:
    contacts = {"A-1": (came(9), came(1)), "A-2": (came(1),)}

    result = built([a_finding(occurred_at=NOW - timedelta(days=3))], a_context(contacts=contacts))

    (case,) = result.cases
    assert case.contact_ids == ("K1",)
    assert result.advice[case.case_id].contacts == (came(1),)


@pytest.mark.parametrize(("is_settled", "severity"), [(True, "low"), (False, "high")])
def test_a_customer_who_waits_makes_a_case_urgent(is_settled: bool, severity: str) -> None:
    contacts = {"A-1": (came(1, is_settled=is_settled),)}

    (case,) = built([a_finding(amount=Decimal("0.5"))], a_context(contacts=contacts)).cases

    assert case.severity == severity


def test_an_invoice_that_the_customer_contests_makes_a_case_urgent_and_says_so() -> None:
    bills = {("A-1", "2026-04-15"): NOW - timedelta(days=1)}
    finding = a_finding(amount=Decimal("0.5"))

    calm = built([finding], a_context(bills=bills))
    contested = built([finding], a_context(bills=bills, disputed=True))

    assert [case.severity for case in (*calm.cases, *contested.cases)] == ["low", "high"]
    (bill,) = [advice.bill for advice in contested.advice.values()]
    assert bill is not None
    assert bill.is_disputed


@pytest.mark.parametrize(
    ("settled", "due"),
    [(False, NOW + timedelta(hours=1)), (True, None)],
)
def test_an_answer_is_due_by_law_while_the_customer_waits(settled: bool, due: datetime | None) -> None:
    waiting = Contact("K1", "email", "billing", NOW - timedelta(days=28) + timedelta(hours=1), settled)
    old = a_finding(occurred_at=NOW - timedelta(days=40))

    result = built([old], a_context(accounts=INDIA, contacts={"A-1": (waiting,)}))

    (case,) = result.cases
    law = result.advice[case.case_id].law
    assert (law.until if law else None) == due
    assert due is None or (case.due_at == due.astimezone(UTC))
