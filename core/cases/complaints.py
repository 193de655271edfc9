"""What customers wait to have answered, and which of it no finding can be behind. Builds no case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa

from core.kernel.advice import Contact
from core.kernel.complaints import CONTACT, DISPUTE
from core.lake.sql import load_sql

if TYPE_CHECKING:
    from core.lake.session import Session

__all__ = ["PARTS", "Complaint", "Dispute", "Matter", "Statement", "Waiting", "complaints", "read_waiting"]

PARTS = ("recurring", "usage", "one_off", "discount", "adjustment", "tax")
"""The kinds of lines that a bill comes to, in the order in which it is explained."""


@dataclass(frozen=True)
class Matter:
    """Hold a contact with those that followed it up, oldest first; the first one's id names it."""

    account_id: str
    matter_id: str
    contacts: tuple[Contact, ...]

    @property
    def open(self) -> tuple[Contact, ...]:
        """Return the contacts that are not settled."""
        return tuple(one for one in self.contacts if not one.is_settled)


@dataclass(frozen=True)
class Dispute:
    """State that the customer contests the invoice of a cycle, which was to leave at ``issue_at``."""

    account_id: str
    invoice_id: str
    cycle: str
    issue_at: datetime
    since: datetime


@dataclass(frozen=True)
class Statement:
    """State an invoice that has left, and what its lines come to by kind, in the order of `PARTS`."""

    invoice_id: str
    issue_at: datetime
    total: Decimal
    currency: str
    cycle: str
    parts: tuple[Decimal, ...]

    @property
    def net(self) -> Decimal:
        """Return the total before tax."""
        return self.total - self.part("tax")

    def part(self, kind: str) -> Decimal:
        """Return what the lines of a kind come to."""
        return self.parts[PARTS.index(kind)]


@dataclass(frozen=True)
class Waiting:
    """Hold what customers wait for.

    Parameters
    ----------
    statements
        By account, oldest first.
    present
        The streams that the dataset has: what there is to check an answer by.
    """

    matters: tuple[Matter, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    statements: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)
    present: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Complaint:
    """State what one customer waits to have answered and no finding can be behind.

    Parameters
    ----------
    kind
        One of `core.kernel.complaints.COMPLAINTS`.
    subject_id
        The first contact of the matter, or the invoice.
    contacts
        What the customer has come with, oldest first.
    statement
        The invoice that it is about: the contested one, else the last that had left by then.
    """

    kind: str
    account_id: str
    subject_id: str
    since: datetime
    contacts: tuple[Contact, ...]
    statement: Statement | None


def read_waiting(session: Session, matters: Collection[Matter]) -> Waiting:
    """Read contested invoices, and the bills of everybody who waits; leaves the table ``complainants``.

    Parameters
    ----------
    session
        With the contract's streams, ``dataset`` and ``present_streams``.
    matters
        What customers came with.
    """
    disputes = tuple(Dispute(*row) for row in session.execute(load_sql("core.cases", "disputes")).fetchall())
    waiting = tuple(one for one in matters if one.open)
    accounts = sorted({one.account_id for one in waiting} | {one.account_id for one in disputes})
    session.register("complaining", pa.table({"account_id": pa.array(accounts, pa.string())}))
    session.execute("create or replace temp table complainants as from complaining")
    session.unregister("complaining")
    statements: dict[str, list[Statement]] = defaultdict(list)
    if accounts:
        for account_id, *bill in session.execute(load_sql("core.cases", "statements")).fetchall():
            invoice_id, issue_at, total, currency, cycle, *parts = bill
            one = Statement(invoice_id, issue_at, total, currency, cycle, tuple(parts))
            statements[account_id].append(one)
    present = session.execute("select stream from present_streams").fetchall()
    return Waiting(
        waiting,
        disputes,
        {account_id: tuple(bills) for account_id, bills in statements.items()},
        frozenset(name for (name,) in present),
    )


def complaints(
    waiting: Waiting, since: Mapping[str, datetime], wrong: Collection[tuple[str | None, str | None]]
) -> Iterator[Complaint]:
    """Yield what no finding's case can be about.

    Parameters
    ----------
    since
        For each account with findings since when something is wrong: a contact from then on is about that.
    wrong
        The account and cycle of each case with findings: who contests that bill is right.

    Notes
    -----
    A customer who comes after an invoice has left that they contest comes about that.
    """
    contested: dict[str, list[Dispute]] = defaultdict(list)
    for dispute in waiting.disputes:
        if (dispute.account_id, dispute.cycle) not in wrong:
            contested[dispute.account_id].append(dispute)
    about: dict[Dispute, list[Contact]] = defaultdict(list)
    for matter in waiting.matters:
        came, begun = matter.open[0].opened_at, since.get(matter.account_id)
        if begun is not None and matter.open[-1].opened_at >= begun:
            continue
        before = [one for one in contested[matter.account_id] if one.issue_at <= came]
        if before:
            about[before[-1]].extend(matter.contacts)
        else:
            yield _contact(matter, came, waiting)
    for dispute in (one for some in contested.values() for one in some):
        yield _dispute(dispute, about[dispute], waiting)


def _contact(matter: Matter, came: datetime, waiting: Waiting) -> Complaint:
    known = waiting.statements.get(matter.account_id, ())
    last = next((bill for bill in reversed(known) if bill.issue_at <= came), None)
    return Complaint(CONTACT, matter.account_id, matter.matter_id, came, matter.contacts, last)


def _dispute(dispute: Dispute, about: list[Contact], waiting: Waiting) -> Complaint:
    known = waiting.statements.get(dispute.account_id, ())
    bill = next((one for one in reversed(known) if one.invoice_id == dispute.invoice_id), None)
    contacts = tuple(sorted(about, key=lambda one: (one.opened_at, one.contact_id)))
    since = min([dispute.since, *(one.opened_at for one in contacts if not one.is_settled)])
    return Complaint(DISPUTE, dispute.account_id, dispute.invoice_id, since, contacts, bill)
