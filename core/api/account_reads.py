"""Reads one account from a session over the lake. Decides nothing and prices nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core.api.account_answers import AccountHead, AccountHit, Bill, ContactRow, PaymentRow, Trip, UsageDay
from core.kernel.errors import NotFoundError
from core.lake.session import Session
from core.lake.sql import load_sql

Row = dict[str, Any]

COLLECTED = frozenset({"issued", "paid", "overdue", "disputed"})
"""The states of an invoice that its customer owes."""

NOTHING = Decimal(0)

NUMBER_SHOWN = 3
"""How many digits of a phone number or IMSI stay readable at its end."""


def query(session: Session, name: str, **values: str | int) -> list[Row]:
    """Return what one of this package's queries answers, a mapping for each row."""
    answer = session.execute(load_sql("core.api.sql", name), values or None)
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def create(session: Session, table: str, source: str | None = None, **values: str) -> None:
    """Create a table from one of this package's queries, by default the one of its name."""
    sql = load_sql("core.api.sql", source or table)
    session.execute(f"create or replace temp table {table} as {sql}", values)


def lay_out_usage(session: Session, account_id: str, *, is_mediated: bool) -> None:
    """Create the table ``account_usage`` that the other queries of the account read."""
    source = "account_usage" if is_mediated else "account_usage_from_network"
    create(session, "account_usage", source, account=account_id)


def find(session: Session, text: str, limit: int) -> tuple[AccountHit, ...]:
    """Return the accounts that a text names, the closest first."""
    code = _calling_code(session)
    return tuple(
        AccountHit(**{**row, "msisdn": masked_number(row["msisdn"], code)})
        for row in query(session, "find_accounts", text=text, limit=limit)
    )


def head(session: Session, account_id: str) -> AccountHead:
    """Return who an account is.

    Raises
    ------
    NotFoundError
        RA-E400, when no stream names it.
    """
    rows = query(session, "account_head", account=account_id)
    if not rows:
        raise NotFoundError(
            f"There is no account {account_id}: look for it by name or number.",
            fields={"account_id": account_id},
        )
    lines = query(session, "account_lines", account=account_id)
    only = lines[0] if len(lines) == 1 else None
    return AccountHead(
        **rows[0],
        plans=tuple(dict.fromkeys(line["plan"] for line in lines)),
        subscriptions=len(lines),
        msisdn=masked_number(only["msisdn"], _calling_code(session)) if only else None,
        imsi=masked(only["imsi"]) if only else None,
    )


def bills(session: Session, account_id: str) -> tuple[Bill, ...]:
    """Return the account's bill cycles, newest first, each with its lines summed by kind."""
    sums: dict[str | None, dict[str, Decimal]] = {}
    for row in query(session, "account_bill_kinds", account=account_id):
        sums.setdefault(row["invoice_id"], {})[row["kind"]] = row["amount"]
    return tuple(
        _bill(row, sums.get(row["invoice_id"], {}))
        for row in query(session, "account_bills", account=account_id)
    )


def _bill(row: Row, sums: Mapping[str, Decimal]) -> Bill:
    kinds = {kind: amount for kind, amount in sums.items() if kind != "tax"}
    return Bill(**row, net=sum(kinds.values(), NOTHING), tax=sums.get("tax", NOTHING), net_by_kind=kinds)


def still_owed(bill: Bill) -> Decimal:
    """Return what is still to be collected on a bill; 0 for what has not been issued or is void."""
    if bill.status not in COLLECTED or bill.total is None:
        return NOTHING
    return max(bill.total - bill.paid, NOTHING)


def next_bill(shown: Sequence[Bill]) -> Bill | None:
    """Return the draft that leaves first, else the open cycle, else None."""
    drafts = sorted((bill for bill in shown if bill.status == "draft"), key=lambda bill: bill.cycle_start)
    waiting = [bill for bill in shown if bill.status == "open"]
    return next(iter([*drafts, *waiting]), None)


def payments(session: Session, account_id: str) -> tuple[PaymentRow, ...]:
    """Return every attempt to collect and every refund, newest first."""
    return tuple(PaymentRow(**row) for row in query(session, "account_payments", account=account_id))


def contacts(session: Session, account_id: str) -> tuple[ContactRow, ...]:
    """Return the conversations with customer care, newest first."""
    return tuple(ContactRow(**row) for row in query(session, "account_contacts", account=account_id))


def usage_days(session: Session) -> tuple[UsageDay, ...]:
    """Return the usage of each local day, service and zone, oldest first."""
    return tuple(UsageDay(**row) for row in query(session, "account_usage_days"))


def last_trip(session: Session) -> Trip | None:
    """Return the last stay abroad; None when there was none."""
    rows = query(session, "account_trip")
    if not rows:
        return None
    row = rows[0]
    return Trip(**{**row, "zones": tuple(row["zones"]), "partners": tuple(row["partners"])})


def _calling_code(session: Session) -> str:
    return str(session.execute("select calling_code from dataset").fetchall()[0][0])


def masked_number(msisdn: str | None, calling_code: str) -> str | None:
    """Return a phone number that its owner recognises and nobody else can dial.

    Examples
    --------
    >>> masked_number("4915004133602", "49")
    '+49 15 ••• 602'
    """
    if msisdn is None:
        return None
    code = calling_code if msisdn.startswith(calling_code) else msisdn[:2]
    return f"+{code} {msisdn[len(code) : len(code) + 2]} ••• {msisdn[-NUMBER_SHOWN:]}"


def masked(imsi: str) -> str:
    """Return an IMSI with its network and its last digits.

    Examples
    --------
    >>> masked("262994652380852")
    '26299 ••• 852'
    """
    return f"{imsi[:5]} ••• {imsi[-NUMBER_SHOWN:]}"
