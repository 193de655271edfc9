"""Faults of invoices: wrong tax, a total that lines do not make, no bill, an amount keyed in wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pyarrow as pa

from core.simulation.faults.bills import Line, add_lines, cents, full_lines, on_bill
from core.simulation.faults.model import BILLING, COLLECTION, Planting
from core.simulation.faults.shadow import Label, Place, Shadow

__all__ = ["PLANTINGS"]

_MONEY = pa.decimal128(18, 6)
_RATES = ("0.07", "0.16", "0.21")


def wrong_tax(shadow: Shadow, count: int) -> None:
    """Tax bills at another rate; total and payment follow the tax."""
    shadow.keep("bill_places")
    places = shadow.choose("open_bills", count)
    rates = [Decimal(str(rate)) for rate in shadow.rng.choice(_RATES, len(places))]
    taxes = [cents(place["net"] * rate) for place, rate in zip(places, rates, strict=True)]
    totals = [place["net"] + tax for place, tax in zip(places, taxes, strict=True)]
    _retotal(shadow, places, totals, taxes)
    shadow.label(
        "wrong_tax",
        (
            Label.of(
                place,
                "wrong_tax",
                "charges",
                place["tax_id"],
                "rating_config",
                place["taxed_at"],
                amount=place["tax"] - tax,
            )
            for place, tax in zip(places, taxes, strict=True)
        ),
    )


def invoice_total_mismatch(shadow: Shadow, count: int) -> None:
    """Print another total on bills than their lines come to, and collect that."""
    shadow.keep("bill_places")
    places = shadow.choose("open_bills", count)
    change = shadow.rng.integers(1, 2000, len(places)) * shadow.rng.choice([-1, 1], len(places))
    totals = [
        max(Decimal("0.01"), place["total"] + Decimal(int(part)) / 100)
        for place, part in zip(places, change, strict=True)
    ]
    _retotal(shadow, places, totals, [place["tax"] for place in places])
    shadow.label(
        "invoice_total_mismatch",
        (
            Label.of(
                place,
                "invoice_total_mismatch",
                "invoices",
                place["invoice_id"],
                "bill_run_error",
                place["taxed_at"],
                amount=place["total"] - total,
            )
            for place, total in zip(places, totals, strict=True)
        ),
    )


def _retotal(
    shadow: Shadow, places: Sequence[Place], totals: Sequence[Decimal], taxes: Sequence[Decimal]
) -> None:
    rows = pa.table(
        {
            "key": [place["invoice_id"] for place in places],
            "tax_id": [place["tax_id"] for place in places],
            "tax": pa.array(taxes, _MONEY),
            "total": pa.array(totals, _MONEY),
            "old_total": pa.array([place["total"] for place in places], _MONEY),
        }
    )
    for edit in ("retotal_bills", "retax_lines", "repay_bills"):
        shadow.edit(edit, rows)


def invoice_missing(shadow: Shadow, count: int) -> None:
    """Make no bill for cycles that have charges: the account was on hold and forgotten."""
    shadow.keep("bill_places")
    places = shadow.choose("missable_bills", count)
    keys = [place["invoice_id"] for place in places]
    for edit in ("drop_taxes", "unbill_lines", "drop_payments", "drop_bills"):
        shadow.edit(edit, keys)
    shadow.label(
        "invoice_missing",
        (
            Label.of(
                place,
                "invoice_missing",
                "accounts",
                place["account_id"],
                "bill_run_error",
                place["cycle_end"] + timedelta(hours=3),
                amount=place["net"],
            )
            for place in places
        ),
    )


def void_and_reissue(shadow: Shadow, count: int) -> None:
    """Void bills within the hour and issue the same again under another number: no fault."""
    shadow.keep("bill_places")
    places = shadow.choose("issued_bills", count)
    voided = [place["issued_at"] + timedelta(minutes=40) for place in places]
    instant = pa.timestamp("us", "UTC")
    rows = pa.table(
        {
            "key": [place["invoice_id"] for place in places],
            "reissued": [f"{place['invoice_id']}R" for place in places],
            "voided_at": pa.array(voided, instant),
            "reissued_at": pa.array([at + timedelta(minutes=5) for at in voided], instant),
        }
    )
    for edit in ("reissue_bills", "void_bills", "reissue_lines", "reissue_payments"):
        shadow.edit(edit, rows)
    shadow.label(
        "void_and_reissue",
        (
            Label.of(
                place,
                "invoice_total_mismatch",
                "invoices",
                place["invoice_id"],
                "bill_run_error",
                at,
                kind="look_alike",
            )
            for place, at in zip(places, voided, strict=True)
        ),
    )


def bill_spike(shadow: Shadow, count: int) -> None:
    """Key in a one-off fee with the point two places off: many times what the account ever paid."""
    places = shadow.choose("billable_cycles", count)
    fees = [Decimal(int(part)) * 10 + Decimal("9.00") for part in shadow.rng.integers(49, 95, len(places))]
    _key_in(shadow, "bill_spike", places, fees, "one_off", "set-up of a second line")


def bill_drop(shadow: Shadow, count: int) -> None:
    """Key in one credit that takes nearly the whole bill away, for no reason that anyone can see."""
    places = shadow.choose("billable_cycles", count)
    credits = [-cents(place["bill_total"] / Decimal("1.3")) for place in places]
    _key_in(shadow, "bill_drop", places, credits, "adjustment", "correction")


def _key_in(
    shadow: Shadow, fault: str, places: Sequence[Place], amounts: Sequence[Decimal], kind: str, reason: str
) -> None:
    examples = full_lines(shadow, [place["charge_id"] for place in places])
    minutes = shadow.rng.integers(9 * 60, 17 * 60, len(places))
    add_lines(
        shadow,
        [
            _keyed_line(examples[place["charge_id"]], place, amount, kind, reason, int(minute))
            for place, amount, minute in zip(places, amounts, minutes, strict=True)
        ],
    )
    shadow.label(
        fault,
        (
            Label.of(
                place,
                fault,
                "invoices",
                place["bill"],
                "manual_error",
                place["cycle_end"] + timedelta(hours=3),
                amount=-amount,
            )
            for place, amount in zip(places, amounts, strict=True)
        ),
    )


def _keyed_line(example: Line, place: Place, amount: Decimal, kind: str, reason: str, minute: int) -> Line:
    """Build a line that a person keyed in on the last day of the cycle."""
    at = place["cycle_end"] - timedelta(days=1) + timedelta(minutes=minute)
    line = example | {
        "charge_id": f"{place['charge_id']}-k",
        "kind": kind,
        "amount": amount,
        "plan_id": None,
        "period_start": at,
        "period_end": at,
        "created_by": "agent-06",
        "reason": reason,
    }
    return on_bill(line, place, at)


PLANTINGS = (
    Planting("wrong_tax", ("wrong_tax",), COLLECTION, wrong_tax),
    Planting("invoice_total_mismatch", ("invoice_total_mismatch",), COLLECTION, invoice_total_mismatch),
    Planting("invoice_missing", ("invoice_missing",), COLLECTION, invoice_missing),
    Planting("void_and_reissue", (), COLLECTION, void_and_reissue),
    Planting("bill_spike", ("bill_spike",), BILLING, bill_spike),
    Planting("bill_drop", ("bill_drop",), BILLING, bill_drop),
)
