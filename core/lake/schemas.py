"""The tables of a lake: one for each stream of the contract, four that keep its books."""

from __future__ import annotations

import pyarrow as pa

from core.kernel.records import STREAMS, Stream
from core.kernel.records.arrow import ARROW_TYPES
from core.lake.sql import identifier

__all__ = ["ARRIVALS", "LEDGER", "LINEAGE", "QUARANTINE", "REVISED", "SCHEMAS", "ddl", "key_hash", "layout"]

ARRIVALS, LEDGER, QUARANTINE, REVISED = "_arrivals", "_ledger", "_quarantine", "_revised"

LINEAGE = (pa.field("_file", pa.int64()), pa.field("_row", pa.int64()), pa.field("_extra", pa.string()))
"""Which arrival and row a stored row came from, and the columns that the contract does not name, as JSON."""


def _fields(**types: pa.DataType) -> pa.Schema:
    return pa.schema(list(types.items()))


_SQL = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.bool_(): "BOOLEAN",
    pa.decimal128(18, 6): "DECIMAL(18,6)",
    pa.timestamp("us", "UTC"): "TIMESTAMPTZ",
}

_LAYOUT = {
    "usage_events": ("started_at", "imsi"),
    "mediation_records": ("started_at", "subscription_id"),
    "charges": ("period_start", "account_id"),
    "invoices": ("cycle_start", "account_id"),
    "payments": ("attempted_at", "account_id"),
    "contacts": ("opened_at", "account_id"),
}


def layout(stream: Stream) -> str:
    """Return the order in which a stream's rows are written: month, then subject, then time.

    Notes
    -----
    Row-group statistics then serve both a month and one account, the best single layout measured.
    """
    if stream.name not in _LAYOUT:
        return ", ".join(stream.key)
    instant, subject = _LAYOUT[stream.name]
    return f"date_trunc('month', {instant}), {subject}, {instant}, {', '.join(stream.key)}"


SCHEMAS: dict[str, pa.Schema] = {
    **{
        name: pa.schema([*((column.name, ARROW_TYPES[column.type]) for column in stream.stored), *LINEAGE])
        for name, stream in STREAMS.items()
    },
    # one row for each file that was ever seen with that content, in the order of arrival
    ARRIVALS: _fields(
        arrival=pa.int64(), path=pa.string(), folder=pa.string(), size=pa.int64(), sha256=pa.string()
    ),
    # one row for each stream of a file that has been taken in whole
    LEDGER: _fields(
        arrival=pa.int64(),
        stream=pa.string(),
        rows_read=pa.int64(),
        stored=pa.int64(),
        quarantined=pa.int64(),
        repeats=pa.int64(),
        note=pa.string(),
    ),
    # one row for each row, or whole file (row 0), that could not be taken in
    QUARANTINE: _fields(
        arrival=pa.int64(),
        stream=pa.string(),
        file=pa.string(),
        row=pa.int64(),
        column=pa.string(),
        value=pa.string(),
        reason=pa.string(),
        remedy=pa.string(),
        quarantined_at=pa.timestamp("us", "UTC"),
        file_id=pa.string(),  # the usage file that a rejected event says it is in
    ),
    # the hash of every key that has more than one version
    REVISED: _fields(arrival=pa.int64(), stream=pa.string(), key_hash=pa.int64()),
}


def ddl(table: str) -> str:
    """Return a table's columns as DuckDB declares them."""
    return ", ".join(f"{identifier(field.name)} {_SQL[field.type]}" for field in SCHEMAS[table])


def key_hash(stream: Stream) -> str:
    """Return the SQL of a key's hash, stable for one pinned DuckDB version."""
    return f"(hash({', '.join(map(identifier, stream.key))}) >> 1)::BIGINT"
