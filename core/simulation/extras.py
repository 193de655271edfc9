"""Draws what people add to a plan: products, passes for trips, promotions, consents. Prices nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from core.simulation.calendar import Calendar, Ints
from core.simulation.draws import FAR, Bools, instants, labels, picks, stream
from core.simulation.lines import PLANS, Lines
from core.simulation.people import CONSUMER, IOT
from core.simulation.trips import Partner, Trips

__all__ = ["Extras", "draw_extras"]

_HOUR, _DAY = 3600, 86_400
_PRODUCTS = ("P-COVER", "P-NUMBER", "P-SIM", "P-EU48", "P-FLAT", "P-WORLD", "P-TALK")
_PROMOTIONS = ("M-WELCOME", "M-FOUR", "M-TALK", "M-FREE", "M-USE10", "M-SUMMER")
_FOR_PLAN = {
    "solo-s": (0.4, 0.4, 0.2, 0, 0, 0),
    "solo-m": (0.25, 0.3, 0.15, 0.1, 0, 0.2),
    "solo-l": (0.35, 0.4, 0, 0, 0, 0.25),
    "family": (0, 0.8, 0, 0.2, 0, 0),
    "biz-flex": (0, 0.3, 0, 0, 0.7, 0),
    "biz-base": (0, 0.4, 0, 0, 0.6, 0),
    "biz-pro": (0, 1, 0, 0, 0, 0),
}
_SIM_SWAP = 1


@dataclass(frozen=True)
class Extras:
    """Hold the grants of one slice as Arrow tables, by line number."""

    products: pa.Table
    promotions: pa.Table
    consents: pa.Table


def draw_extras(
    calendar: Calendar, lines: Lines, trips: Trips, partners: list[Partner], seed: int, part: int
) -> Extras:
    """Draw what the lines of one slice have besides their plans."""
    rng = stream(seed, "extras", part)
    return Extras(
        products=_products(rng, calendar, lines, trips, partners),
        promotions=_promotions(rng, calendar, lines),
        consents=_consents(rng, calendar, lines, trips, partners),
    )


def _products(
    rng: np.random.Generator, calendar: Calendar, lines: Lines, trips: Trips, partners: list[Partner]
) -> pa.Table:
    held = [_kept(rng, calendar, lines, 0, 0.08), _kept(rng, calendar, lines, 1, 0.04)]
    swapped = np.flatnonzero((lines.change == _SIM_SWAP) & (lines.account >= 0))
    held.append((swapped, np.full(len(swapped), 2), lines.quiet_at[swapped], np.full(len(swapped), FAR)))
    held += _passes(rng, calendar, trips, partners)
    line, product, start, end = (np.concatenate(column) for column in zip(*held, strict=True))
    alive: Bools = (start >= lines.usable_from[line]) | (product < 2)
    alive &= start < np.minimum(lines.usable_to[line], calendar.end - _DAY)
    closed = np.where(lines.usable_to < calendar.end, lines.usable_to, FAR)
    order = np.flatnonzero(alive)[np.lexsort((start[alive], line[alive]))]
    return _table(
        lines,
        line[order],
        labels(product[order], _PRODUCTS),
        start[order],
        np.minimum(end, closed[line])[order],
    )


def _kept(
    rng: np.random.Generator, calendar: Calendar, lines: Lines, product: int, share: float
) -> tuple[Ints, Ints, Ints, Ints]:
    """Draw a product that is paid every month: since long ago or from a day in the data, some until one."""
    line = np.flatnonzero((lines.kind != IOT) & (lines.account >= 0) & (rng.random(len(lines.kind)) < share))
    count, days = len(line), len(calendar.days)
    began = (
        calendar.midnights[rng.integers(10, max(11, days - 8), count)] + rng.integers(8, 19, count) * _HOUR
    )
    start = np.where(rng.random(count) < 0.4, began, lines.opened[line] + 2 * _HOUR)
    start = np.maximum(start, lines.opened[line] + 2 * _HOUR)
    end = calendar.midnights[np.minimum(rng.integers(15, 2 * days, count), days)]
    end = np.where((end <= start + _DAY) | (end >= calendar.end - _DAY), FAR, end)
    return line, np.full(count, product), start, end


def _passes(
    rng: np.random.Generator, calendar: Calendar, trips: Trips, partners: list[Partner]
) -> list[tuple[Ints, Ints, Ints, Ints]]:
    zone = np.array([one.zone for one in partners])[trips.partner]
    draw = rng.random(len(zone))
    start = calendar.midnights[trips.first_day] + rng.integers(6, 11, len(zone)) * _HOUR
    home = calendar.midnights[np.minimum(trips.last_day + 1, len(calendar.days))]
    chosen = np.select(
        [
            (zone == "eu") & (draw < 0.2),
            (zone == "eu") & (draw < 0.28),
            (zone == "world-1") & (draw < 0.3),
            draw > 0.93,
        ],
        [3, 4, 5, 6],
        -1,
    )
    buys = chosen >= 0
    until = np.where(chosen == 4, home, FAR)
    return [(trips.line[buys], chosen[buys], start[buys], until[buys])]


def _promotions(rng: np.random.Generator, calendar: Calendar, lines: Lines) -> pa.Table:
    chosen = np.full(len(lines.kind), -1)
    for plan, weights in _FOR_PLAN.items():
        of_plan = lines.plan == PLANS.index(plan)
        chosen[of_plan] = picks(rng, weights, int(of_plan.sum()))
    line = np.flatnonzero((chosen >= 0) & (lines.account >= 0) & (rng.random(len(chosen)) < 0.22))
    count, days = len(line), len(calendar.days)
    later = calendar.midnights[rng.integers(5, max(6, days - 10), count)] + 9 * _HOUR
    start = np.maximum(np.where(rng.random(count) < 0.2, later, 0), lines.opened[line] + _HOUR)
    end = calendar.midnights[rng.integers(20, max(21, days - 3), count)]
    end = np.where((rng.random(count) < 0.6) | (end <= start + _DAY), FAR, end)
    return _table(lines, line, labels(chosen[line], _PROMOTIONS), start, end)


def _consents(
    rng: np.random.Generator, calendar: Calendar, lines: Lines, trips: Trips, partners: list[Partner]
) -> pa.Table:
    zone = np.array([one.zone for one in partners])[trips.partner]
    agrees = (zone != "eu") & (rng.random(len(zone)) < 0.25) & (lines.kind[trips.line] == CONSUMER)
    line, day = trips.line[agrees], trips.first_day[agrees]
    given = calendar.midnights[np.minimum(day + 1, len(calendar.days) - 1)] + 18 * _HOUR
    taken_back = np.where(rng.random(len(line)) < 0.5, given + 3 * _DAY, FAR)
    taken_back = np.where(taken_back >= calendar.end, FAR, taken_back)
    known = (given >= lines.usable_from[line]) & (given < np.minimum(lines.usable_to[line], calendar.end))
    return pa.table(
        {
            "line_no": lines.number[line[known]],
            "given_at": instants(given[known]),
            "withdrawn_at": instants(taken_back[known]),
        }
    )


def _table(lines: Lines, line: Ints, what: pa.Array, start: Ints, end: Ints) -> pa.Table:
    return pa.table(
        {
            "line_no": lines.number[line],
            "what": what,
            "valid_from": instants(start),
            "valid_to": instants(end),
            "place": np.arange(len(line)),
        }
    )
