"""Runs assurance over a dataset. Answers no question; the rest of the facade does."""

from __future__ import annotations

from core.api.guard import Guarded, needs
from core.api.suggestions import look_at_all
from core.workflows.assurance import Progress, RunOutcome, RunRequest, Workshop, assure

__all__ = ["Progress", "RunDesk", "RunOutcome", "RunRequest"]


class RunDesk(Guarded):
    """Run assurance; a part of `Assay`."""

    @needs("runs.start", of_all=True)
    def run_dataset(self, request: RunRequest, progress: Progress) -> RunOutcome:
        """Take a dataset in, run every control, keep and write what was found; see what verdicts suggest.

        Parameters
        ----------
        progress
            Called with what is going on, how much is done and how much there is.

        Raises
        ------
        AssayError
            What `core.workflows.assurance.assure` raises; RA-E201 when a control or a threshold is malformed,
            RA-E200 when the file of thresholds was changed after set-up;
            RA-E600 when the audit trail is not what its checkpoints say, the run being kept all the same.
        """
        settings, parts = self._parts.settings, self._parts
        parts.take_set_up()
        workshop = Workshop(
            self._actor,
            settings.lake_dir,
            settings.mappings,
            parts.controls,
            parts.store,
            policy=parts.policy,
        )
        outcome = assure(request, workshop, progress)
        look_at_all(parts, progress)
        parts.sealer.seal()
        return outcome
