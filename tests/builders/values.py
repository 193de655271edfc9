"""Values of test rows: local times as instants, text as money. Builds no row."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
Instant = datetime | str

WARSAW = ZoneInfo("Europe/Warsaw")
LONG_AGO = "2024-01-01 00:00"
NOON = "2026-03-10 12:00"
NATIONAL, ABROAD = "48600100200", "4915112345678"
HOME, ROAMING = "26099", "26201"


def local(wall: str, zone: ZoneInfo = WARSAW) -> datetime:
    """Return the instant of a local wall-clock time."""
    text, _, fold = wall.partition("+")
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=int(fold or 0)).astimezone(UTC)


def as_instants(row: Row) -> Row:
    """Return a row with its times, given as local wall clock, as instants."""
    times = (
        "valid_",
        "started_at",
        "received_at",
        "mediated_at",
        "given_at",
        "withdrawn_at",
        "active_",
        "issue",
    )
    return {
        k: local(v) if isinstance(v, str) and k.startswith((*times, "cycle_", "attempted_at")) else v
        for k, v in row.items()
    }


def as_money(row: Row, *names: str) -> Row:
    """Return a row with the named columns, given as text, as decimals."""
    return row | {n: Decimal(row[n]) for n in names if row.get(n) is not None}
