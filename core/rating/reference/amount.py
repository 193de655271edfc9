"""Rule 10: what a metered session costs, before the roaming cap. Keeps no state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.rating.reference.exact import half_even
from core.rating.reference.ladder import Ladder
from core.rating.reference.metering import Metered, MeteredPart
from core.rating.reference.tiers import Segment, graduated, package, volume


@dataclass(frozen=True)
class Priced:
    """Hold a session's amount in the parts that make it up."""

    segments: tuple[tuple[Segment, ...], ...]
    connect_fee: Decimal
    exact: Fraction
    amount: Decimal


def price(metered: Metered, total_in_ladder: Callable[[Metered, Ladder], int]) -> Priced:
    """Price a session: its connect fee and the sum of its parts, rounded once.

    Parameters
    ----------
    total_in_ladder
        Tells the subscription's charged quantity of the cycle in a ladder (volume prices, rule 9).
    """
    segments = tuple(tuple(_segments(part, metered, total_in_ladder)) for part in metered.parts)
    wholly_free = metered.free == metered.quantity  # also a quantity of 0
    connect_fee = Decimal(0) if wholly_free else metered.first.connect_fee
    exact = Fraction(connect_fee) + sum(s.amount for part in segments for s in part)
    if metered.first.max_charge is not None:
        exact = min(exact, Fraction(metered.first.max_charge))
    return Priced(segments, connect_fee, exact, half_even(exact, 6))


def _segments(
    part: MeteredPart, metered: Metered, total_in_ladder: Callable[[Metered, Ladder], int]
) -> list[Segment]:
    ladder = part.ladder
    if ladder.is_package:
        return package(ladder, part.charged, part.in_ladder)
    if ladder.tier_mode == "volume":
        return volume(ladder, part.charged, total_in_ladder(metered, ladder))
    return graduated(ladder, part.charged, part.tier, part.slot)
