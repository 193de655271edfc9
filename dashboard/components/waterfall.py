"""A walk from one total to the next, a row for each cause. Does not add up: it is handed where bars stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboard.markup import Html, element


@dataclass(frozen=True)
class Leg:
    """Hold one row: its name, the sentence behind it, where its bar begins and ends, and its amount in words.

    A total's bar begins at zero.
    """

    name: str
    note: str
    begin: Decimal
    end: Decimal
    words: str
    is_total: bool = False


def waterfall(legs: Sequence[Leg]) -> Html:
    """Return the rows on one scale that holds zero and every bar."""
    edges = [Decimal(0), *(edge for leg in legs for edge in (leg.begin, leg.end))]
    low, high = min(edges), max(edges)
    return element("ol", *(_row(leg, low, (high - low) or Decimal(1)) for leg in legs), css="ra-walk")


def _row(leg: Leg, low: Decimal, width: Decimal) -> Html:
    left, right = sorted((leg.begin, leg.end))
    start, length = 100 * (left - low) / width, 100 * (right - left) / width
    bar = element("i", css="bar", style=f"left:{start:.2f}%;width:{length:.2f}%", aria_hidden="true")
    tip = element("span", leg.words, css="tip", style=f"left:{start + length:.2f}%")
    words = element("div", element("b", leg.name), element("small", leg.note) if leg.note else None)
    kind = "total" if leg.is_total else "up" if leg.end > leg.begin else "down"
    return element("li", words, element("div", element("div", bar, tip), css="track"), css=kind)
