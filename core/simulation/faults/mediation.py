"""Faults of mediation: events it never took, records it lost sight of, threw away, delayed or refused."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa

from core.simulation.faults.model import NETWORK, Planting
from core.simulation.faults.shadow import Label, Place, Shadow

__all__ = ["PLANTINGS"]

_SUSPENDED = (
    ("unknown_subscriber", "crm_error"),
    ("unknown_destination", "mediation_config"),
    ("format_error", "mediation_config"),
    ("missing_reference_data", "mediation_config"),
    ("queue_full", "mediation_backlog"),
)
_DISCARDED = (
    ("filtered", "mediation_config"),
    ("test_sim", "provisioning_error"),
    ("zero_duration", "mediation_config"),
    ("too_old", "mediation_backlog"),
)


def event_not_mediated(shadow: Shadow, count: int) -> None:
    """Let mediation never take an event, or a long session, that came in a file."""
    places = shadow.choose("sessions_past_deadline", count)
    _forget(shadow, "event_not_mediated", places, "mediation_config")


def rejected_file(shadow: Shadow, count: int) -> None:
    """Let mediation refuse small files that do not come again: none of their events is mediated."""
    for events in shadow.choose_files("small_files", count, most=6):
        shadow.edit("reject_files", [events[0]["file_id"]])
        _forget(shadow, "rejected_file", events, "mediation_config")


def _forget(shadow: Shadow, name: str, places: list[Place], cause: str) -> None:
    shadow.edit("lose_records_of_events", [place["event_id"] for place in places])
    shadow.stale |= {place["account_id"] for place in places}
    shadow.label(
        name,
        (
            Label.of(
                place,
                "event_not_mediated",
                "usage_events",
                place["event_id"],
                cause,
                place["due_at"],
                amount=None,
            )
            for place in places
        ),
    )


def record_suspended(shadow: Shadow, count: int) -> None:
    """Leave records in mediation's suspense, for one of several reasons."""
    places = shadow.choose("sessions_past_deadline", count)
    reasons = _restate(shadow, places, "suspended", _SUSPENDED)
    shadow.label(
        "record_suspended",
        (
            Label.of(
                place,
                "record_suspended",
                "mediation_records",
                place["record_id"],
                cause,
                place["due_at"],
                amount=None,
            )
            for place, cause in zip(places, reasons, strict=True)
        ),
    )


def record_discarded(shadow: Shadow, count: int) -> None:
    """Throw away records that a customer should have paid for."""
    places = shadow.choose("sessions_past_deadline", count)
    reasons = _restate(shadow, places, "discarded", _DISCARDED)
    shadow.label(
        "record_discarded",
        (
            Label.of(
                place,
                "record_discarded",
                "mediation_records",
                place["record_id"],
                cause,
                place["mediated_at"],
                amount=None,
            )
            for place, cause in zip(places, reasons, strict=True)
        ),
    )


def _restate(
    shadow: Shadow, places: list[Place], status: str, reasons: tuple[tuple[str, str], ...]
) -> list[str]:
    """Give records another status, each with a reason; return the root causes."""
    drawn = [reasons[n] for n in shadow.rng.integers(0, len(reasons), len(places))]
    rows = {
        "key": [place["record_id"] for place in places],
        "status": [status for _ in places],
        "reason": [reason for reason, _ in drawn],
    }
    shadow.edit("restate_records", pa.table(rows))
    shadow.stale |= {place["account_id"] for place in places}
    return [cause for _, cause in drawn]


def record_late(shadow: Shadow, count: int) -> None:
    """Mediate records hours after their deadline, in time for the bill: a timeliness finding only."""
    places = shadow.choose("sessions_before_bill", count)
    _delay(shadow, "record_late", places, [place["due_at"] for place in places], 40)


def record_late_for_bill(shadow: Shadow, count: int) -> None:
    """Mediate records only when their bill has left, so that their lines come late as well."""
    places = shadow.choose("sessions_after_bill", count)
    _delay(
        shadow,
        "record_late_for_bill",
        places,
        [max(place["due_at"], place["issue_at"]) for place in places],
        90,
    )
    shadow.label(
        "record_late_for_bill",
        (
            Label.of(
                place,
                "charge_late",
                "charges",
                place["record_id"],
                "mediation_backlog",
                max(place["due_at"], place["issue_at"]),
                by_record=True,
            )
            for place in places
        ),
    )


def _delay(shadow: Shadow, name: str, places: list[Place], since: list[datetime], hours: int) -> None:
    delays = shadow.rng.integers(600, hours * 3600, len(places))
    times = [start + timedelta(seconds=int(delay)) for start, delay in zip(since, delays, strict=True)]
    rows = pa.table({"key": [place["record_id"] for place in places], "mediated_at": times})
    shadow.edit("delay_records", rows)
    shadow.stale |= {place["account_id"] for place in places}
    shadow.label(
        name,
        (
            Label.of(
                place,
                "record_late",
                "mediation_records",
                place["record_id"],
                "mediation_backlog",
                place["due_at"],
            )
            for place in places
        ),
    )


PLANTINGS = (
    Planting("event_not_mediated", ("event_not_mediated",), NETWORK, event_not_mediated),
    Planting("rejected_file", ("event_not_mediated",), NETWORK, rejected_file),
    Planting("record_suspended", ("record_suspended",), NETWORK, record_suspended),
    Planting("record_discarded", ("record_discarded",), NETWORK, record_discarded),
    Planting("record_late", ("record_late",), NETWORK, record_late),
    Planting("record_late_for_bill", ("record_late", "charge_late"), NETWORK, record_late_for_bill),
)
