"""The shape of a day and a week: when people call and surf. Draws from fixed curves only."""

from __future__ import annotations

from functools import cache

import numpy as np

from core.simulation.calendar import Ints
from core.simulation.draws import Bools, Floats

__all__ = ["day_weights", "hours_table", "second_of_day"]

_STEPS = 4096
# how busy each local hour is, from midnight
_HOME = (9, 5, 3, 2, 2, 4, 10, 22, 34, 38, 40, 43, 48, 46, 42, 43, 47, 55, 66, 74, 76, 66, 42, 20)
_HOME_REST = (16, 11, 7, 4, 3, 3, 5, 9, 18, 32, 44, 52, 56, 55, 52, 52, 54, 57, 62, 66, 66, 58, 42, 26)
_WORK = (1, 1, 1, 1, 2, 5, 14, 42, 78, 92, 94, 90, 70, 80, 90, 88, 78, 52, 26, 14, 9, 6, 3, 2)
_THINGS = (100,) * 24
_REST_DAY = {False: 1.08, True: 0.22}


@cache
def hours_table() -> Ints:
    """Return the hour of each of 4,096 equal draws: row 0 home, 1 home at rest, 2 work, 3 things."""
    rows = []
    for curve in (_HOME, _HOME_REST, _WORK, _THINGS):
        edges = np.cumsum(curve) / sum(curve)
        rows.append(np.searchsorted(edges[:-1], (np.arange(_STEPS) + 0.5) / _STEPS, side="right"))
    return np.array(rows, dtype=np.int64)


def second_of_day(rng: np.random.Generator, table: Ints, business: Bools, rest: Bools, thing: Bools) -> Ints:
    """Draw wall clock seconds, 0 to 86,399."""
    curve = np.where(thing, 3, np.where(business & ~rest, 2, rest.astype(np.int64)))
    hour = table[curve, rng.integers(0, _STEPS, len(curve))]
    return hour * 3600 + rng.integers(0, 3600, len(curve))


def day_weights(rest: Bools, business: bool) -> Floats:
    """Return the running share of usage up to the end of each day, ending at 1."""
    weight = np.where(rest, _REST_DAY[business], 1.0)
    running: Floats = np.cumsum(weight) / weight.sum()
    return running
