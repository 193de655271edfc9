"""Loads the simulated operator's price list, partners and holidays from the catalogue. Invents nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow as pa

from core.kernel.records import STREAMS, Column
from core.lake.session import Session
from core.simulation.calendar import Calendar
from core.simulation.dataset import insert, scratch
from core.simulation.lists import rows
from core.simulation.trips import Partner

__all__ = ["DESTINATIONS", "holidays", "load_catalogue", "partners"]

_LISTS = ("plans", "tariffs", "allowances", "products", "promotions", "destinations", "partners", "holidays")
_LAUNCH = "2024-01-01T00:00:00+01:00"

DESTINATIONS = (("49151", "49160", "49172"), ("43660", "33612", "34655"), ("1212", "1415"),
                ("90532", "44747", "41791"), ("49303", "49891"), ("49900",))  # fmt: skip
"""Prefixes that calls go to: national, Europe, North America, the world, landlines, premium."""


def holidays() -> frozenset[date]:
    """Return the local dates without work."""
    return frozenset(date.fromisoformat(row["date"]) for row in rows("holidays"))


def partners() -> list[Partner]:
    """Return the roaming partners in catalogue order."""
    return [
        Partner(
            row["partner_id"],
            row["country"],
            row["zone"],
            float(row["popularity"]),
            int(row["delivery_hours"]),
        )
        for row in rows("partners")
    ]


def load_catalogue(session: Session, calendar: Calendar, currency: str) -> None:
    """Fill the reference streams that do not depend on any account.

    Notes
    -----
    In the files ``launch`` stands for long before the data and ``change`` for the day on which prices change.
    """
    change = datetime.fromtimestamp(calendar.change, UTC)
    for name in _LISTS:
        scratch(session, {"listed": _texts(name)})
        session.execute(_statement(name), {"launch": _LAUNCH, "change": change, "currency": currency})
    scratch(
        session,
        {
            "listed_partners": _texts("partners"),
            "listed_rates": _texts("partner_rates"),
            "drawn_partners": pa.table(
                {"partner": range(len(rows("partners"))), "plmn": [row["plmn"] for row in rows("partners")]}
            ),
            "drawn_destinations": _directory(),
        },
    )
    insert(session, "networks", "networks")
    insert(session, "partner_rates", "partner_rates", {"launch": _LAUNCH})


def _texts(name: str) -> pa.Table:
    listed = rows(name)
    columns = {column: [row[column] or None for row in listed] for column in listed[0]}
    if name == "tariffs":
        columns["tariff_id"] = [f"T{number:04d}" for number in range(1, len(listed) + 1)]
    return pa.table({key: pa.array(values, pa.string()) for key, values in columns.items()})


def _statement(name: str) -> str:
    """Build the insert that casts a catalogue file to its stream."""
    have = set(_texts(name).column_names)
    parts = [
        f"cast({_source(column, have)} as {column.sql_type}) as {column.name}"
        for column in STREAMS[name].columns
    ]
    return (
        f"with given as (select $launch::timestamptz as launch, $change::timestamptz as change, "  # noqa: S608
        f"$currency as home) insert into {name} by name select {', '.join(parts)} from listed, given"
    )


def _source(column: Column, have: set[str]) -> str:
    if column.name == "currency" and column.name not in have:
        return "home"
    if column.type == "ts":
        word = column.name if column.name in have else ("'launch'" if column.name == "valid_from" else "null")
        return f"case {word} when 'launch' then launch when 'change' then change end"
    return f'"{column.name}"' if column.name in have else f"'{column.default}'" if column.default else "null"


def _directory() -> pa.Table:
    flat = [
        {"destination": number, "choice": choice, "choices": len(prefixes), "prefix": prefix}
        for number, prefixes in enumerate(DESTINATIONS)
        for choice, prefix in enumerate(prefixes)
    ]
    return pa.Table.from_pylist(flat)
