"""Adds to each finding's evidence the landed file and row that every row behind it came from."""

from __future__ import annotations

from core.kernel.records import STREAMS
from core.lake.session import Session
from core.lake.sql import identifier, load_sql

__all__ = ["trace"]

_SOUGHT = (
    "SELECT key FROM evidence_rows"
    " WHERE stream = $1 AND key NOT IN (SELECT key FROM traced WHERE stream = $1)"
)


def trace(session: Session, known: str = "") -> None:
    """Complete the evidence in the session's table ``findings`` with ``file`` and ``row``.

    Parameters
    ----------
    session
        Afterwards its table ``traced`` holds where each row is: ``stream, key, file, row``.
    known
        A query for rows of that table that need not be looked for.

    Notes
    -----
    Rows are found by stream and key; one whose stream has a key of several columns, or that is not there
    at all, stays as it is.
    """
    session.execute(load_sql("core.workflows", "evidence_rows"))
    session.execute(
        "CREATE OR REPLACE TEMP TABLE traced (stream VARCHAR, key VARCHAR, file VARCHAR, row BIGINT)"
    )
    if known:
        session.execute(
            f"INSERT INTO traced FROM ({known}) AS known (stream, key, file, row)"
            " SEMI JOIN evidence_rows USING (stream, key)"
        )
    named = session.execute("SELECT DISTINCT stream FROM evidence_rows ORDER BY 1").fetchall()
    for (name,) in named:
        stream = STREAMS.get(name)
        if stream and len(stream.key) == 1 and session.execute(f"{_SOUGHT} LIMIT 1", [name]).fetchall():
            key = identifier(stream.key[0])
            session.execute(
                "INSERT INTO traced SELECT $1, found.key, arrivals.path, found.row FROM ("  # noqa: S608 - declared
                f"SELECT {key} AS key, _file AS arrival, _row AS row FROM {name} "
                f"WHERE {key} IN ({_SOUGHT})"
                ") AS found JOIN arrivals USING (arrival)",
                [name],
            )
    session.execute(load_sql("core.workflows", "traced_findings"))
