"""Rule 1: whose usage it is, and on which plan. Does not know cycles or prices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.rating.reference.dataset import Row, holds


@dataclass(frozen=True)
class Subscription:
    """Hold one CRM row: a subscription's period on a plan."""

    subscription_id: str
    account_id: str
    imsi: str | None
    plan_id: str
    valid_from: datetime
    valid_to: datetime | None


class Subscriptions:
    """Find the CRM row behind a SIM, a subscription or a moment."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._by_imsi: dict[str, list[Subscription]] = defaultdict(list)
        self._by_id: dict[str, list[Subscription]] = defaultdict(list)
        for row in sorted(rows, key=lambda r: (r["valid_from"], r["subscription_id"])):
            names = ("subscription_id", "account_id", "imsi", "plan_id", "valid_from", "valid_to")
            period = Subscription(*(row.get(name) for name in names))  # type: ignore[arg-type]
            self._by_imsi[row["imsi"]].append(period)
            self._by_id[row["subscription_id"]].append(period)

    def __bool__(self) -> bool:
        return bool(self._by_id)

    def ids(self) -> list[str]:
        """Return every subscription id, sorted."""
        return sorted(self._by_id)

    def periods(self, subscription_id: str) -> list[Subscription]:
        """Return the rows of one subscription, oldest first."""
        return self._by_id.get(subscription_id, [])

    def matching(self, imsi: str, instant: datetime) -> list[Subscription]:
        """Return the rows of a SIM that hold an instant, the one that counts first."""
        found = [s for s in self._by_imsi.get(imsi, []) if holds(s.valid_from, s.valid_to, instant)]
        return found[::-1]

    def at(self, subscription_id: str, instant: datetime) -> Subscription | None:
        """Return the row of a subscription that holds an instant; of two, the latest ``valid_from``."""
        found = [s for s in self.periods(subscription_id) if holds(s.valid_from, s.valid_to, instant)]
        return found[-1] if found else None


def stand_in(subscription_id: str, imsi: str | None, plan_id: str, instant: datetime) -> Subscription:
    """Return a row for usage of a dataset without CRM: the SIM is its own subscription and account."""
    return Subscription(subscription_id, subscription_id, imsi, plan_id, instant, None)
