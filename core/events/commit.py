"""Settles what a parcel has staged and appends it to the lake. Reads no file.

Each table gets one commit, the ledger last. Killed between two commits and started again, the same files
stage the same rows, and what a table already has is not appended to it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Set

from core.events.repeats import Settled, settle
from core.events.stage import REJECTED, Stage, staged_table
from core.kernel.errors import LakeError
from core.kernel.records import STREAMS
from core.lake.schemas import LEDGER, QUARANTINE, REVISED, ddl, layout
from core.lake.session import Session
from core.lake.sql import identifier, literal
from core.lake.tables import ROW_GROUP, Lake

__all__ = ["commit"]


def commit(session: Session, lake: Lake, stage: Stage, hidden: Set[int]) -> None:
    """Append what is staged, each table in one commit, the ledger last.

    Parameters
    ----------
    hidden
        The arrivals in the lake that are not taken in whole; those of this parcel are among them.

    Raises
    ------
    LakeError
        RA-E300 when a file's rows do not add up; nothing is appended then.
    """
    session.execute(f"CREATE TEMP TABLE revised ({ddl(REVISED)})")
    session.execute("CREATE TEMP TABLE arriving (arrival BIGINT, file VARCHAR)")
    session.executemany(
        "INSERT INTO arriving VALUES ($1, $2)", [[n, file.name] for n, file in stage.files.items()]
    )
    repeats: Counter[tuple[int, str]] = Counter()
    for stream in stage.streams:
        settled = settle(
            session, STREAMS[stream], staged_table(stream), _existing(session, lake, stream, hidden)
        )
        repeats += _set_apart(session, stream, settled, stage)
    _write_ledger(session, stage, repeats)
    append = _Appends(session, lake, list(stage.files))
    append(REVISED, "revised", "arrival", "stream, key_hash")
    for stream in stage.streams:
        append(stream, staged_table(stream), "_file", layout(STREAMS[stream]))
    append(QUARANTINE, REJECTED, "arrival", "arrival, stream, row")
    append(LEDGER, "ledger", "arrival", "arrival, stream")


def _existing(session: Session, lake: Lake, stream: str, hidden: Set[int]) -> str | None:
    if not lake.exists(stream):
        return None
    files = ", ".join(literal(file) for file in lake.files(stream))
    numbers = ", ".join(map(str, sorted(hidden)))
    session.execute(
        f"""CREATE OR REPLACE TEMP VIEW existing AS
            SELECT * FROM read_parquet([{files}]) WHERE _file NOT IN ({numbers})"""
    )
    return "existing"


def _set_apart(session: Session, stream: str, settled: Settled, stage: Stage) -> Counter[tuple[int, str]]:
    """Leave only the rows to store; return how many rows of each arrival are repeats."""
    declared = STREAMS[stream]
    staged = staged_table(stream)
    file_id = "file_id" if stream == "usage_events" else "NULL"
    session.execute(
        f"""INSERT INTO {REJECTED}
            SELECT _file, $stream, file, _row, $column, {identifier(declared.key[0])}::VARCHAR,
                $reason, $remedy, $now, {file_id}
            FROM (SELECT *, rowid AS place FROM {staged}) JOIN {settled.verdicts} USING (place)
            JOIN arriving ON arriving.arrival = _file
            WHERE verdict = 'conflict'""",
        {
            "stream": stream,
            "column": declared.key[0],
            "reason": f"a row with the same {' and '.join(declared.key)} came before and says something else",
            "remedy": "give it a later updated_at"
            if declared.revisable
            else "give it a key of its own, or deliver the first content again",
            "now": stage.settings.as_of,
        },
    )
    counted = session.execute(
        f"""SELECT _file, count(*) FROM (SELECT _file, rowid AS place FROM {staged})
            JOIN {settled.verdicts} USING (place) WHERE verdict = 'repeat' GROUP BY 1"""
    ).fetchall()
    session.execute(f"INSERT INTO revised SELECT _file, {literal(stream)}, key_hash FROM {settled.revised}")
    session.execute(
        f"DELETE FROM {staged} WHERE rowid IN (SELECT place FROM {settled.verdicts} WHERE verdict <> 'store')"
    )
    return Counter({(arrival, stream): rows for arrival, rows in counted})


def _write_ledger(session: Session, stage: Stage, repeats: Counter[tuple[int, str]]) -> None:
    session.execute(f"CREATE TEMP TABLE ledger ({ddl(LEDGER)})")
    bad = session.execute(
        f"SELECT arrival, stream, count(*) FROM {REJECTED} WHERE row > 0 GROUP BY 1, 2"
    ).fetchall()
    quarantined = {(arrival, stream): rows for arrival, stream, rows in bad}
    stored: dict[tuple[int, str], int] = {}
    for stream in stage.streams:
        counted = session.execute(f"SELECT _file, count(*) FROM {staged_table(stream)} GROUP BY 1").fetchall()
        stored |= {(arrival, stream): rows for arrival, rows in counted}
    for part, rows in sorted(stage.rows_read.items()):
        arrival, stream = part
        parts = (stored.get(part, 0), quarantined.get(part, 0), repeats[part])
        if sum(parts) != rows:
            raise LakeError(
                f"the rows of {stage.files[arrival].place} for {stream} do not add up: {rows} read, but "
                f"{parts[0]} stored, {parts[1]} quarantined, {parts[2]} repeats; please report this"
            )
        session.execute(
            "INSERT INTO ledger VALUES ($1, $2, $3, $4, $5, $6, $7)",
            [arrival, stream, rows, *parts, stage.notes.get(arrival, "")],
        )


class _Appends:
    """Append relations to tables, but for arrivals whose rows an earlier try has appended."""

    def __init__(self, session: Session, lake: Lake, arrivals: list[int]) -> None:
        self._session = session
        self._lake = lake
        self._arrivals = arrivals

    def __call__(self, table: str, relation: str, arrival: str, order: str) -> None:
        done = self._lake.committed(table, map(str, self._arrivals))
        waiting = [str(number) for number in self._arrivals if str(number) not in done]
        rows = f"FROM {relation} WHERE {arrival} IN ({', '.join(waiting) or 'NULL'})"
        if self._session.execute(f"SELECT 1 {rows} LIMIT 1").fetchall():
            found = self._session.sql(f"SELECT * {rows} ORDER BY {order}")
            self._lake.append(table, found.to_arrow_reader(ROW_GROUP), waiting)
