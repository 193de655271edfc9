"""Tells what became of every landed file: the conservation of rows. Changes nothing."""

from __future__ import annotations

from core.kernel.records import STREAMS
from core.kernel.results import FileReport
from core.lake.session import Session
from core.lake.views import newest_versions, of_revised_keys

__all__ = ["file_reports"]


def file_reports(session: Session) -> list[FileReport]:
    """Return one report for each stream of each landed file, in order of arrival.

    Notes
    -----
    A stored row counts as superseded when another version of its key wins, whatever ``as_of`` is.
    """
    superseded: dict[tuple[int, str], int] = {}
    for (name,) in session.execute("SELECT DISTINCT stream FROM revised_keys ORDER BY 1").fetchall():
        stream = STREAMS[name]
        versions = f"(SELECT * FROM all_{name} WHERE {of_revised_keys(stream)})"  # noqa: S608 - declared names
        lost = session.execute(
            f"SELECT _file, count(*) FROM {versions} ANTI JOIN ({newest_versions(stream, versions)}) "  # noqa: S608
            f"USING ({', '.join(stream.key)}, _file, _row) GROUP BY 1"
        ).fetchall()
        superseded |= {(arrival, name): rows for arrival, rows in lost}
    rows = session.execute(
        "SELECT arrival, path, stream, rows_read, stored, quarantined, repeats, note "
        "FROM ledger JOIN arrivals USING (arrival) ORDER BY arrival, stream"
    ).fetchall()
    return [
        FileReport(
            path=path,
            stream=stream,
            rows_read=rows_read,
            accepted=stored - superseded.get((arrival, stream), 0),
            quarantined=quarantined,
            repeats=repeats,
            superseded=superseded.get((arrival, stream), 0),
            note=note,
        )
        for arrival, path, stream, rows_read, stored, quarantined, repeats, note in rows
    ]
