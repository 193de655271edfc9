"""Rule 1: a usage event belongs to the CRM row whose SIM matches and whose period holds its start."""

from __future__ import annotations

from decimal import Decimal

from tests.builders.rows import LONG_AGO, call, forwarded, mediated, subscription, tariff
from tests.spec.rating.engines import Rate

TWO_PLANS = [tariff("T1", plan_id="P1", rate="1"), tariff("T2", plan_id="P2", rate="2")]
CHANGE = "2026-03-10 12:00"


def changing_plan() -> list[dict]:
    return [
        subscription(plan_id="P1", valid_to=CHANGE),
        subscription(plan_id="P2", valid_from=CHANGE),
    ]


def test_usage_is_priced_on_the_plan_of_the_row_that_holds_its_start(rate: Rate) -> None:
    usage = [call("2026-03-10 11:59:59", 10), call("2026-03-10 13:00", 10)]
    bill = rate(tariffs=TWO_PLANS, subscriptions=changing_plan(), usage=usage)
    assert bill.amounts == [Decimal(10), Decimal(20)]
    assert [line["plan_id"] for line in bill.usage] == ["P1", "P2"]


def test_a_row_holds_its_first_moment_and_not_its_last(rate: Rate) -> None:
    bill = rate(tariffs=TWO_PLANS, subscriptions=changing_plan(), usage=[call(CHANGE, 10)])
    assert bill.usage[0]["plan_id"] == "P2"


def test_a_call_that_goes_on_past_a_plan_change_stays_on_its_plan(rate: Rate) -> None:
    usage = [call("2026-03-10 11:59:50", 60)]
    bill = rate(tariffs=TWO_PLANS, subscriptions=changing_plan(), usage=usage)
    assert bill.amount == Decimal(60)


def test_of_two_rows_the_one_that_began_last_counts(rate: Rate) -> None:
    rows = [
        subscription("S1", imsi="I1", plan_id="P1"),
        subscription("S9", imsi="I1", plan_id="P2", valid_from="2026-02-01 00:00"),
    ]
    bill = rate(tariffs=TWO_PLANS, subscriptions=rows, usage=[call(seconds=10)])
    assert (bill.usage[0]["subscription_id"], bill.amount) == ("S9", Decimal(20))


def test_the_sim_decides_and_not_where_mediation_guided_the_record(rate: Rate) -> None:
    usage = [call(seconds=10, imsi="I2")]
    bill = rate(
        tariffs=TWO_PLANS,
        subscriptions=[subscription("S1"), subscription("S2", plan_id="P2")],
        usage_events=usage,
        mediation_records=[mediated(usage[0], subscription_id="S1")],
    )
    assert (bill.usage[0]["subscription_id"], bill.amount) == ("S2", Decimal(20))


def test_usage_of_a_sim_that_crm_does_not_know_gets_no_line(rate: Rate) -> None:
    bill = rate(tariffs=TWO_PLANS, usage=[call(imsi="I404")])
    assert bill.usage == []


def test_usage_outside_every_period_of_its_sim_gets_no_line(rate: Rate) -> None:
    rows = [subscription(valid_from=LONG_AGO, valid_to="2026-03-10 12:00")]
    usage = [call("2026-03-10 11:59:59"), call("2026-03-10 12:00")]
    bill = rate(tariffs=TWO_PLANS, subscriptions=rows, usage=usage)
    assert [line["event_id"] for line in bill.usage] == [usage[0]["event_id"]]


def test_without_its_event_a_record_belongs_to_the_subscription_that_mediation_found(rate: Rate) -> None:
    usage = [call(seconds=10)]
    bill = rate(tariffs=TWO_PLANS, usage_events=[], mediation_records=forwarded(usage))
    assert (bill.usage[0]["subscription_id"], bill.amount) == ("S1", Decimal(10))


def test_without_crm_each_sim_is_its_own_customer_on_the_prices_of_every_plan(rate: Rate) -> None:
    bill = rate(
        tariffs=[tariff(rate="3")],
        subscriptions=[],
        accounts=[],
        plans=[],
        usage_events=[call(seconds=10, imsi="I7")],
        mediation_records=[],
    )
    assert (bill.usage[0]["subscription_id"], bill.amount) == ("I7", Decimal(30))


def test_without_crm_and_usage_a_record_belongs_to_the_subscription_that_mediation_found(rate: Rate) -> None:
    bill = rate(
        tariffs=[tariff(rate="3")],
        subscriptions=[],
        accounts=[],
        plans=[],
        usage_events=[],
        mediation_records=forwarded([call(seconds=10)]),
    )
    assert (bill.usage[0]["account_id"], bill.amount) == ("S1", Decimal(30))
