"""Reads the books of a lake: which files arrived, which are taken in whole. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from core.lake.schemas import ARRIVALS, LEDGER
from core.lake.session import connect
from core.lake.tables import Lake

__all__ = ["Arrival", "arrivals", "unfinished"]

_ALL_ARRIVALS = "SELECT arrival, path, folder, size, sha256 FROM read_parquet($files) ORDER BY arrival"
_FINISHED = "SELECT DISTINCT arrival FROM read_parquet($files)"


class Arrival(NamedTuple):
    """Name one file as it was seen: a path that comes with other bytes is another arrival."""

    arrival: int
    path: str
    folder: str
    size: int
    sha256: str


def arrivals(lake: Lake, versions: Mapping[str, int] | None = None) -> list[Arrival]:
    """Return every arrival in order; of one path the last one is what the file says now.

    Parameters
    ----------
    versions
        The pinned version of each table; without it the newest.
    """
    return [Arrival(*row) for row in _read(lake, ARRIVALS, _ALL_ARRIVALS, versions)]


def unfinished(lake: Lake, versions: Mapping[str, int] | None = None) -> set[int]:
    """Return the arrivals that are not, or not wholly, taken in."""
    finished = {number for (number,) in _read(lake, LEDGER, _FINISHED, versions)}
    return {row.arrival for row in arrivals(lake, versions)} - finished


def _read(lake: Lake, table: str, query: str, versions: Mapping[str, int] | None) -> list[tuple[Any, ...]]:
    known = lake.exists(table) if versions is None else table in versions
    if not known:
        return []
    files = lake.files(table, None if versions is None else versions[table])
    with connect() as session:
        return session.execute(query, {"files": files}).fetchall()
