"""Estimates of usage that is not here yet, each on the case of its file. Estimates nothing itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.kernel.results import UsageEstimate
from core.lake.sql import load_sql

if TYPE_CHECKING:
    import pyarrow as pa

    from core.lake.session import Session

__all__ = ["read_estimates"]

_FAULTS = frozenset({"file_late", "file_missing"})


def read_estimates(session: Session, findings: pa.Table) -> list[UsageEstimate]:
    """Return what `core.rating.estimate.estimate` left in the session, the most money first.

    Parameters
    ----------
    findings
        With their cases. A file that no finding names, as one that came in the meantime, is left out.
    """
    named = zip(*(findings[name].to_pylist() for name in ("fault", "subject_id", "case_id")), strict=True)
    cases: Mapping[str, str] = {subject: case for fault, subject, case in named if fault in _FAULTS}
    rows = session.execute(load_sql("core.cases", "estimated_usage")).fetchall()
    return [UsageEstimate(cases[subject], *values) for subject, *values in rows if subject in cases]
