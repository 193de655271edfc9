"""The form of a finding, as a control's select returns it, and of the evidence it carries.

A control returns the columns of `COLUMNS` that it can know; the engine fills in the rest. Four of them
become the finding's ``evidence``, JSON text whose keys are always these, in this order::

    {"actual": {...}, "expected": {...}, "rows": [{"key": ..., "stream": ..., ...}], "scope": ...}

``expected`` and ``actual`` are structs with the same names where the two can be set side by side; ``rows``
lists the rows behind them by stream and key, with the values that matter; ``scope`` names what a finding
without an account is about. Money is text, so that nobody reads it as a float; times come out as ISO 8601
with Z. Struct fields stand in alphabetical order: the same fact is always the same text.

A finding that follows from another names it by ``caused_by_fault`` and ``caused_by_subject``; where no
control has found that one, it stands for itself.

Does not read evidence back: `core.cases.evidence` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from core.lake.session import SqlType

__all__ = ["CAUSE", "COLUMNS", "problem_with"]

CAUSE = ("caused_by_fault", "caused_by_subject")
"""Fault and subject of the finding that a finding follows from; the engine makes ``caused_by`` of them."""

COLUMNS: dict[str, str] = {
    "stream": "VARCHAR",
    "subject_id": "VARCHAR",
    "account_id": "VARCHAR",
    "subscription_id": "VARCHAR",
    "occurred_at": "TIMESTAMPTZ",
    "amount": "DECIMAL(18,6)",
    "currency": "VARCHAR",
    "cycle": "VARCHAR",
    "confidence": "DECIMAL(18,6)",
    "root_cause": "VARCHAR",
    "actual": "JSON",
    "expected": "JSON",
    "rows": "JSON",
    "scope": "VARCHAR",
    "caused_by_fault": "VARCHAR",
    "caused_by_subject": "VARCHAR",
}
"""What a control may return, and the DuckDB type that the engine makes of it."""

_REQUIRED = ("subject_id", "occurred_at")
_EXACT = ("decimal", "bigint", "integer", "hugeint")
_PLAIN = (
    "varchar",
    "boolean",
    "tinyint",
    "smallint",
    "integer",
    "bigint",
    "date",
    "timestamp with time zone",
)


def problem_with(columns: dict[str, SqlType], *, names_stream: bool) -> str | None:
    """Return what is wrong with the columns of a control's select, one sentence, or None.

    Parameters
    ----------
    columns
        The type of each column returned.
    names_stream
        Whether each row must say which stream its subject is in.
    """
    required = (*_REQUIRED, "stream") if names_stream else _REQUIRED
    missing = [name for name in required if name not in columns]
    if missing:
        return f"the select returns no {missing[0]}"
    for name, kind in columns.items():
        problem = _problem_with_column(name, kind)
        if problem:
            return problem
    return None


def _problem_with_column(name: str, kind: SqlType) -> str | None:
    if name not in COLUMNS:
        return f"a finding has no column {name}, it may have: {', '.join(COLUMNS)}"
    if name in ("amount", "confidence") and kind.id not in _EXACT:
        return f"{name} is {kind}, it must be exact: cast it to decimal(18,6)"
    if name in ("actual", "expected"):
        return _problem_with_struct(name, kind)
    if name == "rows":
        if kind.id != "list":
            return f"rows is {kind}, it must be a list of structs with key and stream"
        return _problem_with_struct(name, _held(kind)["child"], required=("key", "stream"))
    return None


def _problem_with_struct(name: str, kind: SqlType, required: tuple[str, ...] = ()) -> str | None:
    if kind.id != "struct":
        return f"{name} is {kind}, it must be a struct"
    fields = _held(kind)
    if list(fields) != sorted(fields):
        return f"the fields of {name} must stand in alphabetical order: {', '.join(sorted(fields))}"
    missing = [field for field in required if field not in fields]
    if missing:
        return f"{name} has no field {missing[0]}"
    for field, held in fields.items():
        if held.id not in _PLAIN:
            return f"{name}.{field} is {held}: money and the like belong into evidence as text"
    return None


def _held(kind: SqlType) -> dict[str, SqlType]:
    return {str(name): cast("SqlType", held) for name, held in kind.children}
