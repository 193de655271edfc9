"""What may still match: how much waits, how long, until when, and what became of it since the last run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from core.api import OpenLine
from dashboard.components import states
from dashboard.components.head import card, note
from dashboard.components.tables import Column, Row, table
from dashboard.format import NOTHING, count, instant, name, span
from dashboard.markup import draw

_COLUMNS = (
    Column("Would become"),
    Column("Open", "num"),
    Column("Over a day", "num"),
    Column("Over a week", "num"),
    Column("Oldest", "num"),
    Column("Next deadline", "num"),
    Column("Since the last run"),
)


def open_items_card(lines: Sequence[OpenLine], now: datetime, zone: ZoneInfo) -> None:
    """Draw one row for each control that waits for something, or did; ages are up to the run's "now"."""
    with card("Open items", "may still match until their deadline", key="open_items"):
        if not lines:
            states.quiet("Nothing waits: all that came in has been judged.")
            return
        draw(table(_COLUMNS, [_row(line, now, zone) for line in lines], label="Open items"))
        note("An open item is no finding. At its deadline it has matched, or the control finds it.")


def _row(line: OpenLine, now: datetime, zone: ZoneInfo) -> Row:
    items = line.count
    title = line.card.title if line.card else name(items.control_id)
    since = [
        count(items.matched, "matched", "matched") if items.matched else "",
        count(items.found, "finding") if items.found else "",
    ]
    return (
        title,
        count(items.items),
        count(items.over_a_day),
        count(items.over_a_week),
        span(now - items.oldest) if items.oldest else NOTHING,
        instant(items.next_due, zone) if items.next_due else NOTHING,
        ", ".join(filter(None, since)) or NOTHING,
    )
