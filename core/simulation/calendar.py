"""The simulated operator's days, cycles and clock shifts, as arrays of UTC seconds. Draws no usage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from core.kernel.period import Period, cycle_period, cycle_start, local_midnight

__all__ = ["BILL_DAYS", "Calendar", "Ints"]

Ints = npt.NDArray[np.int64]

BILL_DAYS = (1, 8, 15, 22)
"""The days of the month on which bill cycles begin."""


@dataclass(frozen=True)
class Calendar:
    """Hold the stretch of time that is simulated.

    Parameters
    ----------
    zone
        Where the operator's days begin.
    as_of
        The last instant that anything may be known at.
    cycles
        Whole bill cycles before ``as_of``, for accounts billed on the first.
    holidays
        Local dates without work.
    """

    zone: ZoneInfo
    as_of: datetime
    cycles: int
    holidays: frozenset[date]

    @cached_property
    def first_day(self) -> date:
        """Return the local day on which the data begins, the first of a month."""
        day = cycle_start(self.as_of, 1, self.zone)
        for _ in range(self.cycles):
            day = (day - timedelta(days=1)).replace(day=1)
        return day

    @cached_property
    def days(self) -> list[date]:
        """Return every local day, the one of ``as_of`` included."""
        last = self.as_of.astimezone(self.zone).date()
        return [self.first_day + timedelta(days=n) for n in range((last - self.first_day).days + 1)]

    @cached_property
    def midnights(self) -> Ints:
        """Return the instant at which each day begins, and one more for the end of the last."""
        after = [*self.days, self.days[-1] + timedelta(days=1)]
        return np.array([int(local_midnight(day, self.zone).timestamp()) for day in after], dtype=np.int64)

    @property
    def start(self) -> int:
        """Return the first instant of the data."""
        return int(self.midnights[0])

    @property
    def end(self) -> int:
        """Return ``as_of``."""
        return int(self.as_of.timestamp())

    @property
    def starts_at(self) -> datetime:
        """Return the first instant of the data as a datetime."""
        return datetime.fromtimestamp(self.start, UTC)

    @property
    def change(self) -> int:
        """Return the local midnight, past the middle, at which prices change."""
        return int(self.midnights[len(self.days) * 55 // 100])

    @cached_property
    def rest_day(self) -> npt.NDArray[np.bool_]:
        """Tell for each day whether it is a weekend or a holiday."""
        return np.array([day.weekday() >= 5 or day in self.holidays for day in self.days])

    def periods(self, bill_day: int) -> list[Period]:
        """Return the whole cycles of a bill day that begin in the data and not after ``as_of``."""
        found = []
        day = cycle_start(self.starts_at, bill_day, self.zone)
        while (period := cycle_period(day, self.zone)).start <= self.as_of:
            if period.start >= self.starts_at:
                found.append(period)
            day = cycle_start(period.end, bill_day, self.zone)
        return found

    def cycle_before(self, period: Period, bill_day: int) -> Period:
        """Return the cycle that ends where another begins."""
        last = datetime.fromtimestamp(period.start.timestamp() - 1, UTC)
        return cycle_period(cycle_start(last, bill_day, self.zone), self.zone)

    def day_of(self, instant: Ints) -> Ints:
        """Return the index of the local day that holds each instant."""
        return np.searchsorted(self.midnights, instant, side="right") - 1

    def instant(self, day: Ints, second: Ints, second_pass: npt.NDArray[np.bool_]) -> Ints:
        """Turn a day's index and a wall clock second into an instant.

        Parameters
        ----------
        second
            0 to 86,399 on the wall clock. Clocks change at 02:00: a skipped second lands after the jump.
        second_pass
            Where the hour happens twice, whether the second time is meant.
        """
        shift = np.diff(self.midnights)[day] - 86_400
        late = second >= np.where(shift > 0, 3 * 3600, 2 * 3600)
        twice = (shift > 0) & (second >= 2 * 3600) & (second < 3 * 3600) & second_pass
        skipped = (shift < 0) & (second >= 2 * 3600) & (second < 3 * 3600)
        return self.midnights[day] + second + np.where((late | twice) & ~skipped, shift, 0)
