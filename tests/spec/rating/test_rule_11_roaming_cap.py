"""Rule 11: roaming data stops costing at the plan's cap, unless the customer consented."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.builders.rows import (
    allowance,
    call,
    consent,
    data,
    plan,
    promotion,
    promotion_grant,
    subscription,
    tariff,
)
from tests.spec.rating.engines import Bill, Rate

PRICES = [tariff("T1", service="data", unit="kb", rate="1"), tariff("T2", rate="1")]


def roam(day: int, kilobytes: int, **columns: Any) -> dict[str, Any]:
    return data(f"2026-03-{day} 12:00", kilobytes * 1000, **({"serving_plmn": "26201"} | columns))


def capped(rate: Rate, usage: list[dict], cap: str | None = "50", **streams: Any) -> Bill:
    plans = [plan(roaming_cap=cap), plan("P2", roaming_cap="80"), plan("P3")]
    return rate(**({"tariffs": PRICES, "plans": plans, "usage": usage} | streams))


def test_the_line_that_reaches_the_cap_is_cut_and_later_ones_cost_nothing(rate: Rate) -> None:
    bill = capped(rate, [roam(10, 30), roam(11, 30), roam(12, 30)])
    assert bill.amounts == [Decimal(30), Decimal(20), Decimal(0)]


def test_lines_past_the_cap_keep_their_quantity(rate: Rate) -> None:
    bill = capped(rate, [roam(10, 60), roam(11, 30)])
    assert [(u["quantity"], u["free_quantity"]) for u in bill.usage] == [(60_000, 0), (30_000, 0)]


def test_data_in_an_unknown_network_is_outside_home(rate: Rate) -> None:
    assert capped(rate, [roam(10, 60, serving_plmn="99999")]).amounts == [Decimal(50)]


def test_data_at_home_is_neither_cut_nor_counted(rate: Rate) -> None:
    bill = capped(rate, [roam(10, 60, serving_plmn="26099"), roam(11, 40)])
    assert bill.amounts == [Decimal(60), Decimal(40)]


def test_calls_abroad_are_neither_cut_nor_counted(rate: Rate) -> None:
    bill = capped(rate, [call("2026-03-10 12:00", 60, serving_plmn="26201"), roam(11, 40)])
    assert bill.amounts == [Decimal(60), Decimal(40)]


def test_each_subscription_and_cycle_has_its_own_cap(rate: Rate) -> None:
    april = data("2026-04-02 12:00", 60_000, serving_plmn="26201")
    bill = capped(
        rate,
        [roam(10, 60), roam(11, 60, imsi="I2"), april],
        subscriptions=[subscription("S1"), subscription("S2")],
    )
    assert bill.amounts == [Decimal(50), Decimal(50), Decimal(50)]


def test_a_plan_without_a_cap_is_not_capped(rate: Rate) -> None:
    assert capped(rate, [roam(10, 60)], cap=None).amounts == [Decimal(60)]


def test_free_data_uses_nothing_of_the_cap(rate: Rate) -> None:
    free = [allowance(service="data", quantity=60_000)]
    assert capped(rate, [roam(10, 60), roam(11, 50)], allowances=free).amounts == [0, Decimal(50)]


def test_the_cap_is_net_and_before_discounts(rate: Rate) -> None:
    half_off = promotion(kind="percent_off", value="50", applies_to="usage")
    bill = capped(rate, [roam(10, 60)], promotions=[half_off], promotion_grants=[promotion_grant()])
    assert (bill.amounts, bill.in_march("discount")) == ([Decimal(50)], [Decimal(-25)])


def test_the_cap_comes_after_the_most_that_a_session_may_cost(rate: Rate) -> None:
    tariffs = [tariff(service="data", unit="kb", rate="1", max_charge="30")]
    assert capped(rate, [roam(10, 60), roam(11, 60)], tariffs=tariffs).amounts == [Decimal(30), Decimal(20)]


@pytest.mark.parametrize(
    ("given", "withdrawn", "amounts"),
    [
        pytest.param("2026-03-11 12:00", None, [40, 40, 0], id="in force from the moment it is given"),
        pytest.param("2026-03-11 12:00:01", None, [40, 10, 40], id="not a moment earlier"),
        pytest.param("2026-03-01 00:00", "2026-03-11 12:00", [40, 10, 0], id="not when it is withdrawn"),
        pytest.param("2026-03-01 00:00", "2026-03-11 12:00:01", [40, 40, 0], id="until it is withdrawn"),
    ],
)
def test_a_consent_is(rate: Rate, given: str, withdrawn: str | None, amounts: list[int]) -> None:
    """The last session of the month is uncut only where the consent still stands on its day."""
    until = withdrawn or ("2026-03-12 00:00" if amounts[2] == 0 else None)
    bill = capped(rate, [roam(10, 40), roam(11, 40), roam(12, 40)], consents=[consent(given, until)])
    assert bill.amounts == amounts


def test_what_a_consent_covers_counts_towards_what_the_cap_has_used(rate: Rate) -> None:
    given = [consent("2026-03-10 00:00", "2026-03-11 00:00")]
    bill = capped(rate, [roam(10, 45), roam(11, 45)], consents=given)
    assert bill.amounts == [Decimal(45), Decimal(5)]


def test_a_consent_of_another_subscription_does_not_help(rate: Rate) -> None:
    given = [consent("2026-03-01 00:00", subscription_id="S2")]
    assert capped(rate, [roam(10, 60)], consents=given).amounts == [Decimal(50)]


def on_two_plans(first: str, second: str) -> list[dict[str, Any]]:
    return [
        subscription(plan_id=first, valid_to="2026-03-11 00:00"),
        subscription(plan_id=second, valid_from="2026-03-11 00:00"),
    ]


def test_the_cap_is_that_of_the_plan_at_the_time_and_what_was_used_stays_used(rate: Rate) -> None:
    bill = capped(rate, [roam(10, 60), roam(11, 60)], subscriptions=on_two_plans("P1", "P2"))
    assert bill.amounts == [Decimal(50), Decimal(30)]


def test_a_lower_cap_after_a_plan_change_gives_nothing_back(rate: Rate) -> None:
    bill = capped(rate, [roam(10, 60), roam(11, 60)], subscriptions=on_two_plans("P2", "P1"))
    assert bill.amounts == [Decimal(60), Decimal(0)]


def test_lines_on_a_plan_without_a_cap_do_not_count(rate: Rate) -> None:
    bill = capped(rate, [roam(10, 60), roam(11, 60)], subscriptions=on_two_plans("P3", "P1"))
    assert bill.amounts == [Decimal(60), Decimal(50)]


def test_data_past_the_cap_counts_in_the_tiers(rate: Rate) -> None:
    tariffs = [
        tariff("T1", service="data", unit="kb", rate="1"),
        tariff("T2", service="data", unit="kb", rate="0.5", tier_from=100_000),
    ]
    home = roam(12, 10, serving_plmn="26099")
    assert capped(rate, [roam(10, 100), home], tariffs=tariffs).amounts == [Decimal(50), Decimal(5)]
