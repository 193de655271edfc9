"""Rule 9: prices that depend on how much was used before: in the cycle (tiers) or in the session (slots)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.builders.rows import allowance, call, data, subscription, tariff
from tests.spec.rating.engines import Rate

TIERS = [tariff("T1", rate="5"), tariff("T2", rate="1", tier_from=100)]


# Graduated


def test_a_session_that_crosses_an_edge_is_priced_in_parts(rate: Rate) -> None:
    usage = [call("2026-03-10 12:00", 90), call("2026-03-10 13:00", 30)]
    assert rate(tariffs=TIERS, usage=usage).amounts == [Decimal(450), Decimal(10 * 5 + 20 * 1)]


def test_the_unit_at_the_edge_has_the_new_price(rate: Rate) -> None:
    usage = [call("2026-03-10 12:00", 100), call("2026-03-10 13:00", 1)]
    assert rate(tariffs=TIERS, usage=usage).amounts == [Decimal(500), Decimal(1)]


def test_a_session_may_cross_several_edges(rate: Rate) -> None:
    tariffs = [*TIERS, tariff("T3", rate="0.5", tier_from=150)]
    assert rate(tariffs=tariffs, usage=[call(seconds=200)]).amount == Decimal(500 + 50 + 25)


def test_free_quantity_does_not_count(rate: Rate) -> None:
    usage = [call("2026-03-10 12:00", 90), call("2026-03-10 13:00", 110)]
    bill = rate(tariffs=TIERS, allowances=[allowance(quantity=90)], usage=usage)
    assert bill.amounts == [Decimal(0), Decimal(100 * 5 + 10 * 1)]


def test_the_service_counts_in_any_zone_and_direction_and_at_a_rate_of_nothing(rate: Rate) -> None:
    tariffs = [
        tariff("T1", rate="5", roaming_zone="home", direction="mo"),
        tariff("T2", rate="1", roaming_zone="home", direction="mo", tier_from=100),
        tariff("T3", rate="0"),
    ]
    usage = [
        call("2026-03-10 12:00", 40, direction="mt"),
        call("2026-03-10 13:00", 50, serving_plmn="26201"),
        call("2026-03-10 14:00", 20),
    ]
    assert rate(tariffs=tariffs, usage=usage).amounts == [0, 0, Decimal(10 * 5 + 10 * 1)]


def test_the_rounded_quantity_counts(rate: Rate) -> None:
    tariffs = [tariff("T1", rate="5", increment=60), tariff("T2", rate="1", increment=60, tier_from=60)]
    usage = [call("2026-03-10 12:00", 1), call("2026-03-10 13:00", 1)]
    assert rate(tariffs=tariffs, usage=usage).amounts == [Decimal(300), Decimal(60)]


def test_another_service_does_not_count(rate: Rate) -> None:
    tariffs = [*TIERS, tariff("T9", service="data", unit="kb", rate="0")]
    usage = [data("2026-03-10 12:00", 1000), call("2026-03-10 13:00", 10)]
    assert rate(tariffs=tariffs, usage=usage).amounts == [0, Decimal(50)]


def test_another_subscription_does_not_count(rate: Rate) -> None:
    usage = [call("2026-03-10 12:00", 100), call("2026-03-10 13:00", 10, imsi="I2")]
    family = [subscription("S1"), subscription("S2")]
    assert rate(tariffs=TIERS, subscriptions=family, usage=usage).amounts == [Decimal(500), Decimal(50)]


def test_the_count_goes_on_over_a_plan_change_and_begins_anew_with_the_cycle(rate: Rate) -> None:
    rows = [
        subscription(plan_id="P1", valid_to="2026-03-11 00:00"),
        subscription(plan_id="P2", valid_from="2026-03-11 00:00"),
    ]
    usage = [call("2026-03-10 12:00", 100), call("2026-03-12 12:00", 10), call("2026-04-02 12:00", 10)]
    bill = rate(tariffs=TIERS, subscriptions=rows, usage=usage)
    assert bill.amounts == [Decimal(500), Decimal(10), Decimal(50)]


def test_the_second_part_of_a_call_goes_on_where_the_first_ended(rate: Rate) -> None:
    bill = rate(tariffs=TIERS, usage=[call("2026-03-10 23:58:40", 120)])
    assert bill.amount == Decimal(80 * 5 + 20 * 5 + 20 * 1)


# Volume

VOLUME = [row | {"tier_mode": "volume"} for row in TIERS]


def test_the_total_of_the_cycle_decides_the_price_of_all_of_it(rate: Rate) -> None:
    usage = [call("2026-03-10 12:00", 60), call("2026-03-20 12:00", 60)]
    assert rate(tariffs=VOLUME, usage=usage).amounts == [Decimal(60), Decimal(60)]


def test_a_total_at_an_edge_is_still_below_it(rate: Rate) -> None:
    assert rate(tariffs=VOLUME, usage=[call(seconds=100)]).amount == Decimal(500)
    assert rate(tariffs=VOLUME, usage=[call(seconds=101)]).amount == Decimal(101)


def test_only_what_is_charged_in_that_ladder_counts_for_its_volume(rate: Rate) -> None:
    tariffs = [row | {"direction": "mo"} for row in VOLUME] + [tariff("T9", rate="0", direction="mt")]
    usage = [
        call("2026-03-10 12:00", 60),
        call("2026-03-11 12:00", 60, direction="mt"),
        call("2026-03-12 12:00", 60),
    ]
    bill = rate(tariffs=tariffs, allowances=[allowance(quantity=30, direction="mo")], usage=usage)
    assert bill.amounts == [Decimal(150), 0, Decimal(300)]


def test_an_open_cycle_uses_its_total_so_far(rate: Rate) -> None:
    usage = [call("2026-04-02 12:00", 60), call("2026-04-09 12:00", 60)]
    early = {"as_of": "2026-04-08 12:00"}
    assert rate(settings=early, tariffs=VOLUME, usage=usage).amounts == [Decimal(300)]
    assert rate(tariffs=VOLUME, usage=usage).amounts == [Decimal(60), Decimal(60)]


# Package

BLOCKS = [tariff(tier_mode="package", rate="3", increment=100, unit="minute")]


@pytest.mark.parametrize(
    ("sizes", "amounts"),
    [
        pytest.param([1], [3], id="a started block costs its whole price"),
        pytest.param([100], [3], id="a full block starts no other"),
        pytest.param([101], [6], id="one more unit starts the next"),
        pytest.param([60, 30, 20], [3, 0, 3], id="a block is on the line that starts it"),
        pytest.param([250, 40, 30], [9, 0, 3], id="later sessions use up what is left of the last block"),
    ],
)
def test_blocks_are_sold(rate: Rate, sizes: list[int], amounts: list[int]) -> None:
    usage = [call(f"2026-03-{10 + n} 12:00", size) for n, size in enumerate(sizes)]
    assert rate(tariffs=BLOCKS, usage=usage).amounts == amounts


def test_free_quantity_starts_no_block(rate: Rate) -> None:
    usage = [call("2026-03-10 12:00", 150), call("2026-03-11 12:00", 60)]
    bill = rate(tariffs=BLOCKS, allowances=[allowance(quantity=100)], usage=usage)
    assert bill.amounts == [Decimal(3), Decimal(3)]


def test_each_subscription_and_cycle_starts_blocks_of_its_own(rate: Rate) -> None:
    usage = [call("2026-03-10 12:00"), call("2026-03-11 12:00", imsi="I2"), call("2026-04-02 12:00")]
    family = [subscription("S1"), subscription("S2")]
    assert rate(tariffs=BLOCKS, subscriptions=family, usage=usage).amounts == [3, 3, 3]


def test_each_ladder_has_blocks_of_its_own(rate: Rate) -> None:
    tariffs = [BLOCKS[0], tariff("T2", tier_mode="package", rate="7", increment=100, direction="mt")]
    usage = [call("2026-03-10 12:00", 10), call("2026-03-11 12:00", 10, direction="mt")]
    assert rate(tariffs=tariffs, usage=usage).amounts == [Decimal(3), Decimal(7)]


def test_what_packages_charge_counts_for_the_tiers_of_the_service(rate: Rate) -> None:
    tariffs = [row | {"direction": "mo"} for row in TIERS]
    tariffs.append(tariff("T9", tier_mode="package", rate="7", increment=1000, direction="mt"))
    usage = [call("2026-03-10 12:00", 95, direction="mt"), call("2026-03-11 12:00", 10)]
    assert rate(tariffs=tariffs, usage=usage).amounts == [Decimal(7), Decimal(25 + 5)]


# Slots

SLOTS = [tariff("T1", rate="9"), tariff("T2", rate="1", slot_from=60)]


def test_the_first_minute_may_cost_other_than_the_rest(rate: Rate) -> None:
    usage = [call("2026-03-10 12:00", 90), call("2026-03-10 13:00", 60)]
    assert rate(tariffs=SLOTS, usage=usage).amounts == [Decimal(60 * 9 + 30), Decimal(60 * 9)]


def test_slots_count_the_rounded_quantity(rate: Rate) -> None:
    tariffs = [row | {"increment": 40} for row in SLOTS]
    assert rate(tariffs=tariffs, usage=[call(seconds=41)]).amount == Decimal(60 * 9 + 20)


def test_slots_count_free_quantity_too(rate: Rate) -> None:
    bill = rate(tariffs=SLOTS, allowances=[allowance(quantity=50)], usage=[call(seconds=90)])
    assert bill.amount == Decimal(10 * 9 + 30)


def test_slots_go_on_over_the_parts_of_a_call(rate: Rate) -> None:
    bill = rate(tariffs=SLOTS, usage=[call("2026-03-10 23:59:15", 90)])
    assert bill.amount == Decimal(60 * 9 + 30)
