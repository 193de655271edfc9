"""What a bill lacks or has too much where usage never reached billing, reached it twice or for somebody else.

Such findings are valued together, when all of them are known: the accounts concerned are priced once with
the usage put right, so that what allowances, tiers and caps shift is counted, and counted once (rule 17).
Finds nothing itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lake.sql import load_sql
from core.rating.engine import create, create_table, lay_out, price_members

if TYPE_CHECKING:
    from core.lake.session import Session

__all__ = ["put_right"]

_SQL = "core.rating.sql"
_ACCOUNTS_AT_ONCE = 20_000


def put_right(session: Session) -> None:
    """Fill the table ``put_right``: ``finding_id`` and ``amount``, for the findings in ``judged``.

    Parameters
    ----------
    session
        After `core.rating.review.review`, with what controls found in ``judged``.

    Notes
    -----
    Findings that pricing can say nothing about are left out: without a price list, charge lines or records.
    """
    session.execute("create or replace temp table put_right (finding_id varchar, amount decimal(18, 6))")
    create_table(session, "review_all_subjects", "put_right_subjects")
    for relation in ("review_all_subjects", "tariffs", "mediation_records", "charges"):
        if not session.execute(f"select exists (select 1 from {relation})").fetchall()[0][0]:  # noqa: S608
            return
    found = session.execute(
        "select distinct account_id from review_all_subjects where account_id is not null order by 1"
    )
    accounts = [account for (account,) in found.fetchall()]
    for start in range(0, len(accounts), _ACCOUNTS_AT_ONCE):
        _value(session, accounts[start : start + _ACCOUNTS_AT_ONCE])


def _value(session: Session, charged: list[str]) -> None:
    """Price some accounts as they are and put right, and share the difference out over their findings."""
    session.execute(
        "create or replace temp table review_subjects as"
        " from review_all_subjects where account_id in (select unnest($charged))",
        {"charged": charged},
    )
    create_table(session, "review_accounts", "put_right_accounts")
    accounts = [account for (account,) in session.execute("from review_accounts order by 1").fetchall()]
    lay_out(session, accounts)
    session.execute("create or replace temp table rating_members as select * from rating_accounts")
    create(session, "usage", "usage_mediated")
    _price(session, "review_due")
    for name in ("events", "records"):
        create(session, name, f"put_right_{name}")
    for name in ("sessions", "prefixes", "network"):
        create(session, name)
    create(session, "usage", "usage_mediated")
    create(session, "lost_usage", "usage_from_network")
    session.execute(f"insert into rating_usage by name {load_sql(_SQL, 'put_right_lost')}")
    _price(session, "review_put_right")
    session.execute(f"insert into put_right by name {load_sql(_SQL, 'put_right_amounts')}")


def _price(session: Session, into: str) -> None:
    price_members(session, explain=False, cycle=None)
    create_table(session, into, "put_right_lines")
