"""Rule 9: which rate holds for which part of a charged quantity. Knows no allowance and no fee."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.rating.reference.ladder import UNIT_SIZES, Ladder, Step


@dataclass(frozen=True)
class Segment:
    """Hold a quantity at one rate, and what it costs exactly."""

    quantity: int
    rate: Decimal
    tariff_id: str
    amount: Fraction


def _at_rate(ladder: Ladder, quantity: int, step: Step) -> Segment:
    exact = Fraction(step.rate) * quantity / UNIT_SIZES[ladder.unit]
    return Segment(quantity, step.rate, step.tariff_id, exact)


def _step_at(ladder: Ladder, tier: int, slot: int) -> Step:
    """Return the last step that begins at or before both positions."""
    return [s for s in ladder.steps if s.tier_from <= tier and s.slot_from <= slot][-1]


def graduated(ladder: Ladder, quantity: int, tier: int, slot: int) -> list[Segment]:
    """Price a quantity that begins at a tier position of the cycle and a slot position of the session."""
    edges = {s.tier_from - tier for s in ladder.steps} | {s.slot_from - slot for s in ladder.steps}
    cuts = [0, *sorted(edge for edge in edges if 0 < edge < quantity), quantity]
    return [
        _at_rate(ladder, stop - start, _step_at(ladder, tier + start, slot + start))
        for start, stop in zip(cuts, cuts[1:], strict=False)
        if stop > start
    ]


def volume(ladder: Ladder, quantity: int, total: int) -> list[Segment]:
    """Price a quantity at the one rate that the cycle's total in the ladder decides."""
    below = [step for step in ladder.steps if step.tier_from < total]
    return [_at_rate(ladder, quantity, below[-1] if below else ladder.steps[0])]


def package(ladder: Ladder, quantity: int, before: int) -> list[Segment]:
    """Price the blocks that a quantity starts, after what the cycle has used of the ladder already."""
    blocks = range(-(-before // ladder.increment), -(-(before + quantity) // ladder.increment))
    steps = [_step_at(ladder, block * ladder.increment, 0) for block in blocks]
    return [Segment(ladder.increment, step.rate, step.tariff_id, Fraction(step.rate)) for step in steps]
