"""Read a finding's evidence: what was expected, what was there, and the rows behind both.

The form is that of `core.controls.evidence`; text that has another form gives empty evidence, never an
error. Does not judge.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

LINEAGE = ("stream", "key", "file", "row")


@dataclass(frozen=True)
class EvidenceLine:
    """Set one value that was there beside the one expected.

    ``difference`` is expected minus actual when both are numbers, else None; values are the evidence's own
    text, money as plain decimals.
    """

    label: str
    actual: str | None
    expected: str | None
    difference: Decimal | None


@dataclass(frozen=True)
class EvidenceRow:
    """Point at one landed row: its stream and key, the file and 1-based row it came from, its values."""

    stream: str
    key: str
    file: str | None
    row: int | None
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Evidence:
    """Hold the lines of the comparison and the rows behind them."""

    lines: tuple[EvidenceLine, ...] = ()
    rows: tuple[EvidenceRow, ...] = ()


def read_evidence(text: str) -> Evidence:
    """Return what a finding's evidence says.

    Parameters
    ----------
    text
        JSON: ``expected`` and ``actual`` (an object, or one value), and ``rows``, a list of objects with
        ``stream``, ``key``, ``file``, ``row`` and the row's other values.

    Examples
    --------
    >>> read_evidence('{"expected": {"rate": "0.12"}, "actual": {"rate": "0.10"}}').lines[0].difference
    Decimal('0.02')
    """
    content = _object(text)
    return Evidence(
        _lines(_fields(content.get("actual")), _fields(content.get("expected"))), _rows(content.get("rows"))
    )


def read_scope(text: str) -> str | None:
    """Return what evidence says a finding without an account is about, as "tap:DEUTM"; None when nothing."""
    scope = _object(text).get("scope")
    return scope if isinstance(scope, str) and scope else None


def _object(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _fields(value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    return {} if value is None else {"value": value}


def _lines(actual: dict[str, Any], expected: dict[str, Any]) -> tuple[EvidenceLine, ...]:
    return tuple(
        EvidenceLine(
            label.replace("_", " "),
            _text(actual.get(label)),
            _text(expected.get(label)),
            _difference(actual.get(label), expected.get(label)),
        )
        for label in dict.fromkeys((*expected, *actual))
    )


def _rows(value: Any) -> tuple[EvidenceRow, ...]:
    rows = value if isinstance(value, list) else []
    return tuple(
        EvidenceRow(
            stream=_text(row.get("stream")) or "",
            key=_text(row.get("key")) or "",
            file=_text(row.get("file")),
            row=row["row"] if isinstance(row.get("row"), int) else None,
            values=tuple((name, _text(item) or "") for name, item in row.items() if name not in LINEAGE),
        )
        for row in rows
        if isinstance(row, dict)
    )


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return json.dumps(value, default=str)


def _difference(actual: Any, expected: Any) -> Decimal | None:
    try:
        numbers = [Decimal(value) for value in (actual, expected) if not isinstance(value, bool)]
    except (InvalidOperation, TypeError, ValueError):
        return None
    if len(numbers) < 2 or not all(number.is_finite() for number in numbers):
        return None
    return numbers[1] - numbers[0]
