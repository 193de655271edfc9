"""Rule 12: monthly fees of plans, and the products: recurring, one-off and passes. Gives no discount."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from core.kernel.dataset import DatasetSettings
from core.kernel.period import Period
from core.rating.reference.cycle import Cycles
from core.rating.reference.dataset import Row, Streams, rows
from core.rating.reference.exact import half_up, money_text
from core.rating.reference.lines import Charge
from core.rating.reference.subscription import Subscription, Subscriptions


@dataclass(frozen=True)
class Held:
    """Hold the time for which a subscription has a plan or a product without a break."""

    subscription_id: str
    account_id: str
    valid_from: datetime
    valid_to: datetime | None

    def within(self, cycle: Period) -> Period | None:
        """Return the part of a cycle that it lasts."""
        start = max(self.valid_from, cycle.start)
        end = cycle.end if self.valid_to is None else min(self.valid_to, cycle.end)
        return Period(start, end) if start < end else None

    def touches(self, later: Held) -> bool:
        """Tell whether a time that begins later begins before this one is over, or just then."""
        return self.valid_to is None or later.valid_from <= self.valid_to

    def joined_with(self, later: Held) -> Held:
        """Return both times as one."""
        ends = [held.valid_to for held in (self, later) if held.valid_to is not None]
        return replace(self, valid_to=max(ends) if len(ends) == 2 else None)


def plan_periods(periods: Iterable[Subscription]) -> list[tuple[str, Held]]:
    """Return the plans of one subscription; touching rows on one plan of one account are one."""
    found: list[tuple[str, Held]] = []
    for row in sorted(periods, key=lambda p: (p.account_id, p.plan_id, p.valid_from)):
        held = Held(row.subscription_id, row.account_id, row.valid_from, row.valid_to)
        plan_id, last = found[-1] if found else ("", held)
        if plan_id == row.plan_id and last.account_id == row.account_id and last.touches(held):
            found[-1] = (plan_id, last.joined_with(held))
        else:
            found.append((row.plan_id, held))
    return found


def fee_in(fee: Decimal, prorate: bool, paid: Period, cycle: Period, cycles: Cycles) -> Decimal:
    """Return the fee for the part of a cycle that is paid for."""
    if not prorate:
        return fee
    share = Fraction(cycles.local_days(paid), cycles.local_days(cycle))
    return half_up(Fraction(fee) * share, 2)


def recurring_charges(
    streams: Streams, subscriptions: Subscriptions, cycles: Cycles, settings: DatasetSettings
) -> Iterator[Charge]:
    """Yield one line for each plan or recurring product, and each judged cycle in which it is held."""
    plans = {row["plan_id"]: row for row in rows(streams, "plans")}
    for subscription_id in subscriptions.ids():
        for plan_id, held in plan_periods(subscriptions.periods(subscription_id)):
            if plan_id in plans:
                plan = plans[plan_id]
                yield from _fees(held, plan["monthly_fee"], plan["prorate"], plan_id, None, cycles, settings)
    for grant, product, held in _grants(streams, subscriptions, settings):
        if product["kind"] == "recurring":
            fee, prorate = product["fee"], bool(product.get("prorate"))
            yield from _fees(held, fee, prorate, None, grant, cycles, settings)


def _fees(
    held: Held,
    fee: Decimal,
    prorate: bool,
    plan_id: str | None,
    grant: Row | None,
    cycles: Cycles,
    settings: DatasetSettings,
) -> Iterator[Charge]:
    if held.valid_from > settings.as_of:
        return
    for cycle in cycles.begun(held.account_id):
        paid = held.within(cycle)
        amount = fee_in(fee, prorate, paid, cycle, cycles) if paid else Decimal(0)
        if paid is None or amount == 0:
            continue
        subject = plan_id if grant is None else grant["grant_id"]
        yield Charge(
            charge_id=f"recurring:{held.subscription_id}:{subject}:{paid.start:%Y%m%dT%H%M%S}",
            account_id=held.account_id,
            subscription_id=held.subscription_id,
            kind="recurring",
            amount=amount,
            currency=settings.currency,
            plan_id=plan_id,
            product_id=None if grant is None else grant["product_id"],
            period_start=paid.start,
            period_end=paid.end,
            rated_at=paid.start,
            cycle=cycle,
            explanation={
                "fee": money_text(fee),
                "prorated": prorate,
                "days": cycles.local_days(paid),
                "days_in_cycle": cycles.local_days(cycle),
            },
        )


def one_off_charges(
    streams: Streams, subscriptions: Subscriptions, cycles: Cycles, settings: DatasetSettings
) -> Iterator[Charge]:
    """Yield one line for each one-off and pass, in the cycle in which it was granted."""
    for grant, product, held in _grants(streams, subscriptions, settings):
        cycle = cycles.holding(held.account_id, grant["valid_from"])
        if product["kind"] == "recurring" or product["fee"] == 0 or not cycles.judged(cycle):
            continue
        yield Charge(
            charge_id=f"one_off:{grant['grant_id']}",
            account_id=held.account_id,
            subscription_id=held.subscription_id,
            kind="one_off",
            amount=product["fee"],
            currency=settings.currency,
            product_id=grant["product_id"],
            period_start=grant["valid_from"],
            period_end=grant["valid_to"] or grant["valid_from"],
            rated_at=grant["valid_from"],
            cycle=cycle,
            explanation={"grant_id": grant["grant_id"], "fee": money_text(product["fee"])},
        )


def _grants(
    streams: Streams, subscriptions: Subscriptions, settings: DatasetSettings
) -> Iterator[tuple[Row, Row, Held]]:
    """Yield the known grants of subscriptions that exist, each with its product and its time."""
    products = {row["product_id"]: row for row in rows(streams, "products")}
    for grant in sorted(rows(streams, "product_grants"), key=lambda row: row["grant_id"]):
        product = products.get(grant["product_id"])
        periods = subscriptions.periods(grant["subscription_id"])
        if product is None or not periods or grant["valid_from"] > settings.as_of:
            continue
        owner = subscriptions.at(grant["subscription_id"], grant["valid_from"]) or periods[-1]
        yield (
            grant,
            product,
            Held(owner.subscription_id, owner.account_id, grant["valid_from"], grant["valid_to"]),
        )
