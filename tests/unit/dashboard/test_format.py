from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dashboard.format import brief, dates, money_change, size, to_the_cent


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 10, 1), date(2026, 10, 31), "1 – 31 Oct 2026"),
        (date(2026, 10, 22), date(2026, 11, 3), "22 Oct – 3 Nov 2026"),
        (date(2026, 12, 15), date(2027, 1, 14), "15 Dec 2026 – 14 Jan 2027"),
        (date(2026, 11, 3), date(2026, 11, 3), "3 Nov 2026"),
    ],
)
def test_a_stretch_of_days_names_month_and_year_once(first: date, last: date, words: str) -> None:
    assert dates(first, last) == words


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 B"), (999, "999 B"), (1_500, "1.5 kB"), (2_440_000_000, "2.4 GB")]
)
def test_a_size_is_in_the_unit_that_reads_best(number: int, words: str) -> None:
    assert size(number) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 m 00 s"), (185, "3 m 05 s"), (3_600, "1 h 00 m")],
)
def test_a_length_of_work_is_told_to_the_second_up_to_an_hour(seconds: float, words: str) -> None:
    assert brief(timedelta(seconds=seconds)) == words


def test_a_change_of_money_carries_its_sign_and_none_has_none() -> None:
    amounts = map(Decimal, ("4", "-12.5", "0", "0.001"))
    assert [money_change(amount, "EUR") for amount in amounts] == ["+€4.00", "−€12.50", "€0.00", "€0.00"]


def test_halves_of_a_cent_go_away_from_zero() -> None:
    assert (to_the_cent(Decimal("31.275"), "EUR"), to_the_cent(Decimal("-0.005"), "EUR")) == (
        Decimal("31.28"),
        Decimal("-0.01"),
    )
