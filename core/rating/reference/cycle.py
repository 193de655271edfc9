"""Rule 2: bill cycles in local time. Does not know what is charged in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.kernel.dataset import DatasetSettings
from core.kernel.period import Period, cycle_period, cycle_start
from core.rating.reference.dataset import Row

DEFAULT_CYCLE_DAY = 1  # an account that CRM does not tell us about


class Cycles:
    """Tell in which bill cycle of an account an instant lies."""

    def __init__(self, accounts: Sequence[Row], settings: DatasetSettings) -> None:
        self._days = {row["account_id"]: row["bill_cycle_day"] for row in accounts}
        self._settings = settings
        self._zone = ZoneInfo(settings.timezone)
        self._periods: dict[date, Period] = {}

    def holding(self, account_id: str, instant: datetime) -> Period:
        """Return the account's cycle that holds an instant."""
        day = self._days.get(account_id, DEFAULT_CYCLE_DAY)
        start = cycle_start(instant, day, self._zone)
        if start not in self._periods:
            self._periods[start] = cycle_period(start, self._zone)
        return self._periods[start]

    def before(self, account_id: str, cycle: Period) -> Period:
        """Return the cycle that ends where this one begins."""
        return self.holding(account_id, cycle.start - timedelta(microseconds=1))

    def after(self, account_id: str, cycle: Period) -> Period:
        """Return the cycle that begins where this one ends."""
        return self.holding(account_id, cycle.end)

    def judged(self, cycle: Period) -> bool:
        """Tell whether a cycle began in the time that the dataset covers."""
        return cycle.start >= self._settings.starts_at

    def closed(self, cycle: Period) -> bool:
        """Tell whether a cycle is over."""
        return cycle.end <= self._settings.as_of

    def begun(self, account_id: str) -> list[Period]:
        """Return the account's judged cycles that have begun, oldest first."""
        cycle = self.holding(account_id, self._settings.starts_at)
        found = []
        while cycle.start <= self._settings.as_of:
            if self.judged(cycle):
                found.append(cycle)
            cycle = self.after(account_id, cycle)
        return found

    def local_date(self, instant: datetime) -> date:
        """Return the local calendar day of an instant."""
        return instant.astimezone(self._zone).date()

    def local_days(self, period: Period) -> int:
        """Return on how many local calendar days a period lies, a day in part counted whole."""
        last = self.local_date(period.end - timedelta(microseconds=1))
        return (last - self.local_date(period.start)).days + 1
