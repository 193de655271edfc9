"""Prices a dataset once and keeps what billing did otherwise.

Two passes: the first finds the accounts whose usage lines do not all agree, the second prices only those
again, with explanations. What agrees never leaves the comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from core.lake.sql import load_sql
from core.rating.attribution import attribute
from core.rating.bills import compare_bills, stage_bills
from core.rating.engine import create_table
from core.rating.relations import REVIEWED
from core.rating.slices import rate_in_slices

if TYPE_CHECKING:
    import pyarrow as pa

    from core.lake.session import Session

__all__ = ["PRICE_LIST_FACTS", "review"]

PRICE_LIST_FACTS = ("review_lacking", "review_late_uses")
"""The tables, each with an ``account_id``, from which the price list is judged beside its own rows."""

_SQL = "core.rating.sql"

Progress = Callable[[str, int, int], None]


def review(session: Session, progress: Progress, elsewhere: Mapping[str, pa.Table] | None = None) -> None:
    """Fill the relations of `core.rating.relations` in a session.

    Parameters
    ----------
    session
        As `core.rating.engine.rate` takes it.
    progress
        Told what begins.
    elsewhere
        What `PRICE_LIST_FACTS` say of accounts that the session does not have, where it has not all of them.

    Notes
    -----
    Whatever the dataset lacks, the relations are there. Without a price list or usage no usage is compared,
    without charge lines or mediation records no line of it.
    """
    for name, columns in REVIEWED.items():
        fields = ", ".join(f'"{column.name}" {column.sql_type}' for column in columns)
        session.execute(f"create or replace temp table {name} ({fields})")
    prices_usage = _has(session, "tariffs") and (
        _has(session, "mediation_records") or _has(session, "usage_events")
    )
    if not prices_usage and not _has(session, "charges"):
        return
    progress("pricing all usage", 0, 0)
    stage_bills(session)
    _stage_billed(session)
    compares = prices_usage and _has(session, "mediation_records") and _has(session, "review_billed")
    session.execute("create or replace temp table review_unpriced as from unpriced")
    session.execute("drop table if exists review_all_lacking")
    rate_in_slices(
        session,
        lambda: _look_through(session, prices_usage, compares),
        explain=False,
        beside="review_billed" if compares else None,
    )
    session.execute("create or replace temp table review_lacking as from review_all_lacking")
    create_table(session, "review_late_uses", "review_late_uses")
    for name, rows in (elsewhere or {}).items():
        session.from_arrow(rows).insert_into(name)
    session.execute(f"insert into price_list_problems by name {load_sql(_SQL, 'price_list_problems')}")
    if compares:
        _look_closely(session, progress)
    session.execute("create or replace temp table unpriced as from review_unpriced")


def _has(session: Session, relation: str) -> bool:
    return bool(session.execute(f"select exists (select 1 from {relation})").fetchall()[0][0])  # noqa: S608


def _stage_billed(session: Session) -> None:
    session.execute(f"create or replace temp view review_billed as {load_sql(_SQL, 'review_billed')}")
    create_table(session, "review_repeated", "review_repeated")
    session.execute("drop table if exists review_charged_days")
    session.execute("create or replace temp table review_accounts (account_id varchar)")
    session.execute("create or replace temp table review_misplaced (record_id varchar)")
    session.execute("create or replace temp table review_followers (charge_id varchar, root_id varchar)")


def _look_through(session: Session, prices_usage: bool, compares: bool) -> None:
    """Keep, of the slice that has just been priced, what has no price and which accounts disagree."""
    compare_bills(session)
    if prices_usage:
        session.execute("insert into review_unpriced by name from unpriced")
    create_table(session, "review_lacking", "review_lacking")
    session.execute("create temp table if not exists review_all_lacking as from review_lacking limit 0")
    session.execute("insert into review_all_lacking from review_lacking")
    if not compares:
        return
    session.execute(
        f"create temp table if not exists review_charged_days as {load_sql(_SQL, 'review_charged_days')}"
    )
    create_table(session, "review_compared", "review_compared")
    session.execute(
        "insert into review_accounts select distinct unnest([account_id, expected_account_id])"
        " from review_compared"
    )
    session.execute(
        "insert into review_misplaced select record_id from review_compared where state = 'extra'"
    )


def _look_closely(session: Session, progress: Progress) -> None:
    """Price the accounts that disagree again, with everybody whose usage they were billed."""
    session.execute(f"insert into review_accounts {load_sql(_SQL, 'review_owners')}")
    accounts = session.execute(
        "select distinct account_id from review_accounts where account_id is not null order by 1"
    ).fetchall()
    if not accounts:
        return
    progress("explaining what differs", 0, 0)
    session.execute("create or replace temp table review_all as from review_compared limit 0")
    session.execute("drop table if exists review_all_faults")
    judged: list[bool] = []
    rate_in_slices(
        session,
        lambda: judged.append(_collect(session)),
        accounts=[account for (account,) in accounts],
        beside="review_billed",
    )
    session.execute("create or replace temp table review_compared as from review_all")
    for name in ("usage_differences", "line_faults") if any(judged) else ("usage_differences",):
        session.execute(f"insert into {name} by name {load_sql(_SQL, name)}")


def _collect(session: Session) -> bool:
    create_table(session, "review_compared", "review_compared")
    session.execute("insert into review_all by name from review_compared")
    if not attribute(session):
        return False
    session.execute("create temp table if not exists review_all_faults as from review_faults limit 0")
    session.execute("insert into review_all_faults by name from review_faults")
    return True
