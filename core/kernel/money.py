"""Exact money: the rounding modes that pricing names. Not for formatting."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Round away from zero at the half, as invoices do.

    Examples
    --------
    >>> round_half_up(Decimal("-0.125"), 2)
    Decimal('-0.13')
    """
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def round_half_even(value: Decimal, places: int) -> Decimal:
    """Round to the even neighbour at the half, as usage lines do (rating rule 10).

    Examples
    --------
    >>> round_half_even(Decimal("0.0000005"), 6)
    Decimal('0.000000')
    """
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
