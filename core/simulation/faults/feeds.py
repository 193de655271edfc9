"""Faults of a whole feed: a source that falls silent, or nearly so, for a day or two."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pyarrow as pa

from core.simulation.faults.model import FILES, Planting
from core.simulation.faults.shadow import Label, Place, Shadow
from core.simulation.faults.usage import recount

__all__ = ["PLANTINGS"]

_KEPT = (0, 0, 8)
"""Of a hundred events, how many an element still reports: mostly none."""


def feed_silent(shadow: Shadow, count: int) -> None:
    """Let own elements report nothing, or a few events, for two to four files in a row; no number lacks."""
    runs: dict[tuple[str, int], list[Place]] = {}
    for file in shadow.rows("busy_files"):
        runs.setdefault((file["source"], file["place"] // 12), []).append(file)
    order = shadow.rng.permutation(sorted(name for name, files in runs.items() if len(files) == 12))
    planted = 0
    for source, number in order:
        length = int(shadow.rng.integers(2, 5))
        files = runs[source, int(number)][4 : 4 + length]
        if planted == count:
            break
        if shadow.take(*({"file_id": file["file_id"]} for file in files)):
            _silence(shadow, files, _KEPT[planted % len(_KEPT)])
            planted += 1


def _silence(shadow: Shadow, files: Sequence[Place], kept: int) -> None:
    keys = pa.table({"key": [file["file_id"] for file in files]})
    shadow.touch_files(keys)
    shadow.session.register("chosen", keys)
    lost = shadow.rows("hushed_events", kept=kept)
    shadow.edit("lose_records_of_events", pa.array([row["event_id"] for row in lost], pa.string()))
    shadow.edit("lose_events", pa.array([row["event_id"] for row in lost], pa.string()))
    changes: dict[str, tuple[int, Decimal]] = {}
    for row in lost:
        changes[row["file_id"]] = (changes.get(row["file_id"], (0, Decimal(0)))[0] - 1, Decimal(0))
    recount(shadow, changes)
    first, stake = files[0], sum((file["at_stake"] for file in files), Decimal(0))
    subject = f"{first['source']}@{first['period_start']:%Y-%m-%dT%H:%M:%SZ}"
    label = Label(
        "feed_silent", "usage_files", subject, "element_outage", first["received_at"], at_stake=stake
    )
    shadow.label("feed_silent", [label])


PLANTINGS = (Planting("feed_silent", ("feed_silent",), FILES, feed_silent),)
