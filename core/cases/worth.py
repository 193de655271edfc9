"""In which order cases repay the work: money expected to be kept for each minute. Reads nothing.

What is expected comes from closed cases of the same fault: how often people found it right, and how long it
took them. A share of the cases stands at places drawn by lot, so that what the order neglects is seen too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

__all__ = [
    "LOT_AT",
    "LOT_LETTER",
    "LOT_PLACES",
    "PLACE_AT",
    "Handled",
    "Weights",
    "drawn_by_lot",
    "weights_of",
]

_RIGHT, _OF = 4, 5
"""What is held of a fault that nobody has closed yet: four of five are right."""

_MINUTE = timedelta(minutes=1)
_USUAL = 10 * _MINUTE
_SITTING = timedelta(hours=2)
"""Work that took longer was put aside in between, and tells nothing of its length."""

_SCALE = 1_000
LOT_PLACES = {letter: place for place, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}
"""What each letter of a case id counts when a place is drawn."""

LOT_AT, LOT_LETTER = 12, "A"
"""The place of a case id's letter, from 1, and what it is where the case's place is drawn: one in 32."""
PLACE_AT = 13
"""Where the two letters begin that draw it."""


@dataclass(frozen=True)
class Handled:
    """State how one case was closed: whether it was right to raise it, and how long it took."""

    fault: str
    was_right: bool | None
    took: timedelta


@dataclass(frozen=True)
class Weights:
    """Hold what a unit of money at stake is worth, by fault, and for faults that nobody has closed yet."""

    by_fault: Mapping[str, int]
    other: int


def drawn_by_lot(case_id: str) -> bool:
    """Return whether a case's place is drawn by lot, whatever it is worth.

    Examples
    --------
    >>> drawn_by_lot("C2345234567ABB"), drawn_by_lot("C2345234567BBB")
    (True, False)
    """
    return case_id[LOT_AT - 1 : LOT_AT] == LOT_LETTER


def weights_of(handled: Iterable[Handled]) -> Weights:
    """Return what money at stake is worth, as whole numbers that compare.

    Examples
    --------
    >>> minute = timedelta(minutes=1)
    >>> weights_of([Handled("wrong_rate", True, minute)] * 5).by_fault
    {'wrong_rate': 900}
    >>> weights_of([]).other
    80
    """
    known: dict[str, list[Handled]] = defaultdict(list)
    for one in handled:
        known[one.fault].append(one)
    return Weights({fault: _weight(known[fault]) for fault in sorted(known)}, _weight([]))


def _weight(handled: list[Handled]) -> int:
    told = [one.was_right for one in handled if one.was_right is not None]
    took = [one.took / _MINUTE for one in handled if timedelta() < one.took <= _SITTING]
    minutes = max(median(took) if took else _USUAL / _MINUTE, 1)
    return max(round(_SCALE * (_RIGHT + sum(told)) / (_OF + len(told)) / minutes), 1)
