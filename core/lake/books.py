"""Reads the books of a lake: which files arrived, which are taken in whole. Writes nothing."""

from __future__ import annotations

from typing import NamedTuple

from core.lake.schemas import ARRIVALS, LEDGER
from core.lake.session import connect
from core.lake.tables import Lake

__all__ = ["Arrival", "arrivals", "unfinished"]


class Arrival(NamedTuple):
    """Name one file as it was seen: a path that comes with other bytes is another arrival."""

    arrival: int
    path: str
    folder: str
    size: int
    sha256: str


def arrivals(lake: Lake) -> list[Arrival]:
    """Return every arrival in order; of one path the last one is what the file says now."""
    if not lake.exists(ARRIVALS):
        return []
    with connect() as session:
        rows = session.execute(
            "SELECT arrival, path, folder, size, sha256 FROM read_parquet($files) ORDER BY arrival",
            {"files": lake.files(ARRIVALS)},
        ).fetchall()
    return [Arrival(*row) for row in rows]


def unfinished(lake: Lake) -> set[int]:
    """Return the arrivals that are not, or not wholly, taken in."""
    numbers = {row.arrival for row in arrivals(lake)}
    if not lake.exists(LEDGER):
        return numbers
    with connect() as session:
        done = session.execute(
            "SELECT DISTINCT arrival FROM read_parquet($files)", {"files": lake.files(LEDGER)}
        ).fetchall()
    return numbers - {number for (number,) in done}
