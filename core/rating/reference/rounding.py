"""Rule 7: usage is charged in whole increments, and the first part for at least a minimum."""

from __future__ import annotations

from core.rating.reference.bands import Part


def round_up(quantity: int, increment: int, minimum: int = 0) -> int:
    """Return what a quantity is charged as; nothing stays nothing.

    Examples
    --------
    >>> round_up(61, 60), round_up(5, 1, minimum=30), round_up(0, 60, minimum=60)
    (120, 30, 0)
    """
    if quantity == 0:
        return 0
    return max(minimum, -(-quantity // increment) * increment)


def rounded_quantities(parts: list[Part]) -> list[int]:
    """Return the rounded quantity of each part; a package part is taken as it is (rule 9)."""
    return [
        part.quantity
        if part.ladder.is_package
        else round_up(part.quantity, part.ladder.increment, part.ladder.minimum if n == 0 else 0)
        for n, part in enumerate(parts)
    ]
