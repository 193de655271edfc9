"""The question what stands on a landed file. Decides nothing itself."""

from __future__ import annotations

from dataclasses import dataclass

from core.api.guard import Guarded, needs
from core.kernel.reads import FaultCount
from core.lake.lineage import Dependents, dependents
from core.workflows.as_of import as_of_run

__all__ = ["FileLineage", "LineageQuestions"]


@dataclass(frozen=True)
class FileLineage:
    """Say what stands on a landed file: its rows, those that follow from them, findings that cite it."""

    path: str
    dependents: tuple[Dependents, ...]
    findings: tuple[FaultCount, ...]


class LineageQuestions(Guarded):
    """Answer about lineage; a part of `Assay`."""

    @needs("quality.read", of_all=True)
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
        with as_of_run(self._store, self._parts.lake, run) as session:
            found = dependents(session, path)
        return FileLineage(path, found, self._store.faults_of_file(run.run_id, path))
