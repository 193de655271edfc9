from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.format import exact_money


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1240.5", "EUR", "€1,240.50"),
        ("-12.5", "EUR", "-€12.50"),
        ("0.000001", "EUR", "€0.000001"),
        ("0", "EUR", "€0.00"),
        ("1200", "JPY", "¥1,200"),
        ("1200.5", "JPY", "¥1,200.5"),
        ("1.2345", "KWD", "KWD\u00a01.2345"),
        ("3", "PLN", "PLN\u00a03.00"),
        ("3", "XQZ", "XQZ\u00a03.00"),
    ],
)
def test_an_amount_is_written_with_its_currency(amount: str, currency: str, text: str) -> None:
    assert exact_money(Decimal(amount), currency) == text


@given(st.decimals(min_value=Decimal(-(10**12)), max_value=Decimal(10**12), places=6))
def test_no_digit_is_lost(amount: Decimal) -> None:
    text = exact_money(amount, "EUR").replace("€", "").replace(",", "")

    assert Decimal(text) == amount
