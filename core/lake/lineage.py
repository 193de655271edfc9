"""What stands on a landed file: the rows of other streams that follow from its own. Judges nothing."""

from __future__ import annotations

from dataclasses import dataclass

from core.lake.session import Session
from core.lake.sql import identifier

__all__ = ["Dependents", "dependents"]

_FOLLOWS: dict[str, tuple[tuple[str, str], ...]] = {
    "usage_files": (("usage_events", "file_id"),),
    "usage_events": (("mediation_records", "event_id"),),
    "mediation_records": (("charges", "record_id"),),
    "charges": (("invoices", "invoice_id"),),
    "invoices": (("payments", "invoice_id"),),
    "accounts": (("subscriptions", "account_id"), ("charges", "account_id")),
    "subscriptions": (("charges", "subscription_id"),),
    "plans": (("charges", "plan_id"),),
    "tariffs": (("charges", "tariff_id"),),
    "products": (("charges", "product_id"),),
    "promotions": (("charges", "promotion_id"),),
}
"""Which streams follow from a stream's rows, and the column that both share."""


@dataclass(frozen=True)
class Dependents:
    """Count the rows of one stream that are a file's own, or follow from them; ``step`` 0 is its own."""

    stream: str
    rows: int
    step: int


def dependents(session: Session, path: str) -> tuple[Dependents, ...]:
    """Return what a landed file holds and all that follows from it, nearest first.

    Parameters
    ----------
    session
        Of a snapshot; rows of the file that another version of their key replaced are not counted.
    path
        As `arrivals` has it. One that never landed has no row.
    """
    found = session.execute(
        "select distinct stream from ledger join arrivals using (arrival) where path = ? order by 1", [path]
    ).fetchall()
    counts: dict[str, Dependents] = {}
    waiting = [(stream, 0) for (stream,) in found]
    for stream, _ in waiting:
        session.execute(
            f"create or replace temp table lineage_{stream} as "  # noqa: S608 - a declared name
            f"select * from {stream} where _file in (select arrival from arrivals where path = $1)",
            [path],
        )
    while waiting:
        stream, step = waiting.pop(0)
        counts[stream] = Dependents(stream, _count(session, stream), step)
        for follower, column in _FOLLOWS.get(stream, ()):
            if follower not in counts and follower not in {name for name, _ in waiting}:
                _follow(session, stream, follower, column)
                waiting.append((follower, step + 1))
    return tuple(one for one in counts.values() if one.rows or not one.step)


def _follow(session: Session, stream: str, follower: str, column: str) -> None:
    shared = identifier(column)
    session.execute(
        f"create or replace temp table lineage_{follower} as "  # noqa: S608 - declared names
        f"select * from {follower} where {shared} in (select {shared} from lineage_{stream})"
    )


def _count(session: Session, stream: str) -> int:
    return int(session.execute(f"select count(*) from lineage_{stream}").fetchall()[0][0])  # noqa: S608
