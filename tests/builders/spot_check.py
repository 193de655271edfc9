"""Prices some accounts of a simulated operator by the slow reference, and says where billing differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from core.kernel.dataset import DatasetSettings
from core.kernel.period import cycle_period, cycle_start
from core.kernel.records import STREAMS
from core.lake.session import Session
from core.rating.reference import rate

Row = dict[str, Any]

IDENTITY = (
    "kind",
    "record_id",
    "account_id",
    "subscription_id",
    "product_id",
    "promotion_id",
    "plan_id",
    "period_start",
)
PRICE = ("service", "quantity", "free_quantity", "amount", "currency", "tariff_id", "period_end")
_OF_ACCOUNTS = "where account_id in (from drawn)"
_OF_LINES = (
    "where subscription_id in (select subscription_id from subscriptions where account_id in (from drawn))"
)
_OF_SIMS = "where imsi in (select imsi from subscriptions where account_id in (from drawn))"
_LIMITS = {
    **dict.fromkeys(("accounts", "subscriptions", "charges", "invoices"), _OF_ACCOUNTS),
    **dict.fromkeys(("product_grants", "promotion_grants", "consents", "mediation_records"), _OF_LINES),
    **dict.fromkeys(("usage_events", "provisioning"), _OF_SIMS),
    **dict.fromkeys(("payments", "contacts", "surveys"), "where false"),
}


@dataclass(frozen=True)
class SpotCheck:
    """State how much was compared; ``different`` names lines that either side lacks or prices otherwise."""

    events: int
    lines: int
    different: tuple[tuple[Any, ...], ...]


def spot_check(session: Session, settings: DatasetSettings, accounts: Sequence[str]) -> SpotCheck:
    """Compare every line that billing made for some accounts with what the reference expects.

    Notes
    -----
    Lines that people keyed in are nobody's to expect. Not due yet are lines of records that billing had no
    time for, and the monthly fees of open cycles.
    """
    session.register("drawn", pa.table({"account_id": list(accounts)}))
    streams = {name: _rows(session, name) for name in STREAMS}
    billed = {_identity(row): row for row in streams["charges"] if row["kind"] not in ("adjustment", "tax")}
    known = {row["record_id"] for row in billed.values()}
    zone = ZoneInfo(settings.timezone)
    open_since = {
        row["account_id"]: cycle_period(cycle_start(settings.as_of, row["bill_cycle_day"], zone), zone).start
        for row in streams["accounts"]
    }
    expected = {
        _identity(row): row
        for row in (charge.row() for charge in rate(streams, settings).charges)
        if (row["kind"] == "usage" and row["record_id"] in known)
        or row["kind"] in ("discount", "one_off")
        or (row["kind"] == "recurring" and row["period_start"] < open_since[row["account_id"]])
        or _identity(row) in billed
    }
    apart = expected.keys() ^ billed.keys()
    other = (
        (identity, name, expected[identity][name], billed[identity][name])
        for identity in expected.keys() & billed.keys()
        for name in PRICE
        if expected[identity][name] != billed[identity][name]
    )
    return SpotCheck(len(streams["usage_events"]), len(billed), (*apart, *other))


def _identity(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in IDENTITY)


def _rows(session: Session, stream: str) -> list[Row]:
    rows = session.sql(f"from {stream} {_LIMITS.get(stream, '')}").to_arrow_table().to_pylist()
    return [
        {name: value.astimezone(UTC) if isinstance(value, datetime) else value for name, value in row.items()}
        for row in rows
    ]
