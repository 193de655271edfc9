"""Reads one account from a session over the lake. Decides nothing and prices nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core.api.account_answers import (
    AccountHead,
    AccountHit,
    Bill,
    ContactRow,
    LineNumbers,
    PaymentRow,
    PersonalData,
    Trip,
    UsageDay,
)
from core.governance.masking import masked, masked_number
from core.kernel.errors import NotFoundError
from core.lake.session import Session
from core.lake.sql import load_sql

Row = dict[str, Any]

COLLECTED = frozenset({"issued", "paid", "overdue", "disputed"})
"""The states of an invoice that its customer owes."""

NOTHING = Decimal(0)

EVERY = "*"
"""Stands for every customer segment."""


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


def find(
    session: Session, text: str, limit: int, *, segments: frozenset[str] | None, by_person: bool
) -> tuple[AccountHit, ...]:
    """Return the accounts that a text names, the closest first.

    Parameters
    ----------
    segments
        Only accounts of these; None for all.
    by_person
        Whether a name or a number finds an account, or its id alone.
    """
    code = _calling_code(session)
    within = EVERY if segments is None else ",".join(sorted(segments))
    return tuple(
        AccountHit(**{**row, "msisdn": masked_number(row["msisdn"], code)})
        for row in query(
            session, "find_accounts", text=text, limit=limit, segments=within, by_person=int(by_person)
        )
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


def personal_data(session: Session, account_id: str) -> PersonalData:
    """Return how an account's customer is reached, in clear."""
    rows = query(session, "account_personal", account=account_id)
    lines = query(session, "account_lines", account=account_id)
    numbers = tuple(LineNumbers(line["subscription_id"], line["msisdn"], line["imsi"]) for line in lines)
    return PersonalData(**(rows[0] if rows else {"email": None, "phone": None}), lines=numbers)


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
