"""Answers "why did my bill change": the way from one bill's total to the next one's, cause by cause.

Works on billed lines (rows of *charges*) and on expected ones alike; judges neither, and reads nothing.

Notes
-----
A bill's total is its usage summed and rounded half-up to 2 decimals, plus every other line (rule 14). Each
line has one cause:

- ``plan``: recurring lines, of plans and of products;
- ``promotion``: discounts;
- ``one_off``: products and passes bought once, and minimum spend;
- ``correction``: adjustments, whatever corrects another line, and estimates with their reversals;
- ``tax``: tax;
- ``roaming`` and ``usage``: usage outside home, and all other usage.

Of usage, ``price`` is what a new version of a tariff adds: where a tariff row stands in the same place of the
price list as one that priced last cycle's usage (all but position, rate, size and validity agree), and that
one is no longer in use, its lines less their charged quantity at last cycle's average net price there. Then
plan, place and quantity are the same and only the price differs. What cents rounding moves belongs to the
greatest of the three causes of usage. So the causes add up to the difference of the totals, always.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.kernel.money import round_half_even, round_half_up
from core.rating.walk_words import Words

__all__ = ["BillChange", "Cause", "bill_change"]

Line = Mapping[str, Any]

ORDER = ("plan", "usage", "roaming", "price", "promotion", "one_off", "correction", "tax")
OF_USAGE = ("usage", "roaming", "price")
OF_KIND = {"recurring": "plan", "discount": "promotion", "one_off": "one_off", "tax": "tax"}
PLACE = (
    "plan_id",
    "service",
    "direction",
    "destination_zone",
    "roaming_zone",
    "days",
    "from_time",
    "to_time",
)
AT_HOME = frozenset({"home", "any", None})
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Cause:
    """Hold one cause of a change: how much it adds to the bill, and a sentence with the values."""

    name: str
    amount: Decimal
    sentence: str


@dataclass(frozen=True)
class BillChange:
    """Hold two totals and what lies between them; the causes add up to ``after - before``."""

    before: Decimal
    after: Decimal
    causes: tuple[Cause, ...]


@dataclass
class _Move:
    """Gather the lines of one cause in both cycles, and what moves between causes."""

    before: list[Line] = field(default_factory=list)
    after: list[Line] = field(default_factory=list)
    shift: Decimal = NOTHING

    @property
    def amount(self) -> Decimal:
        return _sum(self.after) - _sum(self.before) + self.shift


def bill_change(
    before: Sequence[Line],
    after: Sequence[Line],
    currency: str,
    prices: Iterable[Line] = (),
    names: Mapping[str, str] | None = None,
) -> BillChange:
    """Walk from the total of one bill to the total of the next.

    Parameters
    ----------
    before, after
        All lines of two consecutive bills of one account. Beside the columns of *charges*, ``roaming_zone``
        is used where a line has it, else that of its ``explanation``, else that of its tariff.
    prices
        Rows of *tariffs*: without them no change of price is seen, and it counts as usage.
    names
        What the ids of plans, products and promotions are called.
    """
    tariffs = {row["tariff_id"]: row for row in prices}
    moves = {name: _Move() for name in ORDER}
    for line in before:
        moves[_cause_of(line, tariffs)].before.append({**line, "zone": _zone_of(line, tariffs)})
    for line in after:
        moves[_cause_of(line, tariffs)].after.append({**line, "zone": _zone_of(line, tariffs)})
    effects: dict[str, Decimal] = {}
    for name in ("usage", "roaming"):
        found = _price_effects(moves[name], tariffs)
        moves[name].shift -= sum(found.values(), NOTHING)
        effects |= found
    moves["price"].shift = sum(effects.values(), NOTHING)
    totals = _total(before), _total(after)
    rounding = totals[1] - totals[0] - sum((move.amount for move in moves.values()), NOTHING)
    greatest = max(OF_USAGE, key=lambda name: abs(moves[name].amount))
    moves[greatest].shift += rounding
    words = Words(currency, names or {})
    causes = [
        Cause(name, move.amount, words.sentence(name, move.amount, move.before, move.after, effects))
        for name, move in moves.items()
        if move.amount
    ]
    return BillChange(*totals, tuple(causes))


def _zone_of(line: Line, tariffs: Mapping[str, Line]) -> str | None:
    """Return the roaming zone of a usage line, as far as it can be told."""
    if line.get("roaming_zone"):
        return str(line["roaming_zone"])
    told = line.get("explanation")
    steps = json.loads(told) if isinstance(told, str) else told or {}
    if steps.get("roaming_zone"):
        return str(steps["roaming_zone"])
    return tariffs.get(line.get("tariff_id") or "", {}).get("roaming_zone")


def _cause_of(line: Line, tariffs: Mapping[str, Line]) -> str:
    if line["kind"] == "adjustment" or line.get("corrects") is not None or line.get("estimated"):
        return "correction"
    if line["kind"] != "usage":
        return OF_KIND[line["kind"]]
    return "usage" if _zone_of(line, tariffs) in AT_HOME else "roaming"


def _price_effects(move: _Move, tariffs: Mapping[str, Line]) -> dict[str, Decimal]:
    """Return what each tariff that took the place of another adds, at the quantity of now."""
    was, now = _by_place(move.before, tariffs), _by_place(move.after, tariffs)
    found = {}
    for place, by_tariff in now.items():
        gone = [
            line for tariff_id, lines in was[place].items() if tariff_id not in by_tariff for line in lines
        ]
        charged = _charged(gone)
        for tariff_id, lines in by_tariff.items():
            if charged and tariff_id not in was[place]:
                effect = round_half_even(_sum(lines) - _sum(gone) * _charged(lines) / charged, 6)
                found[tariff_id] = effect
    return found


def _by_place(
    lines: Iterable[Line], tariffs: Mapping[str, Line]
) -> dict[tuple[Any, ...], dict[str, list[Line]]]:
    found: dict[tuple[Any, ...], dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        tariff = tariffs.get(line.get("tariff_id") or "")
        if tariff is not None:
            found[tuple(tariff[name] for name in PLACE)][tariff["tariff_id"]].append(line)
    return found


def _charged(lines: Iterable[Line]) -> int:
    return sum(line["quantity"] - line["free_quantity"] for line in lines)


def _sum(lines: Iterable[Line]) -> Decimal:
    return sum((line["amount"] for line in lines), NOTHING)


def _total(lines: Iterable[Line]) -> Decimal:
    lines = list(lines)
    usage = _sum(line for line in lines if line["kind"] == "usage")
    return round_half_up(usage, 2) + _sum(line for line in lines if line["kind"] != "usage")
