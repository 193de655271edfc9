"""The question what stands on a landed file. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.kernel.errors import LakeError
from core.kernel.reads import FaultCount
from core.kernel.results import RunSummary
from core.lake.lineage import Dependents, dependents
from core.lake.owner import owner_settings
from core.lake.session import Limits, Session
from core.lake.snapshot import open_snapshot, reopen
from core.lake.tables import Lake
from core.ports.store import Store

__all__ = ["FileLineage", "LineageQuestions", "as_of_run"]

_LIMITS = Limits(memory_mb=300)


@dataclass(frozen=True)
class FileLineage:
    """Say what stands on a landed file: its rows, those that follow from them, findings that cite it."""

    path: str
    dependents: tuple[Dependents, ...]
    findings: tuple[FaultCount, ...]


class LineageQuestions:
    """Answer about lineage; a part of `Assay`.

    Parameters
    ----------
    store
        The operational store.
    lake
        Where the runs' streams are.
    """

    def __init__(self, store: Store, lake: Lake) -> None:
        self._store = store
        self._lake = lake

    def file_lineage(self, path: str) -> FileLineage | None:
        """Return what stands on a file as the latest run saw it; None before the first run.

        Raises
        ------
        LakeError
            RA-E300 when the lake does not hold the latest run's streams.
        """
        run = self._store.latest_run()
        if run is None:
            return None
        with as_of_run(self._store, self._lake, run) as session:
            found = dependents(session, path)
        return FileLineage(path, found, self._store.faults_of_file(run.run_id, path))


@contextmanager
def as_of_run(store: Store, lake: Lake, run: RunSummary) -> Iterator[Session]:
    """Open the lake as a run saw it.

    Raises
    ------
    LakeError
        RA-E300 when it is not there.
    """
    settings = owner_settings(lake.root)
    if settings is None:
        raise LakeError(f"there is no lake at {lake.root}; run again with ASSAY_LAKE set to it")
    versions = {stream.stream: stream.version for stream in store.streams(run.run_id)}
    with open_snapshot(lake, reopen(lake, versions, settings.at(run.as_of)), _LIMITS) as session:
        yield session
