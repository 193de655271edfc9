"""Rule 6: a call is cut at local midnight and where the winning ladder changes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.builders.rows import call, data, parts_of, tariff
from tests.spec.rating.engines import Rate

DAY = {"from_time": "08:00", "to_time": "20:00"}
NIGHT = {"from_time": "20:00", "to_time": "08:00"}
AUTUMN = {"as_of": "2026-11-10 12:00"}


def test_a_call_is_cut_at_midnight_also_where_the_price_stays_the_same(rate: Rate) -> None:
    """Half a minute on either side of midnight is two started minutes."""
    bill = rate(tariffs=[tariff(rate="1", increment=60)], usage=[call("2026-03-10 23:59:30", 60)])
    assert (bill.usage[0]["quantity"], bill.amount) == (120, Decimal(120))


def test_a_call_over_two_midnights_has_three_parts(rate: Rate) -> None:
    usage = [call("2026-03-10 23:59:59", 86_402)]
    bill = rate(tariffs=[tariff(rate="1", increment=100_000)], usage=usage)
    assert bill.usage[0]["quantity"] == 300_000


def test_a_call_that_ends_at_midnight_is_not_cut(rate: Rate) -> None:
    bill = rate(tariffs=[tariff(rate="1", increment=60)], usage=[call("2026-03-10 23:59:30", 30)])
    assert bill.usage[0]["quantity"] == 60


def test_each_part_is_priced_by_its_own_ladder_and_the_line_names_the_first(rate: Rate) -> None:
    tariffs = [tariff("T1", rate="3", **DAY), tariff("T2", rate="1", **NIGHT)]
    bill = rate(tariffs=tariffs, usage=[call("2026-03-10 19:59:50", 30)])
    assert (bill.amount, bill.usage[0]["tariff_id"]) == (Decimal(10 * 3 + 20 * 1), "T1")


def test_the_increment_applies_to_each_part(rate: Rate) -> None:
    tariffs = [tariff("T1", rate="3", increment=60, **DAY), tariff("T2", rate="1", increment=6, **NIGHT)]
    bill = rate(tariffs=tariffs, usage=[call("2026-03-10 19:59:50", 30)])
    assert (bill.usage[0]["quantity"], bill.amount) == (60 + 24, Decimal(60 * 3 + 24 * 1))


def test_connect_fee_and_minimum_apply_to_the_first_part_only(rate: Rate) -> None:
    tariffs = [
        tariff("T1", rate="3", minimum=40, connect_fee="0.50", **DAY),
        tariff("T2", rate="1", minimum=90, connect_fee="7", **NIGHT),
    ]
    bill = rate(tariffs=tariffs, usage=[call("2026-03-10 19:59:50", 30)])
    assert bill.amount == Decimal("0.50") + 40 * 3 + 20 * 1


def test_edges_of_ladders_that_do_not_win_do_not_cut(rate: Rate) -> None:
    tariffs = [
        tariff("T1", plan_id="P1", rate="1", increment=60),
        tariff("T2", rate="9", from_time="12:00", to_time="12:01"),
    ]
    bill = rate(tariffs=tariffs, usage=[call("2026-03-10 11:59:45", 90)])
    assert bill.usage[0]["quantity"] == 120


def test_a_new_price_in_the_middle_of_a_call_cuts_it(rate: Rate) -> None:
    tariffs = [
        tariff("T1", rate="1", valid_to="2026-03-10 12:00:20"),
        tariff("T2", rate="2", valid_from="2026-03-10 12:00:20"),
    ]
    assert rate(tariffs=tariffs, usage=[call("2026-03-10 12:00", 60)]).amount == Decimal(20 + 80)


def test_the_start_is_cut_to_the_whole_second(rate: Rate) -> None:
    """The new price begins 0.3 s into the second in which the call starts: too late for that second."""
    tariffs = [
        tariff("T1", rate="1", valid_to="2026-03-10 12:00:00.300000"),
        tariff("T2", rate="2", valid_from="2026-03-10 12:00:00.300000"),
    ]
    bill = rate(tariffs=tariffs, usage=[call("2026-03-10 12:00:00.500000", 60)])
    assert (bill.amount, bill.usage[0]["tariff_id"]) == (Decimal(1 + 2 * 59), "T1")


def test_a_call_that_starts_within_a_second_before_an_edge_has_that_second_before_it(rate: Rate) -> None:
    tariffs = [tariff("T1", rate="3", **DAY), tariff("T2", rate="1", **NIGHT)]
    bill = rate(tariffs=tariffs, usage=[call("2026-03-10 19:59:59.900000", 10)])
    assert bill.amount == Decimal(3 + 9)


def test_partial_records_run_on_in_elapsed_seconds_from_the_first(rate: Rate) -> None:
    """The second part began five minutes after midnight; of 900 s, 600 lie before midnight all the same."""
    usage = parts_of([call("2026-03-10 23:50", 600), call("2026-03-11 00:05", 300)])
    tariffs = [tariff("T1", days="tue", rate="1"), tariff("T2", days="wed", rate="2")]
    assert rate(tariffs=tariffs, usage=usage).amount == Decimal(600 + 600)


def test_other_services_are_priced_by_the_band_in_which_they_started(rate: Rate) -> None:
    cheap, dear = (
        {"service": "data", "unit": "kb", "rate": "1"},
        {"service": "data", "unit": "kb", "rate": "5"},
    )
    tariffs = [tariff("T1", **cheap, **DAY), tariff("T2", **dear, **NIGHT)]
    usage = [data("2026-03-10 19:59:59.999999", 1000, duration_s=3600), data("2026-03-10 20:00", 1000)]
    assert rate(tariffs=tariffs, usage=usage).amounts == [Decimal(1), Decimal(5)]


# The hour that comes twice: on 25 October 2026 the clock goes from 03:00 back to 02:00

BEFORE_AND_AFTER_HALF_PAST_TWO = [
    tariff("T1", rate="1", from_time="00:00", to_time="02:30"),
    tariff("T2", rate="2", from_time="02:30", to_time="00:00"),
]


@pytest.mark.parametrize(
    ("started_at", "seconds", "amount"),
    [
        pytest.param("2026-10-25 02:29", 60, 60, id="before the edge on the first pass"),
        pytest.param("2026-10-25 02:29", 120, 60 + 120, id="over the edge on the first pass"),
        pytest.param("2026-10-25 02:29+1", 120, 240, id="the edge does not come twice"),
        pytest.param("2026-10-25 02:59", 120, 240, id="turning the clock back opens no band again"),
    ],
)
def test_an_edge_in_a_repeated_hour_lies_at_its_first_pass(
    rate: Rate, started_at: str, seconds: int, amount: int
) -> None:
    usage = [call(started_at, seconds)]
    bill = rate(settings=AUTUMN, tariffs=BEFORE_AND_AFTER_HALF_PAST_TWO, usage=usage)
    assert bill.amount == Decimal(amount)


# The hour that is skipped: on 29 March 2026 the clock goes from 02:00 to 03:00


@pytest.mark.parametrize(
    ("started_at", "seconds", "amount"),
    [
        pytest.param("2026-03-29 01:59", 60, 60, id="up to the jump"),
        pytest.param("2026-03-29 01:59", 120, 60 + 120, id="over the jump"),
        pytest.param("2026-03-29 03:10", 60, 120, id="after the jump"),
    ],
)
def test_an_edge_in_a_skipped_hour_lies_at_the_jump(
    rate: Rate, started_at: str, seconds: int, amount: int
) -> None:
    bill = rate(tariffs=BEFORE_AND_AFTER_HALF_PAST_TWO, usage=[call(started_at, seconds)])
    assert bill.amount == Decimal(amount)


def test_a_band_that_lies_in_the_skipped_hour_does_not_happen(rate: Rate) -> None:
    within: dict[str, Any] = {"from_time": "02:10", "to_time": "02:50"}
    tariffs = [tariff("T1", rate="1"), tariff("T2", rate="9", **within)]
    assert rate(tariffs=tariffs, usage=[call("2026-03-29 01:59", 120)]).amount == Decimal(120)


def test_a_call_through_the_short_night_is_as_long_as_it_took(rate: Rate) -> None:
    """From 23:59 to 06:00 local are six hours and a minute on the wall, five and a minute elapsed."""
    tariffs = [
        tariff("T1", rate="1", from_time="00:00", to_time="06:00"),
        tariff("T2", rate="0", from_time="06:00", to_time="00:00"),
    ]
    assert rate(tariffs=tariffs, usage=[call("2026-03-28 23:59", 7 * 3600)]).amount == Decimal(5 * 3600)
