"""How a case is carried out: which steps in which order, and when the customer hears of it."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from core.governance.canonical import plain
from core.kernel.plan import FailedPayment, Plan, Timing, read_plan, read_timing
from core.kernel.policy import CaseFacts
from core.policy.document import Policy, read_policy, shipped_policy
from core.policy.plan import plan_of
from core.policy.rule import rule
from tests.builders.policy import PLAIN, with_procedures
from tests.unit.policy.test_rule import FACTS

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)  # a Friday, nine o'clock in Warsaw
LEAVES = datetime(2026, 12, 5, 11, tzinfo=UTC)
DRAFT = Timing(NOW, ("Europe/Warsaw",), LEAVES)
ALONE = Timing(NOW, ("Europe/Warsaw",))
UP = replace(PLAIN, amount=Decimal(5), timing=DRAFT)
LATE = replace(UP, invoice="issued", timing=ALONE)
POLICY = shipped_policy()


def the_plan(facts: CaseFacts, policy: Policy = POLICY, **how: Any) -> Plan:
    plan = plan_of(policy, facts, rule(policy, facts).by, **how)
    assert plan is not None
    return plan


def steps(plan: Plan) -> list[tuple[str, str, str]]:
    """Return each step with its times in Warsaw, a dash for none."""
    return [(one.step, _wall(one.at), _wall(one.until)) for one in plan.steps]


def _wall(instant: datetime | None) -> str:
    return f"{instant.astimezone(WARSAW):%d %b %H:%M}" if instant else "-"


def test_a_bill_that_rises_is_held_and_the_customer_hears_of_it_two_days_before_it_leaves() -> None:
    plan = the_plan(UP)

    assert steps(plan) == [
        ("hold_invoice", "-", "-"),
        ("correct", "-", "-"),
        ("notify_customer", "03 Dec 09:00", "03 Dec 12:00"),
        ("release_invoice", "05 Dec 12:00", "-"),
    ]
    assert (plan.told, plan.silence, plan.is_short, plan.lead_hours) == ("before", "", False, 48)


def test_where_too_little_time_is_left_the_held_invoice_waits_for_the_notice() -> None:
    soon = replace(UP, timing=replace(DRAFT, issue_at=NOW + timedelta(hours=30)))

    plan = the_plan(soon)

    assert steps(plan)[2:] == [
        ("notify_customer", "-", "27 Nov 20:00"),
        ("release_invoice", "29 Nov 20:00", "-"),
    ]
    assert not plan.is_short


def test_where_the_invoice_is_not_held_too_short_a_notice_is_said_to_be_short() -> None:
    soon = replace(DRAFT, issue_at=NOW + timedelta(hours=30))
    estimate = replace(UP, action="apply_estimated_charge", timing=soon)

    plan = the_plan(estimate)

    assert [one.step for one in plan.steps] == [
        "request_partner_file", "correct", "notify_customer", "true_up",
    ]  # fmt: skip
    assert plan.is_short
    assert not the_plan(replace(estimate, timing=DRAFT)).is_short


def test_a_charge_on_no_bill_waits_for_its_notice() -> None:
    assert steps(the_plan(LATE)) == [
        ("notify_customer", "-", "27 Nov 20:00"),
        ("correct", "29 Nov 20:00", "-"),
    ]


def test_what_is_found_at_night_is_told_in_the_morning() -> None:
    night = replace(LATE, timing=replace(ALONE, now=datetime(2026, 11, 27, 21, tzinfo=UTC)))

    assert steps(the_plan(night))[0] == ("notify_customer", "28 Nov 09:00", "28 Nov 20:00")


def test_what_is_given_back_on_a_draft_is_told_once_the_bill_has_left() -> None:
    assert steps(the_plan(replace(UP, amount=Decimal(-5))))[2:] == [
        ("release_invoice", "05 Dec 12:00", "-"),
        ("notify_customer", "05 Dec 12:00", "05 Dec 20:00"),
    ]


@pytest.mark.parametrize(
    ("changes", "notify", "silence"),
    [
        ({"contact_allowed": False}, True, "no_consent"),
        ({"segment": None}, True, "no_customer"),
        ({"action": "correct_tariff"}, True, "policy"),
        ({}, False, "not_wanted"),
    ],
)
def test_a_customer_who_is_not_told_is_left_out_of_the_plan_with_the_reason(
    changes: dict[str, Any], notify: bool, silence: str
) -> None:
    plan = the_plan(replace(LATE, **changes), notify=notify)

    assert (plan.silence, plan.told, plan.tells) == (silence, "never", False)
    assert steps(plan) == [("correct", "-", "-")]  # nothing is waited for that nobody hears


OWED = """
[[procedure]]
steps = ["notify_customer", "correct"]
told = "before"
lead_hours = 24
hours = "08:00-18:00"
owed = true
says = "the law asks for it"
"""


def test_a_notice_that_is_owed_needs_no_consent_and_cannot_be_left_out() -> None:
    policy = with_procedures(OWED)

    assert the_plan(replace(LATE, contact_allowed=False), policy, notify=False).tells
    assert not the_plan(replace(LATE, segment=None), policy).tells


def test_an_action_that_tells_the_customer_tells_them_once_in_the_hours() -> None:
    told = replace(LATE, action="notify_customer", amount=Decimal(0))

    assert [one.step for one in the_plan(told).steps] == ["notify_customer"]
    assert the_plan(replace(told, contact_allowed=False)).steps == ()


def a_failure(code: str | None, tries: int = 0, hours_ago: int = 1) -> CaseFacts:
    failure = FailedPayment(code, NOW - timedelta(hours=hours_ago), tries)
    return replace(
        PLAIN, action="retry_payment", invoice="none", root_cause="payment_gateway",
        timing=replace(ALONE, failure=failure),
    )  # fmt: skip


def test_a_payment_is_tried_again_at_the_hours_of_its_failure_code() -> None:
    assert steps(the_plan(a_failure("gateway_error"))) == [
        ("correct", "27 Nov 12:00", "-"),
        ("correct", "28 Nov 12:00", "-"),
        ("correct", "01 Dec 12:00", "-"),
    ]
    assert len(the_plan(a_failure("no_such_code")).steps) == 2  # the last row is for every other code
    assert len(the_plan(a_failure(None)).steps) == 2


def test_a_try_whose_time_has_passed_is_made_at_once_and_the_next_keeps_its_distance() -> None:
    assert [one[1] for one in steps(the_plan(a_failure("gateway_error", hours_ago=50)))] == [
        "-", "28 Nov 09:00", "01 Dec 09:00",
    ]  # fmt: skip


def test_tries_that_were_made_count() -> None:
    assert [one[1] for one in steps(the_plan(a_failure("gateway_error", tries=2)))] == ["30 Nov 08:00"]
    spent = the_plan(a_failure("gateway_error", tries=3))
    assert (spent.steps, spent.barred) == (
        (),
        "It has been tried again 3 times, as often as policy lets it.",
    )


@pytest.mark.parametrize("code", ["expired_card", "stolen_card", "closed_account"])
def test_a_card_or_account_that_takes_none_any_more_is_never_tried_again(code: str) -> None:
    plan = the_plan(a_failure(code))

    assert plan.steps == ()
    assert plan.barred.startswith("Policy never tries it again: the card or account takes no payment")


def test_no_table_lets_a_payment_go_by_itself_that_is_never_tried_again() -> None:
    text = 'version = "x"\n[[check]]\nid = "all"\nasks = "?"\n[[check.row]]\nthen = "pass"\nsays = "yes"\n'
    lenient = read_policy(text + '[[risk]]\nis = "low"\n')

    assert rule(lenient, a_failure("gateway_error")).route == "automatic"
    assert rule(lenient, a_failure("stolen_card")).route == "recommend"


def test_a_customer_who_pays_late_hears_of_the_next_try_a_day_before() -> None:
    facts = replace(a_failure("insufficient_funds", hours_ago=100), root_cause="customer_payment_method")

    assert steps(the_plan(facts))[:2] == [
        ("notify_customer", "-", "27 Nov 20:00"),
        ("correct", "28 Nov 20:00", "-"),
    ]


def test_the_stricter_of_the_checks_and_the_procedure_approves() -> None:
    by = 'by = "product_manager"\nsays = "the law asks for it"'
    policy = with_procedures(OWED.replace('says = "the law asks for it"', by))
    above = replace(PLAIN, amount=Decimal(-2_000), timing=ALONE)

    assert rule(POLICY, above).by == "supervisor"
    assert the_plan(above, policy).by == "product_manager"
    assert the_plan(replace(PLAIN, action="write_off", timing=ALONE)).by == "supervisor"


@pytest.mark.parametrize(
    ("now", "hours", "starts", "ends"),
    [
        # on 29 March 2026 clocks go from 2:00 to 3:00, on 25 October from 3:00 back to 2:00
        ("2026-03-29T00:00:00Z", "02:30-04:00", "03:30 CEST", "04:00 CEST"),
        ("2026-03-28T23:00:00Z", "00:30-02:30", "00:30 CET", "01:30 CET"),
        ("2026-10-24T23:00:00Z", "02:30-04:00", "02:30 CET", "04:00 CET"),
        ("2026-10-24T22:30:00Z", "01:00-02:30", "01:00 CEST", "02:30 CEST"),
        ("2026-03-28T20:00:00Z", "09:00-20:00", "09:00 CEST", "20:00 CEST"),
        ("2026-10-24T20:00:00Z", "09:00-20:00", "09:00 CET", "20:00 CET"),
    ],
)
def test_hours_hold_where_clocks_change(now: str, hours: str, starts: str, ends: str) -> None:
    policy = with_procedures(OWED.replace("08:00-18:00", hours))
    notice = the_plan(replace(LATE, timing=replace(ALONE, now=datetime.fromisoformat(now))), policy).steps[0]

    assert (notice.at, notice.until) != (None, None)
    assert [f"{one.astimezone(WARSAW):%H:%M %Z}" for one in (notice.at, notice.until) if one] == [
        starts,
        ends,
    ]


def test_in_a_country_of_several_zones_the_hours_hold_in_each() -> None:
    timing = replace(ALONE, zones=("Europe/Lisbon", "Atlantic/Madeira", "Atlantic/Azores"))
    notice = the_plan(replace(LATE, timing=replace(timing, now=NOW - timedelta(hours=4)))).steps[0]

    assert notice.at == datetime(2026, 11, 27, 10, tzinfo=UTC)  # nine o'clock on the Azores
    assert notice.until == datetime(2026, 11, 27, 20, tzinfo=UTC)  # eight in the evening in Lisbon


ZONES = st.sampled_from(
    [
        ("Europe/Warsaw",),
        ("Asia/Kolkata",),
        ("Australia/Lord_Howe",),
        ("America/New_York", "Pacific/Honolulu"),
    ]
)
INSTANTS = st.timedeltas(timedelta(days=-330), timedelta(days=200)).map(lambda length: NOW + length)
TIMINGS = st.builds(
    lambda now, zones, leaves, failure: Timing(
        now, zones, now + leaves if leaves else None, failure and FailedPayment(*failure)
    ),
    INSTANTS,
    ZONES,
    st.none() | st.timedeltas(timedelta(minutes=1), timedelta(days=40)),
    st.none()
    | st.tuples(st.sampled_from(["gateway_error", "stolen_card", None]), INSTANTS, st.integers(0, 4)),
)


@hypothesis(deadline=None)
@given(FACTS, TIMINGS)
def test_whatever_the_case_steps_follow_each_other_and_nobody_is_told_outside_the_hours(
    facts: CaseFacts, timing: Timing
) -> None:
    known = replace(
        facts, timing=replace(timing, issue_at=timing.issue_at if facts.invoice == "draft" else None)
    )
    plan = the_plan(known)

    at = [one.at or timing.now for one in plan.steps if one.step != "true_up"]
    assert at == sorted(at)
    assert all(instant >= timing.now for instant in at)
    for one in plan.steps:
        if one.step == "notify_customer":
            assert facts.contact_allowed
            assert facts.segment is not None
            for zone in map(ZoneInfo, timing.zones):
                start = f"{(one.at or timing.now).astimezone(zone):%H:%M}"
                end = one.until.astimezone(zone) if one.until else timing.now
                assert "09:00" <= start < "20:00"
                assert f"{end - timedelta(microseconds=1):%H:%M}" < "20:00"
    assert read_plan(plain(asdict(plan))) == plan  # type: ignore[arg-type]
    assert read_timing(plain(asdict(timing))) == timing  # type: ignore[arg-type]


def test_a_case_of_an_older_version_has_no_plan() -> None:
    assert plan_of(POLICY, PLAIN, None) is None
