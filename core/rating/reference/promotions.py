"""Rule 13: which promotions count in a cycle, and the discounts that they give. Knows no tariff."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from core.kernel.dataset import DatasetSettings
from core.kernel.period import Period
from core.rating.reference.dataset import Streams, rows
from core.rating.reference.exact import half_up
from core.rating.reference.ladder import EVERY_PLAN
from core.rating.reference.subscription import Subscriptions

PLAN_FEE = "recurring"
USAGE = "usage"
KIND_ORDER = {"percent_off": 0, "fee_waiver": 0, "amount_off": 1}
WHOLE = Decimal(100)


@dataclass(frozen=True)
class Promotion:
    """Hold a promotion as granted to one subscription."""

    grant_id: str
    subscription_id: str
    promotion_id: str
    kind: str
    value: Decimal
    applies_to: str
    plans: str
    valid_from: datetime
    valid_to: datetime | None

    @property
    def percent(self) -> Decimal | None:
        """How much it takes off in percent; a fee waiver takes it all."""
        if self.kind == "fee_waiver":
            return WHOLE
        return self.value if self.kind == "percent_off" else None

    @property
    def target(self) -> str:
        """What it lowers: the plan's fee, all usage or a service."""
        return PLAN_FEE if self.kind == "fee_waiver" else self.applies_to

    def covers(self, service: str) -> bool:
        """Tell whether usage of a service is what it applies to."""
        return self.applies_to in (USAGE, service)


@dataclass(frozen=True)
class Discount:
    """Hold one discount: how much is taken off, as a positive amount, and of what, cut to 6 decimals."""

    promotion: Promotion
    amount: Decimal
    base: Decimal


class Promotions:
    """Tell which granted promotions count in a cycle."""

    def __init__(self, streams: Streams, subscriptions: Subscriptions, settings: DatasetSettings) -> None:
        self._subscriptions = subscriptions
        self._as_of = settings.as_of
        self._granted: dict[str, list[Promotion]] = defaultdict(list)
        offers = {row["promotion_id"]: row for row in rows(streams, "promotions")}
        for grant in sorted(rows(streams, "promotion_grants"), key=lambda g: g["grant_id"]):
            offer = offers.get(grant["promotion_id"])
            if offer is None:
                continue
            ends = [end for end in (grant["valid_to"], offer["valid_to"]) if end is not None]
            self._granted[grant["subscription_id"]].append(
                Promotion(
                    grant_id=grant["grant_id"],
                    subscription_id=grant["subscription_id"],
                    promotion_id=grant["promotion_id"],
                    kind=offer["kind"],
                    value=offer["value"],
                    applies_to=offer["applies_to"],
                    plans=offer["plans"],
                    valid_from=max(grant["valid_from"], offer["valid_from"]),
                    valid_to=min(ends, default=None),
                )
            )

    def counting(self, subscription_id: str, cycle: Period) -> list[Promotion]:
        """Return the promotions that count, by ``grant_id``."""
        return [p for p in self._granted.get(subscription_id, []) if self._counts(p, cycle)]

    def _counts(self, promotion: Promotion, cycle: Period) -> bool:
        first = max(cycle.start, promotion.valid_from)
        ended = promotion.valid_to is not None and promotion.valid_to <= first
        if ended or first >= cycle.end or first > self._as_of:
            return False
        row = self._subscriptions.at(promotion.subscription_id, first)
        eligible = {plan.strip() for plan in promotion.plans.split(",")}
        return row is not None and bool(eligible & {EVERY_PLAN, row.plan_id})


def discounts(
    counting: Iterable[Promotion], fees: Sequence[Decimal], usage: Mapping[str, Decimal]
) -> list[Discount]:
    """Return the discounts of one subscription and closed cycle, in the order in which they are taken.

    Parameters
    ----------
    counting
        The promotions that count in the cycle.
    fees
        The amounts of the plan's own fee lines.
    usage
        The sum of the usage lines of each service.

    Notes
    -----
    Each discount is taken from what the former left; one on several services lowers each of them in
    proportion to what is left of it.
    """
    left = {service: Fraction(amount) for service, amount in usage.items()}
    left[PLAN_FEE] = sum(map(Fraction, fees), Fraction())
    found = []
    reducing = [promotion for promotion in counting if promotion.kind in KIND_ORDER]
    for promotion in sorted(reducing, key=lambda p: (KIND_ORDER[p.kind], p.grant_id)):
        targets = [name for name in left if _applies(promotion, name)]
        base = sum((left[name] for name in targets), Fraction())
        amount = half_up(_taken(promotion, base), 2)
        if amount <= 0:
            continue
        found.append(Discount(promotion, amount, Decimal(base * 10**6 // 1).scaleb(-6)))
        share = max(Fraction(), 1 - Fraction(amount) / base)
        left.update({name: left[name] * share for name in targets})
    return found


def _applies(promotion: Promotion, name: str) -> bool:
    return promotion.target == name or (promotion.target == USAGE and name != PLAN_FEE)


def _taken(promotion: Promotion, base: Fraction) -> Fraction:
    if promotion.percent is None:
        return min(Fraction(promotion.value), base)
    return base * Fraction(promotion.percent) / 100
