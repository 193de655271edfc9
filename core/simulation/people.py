"""Draws accounts: who they are, since when, how they may be reached. Draws no line and no usage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.simulation.calendar import BILL_DAYS, Calendar, Ints
from core.simulation.draws import Bools, instants, labels, picks, stream
from core.simulation.lists import rows
from core.simulation.profiles import Profile

__all__ = ["SEGMENTS", "Accounts", "draw_accounts"]

SEGMENTS = ("consumer", "business", "iot", "wholesale")
CONSUMER, BUSINESS, IOT = 0, 1, 2

_LANGUAGES = {"de": 0.74, "tr": 0.08, "en": 0.07, "pl": 0.04, "ar": 0.02, "": 0.05}
_COUNTRIES = {"DE": 0.97, "AT": 0.02, "NL": 0.01}
_DAY = 86_400


@dataclass(frozen=True)
class Accounts:
    """Hold one slice of accounts, one position an account.

    ``opened`` and ``closed`` are UTC seconds (`FAR` = open); ``billed_from`` is where the first cycle
    begins that the operator bills in the data.
    """

    number: Ints
    segment: Ints
    bill_day: Ints
    opened: Ints
    language: Ints
    vulnerable: Bools
    billed_from: Ints
    table: pa.Table


def draw_accounts(profile: Profile, calendar: Calendar, seed: int, numbers: Ints, part: int) -> Accounts:
    """Draw the accounts of one slice.

    Parameters
    ----------
    numbers
        Account numbers, from 1, each used once over all slices.
    """
    rng = stream(seed, "people", part)
    count = len(numbers)
    consumer = 1 - profile.business - profile.iot
    segment = picks(rng, (consumer, profile.business * 0.98, profile.iot, profile.business * 0.02), count)
    bill_day = np.array(BILL_DAYS)[picks(rng, (0.55, 0.15, 0.18, 0.12), count)]
    opened = _opened(rng, calendar, count)
    language = picks(rng, _LANGUAGES, count)
    vulnerable = (rng.random(count) < 0.04) & (segment == CONSUMER)
    first_cycle = {day: int(calendar.periods(day)[0].start.timestamp()) for day in BILL_DAYS}
    table = pa.table(
        {
            "account_no": numbers,
            "name": _names(rng, segment),
            "segment": labels(segment, SEGMENTS),
            "bill_cycle_day": bill_day,
            "country": labels(picks(rng, _COUNTRIES, count), list(_COUNTRIES)),
            "language": labels(language, [word or None for word in _LANGUAGES]),
            "has_phone": rng.random(count) < 0.8,
            "has_email": rng.random(count) < 0.93,
            "contact_allowed": rng.random(count) < 0.86,
            "vulnerable": vulnerable,
            "opened": instants(opened),
        }
    )
    billed_from = np.maximum(np.array([first_cycle[int(day)] for day in bill_day]), opened)
    return Accounts(numbers, segment, bill_day, opened, language, vulnerable, billed_from, table)


def _opened(rng: np.random.Generator, calendar: Calendar, count: int) -> Ints:
    """Most came in the three years before the data; about one in sixteen joins in it."""
    before = calendar.start - rng.integers(40, 1100, count) * _DAY + rng.integers(8, 18, count) * 3600
    days = len(calendar.days)
    joined = (
        calendar.midnights[rng.integers(35, max(36, days - 12), count)] + rng.integers(8, 18, count) * 3600
    )
    return np.where(rng.random(count) < 0.06, joined, before)


def _names(rng: np.random.Generator, segment: Ints) -> npt.NDArray[np.str_]:
    drawn = {}
    for kind in ("first", "last", "trade"):
        words = np.array([row["word"] for row in rows("names") if row["kind"] == kind])
        drawn[kind] = words[rng.integers(0, len(words), len(segment))]
    person = np.char.add(np.char.add(drawn["first"], " "), drawn["last"])
    firm = np.char.add(np.char.add(drawn["last"], " "), np.char.add(drawn["trade"], " GmbH"))
    return np.where(segment == CONSUMER, person, firm)
