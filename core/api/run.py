"""Runs assurance over a dataset. Answers no question: `Assay` does."""

from __future__ import annotations

from core.bootstrap import assemble
from core.kernel.people import Actor
from core.settings import Settings
from core.workflows.assurance import Progress, RunOutcome, RunRequest, Workshop, assure

__all__ = ["Progress", "RunOutcome", "RunRequest", "run_dataset"]

_ASSAY = Actor("assay", "Assay", "service", "service")


def run_dataset(request: RunRequest, settings: Settings, progress: Progress) -> RunOutcome:
    """Take a dataset in, run every control, keep and write what was found.

    Parameters
    ----------
    progress
        Called with what is going on, how much is done and how much there is.

    Raises
    ------
    AssayError
        What `core.workflows.assurance.assure` raises; RA-E201 when a control or a threshold is malformed.
    """
    parts = assemble(settings)
    workshop = Workshop(_ASSAY, settings.lake_dir, settings.mappings, parts.controls, parts.store)
    return assure(request, workshop, progress)
