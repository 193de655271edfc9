"""Rules 5 to 9 for one session after another: parts, rounding, free units, and the counters that they move.

A meter is the state that one account's cycle builds up. It computes no amount: a volume price is known only
when the whole cycle has been metered.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from core.kernel.period import Period
from core.rating.reference.allowances import Allowances, Draw, Pools
from core.rating.reference.bands import Part, split
from core.rating.reference.ladder import Ladder, PriceList
from core.rating.reference.lines import Unpriced
from core.rating.reference.rounding import rounded_quantities
from core.rating.reference.sessions import Session
from core.rating.reference.subscription import Subscription


@dataclass(frozen=True)
class MeteredPart:
    """Hold one part after rounding and allowances, and where its charged quantity begins.

    Notes
    -----
    ``tier`` is the position in the subscription's charged quantity of the service and cycle, ``slot`` in the
    session, ``in_ladder`` in the charged quantity of the cycle in this ladder.
    """

    part: Part
    rounded: int
    free: int
    tier: int
    slot: int
    in_ladder: int

    @property
    def ladder(self) -> Ladder:
        """The part's own ladder."""
        return self.part.ladder

    @property
    def charged(self) -> int:
        """What is not free."""
        return self.rounded - self.free


@dataclass(frozen=True)
class Metered:
    """Hold one session ready for its amount."""

    session: Session
    subscription: Subscription
    cycle: Period
    parts: tuple[MeteredPart, ...]
    draws: tuple[Draw, ...]

    @property
    def quantity(self) -> int:
        """The sum of the rounded parts."""
        return sum(part.rounded for part in self.parts)

    @property
    def free(self) -> int:
        """What of it allowances cover."""
        return sum(part.free for part in self.parts)

    @property
    def first(self) -> Ladder:
        """The ladder of the first part."""
        return self.parts[0].ladder


class Meter:
    """Meter sessions in the order in which they come."""

    def __init__(self, prices: PriceList, allowances: Allowances) -> None:
        self._prices = prices
        self._allowances = allowances
        self._pools = Pools()
        self._charged: dict[tuple[object, ...], int] = defaultdict(int)
        self._in_ladder: dict[tuple[object, ...], int] = defaultdict(int)

    def total_in_ladder(self, metered: Metered, ladder: Ladder) -> int:
        """Return what the session's subscription was charged in a ladder in the session's cycle, so far."""
        return self._in_ladder[self._ladder_key(metered.subscription, metered.cycle, ladder)]

    def meter(self, session: Session, subscription: Subscription, cycle: Period) -> Metered | Unpriced:
        """Draw allowances and move the counters, or say why the session cannot be priced (rule 5)."""
        parts = split(session, subscription.plan_id, self._prices)
        if parts is None:
            return Unpriced(session.record_id, session.event_id, "no tariff matches")
        for part in parts:
            if part.ladder.fault:
                return Unpriced(session.record_id, session.event_id, part.ladder.fault, part.ladder.tariff_id)
        rounded = rounded_quantities(parts)
        open_to = self._allowances.of(session, subscription, cycle)
        draws = self._pools.draw(open_to, sum(rounded))
        metered = self._place(parts, rounded, sum(draw.quantity for draw in draws), subscription, cycle)
        return Metered(session, subscription, cycle, tuple(metered), tuple(draws))

    def _place(
        self, parts: list[Part], rounded: list[int], free: int, subscription: Subscription, cycle: Period
    ) -> list[MeteredPart]:
        """Cover the earliest parts first, and count what is charged."""
        tier_key = (subscription.subscription_id, cycle.start, parts[0].ladder.service)
        placed = []
        slot = 0
        for part, quantity in zip(parts, rounded, strict=True):
            covered = min(free, quantity)
            free -= covered
            ladder_key = self._ladder_key(subscription, cycle, part.ladder)
            tier, in_ladder = self._charged[tier_key], self._in_ladder[ladder_key]
            placed.append(MeteredPart(part, quantity, covered, tier, slot + covered, in_ladder))
            self._charged[tier_key] += quantity - covered
            self._in_ladder[ladder_key] += quantity - covered
            slot += quantity
        return placed

    @staticmethod
    def _ladder_key(subscription: Subscription, cycle: Period, ladder: Ladder) -> tuple[object, ...]:
        return (subscription.subscription_id, cycle.start, ladder.tariff_id)
