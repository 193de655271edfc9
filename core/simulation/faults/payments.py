"""Faults of collection: another amount than invoiced, twice, or failed and left so."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa

from core.simulation.faults.model import COLLECTION, Planting
from core.simulation.faults.shadow import Label, Shadow

__all__ = ["PLANTINGS"]


def payment_mismatch(shadow: Shadow, count: int) -> None:
    """Collect some cents or euros more or less than invoiced; the invoice counts as paid all the same."""
    places = shadow.choose("plain_payments", count)
    cents = shadow.rng.integers(50, 1500, len(places)) * shadow.rng.choice([-1, 1], len(places))
    change = [
        max(Decimal(int(part)) / 100, Decimal("0.01") - place["amount"])
        for part, place in zip(cents, places, strict=True)
    ]
    amounts = [place["amount"] + part for place, part in zip(places, change, strict=True)]
    keys = [place["payment_id"] for place in places]
    shadow.edit(
        "reprice_payments", pa.table({"key": keys, "amount": pa.array(amounts, pa.decimal128(18, 6))})
    )
    shadow.label(
        "payment_mismatch",
        (
            Label(
                "payment_mismatch",
                "payments",
                place["payment_id"],
                "payment_gateway",
                place["settled_at"],
                account_id=place["account_id"],
                cycle=place["cycle"],
                amount=-part,
            )
            for place, part in zip(places, change, strict=True)
        ),
    )


PLANTINGS = (Planting("payment_mismatch", ("payment_mismatch",), COLLECTION, payment_mismatch),)
