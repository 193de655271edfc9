"""The roaming story on the operator that ships, word for word.

Customers roam in Türkiye, the partner's records are late, and the drafts of their bills are too low: the next
ones would spike. Assay sees it, ties it to the partner's delay, proposes an estimated charge, and the
customers hear of it first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from core.api import CaseDetail, CaseFilter, UsageEstimate
from core.kernel.money import round_half_up
from tests.builders.people import facade
from tests.builders.sample import Sample

PARTNER = "tap:TURBM"
SUMMARY = (
    "5 usage files are late (tap:TURBM): €336.06 of usage is expected and not billed yet. "
    "Why: the partner delivered late. "
    "To do: bill an estimate before the invoice leaves, customers pay €336.06 more."
)
DRAFTS_LEAVE = datetime.fromisoformat("2026-11-06T06:00+01:00")
GERMAN = (
    "Ihre Nutzung im Ausland liegt uns noch nicht vollständig vor. Damit es keine Überraschung gibt, enthält "
    "Ihre Rechnung eine Schätzung von 74,42\xa0€; sie wird berichtigt, sobald die genauen Daten da sind."
)
ENGLISH = (
    "Your use abroad has not reached us in full yet. So that no surprise follows, your bill holds an "
    "estimate of €31.57; it is corrected as soon as the exact data is here."
)


@pytest.fixture(scope="module")
def story(sample: Sample) -> CaseDetail:
    assay = facade(sample.home)
    found = assay.case_queue(CaseFilter(text=PARTNER, faults=("file_late",))).cases
    return assay.case(found[0].case_id)


def of(estimates: tuple[UsageEstimate, ...], account_id: str) -> Decimal:
    return sum((one.amount for one in estimates if one.account_id == account_id), Decimal(0))


def test_it_is_seen_before_any_bill_leaves_and_tied_to_the_partners_delay(story: CaseDetail) -> None:
    assert story.case.summary == SUMMARY
    assert (story.case.scope, story.case.root_cause) == (PARTNER, "partner_delay")
    assert story.now < DRAFTS_LEAVE
    assert {one.partner_id for one in story.estimates} == {"TURBM"}
    assert {finding.finding.subject_id for finding in story.findings} == {
        f"tap:TURBM-00{number}" for number in range(119, 124)
    }


def test_the_advice_says_why_an_estimate_and_what_happens_without_one(story: CaseDetail) -> None:
    advice = story.advice
    assert advice is not None
    assert story.case.action == "apply_estimated_charge"
    assert advice.because == (
        "the usage is announced and its price can be estimated before the invoice leaves"
    )
    assert {other.action: other.why_not for other in advice.alternatives} == {
        "hold_invoice": "the estimate lets the invoice leave in time; what comes later is trued up",
        "request_partner_file": "ask for the file as well, but the invoice may not be able to wait for it",
    }
    assert advice.otherwise == (
        "the invoices leave €336.06 too low, and the next ones are higher by it, unannounced"
    )
    assert advice.diagnosis.suspects[0].cause == "partner_delay"


def test_the_customers_hear_of_it_before_the_bill_and_it_is_settled_when_the_records_come(
    story: CaseDetail,
) -> None:
    assert story.advice is not None
    plan = story.advice.plan
    assert plan is not None
    steps = [one.step for one in plan.steps]
    assert steps == ["request_partner_file", "correct", "notify_customer", "true_up"]
    notice = plan.steps[2]
    assert (plan.issue_at, plan.told, plan.silence) == (DRAFTS_LEAVE, "before", "")
    assert notice.until is not None
    assert notice.until < DRAFTS_LEAVE
    assert (plan.hours, plan.zones) == ("09:00-20:00", ("Europe/Berlin",))
    assert (plan.is_short, plan.lead_hours) == (True, 48)
    assert (
        plan.says
        == "an estimate is told before the bill that it stands on, and settled once the usage is here"
    )


def test_every_bill_before_and_after_and_their_sum_are_right_to_the_cent(story: CaseDetail) -> None:
    assert story.advice is not None
    notices = story.advice.notices
    assert len(notices) == 14
    assert sum(one.amount for one in notices) == story.case.action_amount == Decimal("336.06")
    for one in notices:
        assert one.amount == round_half_up(of(story.estimates, one.account_id), 2)
        assert one.bill is not None
        assert not one.bill.is_out
        rise = one.bill.after(one.amount) - one.bill.total
        assert abs(rise - one.amount * Decimal("1.19")) <= Decimal("0.01")
    first = notices[0]
    assert first.bill is not None
    assert (first.account_id, first.amount) == ("A0000144", Decimal("62.54"))
    assert (first.bill.total, first.bill.after(first.amount)) == (Decimal("170.16"), Decimal("244.58"))


def test_each_who_may_be_contacted_is_told_in_their_language_the_amount_with_tax(story: CaseDetail) -> None:
    assert story.advice is not None
    told = {one.account_id: one.message for one in story.advice.notices}
    assert {name for name, message in told.items() if message is None} == {"A0000068", "A0000073", "A0000180"}
    german, english = told["A0000144"], told["A0000038"]
    assert german is not None
    assert english is not None
    assert (german.language, german.text) == ("de", GERMAN)
    assert (english.language, english.text) == ("en", ENGLISH)


def test_another_person_decides_as_customers_pay_more(story: CaseDetail) -> None:
    assert story.advice is not None
    ruling = story.advice.ruling
    assert ruling is not None
    assert (ruling.route, ruling.risk) == ("approval", "medium")
    asked = {check.check_id: check.then for check in ruling.checks}
    assert asked["action"] == asked["amount"] == "approval"


def test_there_is_more_than_a_day_between_what_assay_says_and_the_bill(story: CaseDetail) -> None:
    assert DRAFTS_LEAVE - story.now > timedelta(days=1)
