"""Faults of monthly fees: for the wrong days, after the end, or missing. The rest of the bill follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pyarrow as pa

from core.simulation.faults.bills import add_lines, cents, full_lines, on_bill
from core.simulation.faults.model import BILLING, Planting
from core.simulation.faults.shadow import Label, Place, Shadow

__all__ = ["PLANTINGS"]


def recurring_not_charged(shadow: Shadow, count: int) -> None:
    """Forget a monthly fee."""
    places = shadow.choose("droppable_fees", count)
    shadow.edit("lose_lines", [place["charge_id"] for place in places])
    shadow.label(
        "recurring_not_charged",
        (
            Label.of(
                place,
                "recurring_not_charged",
                "subscriptions",
                place["subscription_id"],
                "bill_run_error",
                place["cycle_end"] + timedelta(hours=3),
                amount=place["amount"],
            )
            for place in places
        ),
    )


def whole_for_part(shadow: Shadow, count: int) -> None:
    """Charge the whole fee where some days are due; every other line says it is for the whole cycle."""
    places = shadow.choose("part_fees", count)
    wrong = [
        {**place, "wrong_amount": place["fee"]}
        | ({"period_start": place["cycle_start"], "period_end": place["cycle_end"]} if turn % 2 else {})
        for turn, place in enumerate(places)
    ]
    _reschedule(shadow, "whole_for_part", wrong)


def part_for_whole(shadow: Shadow, count: int) -> None:
    """Charge a fee for the last days of a cycle where the whole is due."""
    places = shadow.choose("whole_fees", count)
    days = [1 + int(share * 25) for share in shadow.rng.random(len(places)) ** 2]
    wrong = [
        {
            **place,
            "wrong_amount": cents(place["fee"] * (place["cycle_days"] - late) / place["cycle_days"]),
            "period_start": _days_later(place, late),
        }
        for place, late in zip(places, days, strict=True)
    ]
    _reschedule(shadow, "part_for_whole", wrong)


def _days_later(place: Place, days: int) -> datetime:
    zone = ZoneInfo(place["timezone"])
    begins: datetime = place["cycle_start"].astimezone(zone) + timedelta(days=days)
    return begins


def _reschedule(shadow: Shadow, planted_by: str, places: Sequence[Place]) -> None:
    rows = [
        {
            "key": place["charge_id"],
            "amount": place["wrong_amount"],
            "period_start": place["period_start"],
            "period_end": place["period_end"],
        }
        for place in places
    ]
    instant = pa.timestamp("us", "UTC")
    columns = {
        "key": pa.string(), "amount": pa.decimal128(18, 6), "period_start": instant, "period_end": instant
    }  # fmt: skip
    shadow.edit("reschedule_fees", pa.Table.from_pylist(rows, schema=pa.schema(columns.items())))
    shadow.label(
        planted_by,
        (
            Label.of(
                place,
                "wrong_proration",
                "charges",
                place["charge_id"],
                "bill_run_error",
                place["rated_at"],
                amount=place["amount"] - place["wrong_amount"],
            )
            for place in places
        ),
    )


def recurring_after_end(shadow: Shadow, count: int) -> None:
    """Go on charging a fee after the subscription or the product ended."""
    places = shadow.choose("ended_fees", count)
    last = full_lines(shadow, [place["charge_id"] for place in places])
    added = [
        on_bill(
            last[place["charge_id"]]
            | {
                "charge_id": f"{place['charge_id']}-{place['cycle'].replace('-', '')}",
                "amount": place["fee"],
                "period_start": place["cycle_start"],
                "period_end": place["cycle_end"],
            },
            place,
            place["cycle_end"] + timedelta(hours=1),
        )
        for place in places
    ]
    add_lines(shadow, added)
    shadow.label(
        "recurring_after_end",
        (
            Label.of(
                place,
                "recurring_after_end",
                "charges",
                line["charge_id"],
                "bill_run_error",
                line["rated_at"],
                amount=-Decimal(place["fee"]),
            )
            for place, line in zip(places, added, strict=True)
        ),
    )


PLANTINGS = (
    Planting("recurring_not_charged", ("recurring_not_charged",), BILLING, recurring_not_charged),
    Planting("whole_for_part", ("wrong_proration",), BILLING, whole_for_part),
    Planting("part_for_whole", ("wrong_proration",), BILLING, part_for_whole),
    Planting("recurring_after_end", ("recurring_after_end",), BILLING, recurring_after_end),
)
