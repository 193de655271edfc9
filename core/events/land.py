"""Takes a dataset's files into the lake, each exactly once, whatever happens on the way.

Every file that is seen gets an arrival number first, in one commit. Files are then staged in parcels,
settled against what came before and appended with their arrival numbers as transaction ids; the ledger entry
comes last. Killed anywhere and started again, the same commits follow: what was appended is not appended
twice, and an arrival without a ledger entry is invisible to everybody else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from core.events.commit import commit
from core.events.dataset import Dataset, LandedFile
from core.events.stage import Stage
from core.lake.books import arrivals, unfinished
from core.lake.schemas import ARRIVALS, SCHEMAS
from core.lake.session import Limits, connect
from core.lake.tables import Lake

__all__ = ["take_in"]

PARCEL_BYTES = 64 << 20
PARCEL_FILES = 500

Progress = Callable[[str, int, int], None]
"""Called with what is going on, how much is done and how much there is, in bytes."""


@dataclass(frozen=True)
class _Arrival:
    number: int
    file: LandedFile
    size: int


def take_in(lake: Lake, dataset: Dataset, limits: Limits, progress: Progress) -> int:
    """Take in every file that is new or has changed since it was last seen.

    Returns
    -------
    int
        How many files were taken in; 0 when nothing is new.

    Raises
    ------
    LakeBusyError
        RA-E301 when another process is ingesting into the lake.
    """
    with lake.writing():
        waiting = _register(lake, dataset)
        total, done = sum(arrival.size for arrival in waiting), 0
        for parcel in _parcels(waiting):
            progress(f"reading {parcel[0].file.folder}", done, total)
            with connect(limits) as session:
                stage = Stage(session, lake, dataset.settings)
                for arrival in parcel:
                    stage.read(arrival.number, arrival.file)
                commit(session, lake, stage, unfinished(lake))
            done += sum(arrival.size for arrival in parcel)
        progress("reading", total, total)
        return len(waiting)


def _register(lake: Lake, dataset: Dataset) -> list[_Arrival]:
    """Give new files their arrival numbers; return all that are not taken in whole, in that order.

    Of a file that was replaced before it was taken in whole, only the newest arrival can still be read.
    """
    latest = {row.path: row for row in arrivals(lake)}
    number = max((row.arrival for row in latest.values()), default=0)
    fresh: list[tuple[int, str, str, int, str]] = []
    for landed in dataset.files:
        digest = _sha256(landed.path)
        if landed.place not in latest or latest[landed.place].sha256 != digest:
            number += 1
            fresh.append((number, landed.place, landed.folder, landed.path.stat().st_size, digest))
    if fresh:
        columns = [list(column) for column in zip(*fresh, strict=True)]
        lake.append(ARRIVALS, pa.table(columns, schema=SCHEMAS[ARRIVALS]), [f"arrivals-{fresh[-1][0]}"])
    files = {landed.place: landed for landed in dataset.files}
    newest = {row.path: row for row in arrivals(lake)}
    open_numbers = unfinished(lake)
    return [
        _Arrival(row.arrival, files[row.path], row.size)
        for row in sorted(newest.values())
        if row.arrival in open_numbers and row.path in files
    ]


def _parcels(waiting: list[_Arrival]) -> Iterator[list[_Arrival]]:
    """Put neighbours that go to the same streams together, so that small files share a commit."""
    parcel: list[_Arrival] = []
    for arrival in waiting:
        full = sum(one.size for one in parcel) + arrival.size > PARCEL_BYTES or len(parcel) >= PARCEL_FILES
        if parcel and (full or arrival.file.streams != parcel[0].file.streams):
            yield parcel
            parcel = []
        parcel.append(arrival)
    if parcel:
        yield parcel


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
