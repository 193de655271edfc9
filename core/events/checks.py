"""Turns the contract's column types into SQL: how a raw value is read, and why one cannot be.

Every value goes through here whatever file it came in: texts from CSV and JSON are held to the contract's
form, typed values from Parquet to its range. Says nothing about keys and repeats.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.records import Column, Stream
from core.lake.sql import identifier, literal

__all__ = ["Reading", "RowRule", "read_column", "row_rules"]

ID_LENGTH = 64
TEXT_LENGTH = 65_536
EARLIEST, LATEST = "1970-01-01T00:00:00Z", "2200-01-01T00:00:00Z"

_INTEGER = r"[-+]?\d{1,18}"
_DECIMAL = r"[-+]?\d{1,12}(\.\d{1,6}0*)?"
_INSTANT = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)"
_TIME = r"([01]\d|2[0-3]):[0-5]\d"


@dataclass(frozen=True)
class Reading:
    """Say how one column is read.

    ``value`` is an SQL expression of the contract's type; ``wrong`` an SQL boolean, never null, that is
    true when the raw value cannot be read; ``raw`` the raw value as text; ``reason`` and ``remedy``
    sentences for a person.
    """

    column: Column
    value: str
    wrong: str
    raw: str
    reason: str
    remedy: str


def read_column(column: Column, source: str | None, source_type: str) -> Reading:
    """Say how a contract column is read from a raw SQL expression.

    Parameters
    ----------
    source
        The raw expression; None when the file lacks the column.
    source_type
        Its DuckDB type.
    """
    default = _default(column)
    if source is None:
        return Reading(column, default, "false", "NULL", "", "")
    textual = source_type == "VARCHAR"
    raw = f"nullif({source}, '')" if textual else f"({source})"
    form, value = _textual(column, raw) if textual else _typed(column, raw, source_type)
    wrong = [f"NOT coalesce({form}, false)", *_range(column, value)]
    empty = "false" if column.nullable or default != _null(column) else f"{raw} IS NULL"
    if default != _null(column):
        value = f"coalesce({value}, {default})"
    return Reading(
        column=column,
        value=value,
        wrong=f"({empty} OR ({raw} IS NOT NULL AND ({' OR '.join(wrong)})))",
        raw=f"{source}::VARCHAR",
        reason=_reason(column),
        remedy=_remedy(column),
    )


@dataclass(frozen=True)
class RowRule:
    """Say what must hold between columns: ``broken`` is SQL over the typed columns."""

    column: str
    broken: str
    reason: str
    remedy: str


def row_rules(stream: Stream) -> tuple[RowRule, ...]:
    """Return what must hold between the columns of one row."""
    if stream.name == "surveys":
        return (
            RowRule(
                column="score",
                broken="kind = 'csat' AND score NOT BETWEEN 1 AND 5",
                reason="score must be from 1 to 5 for csat",
                remedy="correct the score or the kind and deliver the row again",
            ),
        )
    return ()


def _null(column: Column) -> str:
    return f"NULL::{column.sql_type}"


def _default(column: Column) -> str:
    if column.default is None or column.default == "null":
        return _null(column)
    return f"{literal(column.default)}::{column.sql_type}"


def _textual(column: Column, raw: str) -> tuple[str, str]:
    """Return (form test, value) for a text from CSV or JSON."""
    cast = f"try_cast({raw} AS {column.sql_type})"
    match column.type:
        case "id":
            return _id_form(raw), raw
        case "text" | "json":
            return f"length({raw}) <= {TEXT_LENGTH}", raw
        case "time":
            return f"regexp_full_match({raw}, {literal(_TIME)})", raw
        case "ts":
            form = f"regexp_full_match({raw}, {literal(_INSTANT)}) AND {cast} IS NOT NULL"
            return form, cast
        case "bool":
            return f"lower({raw}) IN ('true', 'false')", cast
        case "qty" | "int":
            return f"regexp_full_match({raw}, {literal(_INTEGER)})", cast
        case _:
            return f"regexp_full_match({raw}, {literal(_DECIMAL)}) AND {cast} IS NOT NULL", cast


def _typed(column: Column, raw: str, source_type: str) -> tuple[str, str]:
    """Return (form test, value) for a typed value, as Parquet has them."""
    cast = f"try_cast({raw} AS {column.sql_type})"
    match column.type:
        case "id" if source_type in ("DOUBLE", "FLOAT"):
            whole = f"try_cast({raw} AS BIGINT)"  # what a nullable column of numbers becomes on its way
            return f"{whole} = {raw}", f"{whole}::VARCHAR"
        case "id":
            return _id_form(cast), cast
        case "time":
            return f"regexp_full_match({cast}, {literal(_TIME)})", cast
        case "text" | "json":
            return f"length({cast}) <= {TEXT_LENGTH}", cast
        case "ts" if source_type.startswith(("TIMESTAMP", "DATE")):
            return f"{cast} IS NOT NULL", cast
        case "bool" if source_type == "BOOLEAN":
            return "true", cast
        case "qty" | "int" | "money" | "decimal" if source_type not in ("BOOLEAN", "BLOB"):
            floating = source_type in ("DOUBLE", "FLOAT") and column.type in ("money", "decimal")
            exact = "true" if floating else f"{cast} = {raw}"
            return f"{cast} IS NOT NULL AND {exact}", cast
        case _:
            return "false", cast


def _id_form(expression: str) -> str:
    return (
        f"length({expression}) BETWEEN 1 AND {ID_LENGTH} "
        rf"AND NOT regexp_matches({expression}, '[\x00-\x1f\x7f]')"
    )


def _range(column: Column, value: str) -> list[str]:
    wrong = []
    if column.type == "ts":
        wrong.append(f"{value} NOT BETWEEN TIMESTAMPTZ '{EARLIEST}' AND TIMESTAMPTZ '{LATEST}'")
    if column.low is not None:
        wrong.append(f"{value} < {column.low}")
    if column.high is not None:
        wrong.append(f"{value} > {column.high}")
    if column.choices:
        wrong.append(f"{value} NOT IN ({', '.join(literal(choice) for choice in column.choices)})")
    return wrong


_FORMS = {
    "id": f"a text of 1 to {ID_LENGTH} characters without control characters",
    "text": f"a text of at most {TEXT_LENGTH} characters",
    "json": f"a text of at most {TEXT_LENGTH} characters",
    "time": "a time as HH:MM",
    "ts": "an instant as 2026-03-01T06:00:00Z between 1970 and 2200",
    "bool": "true or false",
    "qty": "a whole number",
    "int": "a whole number",
    "money": "a plain decimal with at most 6 decimals",
    "decimal": "a plain decimal with at most 6 decimals",
}


def _reason(column: Column) -> str:
    """Return what the column must be, as one sentence that follows the value."""
    form = f"one of {', '.join(column.choices)}" if column.choices else _FORMS[column.type]
    if column.low is not None and column.high is not None:
        form += f" from {column.low} to {column.high}"
    elif column.low is not None:
        form += f" of at least {column.low}"
    return f"{column.name} must be {form}{', or empty' if column.nullable else ''}"


def _remedy(column: Column) -> str:
    return f"correct {identifier(column.name)} in the source system and deliver the row again"
