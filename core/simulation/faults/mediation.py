"""Faults of mediation: events it never took, records it lost sight of, threw away, sent to the wrong line."""

from __future__ import annotations

from datetime import timedelta

from core.simulation.faults.model import NETWORK, Planting
from core.simulation.faults.shadow import Label, Shadow

__all__ = ["PLANTINGS"]


def event_not_mediated(shadow: Shadow, count: int) -> None:
    """Let mediation never take an event that came in a file."""
    places = shadow.choose("lone_events_past_deadline", count)
    shadow.edit("lose_records_of_events", [place["event_id"] for place in places])
    shadow.stale |= {place["account_id"] for place in places}
    shadow.label(
        "event_not_mediated",
        (
            Label(
                "event_not_mediated",
                "usage_events",
                place["event_id"],
                "mediation_config",
                place["received_at"] + timedelta(hours=place["mediation_hours"]),
                account_id=place["account_id"],
                subscription_id=place["subscription_id"],
                cycle=place["cycle"],
                amount=None,
            )
            for place in places
        ),
    )


PLANTINGS = (Planting("event_not_mediated", ("event_not_mediated",), NETWORK, event_not_mediated),)
