"""Faults of credits that people key in: one person's credits out of pattern. The bill follows the line."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from core.simulation.faults.bills import Line, add_lines, full_lines, on_bill
from core.simulation.faults.model import BILLING, Planting
from core.simulation.faults.shadow import Label, Place, Shadow

__all__ = ["PLANTINGS"]

_EACH = 3
_PERSON = "agent-11"


def adjustment_abuse(shadow: Shadow, count: int) -> None:
    """Let one agent credit the same few accounts again and again, at night, unseen by a lead."""
    places = shadow.choose("worthwhile_bills", -(-count // _EACH))
    for place in places:
        (example,) = full_lines(shadow, [place["charge_id"]]).values()
        lines = _credits(shadow, place, example)[: count - sum(_by_abuse(one) for one in shadow.labels)]
        add_lines(shadow, lines)
        shadow.label(
            "adjustment_abuse",
            (
                Label.of(
                    place,
                    "adjustment_abuse",
                    "charges",
                    line["charge_id"],
                    "internal_misuse",
                    lines[-1]["rated_at"],
                    amount=-line["amount"],
                )
                for line in lines
            ),
        )


def _by_abuse(label: Label) -> bool:
    return label.planted_by == "adjustment_abuse"


def _credits(shadow: Shadow, place: Place, example: Line) -> list[Line]:
    """Build the credits of one cycle, in order of time."""
    days = sorted(int(day) for day in shadow.rng.choice(range(2, 26), _EACH, replace=False))
    shares = shadow.rng.integers(15, 22, _EACH)
    lines = []
    for number, (day, share) in enumerate(zip(days, shares, strict=True), 1):
        at = place["cycle_start"] + timedelta(days=day, hours=1, minutes=int(shadow.rng.integers(0, 150)))
        line = example | {
            "charge_id": f"{place['charge_id']}-c{number}",
            "subscription_id": None,
            "kind": "adjustment",
            "amount": -(place["bill_total"] * int(share) // 50 / 2).quantize(Decimal("0.01")),
            "plan_id": None,
            "period_start": at,
            "period_end": at,
            "created_by": _PERSON,
            "reason": "goodwill",
        }
        lines.append(on_bill(line, place, at))
    return lines


PLANTINGS = (Planting("adjustment_abuse", ("adjustment_abuse",), BILLING, adjustment_abuse),)
