"""What the reference operator's own rating makes of usage that stands on no line yet. Bills nothing."""

from __future__ import annotations

from core.kernel.records import STREAMS
from core.lake.session import Session
from core.lake.sql import load_sql
from core.rating.slices import rate_in_slices
from core.simulation.reference.state import Row, State
from core.simulation.writers import plain

__all__ = ["keep_rated", "rated_line"]

_SAID = ("service", "subscription_id", "plan_id", "tariff_id", "period_start", "period_end")
_COUNTED = ("quantity", "free_quantity")


def keep_rated(state: State, session: Session) -> None:
    """Keep for each forwarded record without a line what the line would say."""
    uncharged = dict(session.execute(load_sql("core.simulation.reference", "uncharged")).fetchall())
    if not uncharged:
        return
    names = [column.name for column in STREAMS["charges"].columns]

    def keep() -> None:
        lines = session.table("expected_charges").select(*names).filter("kind = 'usage'")
        for line in lines.to_arrow_table().to_pylist():
            if line["record_id"] in uncharged:
                said = {name: plain(line[name]) for name in (*_SAID, *_COUNTED)}
                state.put_paper(f"rated:{line['record_id']}", "rated", said)

    accounts = sorted(set(uncharged.values()))
    rate_in_slices(session, keep, accounts=accounts, cycle=None, progress=lambda _step, _done, _all: None)


def rated_line(state: State, record: Row) -> Row:
    """Return what a usage line says of a record; as mediation has it where no rule prices it."""
    at = record["started_at"]
    bare = {"quantity": record["quantity"], "period_start": at, "period_end": at}
    bare |= {name: record[name] for name in ("service", "subscription_id")}
    return bare | (state.paper(f"rated:{record['record_id']}") or {}) | {"record_id": record["record_id"]}
