"""Faults of delivery: one usage that comes twice, by itself or with its whole file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

import pyarrow as pa

from core.simulation.faults.model import NETWORK, Planting
from core.simulation.faults.shadow import Label, Place, Shadow
from core.simulation.faults.usage import add_usage, usage_of

__all__ = ["PLANTINGS"]


def duplicate_event(shadow: Shadow, count: int) -> None:
    """Deliver events again and charge them twice: in the same file, the next one, or days later."""
    _copy(shadow, "duplicate_event", _targets(shadow, count), charged=True)


def marked_duplicate(shadow: Shadow, count: int) -> None:
    """Deliver events again and let mediation notice it: the copy costs nothing."""
    _copy(shadow, "marked_duplicate", _targets(shadow, count), charged=False)


def _targets(shadow: Shadow, count: int) -> list[tuple[Place, Place]]:
    """Choose events and the files that their copies come in.

    Notes
    -----
    Two equal messages of one instant in one file may well be two messages: their copies come in another.
    """
    pairs = []
    for n, place in enumerate(shadow.choose("copy_places", count)):
        own = {"file_id": place["file_id"], "received_at": place["received_at"]}
        if place["service"] == "sms":
            own = place["later"][0]
        target = (own, place["later"][0], place["later"][-1])[n % 3]
        if target["file_id"] == place["file_id"] or shadow.take({"file_id": target["file_id"]}):
            pairs.append((place, target))
    return pairs


def duplicate_file(shadow: Shadow, count: int) -> None:
    """Deliver small files again under the same number; mediation notices half of them."""
    for n, events in enumerate(shadow.choose_files("small_files", count, most=12)):
        first = events[0]
        spare = (first["due_at"] - first["file_received_at"]).total_seconds()
        at = first["file_received_at"] + timedelta(seconds=int(spare * shadow.rng.uniform(0.1, 0.8)))
        again = {"file_id": f"{first['file_id']}-again", "received_at": at}
        _copy(shadow, "duplicate_file", [(event, again) for event in events], charged=n % 2 == 0)
        row = {"key": [first["file_id"]], "file_id": [again["file_id"]], "received_at": [at]}
        shadow.edit("copy_files", pa.table(row))


def _copy(shadow: Shadow, name: str, pairs: Sequence[tuple[Place, Place]], *, charged: bool) -> None:
    originals = usage_of(shadow, (place["event_id"] for place, _ in pairs))
    marks = (
        {"status": "forwarded", "reason": None} if charged else {"status": "duplicate", "reason": "duplicate"}
    )
    usage = [
        {
            **originals[place["event_id"]],
            **marks,
            "file_id": target["file_id"],
            "received_at": target["received_at"],
        }
        for place, target in pairs
    ]
    ids = add_usage(shadow, usage)
    shadow.stale |= {place["account_id"] for place, _ in pairs}
    shadow.label(name, _labels(pairs, ids, charged))


def _labels(
    pairs: Sequence[tuple[Place, Place]], ids: Sequence[tuple[str, str]], charged: bool
) -> Iterable[Label]:
    for (place, target), (event_id, _) in zip(pairs, ids, strict=True):
        amount = {"amount": None} if charged else {}
        yield Label.of(
            place,
            "duplicate_event",
            "usage_events",
            event_id,
            "duplicate_delivery",
            target["received_at"],
            **amount,
        )


PLANTINGS = (
    Planting("duplicate_event", ("duplicate_event",), NETWORK, duplicate_event),
    Planting("marked_duplicate", ("duplicate_event",), NETWORK, marked_duplicate),
    Planting("duplicate_file", ("duplicate_event",), NETWORK, duplicate_file),
)
