"""A customer who waits has a case of their own as long as nothing that was found can be behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.cases.build import Built, build_cases
from core.cases.complaint_case import came_again, joined
from core.cases.context import Context, read_context
from core.controls.sandbox import build_session
from core.kernel.complaints import CONTACT, DISPUTE
from core.kernel.diagnosis import Diagnosis, Suspect
from core.kernel.results import Case, Finding
from core.lake.session import Limits, Session, connect
from core.policy.document import shipped_policy
from tests.builders.cases import FakeControl
from tests.builders.runs import NOW, a_case, a_finding, findings_table

Rows = Sequence[Mapping[str, Any]]

ALL = (
    "accounts",
    "charges",
    "contacts",
    "invoices",
    "mediation_records",
    "payments",
    "tariffs",
    "usage_events",
)
ACCOUNT = {
    "account_id": "A-1",
    "name": "Delta Tea",
    "segment": "consumer",
    "country": "IN",
    "language": "de",
    "currency": "EUR",
    "contact_allowed": False,
}


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def a_contact(contact_id: str, days: float, **given: Any) -> dict[str, Any]:
    facts = {"account_id": "A-1", "topic": "billing", "channel": "phone", "note": "why so much?"}
    return {**facts, "contact_id": contact_id, "opened_at": ago(days), "resolved": False, **given}


def an_invoice(invoice_id: str = "I-1", days: float = 12, **given: Any) -> dict[str, Any]:
    facts = {"account_id": "A-1", "currency": "EUR", "total": Decimal("119.00"), "status": "issued"}
    issue_at, cycle_start = ago(days), datetime(2026, 4, 15, tzinfo=UTC)
    times = {"cycle_start": cycle_start, "cycle_end": issue_at, "issue_at": issue_at, "issued_at": issue_at}
    return {**facts, **times, "invoice_id": invoice_id, **given}


LINES = [
    {
        "charge_id": "C-1",
        "account_id": "A-1",
        "invoice_id": "I-1",
        "kind": "recurring",
        "amount": Decimal(80),
    },
    {"charge_id": "C-2", "account_id": "A-1", "invoice_id": "I-1", "kind": "usage", "amount": Decimal(20)},
    {"charge_id": "C-3", "account_id": "A-1", "invoice_id": "I-1", "kind": "tax", "amount": Decimal(19)},
]


@pytest.fixture
def session() -> Iterator[Session]:
    with connect(Limits(threads=1)) as opened:
        yield opened


@pytest.fixture
def run(session: Session) -> Any:
    """Return what builds the cases of a few rows, with findings where there are any."""

    def build(
        contacts: Rows = (),
        invoices: Rows = (),
        found: Sequence[Finding] = (),
        present: Sequence[str] = ALL,
        enabled: bool = True,
    ) -> Built:
        rows = {"accounts": [ACCOUNT], "contacts": contacts, "invoices": invoices, "charges": LINES}
        settings = {"as_of": NOW, "timezone": "UTC", "currency": "EUR"}
        build_session(session, {**rows, "dataset": [settings]}, present)
        session.register("findings", findings_table(found))
        control = FakeControl("record_not_charged", enabled=enabled)
        context = read_context(session, {control.id: control}, NOW)
        return _build(found, context)

    return build


def _build(found: Sequence[Finding], context: Context) -> Built:
    certain = Diagnosis((Suspect("unknown", Decimal(1)),))
    return build_cases(findings_table(found), context, lambda _: certain, {}, shipped_policy())


def of(result: Built, kind: str) -> list[Case]:
    return [case for case in result.cases if case.fault == kind]


def test_a_contact_that_nothing_found_can_be_behind_opens_a_case_for_a_person(run: Any) -> None:
    result = run([a_contact("K-1", 3)], [an_invoice()])

    (case,) = result.cases
    assert (case.fault, case.root_cause, case.findings, case.account_id) == (CONTACT, "unknown", 0, "A-1")
    assert (case.amount, case.at_stake, case.action, case.action_amount) == (0, 0, "notify_customer", 0)
    assert (case.route, case.severity, case.contact_ids) == ("recommend", "medium", ("K-1",))
    assert case.cycle == "2026-04-15"
    assert "by phone on 2026-05-01: no answer yet" in case.summary
    assert "nothing is wrong" in case.summary
    advice = result.advice[case.case_id]
    assert [one.note for one in advice.contacts] == ["why so much?"]
    assert advice.bill is not None
    assert (advice.bill.invoice_id, advice.bill.net) == ("I-1", Decimal(100))


def test_the_answer_explains_the_bill_in_the_customers_language_whatever_they_consented_to(run: Any) -> None:
    result = run([a_contact("K-1", 3)], [an_invoice()])

    (advice,) = result.advice.values()
    assert advice.message is not None
    assert advice.message.language == "de"
    assert "beträgt 119,00\xa0€: Grundgebühren 80,00\xa0€, Nutzung 20,00\xa0€, Steuer" in advice.message.text
    assert "keinen Fehler gefunden" in advice.message.text


def test_that_all_agrees_is_not_said_where_not_all_could_be_compared(run: Any) -> None:
    result = run(
        [a_contact("K-1", 3)], [an_invoice()], present=("accounts", "contacts", "invoices", "charges")
    )

    (case,) = result.cases
    assert "nothing is wrong" not in case.summary
    assert "could not compare the lines of the bill with the price list" in case.summary
    message = result.advice[case.case_id].message
    assert "keinen Fehler" not in message.text


def test_what_a_control_that_is_switched_off_would_look_at_was_not_compared(run: Any) -> None:
    (case,) = run([a_contact("K-1", 3)], [an_invoice()], enabled=False).cases

    assert "It could not compare what a control would look at, switched off." in case.summary


@pytest.mark.parametrize(("days", "own"), [(2.5, 1), (1.5, 0)])
def test_a_contact_that_a_finding_can_be_behind_joins_it_and_has_no_case_of_its_own(
    run: Any, days: float, own: int
) -> None:
    result = run([a_contact("K-1", days)], found=[a_finding(occurred_at=ago(2))])

    assert len(of(result, CONTACT)) == own
    (found,) = of(result, "record_not_charged")
    assert found.contact_ids == (() if own else ("K-1",))
    assert all("came up later" in case.summary for case in of(result, CONTACT))


@pytest.mark.parametrize(
    "contacts",
    [
        [a_contact("K-1", 3, resolved=True)],
        [a_contact("K-1", 3, topic="technical")],
        [a_contact("K-1", 61)],
        [a_contact("K-1", 9), a_contact("K-2", 5, follow_up_of="K-1", resolved=True)],
        [
            a_contact("K-1", 9),
            a_contact("K-2", 5, follow_up_of="K-1"),
            a_contact("K-3", 2, follow_up_of="K-2", topic="other", resolved=True),
        ],
    ],
)
def test_who_is_content_or_asked_something_else_or_long_ago_has_no_case(run: Any, contacts: Rows) -> None:
    assert run(contacts).cases == []


def test_a_contact_and_what_followed_it_up_are_one_case_that_keeps_its_id_and_is_more_urgent(
    run: Any, session: Session
) -> None:
    again = [a_contact("K-1", 61), a_contact("K-2", 5, follow_up_of="K-1"), a_contact("K-9", 1)]
    later = a_contact("K-3", 2, follow_up_of="K-2")

    cases = {case.contact_ids: case for case in run([*again, later]).cases}

    assert {name: case.severity for name, case in cases.items()} == {
        ("K-2", "K-3"): "high",
        ("K-9",): "medium",
    }
    with connect(Limits(threads=1)) as other:
        settings = {"as_of": ago(3), "timezone": "UTC", "currency": "EUR"}
        build_session(other, {"contacts": again[:2], "dataset": [settings]})
        other.register("findings", findings_table([]))
        (before,) = _build([], read_context(other, {}, ago(3))).cases
    assert before.contact_ids == ("K-1", "K-2")
    assert before.case_id == cases["K-2", "K-3"].case_id


def test_contacts_that_follow_each_other_round_in_a_ring_are_a_case_all_the_same(run: Any) -> None:
    ring = [a_contact("K-1", 3, follow_up_of="K-2"), a_contact("K-2", 3, follow_up_of="K-1")]

    assert {name for case in run(ring).cases for name in case.contact_ids} == {"K-1", "K-2"}


def test_a_contested_invoice_opens_a_case_with_its_total_at_stake_and_takes_the_contacts_about_it(
    run: Any,
) -> None:
    contacts = [a_contact("K-0", 20), a_contact("K-1", 3)]

    result = run(contacts, [an_invoice(status="disputed")])

    (case,) = of(result, DISPUTE)
    assert (case.at_stake, case.amount, case.action, case.action_amount) == (119, 0, "open_dispute", 0)
    assert (case.severity, case.route, case.cycle) == ("high", "recommend", "2026-04-15")
    assert case.contact_ids == ("K-1",)
    assert [one.contact_ids for one in of(result, CONTACT)] == [("K-0",)]
    advice = result.advice[case.case_id]
    assert advice.bill is not None
    assert advice.bill.is_disputed
    assert "Sie beanstanden" in advice.message.text


@pytest.mark.parametrize(("cycle", "own"), [("2026-04-15", 0), ("2026-03-15", 1)])
def test_a_contested_invoice_whose_bill_is_found_wrong_has_no_case_of_its_own(
    run: Any, cycle: str, own: int
) -> None:
    found = [a_finding(cycle=cycle, occurred_at=ago(9))]

    assert len(of(run(invoices=[an_invoice(status="disputed")], found=found), DISPUTE)) == own


@pytest.mark.parametrize(("days", "due"), [(27.5, NOW + timedelta(hours=12)), (3, NOW + timedelta(hours=72))])
def test_an_answer_is_due_by_the_law_where_that_is_sooner(run: Any, days: float, due: datetime) -> None:
    (case,) = run([a_contact("K-1", days)]).cases

    assert case.due_at == due


def test_nothing_acts_by_itself_on_what_a_customer_says(run: Any) -> None:
    result = run([a_contact("K-1", 30)], [an_invoice(status="disputed")])

    assert {case.fault for case in result.cases} == {CONTACT, DISPUTE}
    for advice in result.advice.values():
        assert advice.ruling is not None
        assert {check.check_id: check.then for check in advice.ruling.checks}["proof"] == "block"


def test_an_account_that_no_stream_knows_has_its_case_in_the_operators_currency(run: Any) -> None:
    (case,) = run([a_contact("K-1", 3, account_id="A-9")]).cases

    assert (case.account_name, case.segment, case.currency) == (None, None, "EUR")


def complaint(case_id: str, **given: Any) -> Case:
    facts: dict[str, Any] = {"fault": CONTACT, "findings": 0, "amount": Decimal(0), "contact_ids": ("K-1",)}
    return a_case(case_id, **facts | given)


def test_a_complaint_that_is_gone_has_joined_the_case_that_its_contact_is_in_now() -> None:
    gone = [complaint("C-1"), complaint("C-2", contact_ids=("K-2",)), complaint("C-3", contact_ids=())]
    found = [
        a_case("C-8", contact_ids=("K-1",), amount=Decimal(1)),
        a_case("C-9", contact_ids=("K-1",), amount=Decimal(5)),
        a_case("C-7", contact_ids=("K-1",), amount=Decimal(9), findings=0),
        a_case("C-6", contact_ids=("K-2",), account_id="A-2"),
    ]

    assert joined(gone, found) == {"C-1": "C-9"}


def test_a_contested_bill_that_is_found_wrong_has_joined_that_case() -> None:
    gone = replace(complaint("C-1", contact_ids=()), fault=DISPUTE)

    assert joined([gone], [a_case("C-8", contact_ids=())]) == {"C-1": "C-8"}
    assert joined([gone], [a_case("C-8", contact_ids=(), cycle="2026-03-15")]) == {}


def test_only_a_complaint_can_be_asked_again() -> None:
    assert came_again(complaint("C-1", contact_ids=("K-1", "K-2")), ("K-1",))
    assert not came_again(complaint("C-1"), ("K-1",))
    assert not came_again(a_case("C-2", contact_ids=("K-1", "K-2")), ("K-1",))
