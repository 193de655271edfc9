"""Faults of bill lines: missing, doubled, priced wrongly. The rest of the bill follows the line."""

from __future__ import annotations

from datetime import timedelta

from core.simulation.faults.model import BILLING, Planting
from core.simulation.faults.shadow import Label, Shadow

__all__ = ["PLANTINGS"]


def record_not_charged(shadow: Shadow, count: int) -> None:
    """Lose the line of a record that mediation forwarded."""
    places = shadow.choose("lines_past_deadline", count)
    shadow.edit("lose_lines", [place["charge_id"] for place in places])
    shadow.label(
        "record_not_charged",
        (
            Label(
                "record_not_charged",
                "mediation_records",
                place["record_id"],
                "rating_config",
                place["mediated_at"] + timedelta(hours=place["mediation_hours"]),
                account_id=place["account_id"],
                subscription_id=place["subscription_id"],
                cycle=place["cycle"],
                amount=place["amount"],
            )
            for place in places
        ),
    )


PLANTINGS = (Planting("record_not_charged", ("record_not_charged",), BILLING, record_not_charged),)
