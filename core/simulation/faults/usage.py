"""Adds usage events with their records to a dataset, in files that have room for them. Labels nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from core.simulation.faults.shadow import Place, Shadow

__all__ = ["add_usage", "last_positions", "recount", "spread", "usage_of"]

_OF_RECORD = (
    "subscription_id",
    "destination_zone",
    "roaming_zone",
    "quantity",
    "status",
    "reason",
    "mediated_at",
)
_SHARED = ("event_id", "service", "direction", "started_at")


def usage_of(shadow: Shadow, event_ids: Iterable[str]) -> dict[str, Place]:
    """Return events with what mediation made of them, by id."""
    shadow.session.register("chosen", pa.table({"key": pa.array(event_ids, pa.string())}))
    return {row["event_id"]: row for row in shadow.rows("usage_of_events")}


def add_usage(shadow: Shadow, usage: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Add events at the end of their files, each with its record; return the ids of both.

    Parameters
    ----------
    usage
        The columns of an event and of its record; ids, positions and the record's instant are found here.
    """
    if not usage:
        return []
    number = int(shadow.rows("next_event")[0]["number"])
    last = last_positions(shadow, {row["file_id"] for row in usage})
    changes: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    events, records, ids = [], [], []
    for n, row in enumerate(usage, number):
        last[row["file_id"]] = last.get(row["file_id"], 0) + 1
        changes[row["file_id"]][0] += 1
        changes[row["file_id"]][1] += row["wholesale_charge"] or 0
        event_id, record_id = f"E{n:010d}", f"R{n:010d}"
        mediated_at = row["received_at"] + timedelta(seconds=int(shadow.rng.integers(300, 3600)))
        event = {**row, "event_id": event_id, "file_position": last[row["file_id"]], "record_id": record_id}
        ids.append((event_id, record_id))
        events.append({key: value for key, value in event.items() if key not in (*_OF_RECORD, "record_id")})
        record = {name: event[name] for name in (*_SHARED, *_OF_RECORD, "record_id")}
        records.append(record | {"mediated_at": mediated_at, "updated_at": mediated_at})
    shadow.edit("add_events", pa.Table.from_pylist(events))
    shadow.edit("add_records", pa.Table.from_pylist(records))
    recount(shadow, {file: (int(count), charge) for file, (count, charge) in changes.items()})
    return ids


def last_positions(shadow: Shadow, files: Iterable[str]) -> dict[str, int]:
    """Return the last position in each of some files; files without events are left out."""
    shadow.session.register("chosen", pa.table({"key": pa.array(sorted(files), pa.string())}))
    return {row["file_id"]: row["last_position"] for row in shadow.rows("file_sizes")}


def recount(shadow: Shadow, changes: Mapping[str, tuple[int, Decimal]]) -> None:
    """Let files say that they hold more or fewer events, and ask more or less for them."""
    charges = pa.array([charge for _, charge in changes.values()], pa.decimal128(18, 6))
    counts = pa.array([count for count, _ in changes.values()], pa.int64())
    keys = pa.array(list(changes), pa.string())
    shadow.edit("recount_files", pa.table({"key": keys, "change": counts, "charge": charges}))


def spread(start: datetime, end: datetime, count: int) -> list[datetime]:
    """Return instants at equal distances within a period, on whole seconds."""
    step = (end - start) / (count + 1)
    return [(start + step * (n + 1)).replace(microsecond=0) for n in range(count)]
