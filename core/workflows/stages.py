"""The order of a run's stages over a session, for a run and for doing one again. Keeps nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa

from core.cases.build import Built, build_cases
from core.cases.context import read_context, read_places
from core.controls.engine import run_controls
from core.controls.model import Control
from core.controls.reconcile import lay_flow
from core.diagnosis.investigate import investigate
from core.kernel.dataset import DatasetSettings
from core.kernel.results import ControlResult
from core.lake.session import Session
from core.policy.document import Policy
from core.rating.put_right import put_right
from core.rating.review import review
from core.workflows.trace import trace

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
    session: Session,
    controls: Sequence[Control],
    policy: Policy,
    settings: DatasetSettings,
    progress: Progress,
) -> Built:
    """Find the cause of a session's findings and return what they come to."""
    progress("finding causes", 0, 0)
    findings = session.table("findings").order("finding_id").to_arrow_table()
    looked = {control.id: control.looks for control in controls}
    found = investigate(session, findings, looked)
    column = findings.schema.get_field_index("root_cause")
    findings = findings.set_column(column, "root_cause", pa.array(found.causes(), pa.string()))
    progress("building cases", 0, 0)
    context = read_context(session, {control.id: control for control in controls}, settings.as_of)
    at = {finding_id: place for place, finding_id in enumerate(findings["finding_id"].to_pylist())}
    places = read_places(session)
    return build_cases(findings, context, lambda name: found.diagnosis(at[name]), places, policy)
