"""Plain tables: billed against expected, and the rows behind a figure. Holds no sorting or paging."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dashboard.format import MINUS
from dashboard.markup import Html, element

Kind = Literal["text", "code", "num"]


@dataclass(frozen=True)
class Column:
    """Hold a column's head and how its cells are set."""

    head: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Cell:
    """Hold a cell's text and a second, quieter line."""

    text: str
    note: str | None = None


Row = Sequence[str | Html | Cell]


def table(columns: Sequence[Column], rows: Sequence[Row], *, label: str, total: Row | None = None) -> Html:
    """Return a table that scrolls inside its own box, its first column naming each row."""
    head = element("tr", *(element("th", c.head, css=_css(c), scope="col") for c in columns))
    body = [_row(columns, row) for row in rows]
    if total is not None:
        body.append(_row(columns, total, css="total"))
    whole = element("table", element("thead", head), element("tbody", *body), css="ra-table")
    return element("div", whole, css="ra-scroll", tabindex=0, role="region", aria_label=label)


def _row(columns: Sequence[Column], row: Row, css: str = "") -> Html:
    first, *others = (
        _cell(column, value, "th" if at == 0 else "td")
        for at, (column, value) in enumerate(zip(columns, row, strict=True))
    )
    return element("tr", first, *others, css=css)


def _cell(column: Column, value: str | Html | Cell, tag: str) -> Html:
    scope = "row" if tag == "th" else None
    if isinstance(value, Cell):
        return element(tag, value.text, _note(value.note), css=_css(column, value.text), scope=scope)
    return element(tag, value, css=_css(column, value), scope=scope)


def _note(text: str | None) -> Html | None:
    return element("small", text) if text else None


def _css(column: Column, text: str = "") -> str:
    if column.kind != "num":
        return "code" if column.kind == "code" and text else ""
    return "num minus" if text.startswith(MINUS) else "num"
