"""Rule 8: included usage, and passes (rule 12) and free units (rule 13) as included usage. Knows no price."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.kernel.dataset import DatasetSettings
from core.kernel.period import Period
from core.rating.reference.dataset import Row, Streams, holds, rows
from core.rating.reference.ladder import EVERY_PLAN
from core.rating.reference.promotions import Promotions
from core.rating.reference.sessions import Session
from core.rating.reference.subscription import Subscription
from core.rating.reference.zones import ANY, zone_matches

Pool = tuple[object, ...]


@dataclass(frozen=True)
class Allowance:
    """Hold what a session may draw from: a pool and its size; no size means without limit."""

    allowance_id: str
    pool: Pool
    quantity: int | None


@dataclass(frozen=True)
class Draw:
    """Hold what a session took from one allowance, and what was there before; nothing means without limit."""

    allowance: Allowance
    quantity: int
    before: int | None


@dataclass
class Pools:
    """Remember how much of each pool is used."""

    used: dict[Pool, int] = field(default_factory=lambda: defaultdict(int))

    def draw(self, allowances: Iterable[Allowance], needed: int) -> list[Draw]:
        """Take what is needed from the allowances, in their order."""
        draws = []
        for allowance in allowances:
            left = None if allowance.quantity is None else allowance.quantity - self.used[allowance.pool]
            taken = needed if left is None else min(needed, left)
            if taken <= 0:
                continue
            self.used[allowance.pool] += taken
            needed -= taken
            draws.append(Draw(allowance, taken, left))
        return draws


@dataclass(frozen=True)
class _Pass:
    grant_id: str
    product: Row
    valid_from: datetime
    valid_to: datetime | None

    def covers(self, session: Session) -> bool:
        return (
            self.product.get("service") == session.service
            and holds(self.valid_from, self.valid_to, session.started_at)
            and zone_matches(self.product.get("destination_zone") or ANY, session.destination_zone)
            and zone_matches(self.product.get("roaming_zone") or ANY, session.roaming_zone)
        )


class Allowances:
    """Find the allowances of a session, in the order in which it draws from them."""

    def __init__(self, streams: Streams, promotions: Promotions, settings: DatasetSettings) -> None:
        self._promotions = promotions
        self._of_plans = sorted(
            rows(streams, "allowances"), key=lambda row: (row["priority"], row["allowance_id"])
        )
        self._found: dict[tuple[str, ...], list[Row]] = {}
        self._passes: dict[str, list[_Pass]] = defaultdict(list)
        products = {row["product_id"]: row for row in rows(streams, "products")}
        for grant in sorted(rows(streams, "product_grants"), key=lambda row: row["grant_id"]):
            product = products.get(grant["product_id"])
            if product and product["kind"] == "pass" and grant["valid_from"] <= settings.as_of:
                self._passes[grant["subscription_id"]].append(_pass_of(grant, product))

    def of(self, session: Session, subscription: Subscription, cycle: Period) -> list[Allowance]:
        """Return passes first, then free units, then what the plan includes by priority and id."""
        return [
            *self._from_passes(session, subscription),
            *self._from_promotions(session, subscription, cycle),
            *self._from_plan(session, subscription, cycle),
        ]

    def _from_passes(self, session: Session, subscription: Subscription) -> list[Allowance]:
        return [
            Allowance(owned.grant_id, ("pass", owned.grant_id), owned.product.get("quantity"))
            for owned in self._passes.get(subscription.subscription_id, [])
            if owned.covers(session)
        ]

    def _from_promotions(
        self, session: Session, subscription: Subscription, cycle: Period
    ) -> list[Allowance]:
        counting = self._promotions.counting(subscription.subscription_id, cycle)
        return [
            Allowance(granted.grant_id, ("promotion", granted.grant_id, cycle.start), int(granted.value))
            for granted in counting
            if granted.kind == "free_units" and granted.covers(session.service)
        ]

    def _from_plan(self, session: Session, subscription: Subscription, cycle: Period) -> list[Allowance]:
        return [
            Allowance(row["allowance_id"], _plan_pool(row, subscription, cycle), row["quantity"])
            for row in self._matching(session, subscription.plan_id)
            if holds(row["valid_from"], row["valid_to"], session.started_at)
        ]

    def _matching(self, session: Session, plan_id: str) -> list[Row]:
        """Return the allowances that match in everything but time."""
        zones = (session.destination_zone, session.roaming_zone)
        key = (plan_id, session.service, session.direction, *zones)
        if key not in self._found:
            self._found[key] = [
                row
                for row in self._of_plans
                if row["plan_id"] in (plan_id, EVERY_PLAN)
                and row["service"] == session.service
                and row["direction"] in (session.direction, ANY)
                and zone_matches(row["destination_zone"], session.destination_zone)
                and zone_matches(row["roaming_zone"], session.roaming_zone)
            ]
        return self._found[key]


def _plan_pool(row: Row, subscription: Subscription, cycle: Period) -> Pool:
    owner = subscription.account_id if row["scope"] == "account" else subscription.subscription_id
    return (row["scope"], owner, row["allowance_id"], cycle.start)


def _pass_of(grant: Row, product: Row) -> _Pass:
    hours = product.get("duration_hours")
    end = grant["valid_to"] if hours is None else grant["valid_from"] + timedelta(hours=hours)
    return _Pass(grant["grant_id"], product, grant["valid_from"], end)
