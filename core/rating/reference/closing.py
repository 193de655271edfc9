"""Rules 13 and 14: the discount and minimum-spend lines that a closed cycle ends with. Adds no tax."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from core.kernel.dataset import DatasetSettings
from core.kernel.period import Period
from core.rating.reference.cycle import Cycles
from core.rating.reference.dataset import Streams, rows
from core.rating.reference.exact import half_up, money_text
from core.rating.reference.lines import Charge
from core.rating.reference.promotions import Promotions, discounts
from core.rating.reference.subscription import Subscriptions

MINIMUM_SPEND = "minimum spend"
LAST_MOMENT = timedelta(microseconds=1)

Spender = tuple[str, str, Period]  # an account, its subscription and a cycle


def usage_by_service(lines: Iterable[Charge]) -> dict[str, Decimal]:
    """Return the sum of the usage lines of each service."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.kind == "usage":
            sums[line.service or ""] += line.amount
    return dict(sums)


def spend(lines: Sequence[Charge]) -> Decimal:
    """Return what usage, recurring, product and discount lines come to, the usage rounded first."""
    usage = sum(usage_by_service(lines).values(), Decimal(0))
    counted = ("recurring", "one_off", "discount")
    return half_up(usage, 2) + sum((line.amount for line in lines if line.kind in counted), Decimal(0))


class Closing:
    """Close the cycles that are over."""

    def __init__(
        self,
        streams: Streams,
        subscriptions: Subscriptions,
        cycles: Cycles,
        promotions: Promotions,
        settings: DatasetSettings,
    ) -> None:
        self._minimums = {row["plan_id"]: row.get("minimum_spend") for row in rows(streams, "plans")}
        self._subscriptions = subscriptions
        self._cycles = cycles
        self._promotions = promotions
        self._settings = settings

    def lines(self, all_lines: Iterable[Charge]) -> Iterator[Charge]:
        """Yield the discounts and minimums of every closed cycle, from all lines that lie in it by period."""
        own: dict[Spender, list[Charge]] = {spender: [] for spender in self._bound_to_a_minimum()}
        for line in all_lines:
            if line.subscription_id is not None and self._cycles.closed(line.cycle):
                own.setdefault((line.account_id, line.subscription_id, line.cycle), []).append(line)
        for spender, found in sorted(own.items(), key=lambda item: item[0]):
            given = list(self._discounts(spender, found))
            yield from given
            yield from self._minimum(spender, found + given)

    def _bound_to_a_minimum(self) -> Iterator[Spender]:
        for subscription_id in self._subscriptions.ids():
            account_ids = {row.account_id for row in self._subscriptions.periods(subscription_id)}
            for account_id in sorted(account_ids):
                for cycle in filter(self._cycles.closed, self._cycles.begun(account_id)):
                    spender = (account_id, subscription_id, cycle)
                    if self._minimum_of(spender) is not None:
                        yield spender

    def _minimum_of(self, spender: Spender) -> tuple[str, Decimal] | None:
        """Return the plan at the cycle's last moment and its minimum, where it has one."""
        account_id, subscription_id, cycle = spender
        last = self._subscriptions.at(subscription_id, cycle.end - LAST_MOMENT)
        if last is None or last.account_id != account_id:
            return None
        minimum = self._minimums.get(last.plan_id)
        return None if minimum is None else (last.plan_id, minimum)

    def _discounts(self, spender: Spender, found: Sequence[Charge]) -> Iterator[Charge]:
        _, subscription_id, cycle = spender
        fees = [line.amount for line in found if line.kind == "recurring" and line.product_id is None]
        counting = self._promotions.counting(subscription_id, cycle)
        at_start = self._subscriptions.at(subscription_id, cycle.start)
        for discount in discounts(counting, fees, usage_by_service(found)):
            promotion = discount.promotion
            yield self._line(
                spender,
                charge_id=f"discount:{promotion.grant_id}:{cycle.start:%Y%m%dT%H%M%S}",
                kind="discount",
                amount=-discount.amount,
                plan_id=at_start.plan_id if at_start else None,
                promotion_id=promotion.promotion_id,
                explanation={
                    "grant_id": promotion.grant_id,
                    "kind": promotion.kind,
                    "value": money_text(promotion.percent or promotion.value),
                    "applies_to": promotion.target,
                    "base": money_text(discount.base),
                },
            )

    def _minimum(self, spender: Spender, found: Sequence[Charge]) -> Iterator[Charge]:
        bound = self._minimum_of(spender)
        if bound is None:
            return
        plan_id, minimum = bound
        spent = spend(found)
        if spent < minimum:
            _, subscription_id, cycle = spender
            yield self._line(
                spender,
                charge_id=f"minimum:{subscription_id}:{cycle.start:%Y%m%dT%H%M%S}",
                kind="one_off",
                amount=minimum - spent,
                plan_id=plan_id,
                reason=MINIMUM_SPEND,
                explanation={"minimum_spend": money_text(minimum), "spent": money_text(spent)},
            )

    def _line(self, spender: Spender, **columns: object) -> Charge:
        account_id, subscription_id, cycle = spender
        return Charge(
            account_id=account_id,
            subscription_id=subscription_id,
            currency=self._settings.currency,
            period_start=cycle.start,
            period_end=cycle.end,
            rated_at=cycle.end,
            cycle=cycle,
            **columns,  # type: ignore[arg-type]
        )
