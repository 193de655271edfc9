"""Periods are half-open; bill cycles hang on local midnight, through both changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.period import Period, cycle_period, cycle_start, local_midnight

WARSAW, AUCKLAND, LOS_ANGELES = map(ZoneInfo, ("Europe/Warsaw", "Pacific/Auckland", "America/Los_Angeles"))
ZONES = st.sampled_from([WARSAW, AUCKLAND, LOS_ANGELES])
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_a_period_holds_its_start_and_not_its_end() -> None:
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    period = Period(start, end)
    assert start in period
    assert end not in period
    assert end - timedelta(microseconds=1) in period


def test_days_of_a_changing_clock_have_23_and_25_hours() -> None:
    def hours(day: date) -> float:
        begins, ends = local_midnight(day, WARSAW), local_midnight(day + timedelta(days=1), WARSAW)
        return (ends - begins) / timedelta(hours=1)

    assert hours(date(2026, 3, 29)) == 23
    assert hours(date(2026, 10, 25)) == 25


@pytest.mark.parametrize(
    ("instant", "begins"),
    [
        ("2026-03-14T22:59:59+00:00", date(2026, 2, 15)),
        ("2026-03-14T23:00:00+00:00", date(2026, 3, 15)),
        ("2026-01-01T00:00:00+00:00", date(2025, 12, 15)),
    ],
)
def test_a_cycle_begins_at_local_midnight_of_its_day(instant: str, begins: date) -> None:
    assert cycle_start(datetime.fromisoformat(instant), 15, WARSAW) == begins


@given(INSTANTS, st.integers(1, 28), ZONES)
def test_every_instant_lies_in_the_cycle_that_it_is_put_in(
    instant: datetime, day: int, zone: ZoneInfo
) -> None:
    assert instant in cycle_period(cycle_start(instant, day, zone), zone)


@given(INSTANTS, st.integers(1, 28), ZONES)
def test_cycles_follow_one_another_without_gap_or_overlap(
    instant: datetime, day: int, zone: ZoneInfo
) -> None:
    first = cycle_start(instant, day, zone)
    following = cycle_start(cycle_period(first, zone).end, day, zone)
    assert cycle_period(first, zone).end == cycle_period(following, zone).start
    assert following > first
