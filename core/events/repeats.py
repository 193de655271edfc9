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


@dataclass(frozen=True)
class Settled:
    """Name the temporary tables that settling leaves in the session.

    ``verdicts`` has ``_file, _row, verdict`` for each staged row with a contested key, the verdict one of
    store, repeat or conflict. ``revised`` has ``_file, key_hash`` for keys with more than one version.
    """

    verdicts: str = "verdicts"
    revised: str = "revised_keys"


def settle(session: Session, stream: Stream, staged: str, existing: str | None) -> Settled:
    """Give a verdict on every staged row whose key came before, in the lake or among the staged rows.

    Parameters
    ----------
    staged, existing
        Relations with the stream's stored columns, ``_file`` and ``_row``; None when the lake has no rows.

    Notes
    -----
    A stream that never changes keeps the first arrival; other content under its key is a conflict. Elsewhere
    a row is a repeat if one with the same key and ``updated_at`` said the same, a conflict if it said
    something else. Without ``updated_at`` a row repeats only the one that arrived just before it.
    """
    settled = Settled()
    key = ", ".join(map(identifier, stream.key))
    session.execute(
        f"""CREATE OR REPLACE TEMP TABLE contested AS
            SELECT {key} FROM {staged} GROUP BY ALL HAVING count(*) > 1
            {f"UNION SELECT {key} FROM {existing} SEMI JOIN {staged} USING ({key})" if existing else ""}
        """
    )
    columns = ", ".join(identifier(column.name) for column in stream.stored)
    matching = f"SEMI JOIN contested USING ({key})"
    session.execute(
        f"""CREATE OR REPLACE TEMP TABLE versions AS
            SELECT {columns}, _file, _row, true AS fresh FROM {staged} {matching}
            {f"UNION ALL SELECT {columns}, _file, _row, false FROM {existing} {matching}" if existing else ""}
        """
    )
    session.execute(f"CREATE OR REPLACE TEMP TABLE {settled.verdicts} AS {_verdicts(stream, key, columns)}")
    session.execute(
        f"""CREATE OR REPLACE TEMP TABLE {settled.revised} AS
            SELECT min(_file) AS _file, {key_hash(stream)} AS key_hash FROM versions
            JOIN {settled.verdicts} USING (_file, _row)
            WHERE verdict = 'store' AND {str(stream.revisable).lower()}
            GROUP BY {key}"""
    )
    return settled


def _verdicts(stream: Stream, key: str, columns: str) -> str:
    arrival = "ORDER BY fresh, _file, _row"
    if not stream.revisable:
        return f"""
            SELECT _file, _row, CASE
                WHEN place = 1 THEN 'store'
                WHEN content IS NOT DISTINCT FROM first THEN 'repeat'
                ELSE 'conflict'
            END AS verdict
            FROM (
                SELECT _file, _row, fresh, content,
                    row_number() OVER arrivals AS place, first_value(content) OVER arrivals AS first
                FROM (SELECT {key}, _file, _row, fresh, row({columns}) AS content FROM versions)
                WINDOW arrivals AS (PARTITION BY {key} {arrival})
            ) WHERE fresh"""
    return f"""
        SELECT _file, _row, CASE
            WHEN place = 1 THEN 'store'
            WHEN updated_at IS NULL AND content IS DISTINCT FROM before THEN 'store'
            WHEN updated_at IS NOT NULL AND content IS DISTINCT FROM first THEN 'conflict'
            ELSE 'repeat'
        END AS verdict
        FROM (
            SELECT _file, _row, fresh, updated_at, content, row_number() OVER arrivals AS place,
                first_value(content) OVER arrivals AS first, lag(content) OVER arrivals AS before
            FROM (SELECT {key}, updated_at, _file, _row, fresh, row({columns}) AS content FROM versions)
            WINDOW arrivals AS (PARTITION BY {key}, updated_at {arrival})
        ) WHERE fresh"""
