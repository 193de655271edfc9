"""Asks a control again over the data of the runs whose alerts people judged. Keeps nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.controls.model import Control
from core.controls.tuning import Raised, Tuning, tune
from core.kernel.errors import ControlDefinitionError
from core.kernel.suggestions import JudgedFinding
from core.lake.session import Session
from core.workflows.what_if import ask, prepare

__all__ = ["JudgedRun", "tune_over"]


@dataclass(frozen=True)
class JudgedRun:
    """Hold a run whose alerts were judged, its data open in a session."""

    run_id: str
    session: Session
    as_of: datetime


def tune_over(
    runs: Sequence[JudgedRun], control: Control, others: Sequence[Control], judged: Sequence[JudgedFinding]
) -> Tuning:
    """Look for a better threshold of a control, as `core.controls.tuning.tune`, in the data of some runs.

    Parameters
    ----------
    runs
        The newest first.
    others
        Controls that raise the same fault: what one of them finds stays raised.
    judged
        Findings of closed cases; those of other runs are left out.
    """
    for run in runs:
        prepare(run.session, control)
    as_it_stands, _ = _ask_all(runs, control, others)

    def raised(tried: Control) -> Raised | None:
        try:
            findings, waiting = _ask_all(runs, tried, others)
        except ControlDefinitionError:
            return None  # its SQL runs with the values in force, so it is this one that it cannot take
        return Raised(findings, waiting, len(findings - as_it_stands))

    asked = {run.run_id for run in runs}
    return tune(control, [one for one in judged if one.run_id in asked], raised)


def _ask_all(
    runs: Sequence[JudgedRun], control: Control, others: Sequence[Control]
) -> tuple[frozenset[str], frozenset[str]]:
    """Return what is found in any of the runs, and the subjects that still wait in the newest."""
    found: set[str] = set()
    waiting: frozenset[str] = frozenset()
    for run in reversed(runs):
        found |= ask(run.session, control, others, run.as_of)[1].keys()
        rows = run.session.execute("select subject_id from open_items").fetchall()
        waiting = frozenset(subject for (subject,) in rows)
    return frozenset(found), waiting
