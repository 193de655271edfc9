"""Faults of what partners ask for: a price other than the agreed one, for one event or a whole file."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

import pyarrow as pa

from core.simulation.faults.model import NETWORK, Planting
from core.simulation.faults.shadow import Label, Place, Shadow
from core.simulation.faults.usage import recount

__all__ = ["PLANTINGS"]

_FACTORS = tuple(Decimal(text) for text in ("1.08", "1.25", "2", "0.9"))
_MICRO = Decimal("0.000001")


def wrong_price(shadow: Shadow, count: int) -> None:
    """Let partners ask another price than agreed for single events."""
    for place in shadow.choose("priced_events", count):
        _reprice(shadow, "wrong_partner_price", [place], _FACTORS[shadow.rng.integers(0, len(_FACTORS))])


def old_prices(shadow: Shadow, count: int) -> None:
    """Let partners price whole files by a list that no longer holds."""
    for events in shadow.choose_files("priced_files", count):
        _reprice(shadow, "old_partner_prices", events, _FACTORS[shadow.rng.integers(0, 2)])


def _reprice(shadow: Shadow, name: str, events: Sequence[Place], factor: Decimal) -> None:
    """Ask so many times as much for events of one file, and for the file: no customer's bill changes."""
    asked = [
        max((event["wholesale_charge"] * factor).quantize(_MICRO, ROUND_HALF_EVEN), _MICRO)
        for event in events
    ]
    asked = [
        new if new != event["wholesale_charge"] else new + _MICRO
        for new, event in zip(asked, events, strict=True)
    ]
    charges = pa.array(asked, pa.decimal128(18, 6))
    keys = [event["event_id"] for event in events]
    shadow.edit("ask_more", pa.table({"key": keys, "wholesale_charge": charges}))
    more = sum(asked, Decimal(0)) - sum((event["wholesale_charge"] for event in events), Decimal(0))
    recount(shadow, {events[0]["file_id"]: (0, more)})
    shadow.label(
        name,
        (
            Label.of(
                event,
                "wholesale_mismatch",
                "usage_events",
                event["event_id"],
                "partner_pricing",
                event["received_at"],
            )
            for event in events
        ),
    )


PLANTINGS = (
    Planting("wrong_partner_price", ("wholesale_mismatch",), NETWORK, wrong_price),
    Planting("old_partner_prices", ("wholesale_mismatch",), NETWORK, old_prices),
)
