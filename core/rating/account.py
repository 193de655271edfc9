"""Rates one account with the slow reference, from the rows that its lines depend on. Knows no rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.kernel.dataset import DatasetSettings
from core.kernel.period import Period, cycle_period
from core.kernel.records import STREAMS
from core.lake.session import Session
from core.lake.views import newest_of
from core.rating.reference import Rating, rate
from core.rating.reference.dataset import Row
from core.rating.reference.ladder import EVERY_PLAN
from core.rating.reference.promotions import USAGE

__all__ = ["AccountRater", "rate_account"]

SHARED = ("plans", "tariffs", "allowances", "holidays", "destinations", "networks", "products", "promotions")
"""What all accounts are priced with; read once."""

HELD = ("product_grants", "promotion_grants", "consents")
"""What a subscription has."""

COPIED = ("accounts", "subscriptions", "provisioning", *HELD)
"""What is copied out of the lake once: looking one account up in its files would open them all each time."""

READ = {
    "usage_events": (
        "event_id, file_id, service, direction, imsi, other_party, serving_plmn, started_at, duration_s",
        "bytes_up, bytes_down, call_ref, partial_sequence, partial_last, cause_code, received_at",
    ),
    "mediation_records": (
        "record_id, event_id, subscription_id, service, direction, destination_zone, roaming_zone",
        "started_at, quantity, status, mediated_at",
    ),
}
"""What pricing reads of the two large streams."""

APART = timedelta(days=3)
"""How far a mediation record's start may lie from its event's."""


def rate_account(session: Session, account_id: str) -> Rating:
    """Return every line and invoice that one account should have; see `AccountRater` for many accounts."""
    return AccountRater(session).rate(account_id)


@dataclass(frozen=True)
class _Scope:
    """Bound what of usage is read: a time, and of whatever is not read whole only some services."""

    span: Period | None = None
    whole: frozenset[str] = frozenset()
    services: frozenset[str] | None = None

    def condition(self, column: str) -> tuple[str, list[Any]]:
        """Return what is added to a query by SIM or subscription, and its values."""
        condition, values = "", []
        if self.span:
            condition, values = " and started_at >= ? and started_at < ?", [self.span.start, self.span.end]
        if self.services:
            places = f"{column} in ({_places(self.whole)}) or service in ({_places(self.services)})"
            return f"{condition} and ({places})", [*values, *self.whole, *self.services]
        return condition, values


class AccountRater:
    """Rate single accounts of a session over the lake; what they share is read once.

    Notes
    -----
    Gives the lines that `core.rating.engine.rate` gives for the account, explanations as data. Usage counts
    by its SIM (rule 1); a record that mediation guided to somebody else is looked for where an event of the
    account has none.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        (settings,) = _rows(session, "select * from dataset")
        self.settings = DatasetSettings(**settings)
        self._shared = {stream: _rows(session, f"from {stream}") for stream in SHARED}
        self._has_units_of_any_service = any(
            row["kind"] == "free_units" and row["applies_to"] == USAGE for row in self._shared["promotions"]
        )
        is_mediated = "select exists (select 1 from mediation_records) as found"
        self._is_mediated = _rows(session, is_mediated)[0]["found"]
        refused = "select file_id, status, kind from usage_files where status = 'rejected' or kind = 'test'"
        self._shared["usage_files"] = _rows(session, refused)
        given = newest_of(STREAMS["charges"], "kind = 'adjustment' or estimated")
        self._given = _by(_rows(session, given), "account_id")
        session.execute("set parquet_metadata_cache = true")  # every look opens the same files
        for stream in COPIED:
            session.execute(f"create or replace temp table rater_{stream} as from {stream}")
        self._zone = ZoneInfo(self.settings.timezone)

    def rate(self, account_id: str, cycle: date | None = None, subscription_id: str | None = None) -> Rating:
        """Return what an account should be charged.

        Parameters
        ----------
        cycle
            Only lines of the bill cycle that begins on this local date, without tax and invoices, which may
            take in late usage of other cycles; faster, as only that cycle's usage is read.
        subscription_id
            With a cycle, only lines of this subscription; faster again: of the account's others only what may
            draw from an allowance that they share is read.
        """
        period = None if cycle is None else cycle_period(cycle, self._zone)
        streams = self.streams(account_id, period, subscription_id)
        wanted = None if subscription_id is None else {subscription_id}
        return _only(rate(streams, self.settings, wanted), account_id, period, subscription_id)

    def streams(
        self, account_id: str, period: Period | None, subscription_id: str | None = None
    ) -> dict[str, Sequence[Row]]:
        """Return the rows that an account's lines depend on, all of them or those of one cycle."""
        own, scope = self._of("rater_subscriptions", "account_id", [account_id]), _Scope(period)
        if period and subscription_id:
            own, scope = self._reach(own, subscription_id, period)
        sims, subscriptions = _values(own, "imsi"), _values(own, "subscription_id")
        sharing = self._of("rater_subscriptions", "imsi", sims)
        invoices = newest_of(STREAMS["invoices"], "account_id = ?")
        streams: dict[str, Sequence[Row]] = {
            **self._shared,
            "accounts": self._of("rater_accounts", "account_id", [account_id]),
            "subscriptions": _distinct([*own, *sharing], "subscription_id", "valid_from"),
            "provisioning": self._of("rater_provisioning", "imsi", sims),
            "invoices": _rows(self._session, invoices, [account_id]),
            "charges": self._given.get(account_id, []),
        }
        streams |= {stream: self._of(f"rater_{stream}", "subscription_id", subscriptions) for stream in HELD}
        if period:
            scope = replace(scope, span=Period(self._begin(streams["product_grants"], period), period.end))
        streams["usage_events"] = events = self._events(sims, scope)
        streams["mediation_records"] = records = self._records(events, subscriptions, scope)
        has_sessions = records or not self._is_mediated
        streams["usage_events"] = self._with_events_of(records, events) if has_sessions else []
        return streams

    def sims(self, imsi: str) -> list[Row]:
        """Return the rows of *subscriptions* of a SIM, each with its account's cycle day and segment."""
        own = self._of("rater_subscriptions", "imsi", [imsi])
        accounts = self._of("rater_accounts", "account_id", _values(own, "account_id"))
        known = {row["account_id"]: row for row in accounts}
        return [
            {**row, "bill_cycle_day": account["bill_cycle_day"], "segment": account["segment"]}
            for row in own
            if (account := known.get(row["account_id"]))
        ]

    def posted(self, account_id: str, records: Iterable[Row]) -> dict[str, str]:
        """Return the line by which each event of some records is charged already, by event id."""
        events = {record["record_id"]: record["event_id"] for record in records}
        charges = newest_of(STREAMS["charges"], "account_id = ? and kind = 'usage'")
        lines = _rows(self._session, charges, [account_id])
        return {events[line["record_id"]]: line["charge_id"] for line in lines if line["record_id"] in events}

    def _reach(
        self, account: Sequence[Row], subscription_id: str, period: Period
    ) -> tuple[list[Row], _Scope]:
        """Return the rows of a subscription and of those that it shares with, and what of their usage counts.

        Notes
        -----
        Others count for a cycle in which they are on a plan with one of its account-wide allowances, and only
        with the services of these. Free units of any service tie a subscription's services together.
        """
        own = [row for row in account if row["subscription_id"] == subscription_id]
        plans = {EVERY_PLAN, *(row["plan_id"] for row in own)}
        pools = [
            row
            for row in self._shared["allowances"]
            if row["scope"] == "account" and row["plan_id"] in plans and _overlaps(row, period)
        ]
        sharing = {
            row["subscription_id"]
            for row in account
            if _overlaps(row, period)
            and any(pool["plan_id"] in (EVERY_PLAN, row["plan_id"]) for pool in pools)
        }
        others = [row for row in account if row["subscription_id"] in sharing - {subscription_id}]
        whole = frozenset({subscription_id, *_values(own, "imsi")})
        services = None if self._has_units_of_any_service else frozenset(pool["service"] for pool in pools)
        return own + others, _Scope(period, whole, services)

    def _begin(self, grants: Iterable[Row], period: Period) -> datetime:
        """Return from when usage moves the lines of a cycle: a pass that lasts into it may be older."""
        passes = {row["product_id"]: row for row in self._shared["products"] if row["kind"] == "pass"}
        lasting: list[datetime] = [
            grant["valid_from"]
            for grant in grants
            if grant["product_id"] in passes and _lasts_into(period, grant, passes[grant["product_id"]])
        ]
        return min([period.start, *lasting])

    def _events(self, sims: Sequence[str], scope: _Scope) -> list[Row]:
        """Return what SIMs did, and all parts of what is cut off at the edges of a span."""
        events = self._of("usage_events", "imsi", sims, scope)
        if scope.span:
            cut_off = [
                part for parts in _by(events, "call_ref").values() if _is_cut_off(parts) for part in parts
            ]
            references = set(_values(cut_off, "call_ref"))
            whole = self._of("usage_events", "imsi", _values(cut_off, "imsi"))
            events += [part for part in whole if part["call_ref"] in references]
        return _distinct(events, "event_id")

    def _records(self, events: Iterable[Row], subscriptions: Sequence[str], scope: _Scope) -> list[Row]:
        """Return the records of some events, and those that were guided to an account's subscriptions."""
        records = self._of("mediation_records", "subscription_id", subscriptions, scope)
        lacking = _without_record(events, records)
        if lacking and scope.span:
            span = Period(scope.span.start - APART, scope.span.end + APART)
            near = self._of("mediation_records", "subscription_id", subscriptions, _Scope(span))
            records += [record for record in near if record["event_id"] in lacking]
            lacking = _without_record(events, records)
            scope = _Scope(span)
        return records + self._of("mediation_records", "event_id", sorted(lacking), scope)

    def _with_events_of(self, records: Iterable[Row], events: list[Row]) -> list[Row]:
        """Return events, and those of other SIMs that records point at."""
        known = {event["event_id"] for event in events}
        strange = {record["event_id"] for record in records} - known
        return events + self._of("usage_events", "event_id", sorted(strange))

    def _of(
        self, relation: str, column: str, values: Sequence[str], scope: _Scope | None = None
    ) -> list[Row]:
        """Return the rows in which a column has one of some values."""
        if not values:
            return []
        names = ", ".join(READ.get(relation, ("*",)))
        also, bounds = ("", []) if scope is None else scope.condition(column)
        query = f"select {names} from {relation} where {column} in ({_places(values)}){also}"  # noqa: S608
        return _rows(self._session, query, [*values, *bounds])


def _only(rating: Rating, account_id: str, period: Period | None, subscription_id: str | None) -> Rating:
    own = [line for line in rating.charges if line.account_id == account_id]
    if period is None:
        invoices = tuple(invoice for invoice in rating.invoices if invoice.account_id == account_id)
        return replace(rating, charges=tuple(own), invoices=invoices)
    of_cycle = [line for line in own if line.cycle == period and line.kind != "tax"]
    wanted = [line for line in of_cycle if subscription_id in (None, line.subscription_id)]
    return replace(rating, charges=tuple(wanted), invoices=())


def _overlaps(row: Row, period: Period) -> bool:
    return row["valid_from"] < period.end and (row["valid_to"] is None or row["valid_to"] > period.start)


def _lasts_into(period: Period, grant: Row, product: Row) -> bool:
    hours = product["duration_hours"]
    end = grant["valid_to"] if hours is None else grant["valid_from"] + timedelta(hours=hours)
    return grant["valid_from"] < period.end and (end is None or end > period.start)


def _is_cut_off(parts: Sequence[Row]) -> bool:
    """Tell whether a session lacks its first or its last part."""
    numbers = [part["partial_sequence"] for part in parts if part["partial_sequence"] is not None]
    return bool(numbers) and (min(numbers) > 1 or not any(part["partial_last"] for part in parts))


def _without_record(events: Iterable[Row], records: Iterable[Row]) -> set[str]:
    """Return the events that no record is of; later parts of a session have none."""
    told = {record["event_id"] for record in records}
    return {event["event_id"] for event in events if (event["partial_sequence"] or 1) == 1} - told


def _places(values: Collection[str]) -> str:
    return ", ".join("?" * len(values))


def _rows(session: Session, query: str, values: Sequence[Any] = ()) -> list[Row]:
    answer = session.execute(query, list(values))
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _by(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def _values(rows: Iterable[Row], column: str) -> list[Any]:
    return sorted({row[column] for row in rows if row[column] is not None})


def _distinct(rows: Iterable[Row], *key: str) -> list[Row]:
    return list({tuple(row[name] for name in key): row for row in rows}.values())
