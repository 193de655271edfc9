"""Runs the pricing rules of ``contract/rating.md`` set by set. The rules themselves are in ``sql/``."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from core.lake.sql import load_sql

if TYPE_CHECKING:
    from core.lake.session import Session

__all__ = ["create", "create_table", "create_views", "lay_out", "price_members", "rate", "usage_query"]

_SQL = "core.rating.sql"

_PRICE_LIST = ("scope", "zones", "plmns", "plan_numbers", "ladders", "steps", "versions")
_CALENDAR = ("accounts", "edges", "bands", "buckets", "cycles")
_CUSTOMERS = ("periods", "sims", "holdings")
_PARTS = (
    "kinds",
    "contenders",
    "contests",
    "winners",
    "placed",
    "parts_of_calls",
    "split_sessions",
    "located",
    "priced_sessions",
)
_INCLUDED = ("grants", "passes", "counting_promotions", "sources", "inclusions", "claims")
_AMOUNTS = (
    "free_usage",
    "metered",
    "tier_positions",
    "parts",
    "pieces",
    "piece_sums",
    "usage_lines",
    "cap_lines",
    "charged_usage",
    "usage_sums",
)
_CLOSING = (
    "fees",
    "one_offs",
    "given_lines",
    "discount_turns",
    "discount_bases",
    "discounts",
    "minimums",
    "late_usage",
    "bills",
)
_RESULTS = ("expected_invoices", "unpriced")
_EXPLAINED = frozenset({"tier_positions", "cap_lines", "explanations"})
_VIEWS = frozenset(
    {
        "events",
        "records",
        "network",
        "all_usage",
        "sliced_usage",
        "sliced_network",
        "sliced_records",
        "sliced_lines",
        "slice_lines",
        "placed",
        "priced_sessions",
        "metered",
        "charged_usage",
        "usage_charges",
        "other_charges",
    }
)


def rate(
    session: Session,
    *,
    accounts: Collection[str] | None = None,
    cycle: str | None = None,
    explain: bool = True,
) -> None:
    """Compute every charge line and invoice that a dataset should lead to.

    Parameters
    ----------
    session
        A connection in which every stream of the contract is a relation of its name, with ``dataset``.
    accounts
        Only these accounts; None for all.
    cycle
        Only lines of the bill cycle that begins on this local date, YYYY-MM-DD; None for all.
    explain
        Whether ``explanation`` holds the steps that led to each usage line; without them it is faster.

    Notes
    -----
    Leaves in the session the temporary view ``expected_charges``: one row for each line that should exist,
    the columns of *charges* plus ``event_id``, ``cycle`` and ``explanation`` (JSON); amounts net of tax, in
    the dataset's currency; put together anew each time it is read. And two temporary tables,
    ``expected_invoices``: one row for each account and closed cycle with a line; ``net``, ``tax``, ``total``
    to 2 decimals; ``unpriced``: one row for each forwarded session that gets no line, with the reason.
    Source: ``contract/rating.md``, rules 1 to 15, 18 and 19.
    """
    lay_out(session, accounts or ())
    create(session, "usage", usage_query(session))
    session.execute("create or replace temp table rating_members as select * from rating_accounts")
    price_members(session, explain=explain, cycle=cycle)


def lay_out(session: Session, accounts: Collection[str]) -> None:
    """Lay out what does not depend on single sessions, and how events and records become sessions."""
    session.execute(
        "create or replace temp table rating_wanted as select unnest($accounts::varchar[]) as account_id",
        {"accounts": list(accounts)},
    )
    has_crm = session.execute("select exists (select 1 from subscriptions)").fetchall()[0][0]
    create(session, "crm", "crm" if has_crm else "crm_stand_in")
    for name in (*_PRICE_LIST, *_CALENDAR, *_CUSTOMERS):
        create(session, name)
    for name in ("prefixes", "given_charges"):
        create(session, name)
    create_views(session, narrowed=bool(accounts))
    create(session, "sessions")


def create_views(session: Session, *, narrowed: bool) -> None:
    """Define which events and records there are, of all accounts or of those that are wanted."""
    of_accounts = "_of_accounts" if narrowed else ""
    create(session, "events", f"events{of_accounts}")
    create(session, "records", f"records{of_accounts}")
    create(session, "network")


def usage_query(session: Session) -> str:
    """Name the query that tells which sessions are to be priced (rule 3)."""
    is_mediated = session.execute("select exists (select 1 from mediation_records)").fetchall()[0][0]
    return "usage_mediated" if is_mediated else "usage_from_network"


def price_members(session: Session, *, explain: bool, cycle: str | None) -> None:
    """Price the sessions in ``rating_usage`` and everything else of the accounts in ``rating_members``."""
    session.execute(
        "create or replace temp table rating_asked as select $cycle::varchar as only_cycle", {"cycle": cycle}
    )
    for name in _PARTS:
        create(session, name)
    session.execute("drop table rating_usage")
    for name in _INCLUDED:
        create(session, name)
    _draw_allowances(session, explain)
    session.execute("drop table rating_claims")
    for name in (*_AMOUNTS, *_CLOSING, "explanations", "usage_charges", "other_charges"):
        asked: dict[str, Any] = {"explain": explain} if name in _EXPLAINED else {}
        create(session, name, **asked)
    session.execute(f"create or replace temp view expected_charges as {load_sql(_SQL, 'expected_charges')}")
    for name in _RESULTS:
        create_table(session, name, name)


def _draw_allowances(session: Session, explain: bool) -> None:
    """Let sessions draw level by level: what one level leaves is what the next is asked for (rule 8)."""
    session.execute(
        "create or replace temp table rating_draws"
        " (session_no bigint, source_no bigint, drawn bigint, left_before bigint)"
    )
    levels = session.execute("select distinct level from rating_claims order by level").fetchall()
    for (level,) in levels:
        query = load_sql(_SQL, "draws")
        session.execute(f"insert into rating_draws {query}", {"level": level, "explain": explain})


def create(session: Session, name: str, file: str | None = None, **values: Any) -> None:
    """Create one of the engine's own relations; most are tables, those that are read once are views."""
    if name in _VIEWS:
        session.execute(f"create or replace temp view rating_{name} as {load_sql(_SQL, file or name)}")
    else:
        create_table(session, f"rating_{name}", file or name, **values)


def create_table(session: Session, table: str, file: str, **values: Any) -> None:
    """Keep what a query of this stage gives as a temporary table."""
    session.execute(f"create or replace temp table {table} as {load_sql(_SQL, file)}", values or None)
