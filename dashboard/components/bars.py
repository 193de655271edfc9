"""Bars that compare a few amounts. Holds no axis: each bar carries its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboard.markup import Html, element


@dataclass(frozen=True)
class Bar:
    """Hold one bar: its name, its length and the two texts at its end."""

    name: Html
    length: Decimal
    value: str
    note: str


def bars(items: Sequence[Bar]) -> Html:
    """Return the bars, the longest filling the width; a length of zero draws an empty track."""
    longest = max((bar.length for bar in items), default=Decimal(0))
    return element("div", *(_bar(bar, longest) for bar in items), css="ra-bars", role="list")


def _bar(bar: Bar, longest: Decimal) -> Html:
    width = round(100 * bar.length / longest) if longest else 0
    fill = element("span", css="ra-fill", style=f"width:{width}%")
    return element(
        "div",
        element("span", bar.name),
        element("span", fill, css="ra-track", aria_hidden="true"),
        element("span", bar.value, css="num"),
        element("span", bar.note, css="num faint"),
        role="listitem",
    )
