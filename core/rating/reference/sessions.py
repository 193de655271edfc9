"""Rule 3: what mediation forwarded, as sessions with a quantity. Does not know subscriptions or prices.

The network's events say what happened; a mediation record says that it was forwarded, and speaks for itself
where its event is not in the dataset or its session is not complete.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.kernel.dataset import DatasetSettings
from core.rating.reference.dataset import Row, Streams, holds, rows
from core.rating.reference.zones import UNKNOWN, Zones

NOT_ANSWERED = "not_answered"


@dataclass(frozen=True)
class Session:
    """Hold one session as mediation forwarded it.

    Notes
    -----
    ``quantity`` is in base units (second, message, byte); ``arrived_at`` is when it could be rated;
    ``guided_to`` is the subscription that mediation found, used only where the SIM is not known.
    """

    record_id: str | None
    event_id: str
    imsi: str | None
    guided_to: str | None
    service: str
    direction: str
    destination_zone: str
    roaming_zone: str
    started_at: datetime
    quantity: int
    duration_s: int
    arrived_at: datetime


def event_quantity(event: Row) -> int:
    """Return what one event amounts to, in base units.

    Examples
    --------
    >>> event_quantity({"service": "data", "bytes_up": 2, "bytes_down": 3})
    5
    """
    if event["service"] == "voice":
        return int(event["duration_s"])
    if event["service"] == "sms":
        return 1
    return int(event["bytes_up"] + event["bytes_down"])


def is_complete(parts: Sequence[Row]) -> bool:
    """Tell whether a session's last part is in; an event that is no part is complete."""
    return any(part.get("partial_last") for part in parts) or (
        len(parts) == 1 and parts[0].get("partial_sequence") is None
    )


def session_of(
    parts: Sequence[Row], zones: Zones, record: Row | None = None, quantity: int | None = None
) -> Session:
    """Make one session of its parts, in order; ``quantity`` overrides their sum."""
    first = parts[0]
    record = record or {}
    roaming = zones.roaming(first["serving_plmn"])
    if roaming == UNKNOWN and not zones.knows_networks:
        roaming = record.get("roaming_zone") or UNKNOWN
    destination = zones.destination(first["service"], first["direction"], first.get("other_party"))
    if destination == UNKNOWN and not zones.knows_numbers:
        destination = record.get("destination_zone") or UNKNOWN
    return Session(
        record_id=record.get("record_id"),
        event_id=first["event_id"],
        imsi=first["imsi"],
        guided_to=record.get("subscription_id"),
        service=first["service"],
        direction=first["direction"],
        destination_zone=destination,
        roaming_zone=roaming,
        started_at=first["started_at"],
        quantity=sum(map(event_quantity, parts)) if quantity is None else quantity,
        duration_s=sum(int(part["duration_s"]) for part in parts),
        arrived_at=record.get("mediated_at") or max(part["received_at"] for part in parts),
    )


def _session_of_record(record: Row) -> Session:
    """Make a session of a mediation record whose event is not in the dataset."""
    return Session(
        record_id=record["record_id"],
        event_id=record["event_id"],
        imsi=None,
        guided_to=record["subscription_id"],
        service=record["service"],
        direction=record["direction"],
        destination_zone=record.get("destination_zone") or UNKNOWN,
        roaming_zone=record.get("roaming_zone") or UNKNOWN,
        started_at=record["started_at"],
        quantity=record["quantity"],
        duration_s=record["quantity"] if record["service"] == "voice" else 0,
        arrived_at=record["mediated_at"],
    )


def group_parts(events: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    """Return the parts of each session in order; a part that came twice counts once, the first to arrive."""
    sessions: dict[tuple[str, str], dict[int | str, Row]] = defaultdict(dict)
    for event in sorted(events, key=lambda e: (e["received_at"], e["event_id"])):
        key = (event["imsi"], event.get("call_ref") or event["event_id"])
        sessions[key].setdefault(event.get("partial_sequence") or event["event_id"], event)
    return {key: sorted(parts.values(), key=_position) for key, parts in sessions.items()}


def _position(part: Row) -> tuple[int, datetime, str]:
    return (part.get("partial_sequence") or 1, part["started_at"], part["event_id"])


def forwarded_sessions(streams: Streams, zones: Zones, settings: DatasetSettings) -> list[Session]:
    """Return what mediation forwarded by ``as_of``; without mediation records, what it would forward."""
    files = {f["file_id"]: f for f in rows(streams, "usage_files")}
    events = [e for e in rows(streams, "usage_events") if e["received_at"] <= settings.as_of]
    sessions = group_parts(e for e in events if files.get(e["file_id"], {}).get("status") != "rejected")
    records = rows(streams, "mediation_records")
    if not records:
        return _sessions_without_mediation(streams, sessions, zones)
    by_event = {event["event_id"]: event for event in events}
    forwarded = (r for r in records if r["status"] == "forwarded" and r["mediated_at"] <= settings.as_of)
    return [_session_behind(record, by_event, sessions, zones) for record in forwarded]


def _session_behind(
    record: Row, by_event: Mapping[str, Row], sessions: Mapping[tuple[str, str], list[Row]], zones: Zones
) -> Session:
    """Return the session that one mediation record stands for."""
    event = by_event.get(record["event_id"])
    if event is None:
        return _session_of_record(record)
    parts = sessions.get((event["imsi"], event.get("call_ref") or event["event_id"]), [event])
    if parts[0]["event_id"] != event["event_id"]:
        return session_of([event], zones, record, record["quantity"])
    return session_of(parts, zones, record, None if is_complete(parts) else record["quantity"])


def _sessions_without_mediation(
    streams: Streams, sessions: Mapping[tuple[str, str], list[Row]], zones: Zones
) -> list[Session]:
    """Return the complete sessions that are billable: answered, not of a test SIM, not from a test file."""
    test_files = {f["file_id"] for f in rows(streams, "usage_files") if f.get("kind") == "test"}
    own_use = [sim for sim in rows(streams, "provisioning") if sim["sim_use"] != "customer"]
    found = []
    for parts in sessions.values():
        first = parts[0]
        answered = (first.get("cause_code") or "").replace(" ", "_") != NOT_ANSWERED
        tested = first["file_id"] in test_files or any(
            sim["imsi"] == first["imsi"]
            and holds(sim["active_from"], sim.get("active_to"), first["started_at"])
            for sim in own_use
        )
        if answered and not tested and is_complete(parts):
            found.append(session_of(parts, zones))
    return found
