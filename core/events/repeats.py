"""Tells repeats, revisions and conflicts apart, as the contract says, for keys that came before.

Works on the staged rows of one stream and touches only keys that occur more than once; a first load without
repeats costs two key scans. Does not read files.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.records import Stream
from core.lake.schemas import key_hash
from core.lake.session import Session
from core.lake.sql import identifier

__all__ = ["Settled", "settle"]

_ARRIVAL = "ORDER BY place IS NOT NULL, _file, _row, place"
"""What is in the lake came first; then the order of files and rows."""


@dataclass(frozen=True)
class Settled:
    """Name the temporary tables that settling leaves in the session.

    ``verdicts`` has ``place, verdict`` for each staged row with a contested key: its row id in the staged
    table, and one of store, repeat or conflict. ``revised`` has ``_file, key_hash`` for each key of which
    these rows add another version: the first arrival that does.
    """

    verdicts: str = "verdicts"
    revised: str = "newly_revised"


def settle(session: Session, stream: Stream, staged: str, existing: str | None) -> Settled:
    """Give a verdict on every staged row whose key came before, in the lake or among the staged rows.

    Parameters
    ----------
    staged
        A table with the stream's stored columns, ``_file`` and ``_row``.
    existing
        A relation with the same columns; None when the lake has no rows.

    Notes
    -----
    A stream that never changes keeps the first arrival; other content under its key is a conflict. Elsewhere
    a row is a repeat if one with the same key and ``updated_at`` said the same, a conflict if it said
    something else. Without ``updated_at`` a row repeats only the one that arrived just before it.

    A verdict depends on nothing that arrives later, so that a file gets the same ones whatever else is staged
    with it.
    """
    settled = Settled()
    key = ", ".join(map(identifier, stream.key))
    columns = ", ".join([*(identifier(column.name) for column in stream.stored), "_file", "_row"])
    before = f"UNION SELECT {key} FROM {existing} SEMI JOIN {staged} USING ({key})" if existing else ""
    session.execute(
        f"""CREATE OR REPLACE TEMP TABLE contested AS
            SELECT {key} FROM {staged} GROUP BY ALL HAVING count(*) > 1 {before}"""
    )
    matching = f"SEMI JOIN contested USING ({key})"
    before = f"UNION ALL SELECT {columns}, NULL FROM {existing} {matching}" if existing else ""
    session.execute(
        f"""CREATE OR REPLACE TEMP TABLE versions AS
            SELECT {columns}, rowid AS place FROM {staged} {matching} {before}"""
    )
    session.execute(f"CREATE OR REPLACE TEMP TABLE {settled.verdicts} AS {_verdicts(stream, key)}")
    session.execute(f"CREATE OR REPLACE TEMP TABLE {settled.revised} AS {_revised(stream, key, settled)}")
    return settled


def _revised(stream: Stream, key: str, settled: Settled) -> str:
    return f"""
        SELECT min(_file) AS _file, {key_hash(stream)} AS key_hash
        FROM (
            SELECT {key}, _file, place, row_number() OVER (PARTITION BY {key} {_ARRIVAL}) AS version
            FROM versions LEFT JOIN {settled.verdicts} USING (place)
            WHERE place IS NULL OR verdict = 'store'
        )
        WHERE place IS NOT NULL AND version > 1 AND {str(stream.revisable).lower()}
        GROUP BY {key}"""


def _verdicts(stream: Stream, key: str) -> str:
    columns = ", ".join(identifier(column.name) for column in stream.stored)
    rows = f"(SELECT *, row({columns}) AS content FROM versions)"
    if not stream.revisable:
        return f"""
            SELECT place, CASE
                WHEN version = 1 THEN 'store'
                WHEN content IS NOT DISTINCT FROM first THEN 'repeat'
                ELSE 'conflict'
            END AS verdict
            FROM (
                SELECT place, content,
                    row_number() OVER arrivals AS version, first_value(content) OVER arrivals AS first
                FROM {rows}
                WINDOW arrivals AS (PARTITION BY {key} {_ARRIVAL})
            ) WHERE place IS NOT NULL"""
    return f"""
        SELECT place, CASE
            WHEN version = 1 THEN 'store'
            WHEN updated_at IS NULL AND content IS DISTINCT FROM before THEN 'store'
            WHEN updated_at IS NOT NULL AND content IS DISTINCT FROM first THEN 'conflict'
            ELSE 'repeat'
        END AS verdict
        FROM (
            SELECT place, updated_at, content, row_number() OVER arrivals AS version,
                first_value(content) OVER arrivals AS first, lag(content) OVER arrivals AS before
            FROM {rows}
            WINDOW arrivals AS (PARTITION BY {key}, updated_at {_ARRIVAL})
        ) WHERE place IS NOT NULL"""
