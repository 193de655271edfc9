"""Half-open periods and local bill cycles (rating rule 2). Does not price anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


@dataclass(frozen=True, order=True)
class Period:
    """Hold the instants from ``start`` (inclusive) to ``end`` (exclusive), both UTC."""

    start: datetime
    end: datetime

    def __contains__(self, instant: datetime) -> bool:
        """Tell whether an instant lies inside."""
        return self.start <= instant < self.end


def local_midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a local day begins, in UTC.

    Examples
    --------
    >>> local_midnight(date(2026, 7, 1), ZoneInfo("Europe/Warsaw"))
    datetime.datetime(2026, 6, 30, 22, 0, tzinfo=datetime.timezone.utc)
    """
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def cycle_start(instant: datetime, cycle_day: int, zone: ZoneInfo) -> date:
    """Return the local date on which the bill cycle that holds an instant begins.

    Parameters
    ----------
    instant
        Any aware instant.
    cycle_day
        The account's ``bill_cycle_day``, 1 to 28.

    Examples
    --------
    >>> cycle_start(datetime(2026, 3, 14, 22, tzinfo=UTC), 15, ZoneInfo("Europe/Warsaw"))
    datetime.date(2026, 2, 15)
    """
    day = instant.astimezone(zone).date()
    if day.day >= cycle_day:
        return day.replace(day=cycle_day)
    previous = day.month - 1 or 12
    return date(day.year - (previous == 12), previous, cycle_day)


def cycle_period(start: date, zone: ZoneInfo) -> Period:
    """Return the cycle that begins on a local date, as UTC instants.

    Examples
    --------
    >>> cycle_period(date(2026, 3, 15), ZoneInfo("Europe/Warsaw")).end
    datetime.datetime(2026, 4, 14, 22, 0, tzinfo=datetime.timezone.utc)
    """
    following = start.month % 12 + 1
    end = date(start.year + (following == 1), following, start.day)
    return Period(local_midnight(start, zone), local_midnight(end, zone))
