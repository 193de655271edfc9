"""Draws trips abroad: which line, which partner's network, which local days. Draws no usage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.simulation.calendar import Calendar, Ints
from core.simulation.draws import Bools, picks, stream
from core.simulation.lines import Lines
from core.simulation.people import BUSINESS, IOT, Accounts
from core.simulation.profiles import Profile

__all__ = ["Partner", "Trips", "draw_trips"]

_TURKISH = 1


@dataclass(frozen=True)
class Partner:
    """Name a roaming partner, its zone, how often people go there and when its files are due."""

    partner_id: str
    country: str
    zone: str
    popularity: float
    delivery_hours: int


@dataclass(frozen=True)
class Trips:
    """Hold trips sorted by line and first day; days are indices of the calendar, both ends included."""

    line: Ints
    partner: Ints
    first_day: Ints
    last_day: Ints

    def abroad(self, line: Ints, day: Ints) -> Ints:
        """Return the partner on whose network each line is on each day, -1 for home."""
        if not len(self.line):
            return np.full(len(line), -1)
        key = self.line * 4096 + self.first_day
        found = np.searchsorted(key, line * 4096 + day, side="right") - 1
        trip = np.maximum(found, 0)
        away = (found >= 0) & (self.line[trip] == line) & (day <= self.last_day[trip])
        return np.where(away, self.partner[trip], -1)


def draw_trips(
    profile: Profile,
    calendar: Calendar,
    accounts: Accounts,
    lines: Lines,
    partners: Sequence[Partner],
    seed: int,
    part: int,
) -> Trips:
    """Draw the trips of one slice, never two at once for a line; things stay at home."""
    rng = stream(seed, "trips", part)
    days = len(calendar.days)
    mean = np.where(lines.kind == IOT, 0.0, profile.trips_a_year * days / 365)
    mean = np.where(lines.account < 0, 0.0, mean)
    line = np.repeat(np.arange(len(mean)), rng.poisson(mean))
    first = _season(rng, calendar, len(line))
    length = np.where(
        lines.kind[line] == BUSINESS, rng.integers(1, 5, len(line)), rng.integers(2, 14, len(line))
    )
    partner = picks(rng, [one.popularity for one in partners], len(line))
    turkey = next(n for n, one in enumerate(partners) if one.country == "TR")
    home_visit = (lines.language[line] == _TURKISH) & (rng.random(len(line)) < 0.7)
    trips = [(line, np.where(home_visit, turkey, partner), first, first + length)]
    if profile.autumn_trips and part == 0:
        trips.append(_autumn(rng, profile, calendar, accounts, lines, turkey))
    line, partner, first, last = (np.concatenate(column) for column in zip(*trips, strict=True))
    order = np.lexsort((first, line))
    return _apart(Trips(line[order], partner[order], first[order], last[order]))


def _season(rng: np.random.Generator, calendar: Calendar, count: int) -> Ints:
    """Draw first days: holidays and high summer draw more people."""
    weight = np.array(
        [2.2 if day.month in (7, 8) else 1.4 if day.month in (4, 10, 12) else 1.0 for day in calendar.days]
    )
    return picks(rng, list(weight), count)


def _autumn(
    rng: np.random.Generator,
    profile: Profile,
    calendar: Calendar,
    accounts: Accounts,
    lines: Lines,
    turkey: int,
) -> tuple[Ints, Ints, Ints, Ints]:
    """Send some lines billed on the first to Türkiye for the last days of the newest closed cycle."""
    end = calendar.day_of(np.array([int(calendar.periods(1)[-1].start.timestamp())]))[0]
    steady: Bools = (lines.account >= 0) & (lines.kind != IOT) & (accounts.bill_day[lines.account] == 1)
    steady &= lines.usable_to >= calendar.end
    line = rng.choice(np.flatnonzero(steady), min(profile.autumn_trips, int(steady.sum())), replace=False)
    first = end - rng.integers(6, 11, len(line))
    return line, np.full(len(line), turkey), first, np.full(len(line), end - 1)


def _apart(trips: Trips) -> Trips:
    """Leave out a trip that begins before the line's former one is over."""
    before = np.concatenate([[-1], trips.last_day[:-1]])
    same = (
        np.concatenate([[False], trips.line[1:] == trips.line[:-1]])
        if len(trips.line)
        else np.array([], bool)
    )
    keep = ~(same & (trips.first_day <= before[: len(trips.line)]))
    return Trips(trips.line[keep], trips.partner[keep], trips.first_day[keep], trips.last_day[keep])
