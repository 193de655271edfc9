"""The two roundings of ``rating.md`` on exact fractions. Which one applies where is each rule's business."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

Exact = Fraction | Decimal | int


def half_even(value: Exact, places: int) -> Decimal:
    """Round once, to the even neighbour at the half.

    Examples
    --------
    >>> half_even(Fraction(5, 10_000_000), 6), half_even(Fraction(15, 10_000_000), 6)
    (Decimal('0.000000'), Decimal('0.000002'))
    """
    return Decimal(round(Fraction(value) * 10**places)).scaleb(-places)


def money_text(value: Decimal) -> str:
    """Return an amount as explanations write it: plain, 6 decimals.

    Examples
    --------
    >>> money_text(Decimal("0E-6")), money_text(Decimal("1.5"))
    ('0.000000', '1.500000')
    """
    return f"{value:.6f}"


def half_up(value: Exact, places: int) -> Decimal:
    """Round away from zero at the half.

    Examples
    --------
    >>> half_up(Fraction(1, 8), 2), half_up(Fraction(-1, 8), 2)
    (Decimal('0.13'), Decimal('-0.13'))
    """
    scaled = abs(Fraction(value)) * 10**places
    whole = int(scaled + Fraction(1, 2))
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)
