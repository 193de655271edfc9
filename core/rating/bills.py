"""Sets what is billed beside usage against what is due: fees, one-offs, discounts, tax and totals.

Compares the accounts that have just been priced, and keeps only what differs. Prices nothing itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lake.sql import load_sql
from core.rating.engine import create_table

if TYPE_CHECKING:
    from core.lake.session import Session

__all__ = ["compare_bills", "stage_bills"]

_SQL = "core.rating.sql"
_STAGES = (1, 2, 3, 4)


def stage_bills(session: Session) -> None:
    """Read the lines of billing once, for every comparison that follows: all but usage, and usage in sums."""
    for name in ("bill_charges", "bill_usage", "bill_waiting"):
        create_table(session, name, name)


def compare_bills(session: Session) -> None:
    """Add to ``bill_differences`` and ``invoice_differences`` what is wrong on the bills of some accounts.

    Parameters
    ----------
    session
        As `core.rating.engine.rate` leaves it, with both relations of `core.rating.relations` and what
        `stage_bills` keeps.

    Notes
    -----
    A billed line stands for the closest expected line that none other stands for: the same thing for the
    same amount, an unnamed line of the amount, the same thing in the cycle, the fee of another plan. To tell
    whether a discount is wrong or only what it is taken from, the discounts are worked out once more on the
    lines as billed (rule 13); ``rating_discount_bases`` holds those afterwards.
    """
    for name in ("bill_lines", "bill_sides"):
        create_table(session, name, name)
    session.execute("create or replace temp table bill_pairs (expected_id varchar, billed_id varchar)")
    for stage in _STAGES:
        session.execute(f"insert into bill_pairs {load_sql(_SQL, 'bill_pairs')}", {"stage": stage})
    create_table(session, "rating_discount_bases", "bases_as_billed")
    create_table(session, "bill_discounts", "discounts")
    create_table(session, "bill_remainders", "bill_remainders")
    for name in ("bill_differences", "invoice_differences"):
        session.execute(f"insert into {name} by name {load_sql(_SQL, name)}")
