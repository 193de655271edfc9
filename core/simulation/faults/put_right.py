"""Charges that were wrong and have been put right: look-alikes, unless something is left over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from core.simulation.faults.bills import Line, add_lines, cents, full_lines, on_bill, reprice
from core.simulation.faults.charging import estimates
from core.simulation.faults.model import BILLING, Planting
from core.simulation.faults.shadow import Label, Place, Shadow

__all__ = ["PLANTINGS"]


def rate_put_right(shadow: Shadow, count: int) -> None:
    """Charge lines twice their price and take the difference back before the bill leaves: no fault."""
    _put_right(shadow, "rate_put_right", count, Decimal(1), "look_alike")


def rate_half_put_right(shadow: Shadow, count: int) -> None:
    """Charge lines twice their price and take only a part back: a fault of what is left."""
    _put_right(shadow, "rate_half_put_right", count, Decimal("0.6"), "fault")


def _put_right(shadow: Shadow, planted_by: str, count: int, share: Decimal, kind: str) -> None:
    places = shadow.choose("correctable_lines", count)
    lines = full_lines(shadow, [place["charge_id"] for place in places])
    wrong = [lines[place["charge_id"]] | {"amount": place["amount"] * 2} for place in places]
    reprice(shadow, wrong)
    back = [place["amount"] if share == 1 else cents(place["amount"] * share) for place in places]
    add_lines(shadow, _corrections(places, wrong, back))
    shadow.label(
        planted_by,
        (
            Label.of(
                place,
                "wrong_rate",
                "charges",
                place["charge_id"],
                "rating_config",
                place["rated_at"],
                amount=amount - place["amount"],
                kind=kind,
            )
            for place, amount in zip(places, back, strict=True)
        ),
    )


def duplicate_put_right(shadow: Shadow, count: int) -> None:
    """Charge records twice and take the second line back before the bill leaves: no fault."""
    places = shadow.choose("correctable_lines", count)
    lines = full_lines(shadow, [place["charge_id"] for place in places])
    copies = [
        on_bill(
            lines[place["charge_id"]] | {"charge_id": f"{place['charge_id']}-2"},
            place,
            place["rated_at"] + timedelta(minutes=3),
        )
        for place in places
    ]
    add_lines(shadow, [*copies, *_corrections(places, copies, [line["amount"] for line in copies])])
    shadow.label(
        "duplicate_put_right",
        (
            Label.of(
                place,
                "duplicate_charge",
                "charges",
                line["charge_id"],
                "rating_config",
                line["rated_at"],
                kind="look_alike",
            )
            for place, line in zip(places, copies, strict=True)
        ),
    )


def _corrections(places: Sequence[Place], wrong: Sequence[Line], back: Sequence[Decimal]) -> list[Line]:
    """Build the lines that take money back from wrong ones, a day later, on the same bills."""
    return [
        on_bill(
            line
            | {
                "charge_id": f"{line['charge_id']}-r",
                "record_id": None,
                "kind": "adjustment",
                "quantity": 0,
                "free_quantity": 0,
                "amount": -amount,
                "tariff_id": None,
                "corrects": line["charge_id"],
                "approved_by": "lead-02",
                "created_by": "agent-02",
                "reason": "charge corrected",
            },
            place,
            place["rated_at"] + timedelta(hours=20),
        )
        for place, line, amount in zip(places, wrong, back, strict=True)
    ]


def estimate_reversed(shadow: Shadow, count: int) -> None:
    """Estimate usage that was announced and reverse the estimate when it came: no fault."""
    places = shadow.choose("estimable_lines", count)
    lines = estimates(shadow, places)
    reversals = [
        on_bill(
            line
            | {
                "charge_id": f"{line['charge_id']}-r",
                "amount": -line["amount"],
                "corrects": line["charge_id"],
            },
            place,
            place["rated_at"],
        )
        for place, line in zip(places, lines, strict=True)
    ]
    add_lines(shadow, [*lines, *reversals])
    shadow.label(
        "estimate_reversed",
        (
            Label.of(
                place,
                "estimate_not_reversed",
                "charges",
                line["charge_id"],
                "bill_run_error",
                place["rated_at"],
                kind="look_alike",
            )
            for place, line in zip(places, lines, strict=True)
        ),
    )


PLANTINGS = (
    Planting("rate_put_right", (), BILLING, rate_put_right),
    Planting("rate_half_put_right", ("wrong_rate",), BILLING, rate_half_put_right),
    Planting("duplicate_put_right", (), BILLING, duplicate_put_right),
    Planting("estimate_reversed", (), BILLING, estimate_reversed),
)
