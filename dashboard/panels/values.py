"""How a value out of evidence is shown: decimals grouped, moments in the reader's zone, the rest as it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

from dashboard.format import MINUS, NOTHING, instant
from dashboard.session import zone

LONGEST = 160
DECIMAL = re.compile(r"-?\d{1,15}\.\d{1,12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?")


def shown(value: str | None) -> str:
    """Return a value for a table cell; nothing is a dash."""
    if not value:
        return NOTHING
    if DECIMAL.fullmatch(value):
        return number(Decimal(value))
    return _moment(value) if MOMENT.fullmatch(value) else clipped(value)


def clipped(text: str) -> str:
    """Return a text that fits a table cell: rows that could not be read may hold values of any length."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"


def number(value: Decimal) -> str:
    """Return a number with its digits grouped; fractions get at least two places, no needless zeros."""
    exact = value.normalize()
    whole = int(value.as_tuple().exponent) >= 0
    places = 0 if whole else max(2, -int(exact.as_tuple().exponent))
    return f"{MINUS if exact < 0 else ''}{abs(exact):,.{places}f}"


def _moment(value: str) -> str:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return instant(at if at.tzinfo else at.replace(tzinfo=UTC), zone())
