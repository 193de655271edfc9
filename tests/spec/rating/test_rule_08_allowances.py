"""Rule 8: who draws from which allowance, in which order, and what it makes free."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.builders.rows import (
    allowance,
    call,
    data,
    forwarded,
    local,
    product,
    product_grant,
    promotion,
    promotion_grant,
    subscription,
    tariff,
)
from tests.spec.rating.engines import Rate

PER_SECOND = [tariff(rate="1")]
FAMILY = [subscription("S1"), subscription("S2")]


# What an allowance covers


def test_what_is_covered_is_free_and_the_rest_is_charged(rate: Rate) -> None:
    bill = rate(tariffs=PER_SECOND, allowances=[allowance(quantity=100)], usage=[call(seconds=130)])
    (line,) = bill.usage
    assert (line["quantity"], line["free_quantity"], line["amount"]) == (130, 100, Decimal(30))


@pytest.mark.parametrize(
    "other",
    [
        {"plan_id": "P2"},
        {"service": "data"},
        {"direction": "mt"},
        {"destination_zone": "eu"},
        {"roaming_zone": "eu"},
        {"valid_to": "2026-03-10 12:00"},
        {"valid_from": "2026-03-10 12:00:01"},
    ],
    ids=str,
)
def test_an_allowance_for_something_else_covers_nothing(rate: Rate, other: dict[str, Any]) -> None:
    assert rate(tariffs=PER_SECOND, allowances=[allowance(**other)], usage=[call()]).free == [0]


@pytest.mark.parametrize(
    "same",
    [
        {"plan_id": "P1"},
        {"direction": "mo"},
        {"destination_zone": "national"},
        {"roaming_zone": "home"},
        {"valid_from": "2026-03-10 12:00"},
    ],
    ids=str,
)
def test_an_allowance_matches_like_a_tariff(rate: Rate, same: dict[str, Any]) -> None:
    assert rate(tariffs=PER_SECOND, allowances=[allowance(**same)], usage=[call()]).free == [60]


def test_an_unknown_number_draws_only_from_an_allowance_for_any_zone(rate: Rate) -> None:
    allowances = [allowance("AL1", destination_zone="unknown"), allowance("AL2", quantity=7)]
    bill = rate(tariffs=PER_SECOND, allowances=allowances, usage=[call(other_party="99123")])
    assert bill.free == [7]


# In which order sessions draw


def test_sessions_draw_in_order_of_their_start(rate: Rate) -> None:
    usage = [call("2026-03-11 12:00", 60), call("2026-03-10 12:00", 60)]
    bill = rate(tariffs=PER_SECOND, allowances=[allowance(quantity=100)], usage=usage)
    assert bill.free == [60, 40]


def test_of_two_sessions_at_one_instant_the_smaller_event_id_draws_first(rate: Rate) -> None:
    usage = [call(event_id="E-b"), call(event_id="E-a")]
    bill = rate(tariffs=PER_SECOND, allowances=[allowance(quantity=100)], usage=usage)
    assert [(line["event_id"], line["free_quantity"]) for line in bill.usage] == [("E-a", 60), ("E-b", 40)]


def test_a_session_draws_its_rounded_quantity(rate: Rate) -> None:
    usage = [call("2026-03-10 12:00", 1), call("2026-03-10 13:00", 1)]
    bill = rate(tariffs=[tariff(rate="1", increment=60)], allowances=[allowance(quantity=100)], usage=usage)
    assert bill.free == [60, 40]


def test_a_package_session_draws_what_it_is(rate: Rate) -> None:
    tariffs = [tariff(tier_mode="package", rate="5", increment=60)]
    bill = rate(tariffs=tariffs, allowances=[allowance(quantity=100)], usage=[call(seconds=101)])
    assert (bill.free, bill.amount) == ([100], Decimal(5))


def test_the_earliest_part_of_a_call_is_covered_first(rate: Rate) -> None:
    tariffs = [tariff("T1", days="tue", rate="5"), tariff("T2", days="wed", rate="1")]
    usage = [call("2026-03-10 23:59", 120)]
    bill = rate(tariffs=tariffs, allowances=[allowance(quantity=60)], usage=usage)
    assert bill.amount == Decimal(60)


# In which order allowances are drawn


def left_after_one_call(rate: Rate, allowances: list[dict], **streams: Any) -> list[int]:
    """Draw 60 seconds; then a call to abroad shows what is left of the allowance that covers it too."""
    usage = [call("2026-03-10 12:00", 60), call("2026-03-10 13:00", 100, other_party="4915100000")]
    return rate(tariffs=PER_SECOND, allowances=allowances, usage=usage, **streams).free


def test_the_lowest_priority_is_drawn_first(rate: Rate) -> None:
    wide = {"quantity": 100}
    national = {"quantity": 100, "destination_zone": "national"}
    both = [allowance("AL1", priority=2, **wide), allowance("AL2", priority=1, **national)]
    assert left_after_one_call(rate, both) == [60, 100]
    both = [allowance("AL1", priority=2, **national), allowance("AL2", priority=1, **wide)]
    assert left_after_one_call(rate, both) == [60, 40]


def test_of_one_priority_the_smaller_id_is_drawn_first(rate: Rate) -> None:
    both = [allowance("AL2", quantity=100), allowance("AL1", quantity=100, destination_zone="national")]
    assert left_after_one_call(rate, both) == [60, 100]
    both = [allowance("AL1", quantity=100), allowance("AL2", quantity=100, destination_zone="national")]
    assert left_after_one_call(rate, both) == [60, 40]


def test_what_one_allowance_cannot_cover_the_next_one_does(rate: Rate) -> None:
    both = [allowance("AL1", quantity=50), allowance("AL2", quantity=20)]
    assert rate(tariffs=PER_SECOND, allowances=both, usage=[call(seconds=100)]).free == [70]


# The connect fee


def test_a_session_that_is_wholly_free_pays_no_connect_fee(rate: Rate) -> None:
    tariffs = [tariff(rate="1", connect_fee="0.50")]
    bill = rate(tariffs=tariffs, allowances=[allowance(quantity=60)], usage=[call(seconds=60)])
    assert bill.amount == 0


def test_a_session_that_is_free_but_for_a_second_pays_it(rate: Rate) -> None:
    tariffs = [tariff(rate="1", connect_fee="0.50")]
    bill = rate(tariffs=tariffs, allowances=[allowance(quantity=59)], usage=[call(seconds=60)])
    assert bill.amount == Decimal("1.50")


# Scope, cycle and plan change


def two_phones(first: int, second: int) -> list[dict]:
    return [call("2026-03-10 12:00", first, imsi="I1"), call("2026-03-10 13:00", second, imsi="I2")]


def test_an_account_shares_one_pool(rate: Rate) -> None:
    shared = [allowance(quantity=100, scope="account")]
    bill = rate(tariffs=PER_SECOND, subscriptions=FAMILY, allowances=shared, usage=two_phones(70, 70))
    assert bill.free == [70, 30]


def test_each_subscription_has_a_pool_of_its_own(rate: Rate) -> None:
    own = [allowance(quantity=100, scope="subscription")]
    bill = rate(tariffs=PER_SECOND, subscriptions=FAMILY, allowances=own, usage=two_phones(70, 120))
    assert bill.free == [70, 100]


def test_two_accounts_share_nothing(rate: Rate) -> None:
    strangers = [subscription("S1"), subscription("S2", account_id="A2")]
    shared = [allowance(quantity=100, scope="account")]
    bill = rate(tariffs=PER_SECOND, subscriptions=strangers, allowances=shared, usage=two_phones(70, 70))
    assert bill.free == [70, 70]


def test_each_cycle_has_the_full_allowance(rate: Rate) -> None:
    usage = [call("2026-03-31 12:00", 80), call("2026-04-01 12:00", 120)]
    assert rate(tariffs=PER_SECOND, allowances=[allowance()], usage=usage).free == [80, 100]


def test_nothing_is_prorated_and_a_plan_change_brings_the_full_allowance(rate: Rate) -> None:
    rows = [
        subscription(plan_id="P1", valid_from="2026-03-05 00:00", valid_to="2026-03-20 00:00"),
        subscription(plan_id="P2", valid_from="2026-03-20 00:00"),
    ]
    own = [allowance("AL1", plan_id="P1", quantity=100), allowance("AL2", plan_id="P2", quantity=50)]
    usage = [call("2026-03-10 12:00", 90), call("2026-03-21 12:00", 90)]
    bill = rate(tariffs=PER_SECOND, subscriptions=rows, allowances=own, usage=usage)
    assert bill.free == [90, 50]


# Free units and passes are allowances too

FREE_UNITS = promotion(kind="free_units", value="40", applies_to="voice")


@pytest.mark.parametrize(
    ("applies_to", "free"), [("voice", [40]), ("usage", [40]), ("sms", [0]), ("recurring", [0])]
)
def test_free_units_cover_the_service_they_apply_to(rate: Rate, applies_to: str, free: list[int]) -> None:
    given = FREE_UNITS | {"applies_to": applies_to}
    usage = [call(direction="mt", serving_plmn="26201")]
    granted = {"promotions": [given], "promotion_grants": [promotion_grant()]}
    assert rate(tariffs=PER_SECOND, usage=usage, **granted).free == free


def test_free_units_are_drawn_before_the_plans_own(rate: Rate) -> None:
    """The call of 60 s takes the 40 free units and 20 of the plan's; 80 are left for abroad."""
    own = [allowance("AL0", priority=0, quantity=100)]
    granted = {"promotions": [FREE_UNITS], "promotion_grants": [promotion_grant()]}
    assert left_after_one_call(rate, own, **granted) == [60, 80]


def test_free_units_are_for_their_subscription_and_come_every_cycle(rate: Rate) -> None:
    usage = [
        call("2026-03-10 12:00", 60),
        call("2026-03-10 13:00", 60, imsi="I2"),
        call("2026-04-02 12:00", 60),
    ]
    granted = {"promotions": [FREE_UNITS], "promotion_grants": [promotion_grant()]}
    bill = rate(tariffs=PER_SECOND, subscriptions=FAMILY, usage=usage, **granted)
    assert bill.free == [40, 0, 40]


def test_free_units_give_nothing_to_a_plan_that_is_not_eligible(rate: Rate) -> None:
    granted = {"promotions": [FREE_UNITS | {"plans": "P2,P3"}], "promotion_grants": [promotion_grant()]}
    assert rate(tariffs=PER_SECOND, usage=[call()], **granted).free == [0]


def voice_pass(valid_from: str = "2026-03-30 12:00") -> dict[str, Any]:
    given = product(kind="pass", service="voice", quantity=50, duration_hours=48)
    grant = product_grant(valid_from=valid_from)
    return {"products": [given], "product_grants": [grant]}


def test_a_pass_is_drawn_before_all_others(rate: Rate) -> None:
    """A call of 50 s takes the whole pass; 40 free units and 100 of the plan are left when it has ended."""
    streams = voice_pass("2026-03-10 12:00")
    streams |= {"promotions": [FREE_UNITS], "promotion_grants": [promotion_grant()]}
    usage = [call("2026-03-10 13:00", 50), call("2026-03-20 14:00", 200)]
    bill = rate(tariffs=PER_SECOND, allowances=[allowance()], usage=usage, **streams)
    assert bill.free == [50, 140]


def test_a_pass_lasts_its_hours_from_its_start(rate: Rate) -> None:
    usage = [
        call("2026-03-30 11:59:59", 10),
        call("2026-03-30 12:00", 10),
        call("2026-04-01 11:59:59", 10),
        call("2026-04-01 12:00", 10),
    ]
    assert rate(tariffs=PER_SECOND, usage=usage, **voice_pass()).free == [0, 10, 10, 0]


def test_a_pass_is_used_up_once_whatever_the_cycle(rate: Rate) -> None:
    usage = [call("2026-03-31 12:00", 30), call("2026-04-01 11:00", 30)]
    assert rate(tariffs=PER_SECOND, usage=usage, **voice_pass()).free == [30, 20]


@pytest.mark.parametrize(
    "other", [{"destination_zone": "eu"}, {"roaming_zone": "eu"}, {"kind": "recurring"}], ids=str
)
def test_a_pass_for_other_zones_covers_nothing(rate: Rate, other: dict[str, Any]) -> None:
    streams = voice_pass()
    streams["products"] = [streams["products"][0] | other]
    assert rate(tariffs=PER_SECOND, usage=[call("2026-03-30 13:00")], **streams).free == [0]


def test_a_pass_covers_its_service_only(rate: Rate) -> None:
    tariffs = [tariff(service="data", unit="mb", rate="1")]
    assert rate(tariffs=tariffs, usage=[data("2026-03-30 13:00")], **voice_pass()).free == [0]


def test_a_pass_without_hours_lasts_until_its_grant_ends(rate: Rate) -> None:
    streams = voice_pass()
    streams["products"] = [streams["products"][0] | {"duration_hours": None}]
    end = local("2026-03-30 14:00")
    streams["product_grants"] = [streams["product_grants"][0] | {"valid_to": end}]
    usage = [call("2026-03-30 13:59:59", 10), call("2026-03-30 14:00", 10)]
    assert rate(tariffs=PER_SECOND, usage=usage, **streams).free == [10, 0]


def test_a_pass_without_a_quantity_is_without_limit(rate: Rate) -> None:
    streams = voice_pass()
    streams["products"] = [streams["products"][0] | {"quantity": None}]
    assert rate(tariffs=PER_SECOND, usage=[call("2026-03-30 13:00", 80_000)], **streams).free == [
        39_600 + 40_400
    ]


def test_usage_that_arrived_without_its_event_draws_as_well(rate: Rate) -> None:
    records = forwarded([call(seconds=70)])
    bill = rate(tariffs=PER_SECOND, allowances=[allowance()], usage_events=[], mediation_records=records)
    assert bill.free == [70]
