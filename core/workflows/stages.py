"""The order of a run's stages over a session, for a run and for doing one again. Keeps nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from core.cases.build import build_cases
from core.cases.context import read_context
from core.controls.engine import run_controls
from core.controls.model import Control
from core.controls.reconcile import lay_flow
from core.kernel.dataset import DatasetSettings
from core.kernel.results import Case, ControlResult
from core.lake.session import Session
from core.rating.put_right import put_right
from core.rating.review import review
from core.workflows.trace import trace

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["find_anew", "make_cases"]

Progress = Callable[[str, int, int], None]


def find_anew(
    session: Session, controls: Sequence[Control], settings: DatasetSettings, progress: Progress
) -> list[ControlResult]:
    """Judge everything, whatever an earlier run left to build on.

    Parameters
    ----------
    session
        With versions settled and events enriched; afterwards with ``findings``, traced, and ``flow``.
    """
    review(session, progress)
    results, _ = run_controls(session, controls, as_of=settings.as_of, progress=progress, value=put_right)
    lay_flow(session)
    trace(session)
    return results


def make_cases(
    session: Session, controls: Sequence[Control], settings: DatasetSettings, progress: Progress
) -> tuple[list[Case], pa.Table]:
    """Return the cases of a session's findings, and the findings with their cases."""
    progress("building cases", 0, 0)
    context = read_context(session, {control.id: control for control in controls}, settings.as_of)
    return build_cases(session.table("findings").order("finding_id").to_arrow_table(), context)
