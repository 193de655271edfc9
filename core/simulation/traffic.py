"""Draws sessions on the network: who, when, how long, how much, where. Does not collect or price them."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from core.simulation.calendar import Calendar, Ints
from core.simulation.draws import Bools, Floats, picks, stream
from core.simulation.lines import Lines
from core.simulation.people import BUSINESS, IOT
from core.simulation.profiles import Profile
from core.simulation.rhythm import day_weights, hours_table, second_of_day
from core.simulation.trips import Partner, Trips

__all__ = ["DATA", "IOT_DATA", "SMS", "VOICE", "Sessions", "draw_sessions"]

VOICE, SMS, DATA, IOT_DATA = 0, 1, 2, 3
_HOUR = 3600

# events a line and day: kind of line (consumer, business) by what it does
_RATES: dict[tuple[int, bool], tuple[float, float]] = {
    (VOICE, False): (0.42, 0.85),
    (VOICE, True): (0.34, 0.60),
    (SMS, False): (0.13, 0.08),
    (SMS, True): (0.10, 0.05),
    (DATA, False): (1.40, 1.15),
}
_IOT_RATE = 1.6
_UNANSWERED = 0.05
_SHRINK = {"home": 1.0, "eu": 0.7, "world-1": 0.12, "world-2": 0.05}
_DESTINATIONS = (0.86, 0.05, 0.02, 0.03, 0.035, 0.005)


@dataclass(frozen=True)
class Sessions:
    """Hold sessions, one position each; ``partner`` -1 is the home network, ``micro`` a part of a second.

    ``destination`` and ``number`` say who is at the other end; ``incoming`` is mobile-terminated.
    """

    line: Ints
    service: Ints
    incoming: Bools
    start: Ints
    micro: Ints
    duration: Ints
    volume_up: Ints
    volume_down: Ints
    partner: Ints
    destination: Ints
    number: Ints

    def take(self, rows: Ints | Bools) -> Sessions:
        """Return some of the sessions, in that order."""
        return Sessions(*(getattr(self, field.name)[rows] for field in fields(self)))


def draw_sessions(
    profile: Profile,
    calendar: Calendar,
    lines: Lines,
    trips: Trips,
    partners: list[Partner],
    seed: int,
    part: int,
) -> Sessions:
    """Draw everything that the lines of one slice do, in order of line and time.

    Notes
    -----
    A session begins and ends within one stay of its line, at least two hours from a change of identity.
    """
    rng = stream(seed, "traffic", part)
    liveliness = rng.gamma(1.6, 1 / 1.6, len(lines.kind)) * profile.activity
    line, service, incoming = _counts(rng, calendar, lines, liveliness)
    day = _days(rng, calendar, lines.kind[line] == BUSINESS, service)
    added = _abroad(rng, calendar, profile.abroad, trips)
    line, service, incoming, day = (
        np.concatenate(pair) for pair in zip((line, service, incoming, day), added, strict=True)
    )
    business = lines.kind[line] == BUSINESS
    second = second_of_day(rng, hours_table(), business, calendar.rest_day[day], service == IOT_DATA)
    start = calendar.instant(day, second, rng.random(len(line)) < 0.5)
    partner = trips.abroad(line, day)
    duration = _durations(rng, service, partner)
    up, down = _volumes(rng, service, partner, partners)
    outgoing_to = picks(rng, _DESTINATIONS, len(line))
    sessions = Sessions(
        line, service, incoming, start, np.zeros(len(line), np.int64), duration, up, down, partner,
        np.where(incoming, 0, outgoing_to), rng.integers(10_000_000, 99_999_999, len(line)),
    )  # fmt: skip
    sessions = sessions.take(_possible(calendar, lines, sessions))
    sessions = _twin_messages(rng, sessions)
    return sessions.take(np.lexsort((sessions.micro, sessions.start, sessions.line)))


def _counts(
    rng: np.random.Generator, calendar: Calendar, lines: Lines, liveliness: Floats
) -> tuple[Ints, Ints, Bools]:
    """Draw how often each line does what; return line, service and direction of each session."""
    days = len(calendar.days)
    thing, business = lines.kind == IOT, lines.kind == BUSINESS
    means = [
        (service, incoming, np.where(thing, 0.0, np.where(business, at_work, at_home)) * liveliness)
        for (service, incoming), (at_home, at_work) in _RATES.items()
    ]
    means.append((IOT_DATA, False, np.where(thing, _IOT_RATE * np.minimum(liveliness + 0.3, 2), 0.0)))
    drawn = [np.repeat(np.arange(len(thing)), rng.poisson(mean * days)) for _, _, mean in means]
    sizes = [len(rows) for rows in drawn]
    service = np.repeat([service for service, _, _ in means], sizes)
    incoming = np.repeat([incoming for _, incoming, _ in means], sizes)
    return np.concatenate(drawn), service, incoming


def _abroad(
    rng: np.random.Generator, calendar: Calendar, share: float, trips: Trips
) -> tuple[Ints, Ints, Bools, Ints]:
    """Draw what people add on trips, mostly surfing: line, service, direction and day of each session."""
    days = trips.last_day - trips.first_day + 1
    trip = np.repeat(np.arange(len(days)), rng.poisson(share * days))
    day = trips.first_day[trip] + (rng.random(len(trip)) * days[trip]).astype(np.int64)
    trip, day = trip[day < len(calendar.days)], day[day < len(calendar.days)]
    service = np.array((DATA, VOICE, SMS))[picks(rng, (0.78, 0.16, 0.06), len(trip))]
    return trips.line[trip], service, (service != DATA) & (rng.random(len(trip)) < 0.4), day


def _days(rng: np.random.Generator, calendar: Calendar, business: Bools, service: Ints) -> Ints:
    """Draw local days: fewer calls at work and more surfing at home on rest days."""
    rest, draw = calendar.rest_day, rng.random(len(business))
    spread = [np.searchsorted(day_weights(rest, at_work), draw, side="right") for at_work in (False, True)]
    day = np.where(business, spread[1], spread[0])
    even = (draw * len(rest)).astype(np.int64)
    return np.minimum(np.where(service == IOT_DATA, even, day), len(rest) - 1)


def _durations(rng: np.random.Generator, service: Ints, partner: Ints) -> Ints:
    """Draw seconds; a call of none was not answered, which partners do not report."""
    count = len(service)
    talk = np.clip(rng.lognormal(4.6, 1.15, count), 3, 3 * _HOUR)
    unanswered = (rng.random(count) < _UNANSWERED) & (partner < 0)
    talk = np.where(unanswered, 0, talk)
    surf = np.clip(rng.lognormal(5.9, 0.9, count), 5, 2 * _HOUR - 60)
    long = (rng.random(count) < 0.012) & (partner < 0)
    surf = np.where(long, rng.integers(2 * _HOUR + 60, 18 * _HOUR, count), surf)
    return np.select(
        [service == VOICE, service == SMS, service == DATA],
        [talk.astype(np.int64), np.zeros(count, np.int64), surf.astype(np.int64)],
        rng.integers(4, 40, count),
    )


def _volumes(
    rng: np.random.Generator, service: Ints, partner: Ints, partners: list[Partner]
) -> tuple[Ints, Ints]:
    """Draw bytes up and down: less where it is dear."""
    count = len(service)
    shrink = np.array([_SHRINK[one.zone] for one in partners] + [_SHRINK["home"]])[partner]
    down = np.where(service == DATA, rng.lognormal(17.0, 1.15, count) * shrink, 0)
    down = np.where(service == IOT_DATA, rng.lognormal(9.4, 0.6, count), down)
    up = down * rng.uniform(0.04, 0.35, count)
    return up.astype(np.int64), down.astype(np.int64)


def _possible(calendar: Calendar, lines: Lines, sessions: Sessions) -> Bools:
    """Tell which sessions the line could have: on the network, not barred, far from a change of identity."""
    line, start = sessions.line, sessions.start
    end = start + sessions.duration
    inside = (start >= lines.usable_from[line]) & (end < np.minimum(lines.usable_to[line], calendar.end))
    barred = (end >= lines.pause_from[line]) & (start < lines.pause_to[line])
    quiet = lines.quiet_at[line]
    changing = (start < quiet + 2 * _HOUR) & (end > quiet - 2 * _HOUR)
    return inside & ~barred & ~changing


def _twin_messages(rng: np.random.Generator, sessions: Sessions) -> Sessions:
    """Repeat a few messages within the same second, as impatient people do: a look-alike of a duplicate."""
    texts = np.flatnonzero((sessions.service == SMS) & ~sessions.incoming & (sessions.partner < 0))
    chosen = texts[rng.random(len(texts)) < 0.004]
    both = sessions.take(np.concatenate([np.arange(len(sessions.line)), chosen]))
    both.micro[len(sessions.line) :] = rng.integers(150_000, 950_000, len(chosen))
    return both
