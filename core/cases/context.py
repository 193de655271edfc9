"""What the cases stage needs to know beside the findings. Reads it from a session; decides nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, Protocol

from core.cases.complaints import Matter, Waiting, read_waiting
from core.cases.group import Key
from core.cases.incidents import Common, Places
from core.kernel.advice import Contact
from core.kernel.plan import FailedPayment
from core.kernel.results import Severity
from core.lake.sql import load_sql
from core.rating.estimate import estimate

if TYPE_CHECKING:
    from core.lake.session import Session


class ControlFacts(Protocol):
    """State what a case takes from the control that found it; `core.controls.model.Control` does."""

    @property
    def id(self) -> str:
        """Return the control's id."""

    @property
    def severity(self) -> Severity:
        """Return how bad a violation is, whatever its money."""

    @property
    def action(self) -> str:
        """Return what usually puts a violation right."""

    @property
    def enabled(self) -> bool:
        """Return whether it looks at all."""


@dataclass(frozen=True)
class Account:
    """State what a case shows of its account."""

    name: str
    segment: str
    country: str | None = None
    vulnerable: bool = False
    contact_allowed: bool = True
    language: str | None = None
    currency: str | None = None


@dataclass(frozen=True)
class Bill:
    """State the invoice of one account and cycle; ``issue_at`` is when it is planned to leave."""

    invoice_id: str
    issue_at: datetime
    total: Decimal
    net: Decimal
    is_disputed: bool = False


class Share(NamedTuple):
    """State what one customer's usage in files that are not here will cost, before tax, as estimated.

    ``bill`` is the invoice that it goes on; None where there is none yet.
    """

    account_id: str
    account: Account
    amount: Decimal
    bill: Bill | None = None


@dataclass(frozen=True)
class Context:
    """Hold what cases are built with; accounts by id, bills by (account id, cycle).

    Notes
    -----
    ``shares`` is what the usage of a file that is overdue or missing is expected to cost each customer, by
    the finding's subject; ``failures`` are payments that failed, by their id; ``zone`` and ``currency`` are
    the operator's; ``waiting`` is what customers wait to have answered.
    """

    as_of: datetime
    controls: Mapping[str, ControlFacts]
    accounts: Mapping[str, Account]
    bills: Mapping[tuple[str, str], Bill]
    tax_rate: Decimal = Decimal(0)
    contacts: Mapping[str, tuple[Contact, ...]] = field(default_factory=dict)
    zone: str = "UTC"
    failures: Mapping[str, FailedPayment] = field(default_factory=dict)
    currency: str = ""
    waiting: Waiting = Waiting()
    shares: Mapping[str, tuple[Share, ...]] = field(default_factory=dict)

    def account(self, key: Key) -> Account | None:
        """Return the account of a case; None where it has none, or none that is known."""
        return self.accounts.get(key.account_id or "")

    def bill(self, key: Key) -> Bill | None:
        """Return the invoice that a case concerns."""
        return self.bills.get((key.account_id or "", key.cycle or ""))


def read_context(session: Session, controls: Mapping[str, ControlFacts], as_of: datetime) -> Context:
    """Read the accounts and bills that findings name or that wait for an answer; estimate overdue usage.

    Parameters
    ----------
    session
        With the contract's streams, ``dataset``, ``present_streams`` and ``findings``.
    """
    matters = _matters(session)
    waiting = read_waiting(session, matters)
    accounts = session.execute(load_sql("core.cases", "accounts")).fetchall()
    bills = session.execute(load_sql("core.cases", "bills")).fetchall()
    estimate(session)
    failures = session.execute(load_sql("core.cases", "failures")).fetchall()
    settings = session.execute("select tax_rate, timezone, currency from dataset").fetchall()
    tax_rate, zone, currency = settings[0]
    return Context(
        as_of=as_of,
        controls=controls,
        accounts={account_id: Account(*account) for account_id, *account in accounts},
        bills={(account_id, cycle): Bill(*bill) for account_id, cycle, *bill in bills},
        contacts=_contacts(matters),
        tax_rate=tax_rate,
        zone=zone,
        failures={payment_id: FailedPayment(*failure) for payment_id, *failure in failures},
        currency=currency,
        waiting=waiting,
        shares=_shares(session),
    )


def _shares(session: Session) -> dict[str, tuple[Share, ...]]:
    found: dict[str, list[Share]] = defaultdict(list)
    for row in session.execute(load_sql("core.cases", "estimated_shares")).fetchall():
        subject_id, account_id, amount, account, bill = row[0], row[1], row[2], row[3:9], row[9:]
        billed = Bill(*bill) if bill[0] else None
        found[subject_id].append(Share(account_id, Account(*account), amount, billed))
    return {subject_id: tuple(shares) for subject_id, shares in found.items()}


def _matters(session: Session) -> tuple[Matter, ...]:
    """Return what customers came with, by account and matter, each oldest first."""
    found: dict[tuple[str, str], list[Contact]] = defaultdict(list)
    for account, matter, *contact in session.execute(load_sql("core.cases", "contacts")).fetchall():
        found[account, matter].append(Contact(*contact))
    return tuple(Matter(*key, tuple(found[key])) for key in sorted(found))


def _contacts(matters: Iterable[Matter]) -> dict[str, tuple[Contact, ...]]:
    found: dict[str, list[Contact]] = defaultdict(list)
    for matter in matters:
        found[matter.account_id].extend(matter.contacts)
    return {name: tuple(sorted(some, key=_came)) for name, some in found.items()}


def _came(contact: Contact) -> tuple[datetime, str]:
    return contact.opened_at, contact.contact_id


def read_places(session: Session) -> Places:
    """Return for each finding what it could have in common with others.

    Parameters
    ----------
    session
        With the contract's streams, ``dataset``, ``findings`` and ``evidence_rows``.
    """
    places: dict[str, set[Common]] = defaultdict(set)
    for finding_id, dimension, value in session.execute(load_sql("core.cases", "dimensions")).fetchall():
        places[finding_id].add((dimension, value))
    return {finding_id: frozenset(values) for finding_id, values in places.items()}
