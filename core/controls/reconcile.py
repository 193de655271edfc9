"""Follows the business from network to payment and says what became of every part of it. Judges nothing.

At each control point everything that came in is in exactly one state; what did not go on as it should is
named by the fault that a control found it to be. So counts and amounts close, or the gap has a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.kernel.results import FlowLine
from core.lake.sql import load_sql

if TYPE_CHECKING:
    from core.lake.session import Session

__all__ = ["POINTS", "reconcile"]

POINTS: dict[str, tuple[str, ...]] = {
    "mediation": ("usage_events", "mediation_records"),
    "billing": ("mediation_records", "charges"),
    "invoicing": ("charges", "invoices"),
    "payment": ("invoices", "payments"),
}
"""Each control point in the order of the flow, and the streams that it compares."""


def reconcile(session: Session) -> list[FlowLine]:
    """Return the flow by point, day, source, service, partner and state.

    Parameters
    ----------
    session
        In which `core.controls.engine.run_controls` has left its findings.

    Notes
    -----
    A point of which a stream is not there has no line. What began before ``starts_at`` is left out.
    """
    present = {name for (name,) in session.execute("select stream from present_streams").fetchall()}
    lines: list[FlowLine] = []
    for point, streams in POINTS.items():
        if present.issuperset(streams):
            query = load_sql("core.controls.flow", point)
            rows = session.execute(f"from ({query}) order by all").fetchall()
            lines.extend(FlowLine(*row) for row in rows)
    return lines
