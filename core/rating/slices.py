"""Prices a dataset some accounts at a time, so that memory does not grow with it. Holds no pricing rule."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from core.rating.engine import create, lay_out, price_members, usage_query
from core.rating.parting import PartedUsage

if TYPE_CHECKING:
    from core.lake.session import Session

__all__ = ["SLICE_EVENTS", "rate_in_slices"]

SLICE_EVENTS = 1_000_000
_WORTH_SLICING = 3


def rate_in_slices(
    session: Session,
    consume: Callable[[], None],
    *,
    accounts: Collection[str] | None = None,
    cycle: str | None = None,
    explain: bool = True,
    slice_events: int = SLICE_EVENTS,
    beside: str | None = None,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _total: None,
) -> None:
    """Compute what `core.rating.engine.rate` does, some accounts at a time.

    Parameters
    ----------
    consume
        Called after each slice, of which there is at least one. The temporary view ``expected_charges`` and
        the tables ``expected_invoices`` and ``unpriced`` then hold that slice only, ``rating_members`` its
        accounts.
        What no subscription matches is in the ``unpriced`` of one slice.
    slice_events
        About how many sessions make a slice; all the usage of an account goes together however much it is,
        and less than three times as much is not sliced.
    beside
        Name of a relation with ``account_id``: ``rating_slice_lines`` then holds its rows of the accounts of
        the slice.
    progress
        Called with what is going on, how many slices are done and how many there are.

    Notes
    -----
    Accounts that ever held the same subscription are in one slice. One pass over events and one over
    records write them to temporary Parquet files of their slices, in the folder that the session spills to.
    """
    lay_out(session, accounts or ())
    query = usage_query(session)
    slices = _count_slices(session, query, slice_events)
    create(session, "slices", slices=slices)
    create(session, "all_usage", query)
    if beside is not None:
        session.table(beside).create_view("rating_lines_beside", replace=True)
    progress("pricing", 0, slices)
    if slices == 1:
        if beside is not None:
            create(session, "slice_lines")
        session.execute("create or replace temp table rating_usage as from rating_all_usage")
        _price(session, 0, consume, explain, cycle)
        return
    spill = session.execute("select current_setting('temp_directory')").fetchall()[0][0]
    with tempfile.TemporaryDirectory(prefix="rating-", dir=spill) as folder:
        parted = PartedUsage(session, Path(folder), query, slices, narrowed=bool(accounts), beside=beside)
        for slice_no in range(slices):
            parted.take(slice_no)
            _price(session, slice_no, consume, explain, cycle)
            progress("pricing", slice_no + 1, slices)


def _count_slices(session: Session, query: str, slice_events: int) -> int:
    """Return how many slices the usage makes; of some accounts it is taken to be their share of CRM rows."""
    usage = _count(session, "mediation_records" if query == "usage_mediated" else "usage_events")
    held = _count(session, "rating_crm")
    in_scope = _count(session, "rating_periods", "account_no is not null")
    accounts = _count(session, "rating_accounts")
    sessions = usage * in_scope // max(held, 1)
    if sessions < _WORTH_SLICING * slice_events:
        return 1
    return max(1, min(-(-sessions // slice_events), accounts))


def _count(session: Session, relation: str, condition: str = "true") -> int:
    return int(session.table(relation).filter(condition).count("*").fetchall()[0][0])


def _price(
    session: Session, slice_no: int, consume: Callable[[], None], explain: bool, cycle: str | None
) -> None:
    create(session, "members", slice_no=slice_no)
    price_members(session, explain=explain, cycle=cycle)
    consume()
