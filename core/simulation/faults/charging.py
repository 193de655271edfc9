"""Faults of which lines there are: charged twice, for nothing, late, or estimated and never reversed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import pyarrow as pa

from core.simulation.faults.bills import Line, add_lines, cents, full_lines, on_bill
from core.simulation.faults.model import BILLING, Planting
from core.simulation.faults.shadow import Label, Place, Shadow

__all__ = ["PLANTINGS", "estimates"]


def usage_charged_twice(shadow: Shadow, count: int) -> None:
    """Charge records again within minutes: rating ran twice."""
    _repeat(shadow, "usage_charged_twice", shadow.choose("repeatable_lines", count), "bill_run_error")


def fee_charged_twice(shadow: Shadow, count: int) -> None:
    """Charge fees again in the same cycle: the bill run was started twice."""
    _repeat(shadow, "fee_charged_twice", shadow.choose("repeatable_fees", count), "bill_run_error")


def _repeat(shadow: Shadow, planted_by: str, places: Sequence[Place], root_cause: str) -> None:
    seconds = [int(wait) for wait in shadow.rng.integers(20, 2400, len(places))]
    copies = _copies(
        shadow,
        places,
        [place["rated_at"] + timedelta(seconds=wait) for place, wait in zip(places, seconds, strict=True)],
        lambda place: {"charge_id": f"{place['charge_id']}-2"},
    )
    _label_added(shadow, planted_by, "duplicate_charge", root_cause, places, copies)


def orphan_charge(shadow: Shadow, count: int) -> None:
    """Charge usage that never was: without a record, or with one that nobody knows."""
    places = shadow.choose("repeatable_lines", count)
    nameless = iter(range(len(places)))

    def changes(place: Place) -> Line:
        back = max(timedelta(), min(timedelta(hours=31), place["period_start"] - place["cycle_start"]))
        unknown = None if next(nameless) % 2 else f"R9{place['record_id'][2:]}"
        return {
            "charge_id": f"{place['charge_id']}-0",
            "record_id": unknown,
            "period_start": place["period_start"] - back,
            "period_end": place["period_end"] - back,
        }

    lines = _copies(shadow, places, [place["rated_at"] + timedelta(minutes=1) for place in places], changes)
    _label_added(shadow, "orphan_charge", "orphan_charge", "bill_run_error", places, lines)


def charge_late(shadow: Shadow, count: int) -> None:
    """Rate usage that came in time only after its bill left; it goes on the next one."""
    moved: list[tuple[Place, Line]] = []
    for place in shadow.choose("postponable_lines", count):
        following = {"account_id": place["account_id"], "cycle": place["next_cycle"]}
        if shadow.take(following):
            spare = min(timedelta(days=9), place["as_of"] - place["issue_at"] - timedelta(hours=1))
            late = place["issue_at"] + spare * float(shadow.rng.uniform(0.1, 1))
            bill = {
                "bill": place["next_bill"],
                "cycle_end": place["next_cycle_end"],
                "issue_at": place["next_issue_at"],
                "as_of": place["as_of"],
            }
            moved.append((place, on_bill({}, bill, late.replace(microsecond=0))))
    instant = pa.timestamp("us", "UTC")
    schema = pa.schema(
        [("key", pa.string()), ("rated_at", instant), ("updated_at", instant), ("invoice_id", pa.string())]
    )
    rows = [{"key": place["charge_id"], **line} for place, line in moved]
    shadow.edit("move_lines", pa.Table.from_pylist(rows, schema=schema))
    shadow.label(
        "charge_late",
        (
            Label.of(place, "charge_late", "charges", place["charge_id"], "bill_run_error", line["rated_at"])
            for place, line in moved
        ),
    )


def estimate_not_reversed(shadow: Shadow, count: int) -> None:
    """Leave estimated lines on the bill although their usage was rated before it left."""
    places = shadow.choose("estimable_lines", count)
    lines = estimates(shadow, places)
    add_lines(shadow, lines)
    shadow.label(
        "estimate_not_reversed",
        (
            Label.of(
                place,
                "estimate_not_reversed",
                "charges",
                line["charge_id"],
                "bill_run_error",
                place["rated_at"],
                amount=-line["amount"],
            )
            for place, line in zip(places, lines, strict=True)
        ),
    )


def estimates(shadow: Shadow, places: Sequence[Place]) -> list[Line]:
    """Return an estimated line for usage that was announced when its cycle ended, and not there yet."""
    shares = [Decimal(int(share)) / 100 for share in shadow.rng.integers(70, 130, len(places))]
    share_of = dict(zip((place["charge_id"] for place in places), shares, strict=True))

    def changes(place: Place) -> Line:
        share = share_of[place["charge_id"]]
        return {
            "charge_id": f"{place['charge_id']}-e",
            "record_id": None,
            "amount": max(Decimal("0.01"), cents(place["amount"] * share)),
            "quantity": int(place["quantity"] * share),
            "free_quantity": 0,
            "tariff_id": None,
            "estimated": True,
            "reason": "partner file announced",
        }

    return _copies(shadow, places, [place["cycle_end"] + timedelta(hours=2) for place in places], changes)


def _copies(
    shadow: Shadow,
    places: Sequence[Place],
    rated_at: Sequence[datetime],
    changes: Callable[[Place], Line],
) -> list[Line]:
    """Return changed copies of lines, rated at these times, on the bills of their places."""
    originals = full_lines(shadow, [place["charge_id"] for place in places])
    return [
        on_bill(originals[place["charge_id"]] | changes(place), place, at)
        for place, at in zip(places, rated_at, strict=True)
    ]


def _label_added(
    shadow: Shadow,
    planted_by: str,
    fault: str,
    root_cause: str,
    places: Sequence[Place],
    lines: Sequence[Line],
) -> None:
    add_lines(shadow, lines)
    shadow.label(
        planted_by,
        (
            Label.of(
                place,
                fault,
                "charges",
                line["charge_id"],
                root_cause,
                line["rated_at"],
                amount=-line["amount"],
            )
            for place, line in zip(places, lines, strict=True)
        ),
    )


PLANTINGS = (
    Planting("usage_charged_twice", ("duplicate_charge",), BILLING, usage_charged_twice),
    Planting("fee_charged_twice", ("duplicate_charge",), BILLING, fee_charged_twice),
    Planting("orphan_charge", ("orphan_charge",), BILLING, orphan_charge),
    Planting("charge_late", ("charge_late",), BILLING, charge_late),
    Planting("estimate_not_reversed", ("estimate_not_reversed",), BILLING, estimate_not_reversed),
)
