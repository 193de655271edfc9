from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from core.adapters.store.types import Instant, Money, PlainText

SQLITE, POSTGRES = sqlite.dialect(), postgresql.dialect()
amounts = st.decimals(min_value=Decimal(-(10**12) + 1), max_value=Decimal(10**12 - 1), places=6)


@given(amounts)
def test_an_amount_survives_its_keeping(amount: Decimal) -> None:
    kept = Money().process_bind_param(amount, SQLITE)

    assert Money().process_result_value(kept, SQLITE) == amount


@given(amounts, amounts)
def test_kept_amounts_sort_and_add_as_the_amounts_do(one: Decimal, other: Decimal) -> None:
    money = Money()
    kept_one, kept_other = money.process_bind_param(one, SQLITE), money.process_bind_param(other, SQLITE)

    assert kept_one is not None
    assert kept_other is not None
    assert (kept_one < kept_other) == (one < other)
    assert money.process_result_value(kept_one + kept_other, SQLITE) == one + other


@pytest.mark.parametrize("kept", [1_500_000, Decimal(1_500_000)])
def test_a_sum_reads_alike_from_both_databases(kept: object) -> None:
    assert Money().process_result_value(kept, POSTGRES) == Decimal("1.5")


def test_a_seventh_decimal_is_refused_rather_than_lost() -> None:
    with pytest.raises(ValueError, match="more than six decimals"):
        Money().process_bind_param(Decimal("0.0000001"), SQLITE)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        Instant().process_bind_param(datetime(2026, 5, 4), SQLITE)  # noqa: DTZ001 -- the fault under test


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRES])
def test_a_time_comes_back_in_utc(dialect: object) -> None:
    noon = datetime(2026, 5, 4, 12, tzinfo=timezone(timedelta(hours=2)))
    kept = Instant().process_bind_param(noon, dialect)  # type: ignore[arg-type]
    read = Instant().process_result_value(kept, dialect)  # type: ignore[arg-type]

    assert read == noon
    assert read is not None
    assert read.tzinfo is UTC


def test_a_nul_which_postgresql_refuses_is_replaced() -> None:
    assert PlainText().process_bind_param("a\x00b", POSTGRES) == "a\ufffdb"


def test_text_of_an_index_is_cut_to_its_limit() -> None:
    assert PlainText(3).process_bind_param("abcd", POSTGRES) == "abc"


def test_null_stays_null_in_every_type() -> None:
    with create_engine("sqlite://").connect() as connection:
        for kind in (Money(), Instant(), PlainText()):
            assert connection.scalar(select(func.coalesce(literal(None, kind), literal(None, kind)))) is None
