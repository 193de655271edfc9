"""Local wall clock as instants: edges of time bands, midnights, holidays (rules 5 and 6). Knows no prices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 1440


class WallClock:
    """Place local wall-clock edges on the line of instants.

    Notes
    -----
    An edge in a repeated hour lies at its first pass, an edge in a skipped hour at the jump (rule 6).
    """

    def __init__(self, zone: ZoneInfo, holidays: Iterable[str] = ()) -> None:
        self._zone = zone
        self._holidays = frozenset(date.fromisoformat(day) for day in holidays)
        self._edges: dict[tuple[date, int], datetime] = {}

    def local_date(self, instant: datetime) -> date:
        """Return the local calendar day of an instant."""
        return instant.astimezone(self._zone).date()

    def is_holiday(self, day: date) -> bool:
        """Tell whether a local day is in *holidays*."""
        return day in self._holidays

    def edge(self, day: date, minute: int) -> datetime:
        """Return the instant of a wall-clock minute of a local day; 1440 is the midnight that ends it."""
        key = (day, minute)
        if key not in self._edges:
            self._edges[key] = self._find_edge(day, minute)
        return self._edges[key]

    def midnights(self, start: datetime, end: datetime) -> list[datetime]:
        """Return the local midnights after ``start`` and before ``end``."""
        day, last = self.local_date(start), self.local_date(end)
        days = (day + timedelta(days=n) for n in range((last - day).days + 1))
        return [edge for edge in (self.edge(d, 0) for d in days) if start < edge < end]

    def _find_edge(self, day: date, minute: int) -> datetime:
        day += timedelta(days=minute // MINUTES_A_DAY)
        wall = datetime.combine(day, time(*divmod(minute % MINUTES_A_DAY, 60)), tzinfo=self._zone)
        instant = wall.astimezone(UTC)
        if instant.astimezone(self._zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
            return instant
        return self._jump(wall)

    def _jump(self, skipped: datetime) -> datetime:
        """Return the instant at which the clock jumped over a wall-clock time that does not exist."""
        before, after = skipped.replace(fold=1).astimezone(UTC), skipped.replace(fold=0).astimezone(UTC)
        new_offset = after.astimezone(self._zone).utcoffset()
        while after - before > timedelta(seconds=1):
            middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
            if middle.astimezone(self._zone).utcoffset() == new_offset:
                after = middle
            else:
                before = middle
        return after
