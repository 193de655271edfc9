"""Rounding names its mode, works on decimals only and agrees with what DuckDB does to DECIMAL."""

from __future__ import annotations

from decimal import Decimal

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.money import round_half_even, round_half_up

MICROS = st.integers(-(10**12), 10**12).map(lambda micros: Decimal(micros).scaleb(-6))


def test_half_up_goes_away_from_zero_at_the_half_on_both_sides() -> None:
    assert round_half_up(Decimal("0.125"), 2) == Decimal("0.13")
    assert round_half_up(Decimal("-0.125"), 2) == Decimal("-0.13")
    assert round_half_up(Decimal("0.124999"), 2) == Decimal("0.12")


def test_half_even_goes_to_the_even_neighbour_at_the_half() -> None:
    assert round_half_even(Decimal("0.125"), 2) == Decimal("0.12")
    assert round_half_even(Decimal("0.135"), 2) == Decimal("0.14")
    assert round_half_even(Decimal("-0.125"), 2) == Decimal("-0.12")


def test_rounding_to_no_places_gives_whole_units() -> None:
    assert round_half_up(Decimal("2.5"), 0) == Decimal(3)
    assert round_half_even(Decimal("2.5"), 0) == Decimal(2)


@given(MICROS, st.integers(0, 6))
def test_rounding_moves_an_amount_by_at_most_half_of_the_last_place(amount: Decimal, places: int) -> None:
    for rounded in (round_half_up(amount, places), round_half_even(amount, places)):
        assert abs(rounded - amount) <= Decimal("0.5").scaleb(-places)
        assert -int(rounded.as_tuple().exponent) == places


@given(st.lists(MICROS, min_size=1, max_size=20))
def test_half_up_is_what_duckdb_rounds_a_decimal_to(amounts: list[Decimal]) -> None:
    with duckdb.connect() as session:
        found = session.execute(
            "SELECT list_transform($amounts::DECIMAL(18,6)[], lambda one: round(one, 2))",
            {"amounts": [str(amount) for amount in amounts]},
        ).fetchall()[0][0]
    assert found == [round_half_up(amount, 2) for amount in amounts]
