"""Rule 5: which price applies: ladders, what must match, what is more specific, days, times and holidays."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.builders.rows import allowance, call, data, holiday, local, subscription, tariff
from tests.spec.rating.engines import Rate

NOON_TO_ONE = {"from_time": "12:00", "to_time": "13:00"}


# What a ladder is


def test_rows_that_differ_in_tier_and_rate_are_one_ladder_named_by_its_first_row(rate: Rate) -> None:
    tariffs = [tariff("T2", rate="1"), tariff("T1", rate="5", tier_from=10)]
    bill = rate(tariffs=tariffs, usage=[call(seconds=12)])
    assert (bill.usage[0]["tariff_id"], bill.amount) == ("T2", Decimal(20))


def test_rows_that_differ_in_anything_else_are_ladders_of_their_own(rate: Rate) -> None:
    tariffs = [tariff("T1", rate="1"), tariff("T2", rate="5", tier_from=10, increment=2)]
    assert rate(tariffs=tariffs, usage=[call(seconds=12)]).amount == Decimal(12)


@pytest.mark.parametrize("position", [{"tier_from": 10}, {"slot_from": 10}])
def test_rows_without_one_at_the_start_are_no_ladder(rate: Rate, position: dict[str, int]) -> None:
    tariffs = [tariff("T1", plan_id="P1", rate="1", **position), tariff("T2", rate="2")]
    assert rate(tariffs=tariffs, usage=[call(seconds=60)]).amount == Decimal(120)


def test_of_two_rows_at_one_position_the_smaller_id_stands(rate: Rate) -> None:
    tariffs = [tariff("T2", rate="2"), tariff("T1", rate="1"), tariff("T3", rate="3")]
    bill = rate(tariffs=tariffs, usage=[call(seconds=10)])
    assert (bill.usage[0]["tariff_id"], bill.amount) == ("T1", Decimal(10))


# What must match


@pytest.mark.parametrize(
    "other",
    [
        {"plan_id": "P2"},
        {"service": "sms", "unit": "message"},
        {"direction": "mt"},
        {"destination_zone": "eu"},
        {"roaming_zone": "eu"},
        {"days": "mon,wed"},
        {"from_time": "12:01", "to_time": "12:00"},
        {"from_time": "11:00", "to_time": "12:00"},
        {"valid_from": "2026-03-10 12:00:01"},
        {"valid_to": "2026-03-10 12:00"},
    ],
    ids=str,
)
def test_a_session_without_a_matching_price_gets_no_line(rate: Rate, other: dict[str, Any]) -> None:
    """The call is on plan P1, national, at home, on a Tuesday at noon."""
    usage = [call(seconds=10)]
    bill = rate(tariffs=[tariff(rate="1", **other)], usage=usage)
    assert (bill.usage, bill.unpriced) == ([], [usage[0]["event_id"]])


@pytest.mark.parametrize(
    "same",
    [
        {"plan_id": "P1"},
        {"direction": "mo"},
        {"destination_zone": "national"},
        {"roaming_zone": "home"},
        {"days": "tue"},
        {"from_time": "12:00", "to_time": "00:00"},
        {"valid_from": "2026-03-10 12:00"},
        {"valid_to": "2026-03-10 12:00:10"},
    ],
    ids=str,
)
def test_a_session_is_priced_by_what_names_it(rate: Rate, same: dict[str, Any]) -> None:
    assert rate(tariffs=[tariff(rate="1", **same)], usage=[call(seconds=10)]).amount == Decimal(10)


# What is more specific: each step decides though every later one speaks for the other

LATER = {"valid_from": "2026-01-01 00:00"}
STEPS = [
    ("an own plan over every plan", {"plan_id": "P1"}, {}),
    ("a named roaming zone over any", {"roaming_zone": "home"}, {}),
    ("a named destination zone over any", {"destination_zone": "national"}, {}),
    ("a named direction over any", {"direction": "mo"}, {}),
    ("a list of days over any", {"days": "tue"}, {}),
    ("a shorter time window over a longer", {"from_time": "12:00", "to_time": "12:30"}, NOON_TO_ONE),
    ("the later of two beginnings", {"valid_from": "2026-01-01 00:00"}, {}),
]


@pytest.mark.parametrize("step", range(len(STEPS)), ids=[name for name, _, _ in STEPS])
def test_the_more_specific_price_wins(rate: Rate, step: int) -> None:
    _, winning, losing = STEPS[step]
    rival = dict(losing)
    for _, later, _ in STEPS[step + 1 :]:
        rival |= later
    tariffs = [tariff("T2", rate="2", **winning), tariff("T1", rate="1", **rival)]
    assert rate(tariffs=tariffs, usage=[call(seconds=10)]).usage[0]["tariff_id"] == "T2"


def test_of_two_equally_specific_prices_the_smaller_id_wins(rate: Rate) -> None:
    tariffs = [tariff("T2", rate="2", increment=2), tariff("T1", rate="1")]
    assert rate(tariffs=tariffs, usage=[call(seconds=10)]).usage[0]["tariff_id"] == "T1"


# Days and times


def test_days_and_times_are_local(rate: Rate) -> None:
    """23:30 UTC on Tuesday is 00:30 on Wednesday in Warsaw."""
    tariffs = [tariff("T1", days="tue", rate="1"), tariff("T2", days="wed", to_time="01:00", rate="2")]
    usage = [call("2026-03-11 00:30", 1)]
    assert usage[0]["started_at"].day == 10
    assert rate(tariffs=tariffs, usage=usage).amount == Decimal(2)


@pytest.mark.parametrize(
    ("started_at", "priced"),
    [
        pytest.param("2026-03-09 21:59:59", False, id="before it begins on Monday"),
        pytest.param("2026-03-09 22:00", True, id="when it begins on Monday"),
        pytest.param("2026-03-10 05:59:59", True, id="on Tuesday morning, which belongs to Monday"),
        pytest.param("2026-03-10 06:00", False, id="when it ends"),
        pytest.param("2026-03-09 05:59:59", False, id="on Monday morning, which belongs to Sunday"),
        pytest.param("2026-03-10 22:00", False, id="on Tuesday night"),
    ],
)
def test_a_band_over_midnight_belongs_to_the_day_on_which_it_begins(
    rate: Rate, started_at: str, priced: bool
) -> None:
    night = tariff(days="mon", from_time="22:00", to_time="06:00", rate="1")
    assert len(rate(tariffs=[night], usage=[call(started_at, 1)]).usage) == priced


def test_midnight_as_an_end_is_the_end_of_the_day(rate: Rate) -> None:
    evening = tariff(days="mon", from_time="20:00", to_time="00:00", rate="1")
    usage = [call("2026-03-09 23:59:59", 1), call("2026-03-10 00:00", 1)]
    assert len(rate(tariffs=[evening], usage=usage).usage) == 1


# Holidays: 6 April 2026 is Easter Monday, 3 May 2026 a holiday on a Sunday

HOLIDAYS = [holiday("2026-04-06"), holiday("2026-02-15")]
EASTER_MONDAY, ORDINARY_MONDAY, HOLIDAY_SUNDAY = "2026-04-06 12:00", "2026-03-30 12:00", "2026-02-15 12:00"


@pytest.mark.parametrize(
    ("days", "started_at", "winner"),
    [
        pytest.param(("hol", "mon"), EASTER_MONDAY, "T1", id="a list with hol beats one without"),
        pytest.param(("mon", "hol"), EASTER_MONDAY, "T2", id="whatever their ids"),
        pytest.param(("mon", "any"), EASTER_MONDAY, "T1", id="lists without hol match by weekday as ever"),
        pytest.param(("hol", "any"), ORDINARY_MONDAY, "T2", id="hol alone matches no ordinary day"),
        pytest.param(("mon,hol", "mon"), ORDINARY_MONDAY, "T1", id="hol gives nothing on an ordinary day"),
        pytest.param(("mon", "mon,hol"), ORDINARY_MONDAY, "T1", id="nor takes anything"),
        pytest.param(("sun", "mon,hol"), HOLIDAY_SUNDAY, "T2", id="hol matches whatever the weekday"),
    ],
)
def test_on_a_holiday(rate: Rate, days: tuple[str, str], started_at: str, winner: str) -> None:
    tariffs = [tariff("T1", days=days[0], rate="1"), tariff("T2", days=days[1], rate="2")]
    bill = rate(tariffs=tariffs, holidays=HOLIDAYS, usage=[call(started_at, 10)])
    assert bill.usage[0]["tariff_id"] == winner


def test_the_morning_after_a_holiday_night_belongs_to_the_holiday(rate: Rate) -> None:
    night = tariff(days="hol", from_time="22:00", to_time="06:00", rate="1")
    usage = [call("2026-04-07 05:00", 1), call("2026-04-06 05:00", 1)]
    bill = rate(tariffs=[night], holidays=HOLIDAYS, usage=usage)
    assert [line["period_start"] for line in bill.usage] == [local("2026-04-07 05:00")]


# What cannot be priced


def test_a_call_with_any_part_without_a_price_is_not_priced(rate: Rate) -> None:
    usage = [call("2026-03-10 12:59", 120)]
    bill = rate(tariffs=[tariff(rate="1", **NOON_TO_ONE)], usage=usage)
    assert (bill.usage, bill.unpriced) == ([], [usage[0]["event_id"]])


def test_what_is_not_priced_takes_nothing_from_an_allowance(rate: Rate) -> None:
    usage = [call("2026-03-10 11:59", 100), call("2026-03-10 12:10", 100)]
    bill = rate(tariffs=[tariff(rate="1", **NOON_TO_ONE)], allowances=[allowance()], usage=usage)
    assert bill.free == [100]


@pytest.mark.parametrize(
    ("wrong", "usage"),
    [
        pytest.param({"unit": "mb"}, call(), id="a unit that does not fit the service"),
        pytest.param({"service": "data", "unit": "second"}, data(), id="seconds of data"),
        pytest.param({"increment": 0}, call(), id="an increment of nothing"),
    ],
)
def test_a_price_that_is_wrong_itself_is_never_a_silent_zero(
    rate: Rate, wrong: dict[str, Any], usage: dict[str, Any]
) -> None:
    bill = rate(tariffs=[tariff(rate="1", **wrong)], usage=[usage])
    assert (bill.usage, bill.unpriced) == ([], [usage["event_id"]])


def test_a_plan_without_prices_of_its_own_has_those_of_every_plan(rate: Rate) -> None:
    tariffs = [tariff("T1", rate="1"), tariff("T2", plan_id="P1", rate="2")]
    bill = rate(tariffs=tariffs, subscriptions=[subscription(plan_id="P2")], usage=[call(seconds=10)])
    assert bill.amount == Decimal(10)
