"""Sets an account's bills beside what they should be, line by line, in a session narrowed to the account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from core.api.account_answers import AccountReview, Bill, BillLine, BillReview
from core.api.account_reads import Row, create, query
from core.lake.session import Session
from core.rating.engine import rate
from core.rating.explain import Explanation, explain
from core.rating.review import review
from core.rating.walk import BillChange, bill_change

MOST_LINES = 2_000
"""The lines of one bill that are shown."""


def review_lines(session: Session, account_id: str, bills: Sequence[Bill], currency: str) -> AccountReview:
    """Price the account, compare and explain.

    Parameters
    ----------
    session
        Narrowed to the account, with ``account_usage``.
    bills
        Those of the account: lines on no invoice belong to the open one.
    """
    if not session.execute("select exists (from charges)").fetchall()[0][0]:
        return AccountReview({}, {})
    review(session, lambda *_: None)
    rate(session, accounts=[account_id])
    create(session, "account_bill_lines", account=account_id)
    names = {row["id"]: row["name"] for row in query(session, "account_names")}
    waiting = next((bill.cycle for bill in bills if bill.status == "open"), None)
    lines: dict[str | None, list[BillLine]] = {}
    for row in query(session, "account_lines_shown", most=MOST_LINES):
        lines.setdefault(row.pop("cycle") or waiting, []).append(_line(row, names, currency))
    sums = {row.pop("cycle") or waiting: row for row in query(session, "account_bill_sums")}
    return AccountReview(
        {cycle: _review(tuple(lines[cycle]), sums[cycle]) for cycle in lines if cycle is not None},
        _changes(session, account_id, bills, currency, names),
    )


def _review(lines: tuple[BillLine, ...], sums: Row) -> BillReview:
    return BillReview(lines, sums["lines"], sums["differing"], sums["billed"], sums["expected"])


def _line(row: Row, names: Mapping[str, str], currency: str) -> BillLine:
    told = _explanation({**row, "amount": row["expected"], "currency": currency}, names)
    shown = {name: row[name] for name in BillLine.__dataclass_fields__ if name != "explanation"}
    return BillLine(**shown, explanation=told)


def _explanation(line: Mapping[str, Any], names: Mapping[str, str]) -> Explanation | None:
    return explain(line, names) if line["explanation"] else None


def _changes(
    session: Session, account_id: str, bills: Sequence[Bill], currency: str, names: Mapping[str, str]
) -> dict[str, BillChange]:
    """Return the way from each bill's total to the next one's; a void bill is no bill."""
    lines: dict[str, list[Row]] = {}
    for row in query(session, "account_bill_groups", account=account_id):
        lines.setdefault(row["invoice_id"], []).append(row)
    prices = query(session, "account_tariffs", account=account_id)
    billed = sorted(
        (bill for bill in bills if bill.invoice_id in lines and bill.status != "void"), key=_begin
    )
    return {
        after.cycle: bill_change(
            lines[str(before.invoice_id)], lines[str(after.invoice_id)], currency, prices, names
        )
        for before, after in pairwise(billed)
    }


def _begin(bill: Bill) -> datetime:
    return bill.cycle_start
