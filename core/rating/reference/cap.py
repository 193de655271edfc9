"""Rule 11: roaming data stops costing at the plan's cap, unless the customer consented to spend on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.kernel.period import Period
from core.rating.reference.dataset import Row, Streams, holds, rows
from core.rating.reference.sessions import Session
from core.rating.reference.subscription import Subscription
from core.rating.reference.zones import HOME


@dataclass(frozen=True)
class Cut:
    """Hold what a cap leaves of a line's amount, and what was left of the cap before the line."""

    amount: Decimal
    cap: Decimal
    left_before: Decimal
    has_consent: bool


class RoamingCap:
    """Remember what each subscription has used of its cap in each cycle."""

    def __init__(self, streams: Streams) -> None:
        self._caps = {row["plan_id"]: row.get("roaming_cap") for row in rows(streams, "plans")}
        self._consents: dict[str, list[Row]] = defaultdict(list)
        for row in rows(streams, "consents"):
            if row["kind"] == "roaming_cap":
                self._consents[row["subscription_id"]].append(row)
        self._used: dict[tuple[str, datetime], Decimal] = defaultdict(Decimal)

    def cut(self, session: Session, subscription: Subscription, cycle: Period, amount: Decimal) -> Cut | None:
        """Return what of a line's amount is charged, and count it; nothing where no cap concerns the line."""
        cap = self._caps.get(subscription.plan_id)
        if cap is None or session.service != "data" or session.roaming_zone == HOME:
            return None
        key = (subscription.subscription_id, cycle.start)
        left = max(Decimal(0), cap - self._used[key])
        has_consent = self._has_consent(subscription.subscription_id, session.started_at)
        cut = Cut(amount if has_consent else min(amount, left), cap, left, has_consent)
        self._used[key] += cut.amount
        return cut

    def _has_consent(self, subscription_id: str, instant: datetime) -> bool:
        return any(
            holds(row["given_at"], row.get("withdrawn_at"), instant)
            for row in self._consents.get(subscription_id, ())
        )
