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

__all__ = ["POINTS", "lay_flow", "read_flow"]

POINTS: dict[str, tuple[str, ...]] = {
    "mediation": ("usage_events", "mediation_records"),
    "billing": ("mediation_records", "charges"),
    "invoicing": ("charges", "invoices"),
    "payment": ("invoices", "payments"),
}
"""Each control point in the order of the flow, and the streams that it compares."""

_COLUMNS = (
    "point varchar, day date, source varchar, service varchar, partner_id varchar, state varchar,"
    " records bigint, quantity bigint, amount decimal(18, 6), parts bigint"
)


def lay_flow(session: Session) -> None:
    """Fill the session's table ``flow``: a line's columns, and ``parts``, the rows that it sums.

    Parameters
    ----------
    session
        In which `core.controls.engine.run_controls` has left its findings.

    Notes
    -----
    A point of which a stream is not there has no line. What began before ``starts_at`` is left out.
    """
    session.execute(f"create or replace temp table flow ({_COLUMNS})")
    present = {name for (name,) in session.execute("select stream from present_streams").fetchall()}
    for point, streams in POINTS.items():
        if present.issuperset(streams):
            session.execute(f"insert into flow by name {load_sql('core.controls.flow', point)}")


def read_flow(session: Session) -> list[FlowLine]:
    """Return the flow that `lay_flow` left, by point, day, source, service, partner and state."""
    rows = session.execute("select * exclude (parts) from flow order by all").fetchall()
    return [FlowLine(*row) for row in rows]
