"""Checks a charge before it is posted: the single-event path, on top of the account's cycle in the lake."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from threading import Lock
from typing import Final, Literal
from zoneinfo import ZoneInfo

from core.kernel.period import cycle_period, cycle_start
from core.lake.session import Session
from core.rating.account import AccountRater
from core.rating.explain import explain
from core.rating.reference import Charge, LiveRater, Unpriced
from core.rating.reference.dataset import Row, holds

__all__ = ["ChargeCheck", "ChargeChecker", "Subscriber", "ToPost"]

Standing = Literal["right", "wrong", "posted_already", "not_priced", "incomplete", "unknown_subscriber"]

_KEPT: Final = 10_000
"""Of how many accounts' cycles the state is kept; the one asked for longest ago makes room."""


@dataclass(frozen=True)
class ToPost:
    """State a charge as billing would post it; what is None is not compared. ``amount`` is net of tax."""

    amount: Decimal
    currency: str
    quantity: int | None = None
    free_quantity: int | None = None
    tariff_id: str | None = None


@dataclass(frozen=True)
class Subscriber:
    """Name whose usage an event is; ``segment`` is None where the dataset does not say."""

    account_id: str
    subscription_id: str
    segment: str | None
    cycle: date


@dataclass(frozen=True)
class ChargeCheck:
    """State whether a charge is right.

    Parameters
    ----------
    standing
        ``not_priced`` where no price covers it, ``incomplete`` while parts of its session are to come.
    expected
        What it should be; None where that cannot be said.
    difference
        Expected less posted, in the operator's currency; None where nothing is expected.
    differs_in
        The values that are not as expected.
    why
        How the expected amount comes about, or why there is none.
    charge_id
        The line by which the same usage is charged already.
    """

    standing: Standing
    subscriber: Subscriber | None = None
    expected: ToPost | None = None
    difference: Decimal | None = None
    differs_in: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    charge_id: str | None = None


@dataclass
class _Cycle:
    """Hold the state of one account's cycle: its allowances, tiers and caps are in ``live``."""

    live: LiveRater
    lines: dict[str, Charge | Unpriced | None]
    posted: Mapping[str, str]


class ChargeChecker:
    """Check charges one at a time, over a lake as one run saw it and all that was checked since.

    Parameters
    ----------
    session
        Over the lake; this keeps it for itself.

    Notes
    -----
    Checking the same event again gives the same answer and uses nothing twice. The first check in a cycle
    reads it, tens of milliseconds; later ones take less than one.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rater = AccountRater(session)
        self._zone = ZoneInfo(self._rater.settings.timezone)
        self._cycles: OrderedDict[tuple[str, date], _Cycle] = OrderedDict()
        self._lock = Lock()

    def subscriber(self, imsi: str, at: datetime) -> Subscriber | None:
        """Return whose SIM one was at an instant; None where nobody's, or it cannot be told."""
        with self._lock:
            found = [row for row in self._rater.sims(imsi) if holds(row["valid_from"], row["valid_to"], at)]
        if len(found) != 1:
            return None
        (row,) = found
        cycle = cycle_start(at, row["bill_cycle_day"], self._zone)
        return Subscriber(row["account_id"], row["subscription_id"], row["segment"], cycle)

    def check(self, subscriber: Subscriber, event: Row, to_post: ToPost) -> ChargeCheck:
        """Say whether a charge for one event is right.

        Parameters
        ----------
        event
            A row of *usage_events*.
        """
        with self._lock:
            cycle = self._cycle(subscriber)
            event_id = event["event_id"]
            posted = cycle.posted.get(event_id)
            if event_id not in cycle.lines:
                cycle.lines[event_id] = cycle.live.rate(event)
            line = cycle.lines[event_id]
        if posted is not None:
            why = (f"This usage is charged by {posted} already.",)
            return ChargeCheck("posted_already", subscriber, why=why, charge_id=posted)
        if line is None:
            return ChargeCheck("incomplete", subscriber, why=("Parts of this session are still to come.",))
        if isinstance(line, Unpriced):
            return ChargeCheck(
                "not_priced", subscriber, why=(f"{line.reason[:1].upper()}{line.reason[1:]}.",)
            )
        return _compared(subscriber, line, to_post)

    def _cycle(self, subscriber: Subscriber) -> _Cycle:
        key = (subscriber.account_id, subscriber.cycle)
        if key not in self._cycles:
            self._cycles[key] = self._read(subscriber)
            if len(self._cycles) > _KEPT:
                self._cycles.popitem(last=False)
        self._cycles.move_to_end(key)
        return self._cycles[key]

    def _read(self, subscriber: Subscriber) -> _Cycle:
        period = cycle_period(subscriber.cycle, self._zone)
        streams = self._rater.streams(subscriber.account_id, period)
        live = LiveRater(streams, self._rater.settings)
        usage = live.catch_up(streams)
        lines: dict[str, Charge | Unpriced | None] = {
            line.event_id: line for line in usage.charges if line.event_id is not None
        }
        lines |= {one.event_id: one for one in usage.unpriced}
        return _Cycle(live, lines, self._rater.posted(subscriber.account_id, streams["mediation_records"]))


def _compared(subscriber: Subscriber, line: Charge, to_post: ToPost) -> ChargeCheck:
    expected = ToPost(line.amount, line.currency, line.quantity, line.free_quantity, line.tariff_id)
    differs = tuple(
        name for name, said in vars(to_post).items() if said is not None and said != getattr(expected, name)
    )
    return ChargeCheck(
        "wrong" if differs else "right",
        subscriber,
        expected,
        line.amount - to_post.amount,
        differs,
        explain(line.row()).sentences,
    )
