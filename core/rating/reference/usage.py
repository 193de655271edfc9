"""Rules 1 to 11 and 15 in order: from forwarded sessions to usage lines. Knows no fees and no invoices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.kernel.dataset import DatasetSettings
from core.rating.reference.allowances import Allowances
from core.rating.reference.amount import price
from core.rating.reference.cap import RoamingCap
from core.rating.reference.clock import WallClock
from core.rating.reference.cycle import Cycles
from core.rating.reference.dataset import Row, Streams, holds, rows
from core.rating.reference.explain import explanation
from core.rating.reference.ladder import PriceList
from core.rating.reference.lines import Charge, Unpriced
from core.rating.reference.metering import Meter, Metered
from core.rating.reference.promotions import Promotions
from core.rating.reference.sessions import Session
from core.rating.reference.subscription import Subscription, Subscriptions, stand_in


@dataclass
class Usage:
    """Hold what became of the sessions."""

    charges: list[Charge] = field(default_factory=list)
    unpriced: list[Unpriced] = field(default_factory=list)


class UsageRater:
    """Rate sessions in order; the state of allowances, tiers and caps is its own."""

    def __init__(
        self,
        streams: Streams,
        subscriptions: Subscriptions,
        cycles: Cycles,
        promotions: Promotions,
        settings: DatasetSettings,
    ) -> None:
        self._settings = settings
        self._subscriptions = subscriptions
        self._cycles = cycles
        clock = WallClock(ZoneInfo(settings.timezone), (row["date"] for row in rows(streams, "holidays")))
        self.prices = PriceList(rows(streams, "tariffs"), clock)
        self._meter = Meter(self.prices, Allowances(streams, promotions, settings))
        self._cap = RoamingCap(streams)
        self._sims: dict[str, list[Row]] = defaultdict(list)
        for row in rows(streams, "provisioning"):
            self._sims[row["imsi"]].append(row)
        self.ambiguous: set[str] = set()

    def rate_all(self, sessions: Iterable[Session], wanted: Collection[str] | None = None) -> Usage:
        """Return a line for every session that can be priced: meter all of them, then price those wanted."""
        usage = Usage()
        metered = []
        for session in sorted(sessions, key=self._order):
            result = self.meter(session)
            if isinstance(result, Metered):
                metered.append(result)
            else:
                usage.unpriced.append(result)
        usage.charges = [
            self.charge(m) for m in metered if wanted is None or m.subscription.subscription_id in wanted
        ]
        return usage

    def meter(self, session: Session) -> Metered | Unpriced:
        """Draw allowances for a session and move the counters of its subscription."""
        owner = self._owner(session)
        if owner is None:
            return Unpriced(session.record_id, session.event_id, "no subscription matches")
        cycle = self._cycles.holding(owner.account_id, session.started_at)
        return self._meter.meter(session, owner, cycle)

    def charge(self, metered: Metered) -> Charge:
        """Price a metered session and cut it to the roaming cap; a volume total is taken as it stands."""
        session, owner, cycle = metered.session, metered.subscription, metered.cycle
        priced = price(metered, self._meter.total_in_ladder)
        cut = self._cap.cut(session, owner, cycle, priced.amount)
        amount = priced.amount if cut is None else cut.amount
        return Charge(
            charge_id=f"usage:{session.record_id or session.event_id}",
            record_id=session.record_id,
            account_id=owner.account_id,
            subscription_id=owner.subscription_id,
            kind="usage",
            service=session.service,
            quantity=metered.quantity,
            free_quantity=metered.free,
            amount=amount,
            currency=self._settings.currency,
            plan_id=owner.plan_id,
            tariff_id=metered.first.tariff_id,
            period_start=session.started_at,
            period_end=session.started_at + timedelta(seconds=session.duration_s),
            rated_at=session.arrived_at,
            event_id=session.event_id,
            explanation=explanation(metered, priced, cut, self.prices, self._meter.total_in_ladder),
            cycle=cycle,
        )

    def _order(self, session: Session) -> tuple[datetime, str, str]:
        """Return the key in whose order sessions draw (rules 8 and 15)."""
        arrival = self._settings.allowance_order == "arrival"
        first = session.arrived_at if arrival else session.started_at
        return (first, session.event_id, session.record_id or "")

    def _owner(self, session: Session) -> Subscription | None:
        """Return the CRM row whose usage it is (rule 1)."""
        if not self._subscriptions:
            return self._stand_in(session)
        if session.imsi is None:
            return self._subscriptions.at(session.guided_to or "", session.started_at)
        matching = self._subscriptions.matching(session.imsi, session.started_at)
        if len(matching) > 1:
            self.ambiguous |= {row.subscription_id for row in matching}
        return matching[0] if matching else None

    def _stand_in(self, session: Session) -> Subscription | None:
        """Return a row for a dataset without CRM, on the plan that the network holds, if it tells one."""
        name = session.guided_to or session.imsi
        if name is None:
            return None
        plans = [
            sim["plan_id"]
            for sim in self._sims.get(session.imsi or "", ())
            if sim["plan_id"] is not None
            and holds(sim["active_from"], sim.get("active_to"), session.started_at)
        ]
        return stand_in(name, session.imsi, plans[-1] if plans else "", session.started_at)
