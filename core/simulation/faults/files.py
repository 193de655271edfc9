"""Faults of usage files: late, missing, with a wrong total, with too few or too many events."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pyarrow as pa

from core.simulation.faults.model import FILES, Planting
from core.simulation.faults.shadow import Label, Place, Shadow

__all__ = ["PLANTINGS"]


def _lose_usage(shadow: Shadow, files: list[Place]) -> None:
    """Take away the events of files and what mediation made of them."""
    keys = pa.table({"key": [file["file_id"] for file in files]})
    shadow.touch_files(keys)
    shadow.edit("lose_records_of_files", keys)
    shadow.edit("lose_events_of_files", keys)


def partner_outage(shadow: Shadow, count: int) -> None:
    """Let the partner with most recent usage deliver nothing for the last ``count`` days and what is due."""
    files = [file for file in shadow.rows("recent_partner_files", days=count) if shadow.take(file)]
    _lose_usage(shadow, files)
    shadow.edit("unarrive_files", [file["file_id"] for file in files])
    late = [file for file in files if file["due_at"] < file["as_of"]]
    shadow.label("partner_outage", (_late(file, "partner_delay") for file in late))


def late_partner_file(shadow: Shadow, count: int) -> None:
    """Let partner files come hours after they are due, in time for the bill: a timeliness finding only."""
    files = shadow.choose("partner_files_in_time", count)
    _postpone(shadow, files)
    shadow.label("late_partner_file", (_late(file, "partner_delay") for file in files))


def late_element_file(shadow: Shadow, count: int) -> None:
    """Let files of own elements come more than a day late, in time for the bill."""
    files = shadow.choose("element_files_in_time", count)
    _postpone(shadow, files)
    shadow.label("late_element_file", (_late(file, "element_outage") for file in files))


def _late(file: Place, root_cause: str) -> Label:
    return Label(
        "file_late", "usage_files", file["file_id"], root_cause, file["due_at"], at_stake=file["at_stake"]
    )


def _postpone(shadow: Shadow, files: list[Place]) -> None:
    hours = shadow.rng.integers(2, 20, len(files))
    arrival = [file["due_at"] + timedelta(hours=int(late)) for file, late in zip(files, hours, strict=True)]
    rows = pa.table({"key": [file["file_id"] for file in files], "received_at": arrival})
    shadow.touch_files(rows)
    for edit in ("postpone_files", "postpone_events", "postpone_records"):
        shadow.edit(edit, rows)


def missing_file(shadow: Shadow, count: int) -> None:
    """Lose whole files between two that came: a gap in the sequence of their source."""
    files = shadow.choose("whole_files", count)
    _lose_usage(shadow, files)
    shadow.edit("lose_files", [file["file_id"] for file in files])
    shadow.label(
        "missing_file",
        (
            Label(
                "file_missing",
                "usage_files",
                f"{file['source']}#{file['sequence']}",
                "element_outage" if file["partner_id"] is None else "partner_outage",
                file["next_received_at"],
                at_stake=file["at_stake"],
            )
            for file in files
        ),
    )


def wrong_file_total(shadow: Shadow, count: int) -> None:
    """Let a partner ask for another total than its records come to."""
    files = shadow.choose("partner_files_with_usage", count)
    wrong = [
        file["total_charge"] + Decimal(int(cents)) / 100
        for file, cents in zip(files, shadow.rng.integers(5, 900, len(files)), strict=True)
    ]
    rows = {"key": [file["file_id"] for file in files], "total_charge": pa.array(wrong, pa.decimal128(18, 6))}
    shadow.edit("retotal_files", pa.table(rows))
    shadow.label(
        "wrong_file_total",
        (
            Label(
                "file_total_mismatch", "usage_files", file["file_id"], "partner_pricing", file["received_at"]
            )
            for file in files
        ),
    )


def short_file(shadow: Shadow, count: int) -> None:
    """Lose one event of a file on its way; the file still says how many it had."""
    events = shadow.choose("events_of_element_files", count)
    shadow.edit("lose_records_of_events", [event["event_id"] for event in events])
    shadow.edit("lose_events", [event["event_id"] for event in events])
    shadow.stale |= {event["account_id"] for event in events}
    shadow.label(
        "short_file",
        (
            Label("file_short", "usage_files", event["file_id"], "element_outage", event["received_at"])
            for event in events
        ),
    )


def excess_file(shadow: Shadow, count: int) -> None:
    """Let files say that they hold one event less than they do, or some."""
    files = shadow.choose("element_files_with_usage", count)
    fewer = [
        min(int(drawn), file["record_count"] - 1)
        for drawn, file in zip(shadow.rng.integers(1, 5, len(files)), files, strict=True)
    ]
    keys = pa.array([file["file_id"] for file in files], pa.string())
    shadow.edit("undercount_files", pa.table({"key": keys, "fewer": pa.array(fewer, pa.int64())}))
    shadow.label(
        "excess_file",
        (
            Label("file_excess", "usage_files", file["file_id"], "element_outage", file["received_at"])
            for file in files
        ),
    )


PLANTINGS = (
    Planting("partner_outage", ("file_late",), FILES, partner_outage),
    Planting("late_partner_file", ("file_late",), FILES, late_partner_file),
    Planting("late_element_file", ("file_late",), FILES, late_element_file),
    Planting("missing_file", ("file_missing",), FILES, missing_file),
    Planting("wrong_file_total", ("file_total_mismatch",), FILES, wrong_file_total),
    Planting("short_file", ("file_short",), FILES, short_file),
    Planting("excess_file", ("file_excess",), FILES, excess_file),
)
