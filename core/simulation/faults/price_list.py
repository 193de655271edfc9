"""Faults of the price list itself: rivals, overlaps, gaps. Nobody's price changes but where none is left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

import pyarrow as pa

from core.simulation.faults.model import BILLING, NETWORK, Planting
from core.simulation.faults.shadow import Label, Place, Shadow

__all__ = ["PLANTINGS"]

_INSTANT = pa.timestamp("us", "UTC")


def price_rival(shadow: Shadow, count: int) -> None:
    """Enter prices a second time: with another rate in the same place, or equally specific beside it."""
    places = _draw(shadow, shadow.rows("rivals"), count)
    rates = [
        place["rate"] * Decimal("1.2") if turn % 2 else place["rate"] for turn, place in enumerate(places)
    ]
    steps = [place["increment"] * (1 if turn % 2 else 2) for turn, place in enumerate(places)]
    names = [f"T99{turn:02d}" for turn in range(1, len(places) + 1)]
    _copy(shadow, places, names, rates, steps, [place["valid_from"] for place in places])
    shadow.label(
        "price_rival",
        (_conflict(name, place["known_at"]) for name, place in zip(names, places, strict=True)),
    )


def price_overlap(shadow: Shadow, count: int) -> None:
    """Let prices go on for ever although a later version has come: the later one counts."""
    found = [row for row in shadow.rows("rivals") if row["former_id"] and row["steps"] == 1]
    places = _draw(shadow, found, count)
    shadow.edit("prolong_prices", [place["former_id"] for place in places])
    shadow.label(
        "price_overlap",
        (_conflict(max(place["tariff_id"], place["former_id"]), place["known_at"]) for place in places),
    )


def price_gap(shadow: Shadow, count: int) -> None:
    """Leave a day without a price: what was used then cannot be priced, and is on no bill."""
    drawn = _draw_gaps(shadow, count)
    gaps = [lines[0] for lines in drawn]
    _open_gaps(shadow, gaps)
    shadow.stale |= {line["account_id"] for lines in drawn for line in lines}
    shadow.label("price_gap", (_conflict(gap["tariff_id"], gap["gap_from"]) for gap in gaps))
    shadow.label(
        "price_gap",
        (
            Label.of(
                line,
                "not_priced",
                "mediation_records",
                line["record_id"],
                "rating_config",
                line["mediated_at"],
            )
            for lines in drawn
            for line in lines
        ),
    )


def _draw_gaps(shadow: Shadow, count: int) -> list[list[Place]]:
    """Draw gaps of different prices, each with the lines that fall into it."""
    found = [list(lines) for _, lines in groupby(shadow.rows("price_gaps"), key=itemgetter("gap"))]
    drawn: list[list[Place]] = []
    for position in shadow.rng.permutation(len(found)):
        lines = found[position]
        known = {gap[0]["tariff_id"] for gap in drawn}
        fits = lines[0]["is_rated"] and lines[0]["tariff_id"] not in known
        if len(drawn) < count and fits and shadow.take(*lines):
            drawn.append(lines)
    return drawn


def _open_gaps(shadow: Shadow, gaps: Sequence[Place]) -> None:
    """End each price at its gap, and let a copy of it begin after."""
    names = [f"T91{turn:02d}" for turn in range(1, len(gaps) + 1)]
    prices = {row["tariff_id"]: row for row in shadow.rows("rivals")}
    rows = [prices[gap["tariff_id"]] for gap in gaps]
    _copy(
        shadow,
        rows,
        names,
        [row["rate"] for row in rows],
        [row["increment"] for row in rows],
        [gap["gap_to"] for gap in gaps],
    )
    shadow.taken |= {("tariff", gap["tariff_id"]) for gap in gaps}
    ends = {
        "key": [gap["tariff_id"] for gap in gaps],
        "valid_to": _instants([gap["gap_from"] for gap in gaps]),
    }
    shadow.edit("end_prices", pa.table(ends))
    renamed = {
        "key": [gap["tariff_id"] for gap in gaps],
        "tariff_id": names,
        "valid_from": _instants([gap["gap_to"] for gap in gaps]),
    }
    shadow.edit("rename_prices", pa.table(renamed))


def _draw(shadow: Shadow, rows: list[Place], count: int) -> list[Place]:
    """Draw prices, none twice and none that has a fault already."""
    places = [rows[position] for position in shadow.rng.permutation(len(rows))]
    free = [place for place in places if ("tariff", place["tariff_id"]) not in shadow.taken][:count]
    shadow.taken |= {("tariff", place["tariff_id"]) for place in free}
    return free


def _copy(
    shadow: Shadow,
    places: list[Place],
    names: list[str],
    rates: list[Decimal],
    increments: list[int],
    since: list[datetime],
) -> None:
    rows = {
        "key": [place["tariff_id"] for place in places],
        "tariff_id": names,
        "rate": pa.array(rates, pa.decimal128(18, 6)),
        "increment": increments,
        "valid_from": _instants(since),
    }
    shadow.edit("copy_prices", pa.table(rows))


def _instants(values: list[datetime]) -> pa.Array:
    return pa.array(values, _INSTANT)


def _conflict(tariff_id: str, known_at: datetime) -> Label:
    return Label("tariff_conflict", "tariffs", tariff_id, "rating_config", known_at)


PLANTINGS = (
    Planting("price_rival", ("tariff_conflict",), BILLING, price_rival),
    Planting("price_overlap", ("tariff_conflict",), BILLING, price_overlap),
    Planting("price_gap", ("tariff_conflict", "not_priced"), NETWORK, price_gap),
)
