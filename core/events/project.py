"""Writes the SQL that reads raw rows as one stream: the good rows, then the reasons for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.events.checks import Reading, RowRule, read_column, row_rules
from core.events.mapping import Source
from core.kernel.records import STREAMS, Column
from core.lake.sql import identifier, literal

__all__ = ["Projection", "missing_columns", "project", "unmatched"]


@dataclass(frozen=True)
class Projection:
    """Hold two queries over the raw rows.

    ``accepted`` yields the stream's stored columns, then ``_row`` and ``_extra``.
    ``where`` is the mapping's condition on raw rows, empty for none.
    ``rejected`` yields ``row, column, value, reason, remedy, file_id``, one row for each row that cannot be
    read; ``file_id`` is null but for an event that names its usage file.
    """

    accepted: str
    rejected: str
    where: str


def missing_columns(stream: str, columns: dict[str, str], source: Source | None) -> list[str]:
    """Return what a file lacks: contract columns, or the extract's columns that its mapping reads."""
    if source is not None:
        needed = {name for rule in source.columns.values() for name in rule.needs} | set(source.where)
        return sorted(needed - set(columns))
    return [c.name for c in STREAMS[stream].columns if not c.may_be_absent and c.name not in columns]


def unmatched(sources: Sequence[Source]) -> str:
    """Return the condition of the raw rows that no source reads; empty when every row is read."""
    if not sources or any(not source.where for source in sources):
        return ""
    return " AND ".join(f"NOT coalesce({_condition(source)}, false)" for source in sources)


def project(stream: str, relation: str, columns: dict[str, str], source: Source | None) -> Projection:
    """Return the queries that read a relation as a stream.

    Parameters
    ----------
    columns
        The relation's columns and DuckDB types, without ``_row``.
    source
        The mapping's source; None for a file in the contract's form.
    """
    declared = STREAMS[stream]
    readings = [_reading(column, columns, source) for column in declared.stored]
    rules = row_rules(declared)
    known = {column.name for column in declared.stored}
    if source is not None:
        known = {name for rule in source.columns.values() for name in rule.needs}
    typed = ", ".join(
        [
            *(f"{reading.value} AS {identifier(reading.column.name)}" for reading in readings),
            "_row",
            f"{_extra([name for name in columns if name not in known])} AS _extra",
        ]
    )
    file_id = "file_id" if stream == "usage_events" else "NULL"
    where = _where(source)
    scan = f"{relation}{where}"
    wrong = _any([reading.wrong for reading in readings if reading.wrong != "false"])
    broken = _any([f"coalesce({rule.broken}, false)" for rule in rules])
    problems = ", ".join([*(_problem(reading) for reading in readings if reading.wrong != "false"), "NULL"])
    breaches = ", ".join([*(_breach(rule) for rule in rules), "NULL"])
    return Projection(
        accepted=f"""
            SELECT * EXCLUDE (_wrong)
            FROM (SELECT {typed}, {wrong} AS _wrong FROM {scan})
            WHERE NOT _wrong AND NOT ({broken})""",
        rejected=f"""
            SELECT
                _row AS row, problems[1].name AS name, problems[1].value AS value,
                array_to_string(list_transform(problems, lambda problem: problem.reason), '; ') AS reason,
                problems[1].remedy AS remedy, file_id
            FROM (
                SELECT _row, {file_id} AS file_id, list_filter(
                    CASE WHEN _wrong THEN _problems ELSE [{breaches}] END, lambda problem: problem IS NOT NULL
                ) AS problems
                FROM (SELECT {typed}, {wrong} AS _wrong, [{problems}] AS _problems FROM {scan})
                WHERE _wrong OR {broken}
            )""",
        where=where,
    )


def _reading(column: Column, columns: dict[str, str], source: Source | None) -> Reading:
    if source is None:
        raw = identifier(column.name) if column.name in columns else None
        return read_column(column, raw, columns.get(column.name, "VARCHAR"))
    rule = source.columns.get(column.name)
    return read_column(column, rule.sql(source.nulls) if rule else None, "VARCHAR")


def _where(source: Source | None) -> str:
    return f" WHERE {_condition(source)}" if source is not None and source.where else ""


def _condition(source: Source) -> str:
    return " AND ".join(
        f"{identifier(name)}::VARCHAR IN ({', '.join(map(literal, values))})"
        for name, values in source.where.items()
    )


def _extra(names: list[str]) -> str:
    """Return the columns that the contract does not name as one JSON object."""
    if not names:
        return "NULL::VARCHAR"
    pairs = ", ".join(f"{literal(name)}, {identifier(name)}" for name in names)
    return f"json_object({pairs})::VARCHAR"


def _any(conditions: list[str]) -> str:
    return f"({' OR '.join(conditions)})" if conditions else "false"


def _problem(reading: Reading) -> str:
    name = reading.column.name
    empty = f"coalesce({reading.raw}, '') = ''"
    reason = (
        f"CASE WHEN {empty} THEN {literal(f'{name} is empty: ')} ELSE '' END || {literal(reading.reason)}"
    )
    return _struct(reading.wrong, name, reading.raw, reason, reading.remedy)


def _breach(rule: RowRule) -> str:
    return _struct(
        rule.broken, rule.column, f"{identifier(rule.column)}::VARCHAR", literal(rule.reason), rule.remedy
    )


def _struct(condition: str, column: str, value: str, reason: str, remedy: str) -> str:
    return (
        f"CASE WHEN {condition} THEN {{'name': {literal(column)}, 'value': left({value}, 200), "
        f"'reason': {reason}, 'remedy': {literal(remedy)}}} END"
    )
