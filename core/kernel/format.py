"""Money in sentences: exact to its last digit, or as a bill shows it. Screens have their own formatter."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision, get_currency_symbol

from core.kernel.money import round_half_up

LOCALE = "en"


def exact_money(amount: Decimal, currency: str) -> str:
    r"""Return an amount with all its digits, at least as many decimals as its currency has.

    Parameters
    ----------
    currency
        ISO 4217; a code that is not known stands as it is, with two decimals.

    Examples
    --------
    >>> exact_money(Decimal("1240.500000"), "EUR"), exact_money(Decimal("-0.001200"), "PLN")
    ('€1,240.50', '-PLN\xa00.0012')
    """
    symbol, places = _currency(currency)
    digits = f"{abs(amount):,.6f}"
    whole, decimals = digits[:-7], digits[-6:].rstrip("0").ljust(places, "0")
    return f"{'-' if amount < 0 else ''}{symbol}{whole}{'.' if decimals else ''}{decimals}"


def bill_money(amount: Decimal, currency: str) -> str:
    r"""Return an amount as a bill shows it, rounded half-up; one too small to show so with all its digits.

    Examples
    --------
    >>> bill_money(Decimal("84.052835"), "EUR"), bill_money(Decimal("-0.001200"), "EUR")
    ('€84.05', '-€0.0012')
    """
    rounded = round_half_up(amount, _currency(currency)[1])
    return exact_money(rounded if rounded else amount, currency)


@lru_cache(maxsize=64)
def _currency(currency: str) -> tuple[str, int]:
    symbol = get_currency_symbol(currency, locale=LOCALE)
    gap = "\N{NO-BREAK SPACE}" if symbol[-1:].isalpha() else ""
    return symbol + gap, get_currency_precision(currency)
