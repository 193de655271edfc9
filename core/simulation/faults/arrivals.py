"""Faults of single events on their way: too late for the bill, or one part of a long session lost."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from core.simulation.faults.model import NETWORK, Planting
from core.simulation.faults.shadow import Label, Place, Shadow
from core.simulation.faults.usage import last_positions, recount

__all__ = ["PLANTINGS"]


def event_late(shadow: Shadow, count: int) -> None:
    """Let events come after their bill has left: in a later file, or in their own, which was read twice."""
    pairs = [
        (place, place["file_id"] if n % 3 == 2 else place["later_file"])
        for n, place in enumerate(shadow.choose("late_places", count))
    ]
    pairs = [pair for pair in pairs if pair[1] == pair[0]["file_id"] or shadow.take({"file_id": pair[1]})]
    _arrive_late(shadow, pairs)
    subjects = (
        ("event_late", "usage_events", "event_id", False),
        ("charge_late", "charges", "record_id", True),
    )
    for place, _ in pairs:
        cause = "partner_delay" if place["wholesale_charge"] is not None else "element_outage"
        for fault, stream, key, by_record in subjects:
            label = Label.of(place, fault, stream, place[key], cause, place["later_at"], by_record=by_record)
            shadow.label("event_late", [label])


def _arrive_late(shadow: Shadow, pairs: list[tuple[Place, str]]) -> None:
    """Move events to the files that they came in after all; mediation takes them within the hour."""
    positions = last_positions(shadow, {file_id for _, file_id in pairs})
    delays = shadow.rng.integers(300, 3600, len(pairs))
    instant = pa.timestamp("us", "UTC")
    rows = {
        "file_id": pa.array([file_id for _, file_id in pairs], pa.string()),
        "file_position": pa.array([positions.get(file_id, 0) + 1 for _, file_id in pairs], pa.int64()),
        "received_at": pa.array([place["later_at"] for place, _ in pairs], instant),
        "mediated_at": pa.array(
            [
                place["later_at"] + timedelta(seconds=int(delay))
                for (place, _), delay in zip(pairs, delays, strict=True)
            ],
            instant,
        ),
    }
    events = pa.array([place["event_id"] for place, _ in pairs], pa.string())
    records = pa.array([place["record_id"] for place, _ in pairs], pa.string())
    shadow.edit("move_events", pa.table({"key": events, **rows}))
    shadow.edit("delay_records", pa.table({"key": records, **rows}))
    shadow.stale |= {place["account_id"] for place, _ in pairs}
    changes: dict[str, tuple[int, Decimal]] = {}
    for place, file_id in pairs:
        if file_id != place["file_id"]:
            charge = place["wholesale_charge"] or Decimal(0)
            changes[place["file_id"]] = (-1, -charge)
            changes[file_id] = (1, charge)
    recount(shadow, changes)


def partial_missing(shadow: Shadow, count: int) -> None:
    """Lose the first, a middle or the last part of long sessions, which the element never wrote to a file.

    Notes
    -----
    What the part held is gone, so that no amount can be known: the label has 0.
    """
    places = shadow.choose("long_sessions", count)
    lost, rows = [], []
    for n, place in enumerate(places):
        parts = place["parts"]
        which = (0, len(parts) // 2, len(parts) - 1)[n % 3]
        lost.append(parts[which])
        rows.append(_shortened(place, [part for part in parts if part is not parts[which]]))
    recount(shadow, _fewer(lost))
    shadow.edit("lose_events", [part["event_id"] for part in lost])
    if rows:
        shadow.edit("shorten_records", pa.Table.from_pylist(rows))
    shadow.stale |= {place["account_id"] for place in places}
    shadow.label(
        "partial_missing",
        (
            Label.of(
                place,
                "partial_missing",
                "usage_events",
                place["call_ref"],
                "element_outage",
                place["mediated_at"],
                at_stake=place["amount"],
            )
            for place in places
        ),
    )


def _shortened(place: Place, parts: list[Place]) -> dict[str, Any]:
    """Say what mediation makes of the parts that are left."""
    return {
        "key": place["record_id"],
        "event_id": parts[0]["event_id"],
        "started_at": parts[0]["started_at"],
        "quantity": sum(part["quantity"] for part in parts),
    }


def _fewer(parts: list[Place]) -> dict[str, tuple[int, Decimal]]:
    counts: dict[str, tuple[int, Decimal]] = {}
    for part in parts:
        counts[part["file_id"]] = (counts.get(part["file_id"], (0, Decimal(0)))[0] - 1, Decimal(0))
    return counts


PLANTINGS = (
    Planting("event_late", ("event_late", "charge_late"), NETWORK, event_late),
    Planting("partial_missing", ("partial_missing",), NETWORK, partial_missing),
)
