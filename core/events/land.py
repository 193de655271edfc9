"""Takes a dataset's files into the lake, each exactly once, whatever happens on the way.

Every file that is seen gets an arrival number first, in one commit. Files are then staged in parcels,
settled against what came before and appended with their arrival numbers as transaction ids; the ledger entry
comes last. Killed anywhere and started again, the same commits follow: what was appended is not appended
twice, and an arrival without a ledger entry is invisible to everybody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from core.events.commit import commit
from core.events.dataset import Dataset
from core.events.register import Waiting, register
from core.events.stage import Stage
from core.lake.books import unfinished
from core.lake.session import Limits, connect
from core.lake.tables import Lake

__all__ = ["take_in"]

PARCEL_BYTES = 64 << 20
PARCEL_FILES = 500
BUFFERS_MB = 448
"""What DuckDB may hold of a parcel: appending it takes about as much again, and more is no quicker."""

_CHANGED = "the file changed while it was read; the next run reads it again"

Progress = Callable[[str, int, int], None]
"""Called with what is going on, how much is done and how much there is, in bytes."""


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
        waiting = register(lake, dataset.files)
        hidden = unfinished(lake)
        total, done = sum(arrival.size for arrival in waiting), 0
        for parcel in _parcels(waiting):
            progress(f"reading {parcel[0].file.folder}", done, total)
            with connect(replace(limits, memory_mb=min(limits.memory_mb, BUFFERS_MB))) as session:
                stage = Stage(session, lake, dataset.settings)
                for arrival in parcel:
                    stage.read(arrival.number, arrival.file)
                    if arrival.has_changed:
                        stage.refuse(arrival.number, _CHANGED)
                commit(session, lake, stage, hidden)
            hidden -= {arrival.number for arrival in parcel}
            done += sum(arrival.size for arrival in parcel)
        progress("reading", total, total)
        return len(waiting)


def _parcels(waiting: list[Waiting]) -> Iterator[list[Waiting]]:
    """Put neighbours that go to the same streams together, so that small files share a commit."""
    parcel: list[Waiting] = []
    for arrival in waiting:
        full = sum(one.size for one in parcel) + arrival.size > PARCEL_BYTES or len(parcel) >= PARCEL_FILES
        if parcel and (full or arrival.file.streams != parcel[0].file.streams):
            yield parcel
            parcel = []
        parcel.append(arrival)
    if parcel:
        yield parcel
