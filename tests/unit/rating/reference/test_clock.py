"""Wall-clock edges on days that are not 24 hours long, in several zones."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from core.rating.reference.clock import WallClock
from tests.builders.rows import local


@pytest.mark.parametrize(
    ("zone", "day", "minute", "utc"),
    [
        ("Europe/Warsaw", "2026-03-29", 150, "2026-03-29 01:00"),
        ("Europe/Warsaw", "2026-03-29", 180, "2026-03-29 01:00"),
        ("Europe/Warsaw", "2026-10-25", 150, "2026-10-25 00:30"),
        ("Europe/Warsaw", "2026-10-24", 1440, "2026-10-24 22:00"),
        ("Africa/Cairo", "2026-04-24", 0, "2026-04-23 22:00"),
        ("Africa/Cairo", "2026-04-24", 45, "2026-04-23 22:00"),
        ("Atlantic/Azores", "2026-10-25", 0, "2026-10-25 00:00"),
        ("Atlantic/Azores", "2026-10-25", 30, "2026-10-25 00:30"),
        ("Australia/Lord_Howe", "2026-10-04", 135, "2026-10-03 15:30"),
        ("Asia/Kathmandu", "2026-03-10", 0, "2026-03-09 18:15"),
    ],
)
def test_an_edge_lies_at(zone: str, day: str, minute: int, utc: str) -> None:
    edge = WallClock(ZoneInfo(zone)).edge(date.fromisoformat(day), minute)
    assert edge == local(utc, ZoneInfo("UTC"))


def test_midnights_lie_strictly_within() -> None:
    clock = WallClock(ZoneInfo("Europe/Warsaw"))
    start, end = local("2026-03-28 00:00"), local("2026-03-30 00:00")
    assert clock.midnights(start, end) == [local("2026-03-29 00:00")]
