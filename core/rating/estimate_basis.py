"""What a traveller may have used on a day that no file tells of: from which days it is told, and how much.

Knows no price. The days of this trip are the best basis, then the subscriber's earlier trips, then what other
subscribers use with the partner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

__all__ = ["Basis", "RoamingDays", "Use"]

Row = Mapping[str, Any]
Use = tuple[str, str]
"""A service and a direction."""

Amounts = Mapping[Use, tuple[Fraction, Fraction]]
"""The sessions and the quantity of each use on one day."""

TRIP_GAP = timedelta(days=4)
"""Days abroad that lie further apart are two trips."""

LEAST_DAYS = 2
"""A basis of fewer days says nothing about how days differ."""

NONE = (Fraction(), Fraction())


@dataclass(frozen=True)
class Basis:
    """Hold the days that an estimate rests on, and in words which they are.

    Notes
    -----
    ``expected`` takes the mean of a subscriber's own days, zero days included, and the median of other
    subscribers, each with their mean day. ``low`` and ``high`` are the 10th and the 90th percentile of them.
    """

    text: str
    days: tuple[Amounts, ...]
    is_own: bool

    def uses(self) -> list[Use]:
        """Return what was used on any of the days."""
        return sorted({use for day in self.days for use in day})

    def sessions(self, use: Use) -> Fraction:
        """Return how many sessions a day is expected to have."""
        return self._middle([day.get(use, NONE)[0] for day in self.days])

    def quantities(self, use: Use) -> tuple[Fraction, Fraction, Fraction]:
        """Return the quantity expected of a day, and the low and the high one."""
        found = sorted(day.get(use, NONE)[1] for day in self.days)
        last = len(found) - 1
        return self._middle(found), found[last // 10], found[last - last // 10]

    def _middle(self, values: Sequence[Fraction]) -> Fraction:
        if self.is_own:
            return sum(values, Fraction()) / len(values)
        ranked = sorted(values)
        return (ranked[(len(ranked) - 1) // 2] + ranked[len(ranked) // 2]) / 2


class RoamingDays:
    """Know what every subscriber used abroad, day by day."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._days: dict[str, dict[str, dict[date, dict[Use, tuple[Fraction, Fraction]]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(dict))
        )
        self._numbers: dict[tuple[str, Use], str | None] = {}
        for row in rows:
            use = (row["service"], row["direction"])
            amounts = (Fraction(row["sessions"]), Fraction(row["quantity"]))
            self._days[row["partner_id"]][row["subscription_id"]][row["day"]][use] = amounts
            self._numbers[row["partner_id"], use] = row["other_party"]
            self._numbers[row["subscription_id"], use] = row["other_party"]

    def number(self, subscription_id: str, partner_id: str, use: Use) -> str | None:
        """Return whom such usage abroad goes to: by the subscriber, else by others with the partner."""
        return self._numbers.get((subscription_id, use), self._numbers.get((partner_id, use)))

    def basis(self, subscription_id: str, partner_id: str, before: date) -> Basis | None:
        """Return what to go by for a subscriber who was last seen with a partner before a day."""
        of_partner = self._days[partner_id]
        trip = _last_trip(_until(of_partner[subscription_id], before))
        if len(trip) >= LEAST_DAYS:
            return Basis(f"this subscriber's {len(trip)} days of this trip", tuple(trip), is_own=True)
        own = [
            day
            for subscribers in self._days.values()
            for day in _until(subscribers.get(subscription_id, {}), before).values()
        ]
        if len(own) >= LEAST_DAYS:
            return Basis(f"this subscriber's {len(own)} days abroad so far", tuple(own), is_own=True)
        others = [
            _mean_day(_last_trip(_until(days, before)))
            for other, days in of_partner.items()
            if other != subscription_id and _until(days, before)
        ]
        if len(others) >= LEAST_DAYS:
            return Basis(f"{len(others)} other subscribers with this partner", tuple(others), is_own=False)
        return None


def _until(days: Mapping[date, Amounts], before: date) -> dict[date, Amounts]:
    return {day: amounts for day, amounts in days.items() if day < before}


def _last_trip(days: Mapping[date, Amounts]) -> list[Amounts]:
    """Return the days of the last trip, from its first to its last, those without usage included."""
    used = sorted(days)
    if not used:
        return []
    first = last = used[-1]
    for day in reversed(used):
        if first - day > TRIP_GAP:
            break
        first = day
    return [days.get(first + timedelta(days=n), {}) for n in range((last - first).days + 1)]


def _mean_day(days: Sequence[Amounts]) -> Amounts:
    uses = {use for day in days for use in day}
    return {
        use: (
            sum((day.get(use, NONE)[0] for day in days), Fraction()) / len(days),
            sum((day.get(use, NONE)[1] for day in days), Fraction()) / len(days),
        )
        for use in uses
    }
