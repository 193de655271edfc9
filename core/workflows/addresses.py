"""Finds where customers are written to, in what the latest run saw. Writes to nobody."""

from __future__ import annotations

from core.lake.sql import load_sql
from core.lake.tables import Lake
from core.ports.store import Store
from core.workflows.as_of import as_of_run

__all__ = ["address_of"]


def address_of(store: Store, lake: Lake, account_id: str) -> tuple[str, str]:
    """Return an account's e-mail address and telephone number, either empty where there is none.

    Raises
    ------
    LakeError
        RA-E300 when the lake does not hold the latest run's streams.
    """
    run = store.latest_run()
    if run is None:
        return "", ""
    with as_of_run(store, lake, run) as session:
        found = session.execute(load_sql("core.workflows", "address"), {"account": account_id}).fetchall()
    return (str(found[0][0]), str(found[0][1])) if found else ("", "")
