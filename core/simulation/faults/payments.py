"""Faults of collection: another amount than invoiced, twice, or failed and left so."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pyarrow as pa

from core.simulation.faults.model import COLLECTION, Planting
from core.simulation.faults.shadow import Label, Shadow

__all__ = ["PLANTINGS"]

_MAY_PASS = ("insufficient_funds", "issuer_timeout", "gateway_error")


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


def payment_duplicate(shadow: Shadow, count: int) -> None:
    """Collect invoices a second time, minutes or days later; nobody sends the money back."""
    places = shadow.choose("settled_payments", count)
    shadow.session.register("chosen", pa.table({"key": [place["payment_id"] for place in places]}))
    first = {row["payment_id"]: row for row in shadow.rows("full_payments")}
    waits = [timedelta(minutes=int(part)) for part in shadow.rng.choice([2, 7, 45, 1450, 4400], len(places))]
    again = [
        {
            **first[place["payment_id"]],
            "payment_id": f"{place['payment_id']}-2",
            "gateway_ref": f"{first[place['payment_id']]['gateway_ref']}-2",
            "attempted_at": place["attempted_at"] + wait,
            "updated_at": place["settled_at"] + wait,
        }
        for place, wait in zip(places, waits, strict=True)
    ]
    schema = shadow.session.sql("select * from payments limit 0").to_arrow_table().schema
    shadow.edit("add_payments", pa.Table.from_pylist(again, schema=schema))
    shadow.label(
        "payment_duplicate",
        (
            Label.of(
                place,
                "payment_duplicate",
                "payments",
                payment["payment_id"],
                "payment_gateway",
                payment["updated_at"],
                amount=-place["amount"],
            )
            for place, payment in zip(places, again, strict=True)
        ),
    )


def payment_failed(shadow: Shadow, count: int) -> None:
    """Let payments fail for a reason that may pass, and nobody try again; the bill stays open."""
    places = shadow.choose("settled_payments", count)
    due = [place["issued_at"] + timedelta(days=14) for place in places]
    rows = pa.table(
        {
            "key": [place["payment_id"] for place in places],
            "invoice_id": [place["invoice_id"] for place in places],
            "failure_code": pa.array(shadow.rng.choice(_MAY_PASS, len(places)), pa.string()),
            "status": [
                "overdue" if at <= place["as_of"] else "issued" for at, place in zip(due, places, strict=True)
            ],
            "updated_at": pa.array(
                [
                    at if at <= place["as_of"] else place["issued_at"]
                    for at, place in zip(due, places, strict=True)
                ],
                pa.timestamp("us", "UTC"),
            ),
        }
    )
    shadow.edit("fail_payments", rows)
    shadow.edit("unsettle_bills", rows)
    shadow.label(
        "payment_failed",
        (
            Label.of(
                place,
                "payment_failed",
                "payments",
                place["payment_id"],
                "customer_payment_method" if code == "insufficient_funds" else "payment_gateway",
                place["settled_at"],
            )
            for place, code in zip(places, rows["failure_code"].to_pylist(), strict=True)
        ),
    )


PLANTINGS = (
    Planting("payment_mismatch", ("payment_mismatch",), COLLECTION, payment_mismatch),
    Planting("payment_duplicate", ("payment_duplicate",), COLLECTION, payment_duplicate),
    Planting("payment_failed", ("payment_failed",), COLLECTION, payment_failed),
)
