"""What `Assay` answers about one account. Holds no logic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from core.kernel.results import Case, UsageEstimate
from core.rating.explain import Explanation
from core.rating.walk import BillChange

LineState = Literal["equal", "different", "missing", "extra", "corrected", "unchecked"]
BillStatus = Literal["open", "draft", "issued", "paid", "overdue", "disputed", "void"]


@dataclass(frozen=True)
class AccountHit:
    """Name one account that a search found; the phone number is masked."""

    account_id: str
    name: str | None
    segment: str | None
    status: str | None
    msisdn: str | None


@dataclass(frozen=True)
class AccountHead:
    """State who an account is; what its streams do not say is None.

    ``plans`` are the names of the plans in force, ``subscriptions`` counts what is on them; ``msisdn`` and
    ``imsi`` are the only line's, masked, and None where there are several.
    """

    account_id: str
    name: str | None
    segment: str | None
    status: str | None
    currency: str
    country: str | None
    language: str | None
    contact_allowed: bool | None
    vulnerable: bool | None
    opened_at: datetime | None
    closed_at: datetime | None
    plans: tuple[str, ...]
    subscriptions: int
    msisdn: str | None
    imsi: str | None


@dataclass(frozen=True)
class LineNumbers:
    """Hold the numbers of one line in clear."""

    subscription_id: str
    msisdn: str | None
    imsi: str | None


@dataclass(frozen=True)
class PersonalData:
    """Hold how a customer is reached, in clear, for whoever has opened it with a reason."""

    email: str | None
    phone: str | None
    lines: tuple[LineNumbers, ...]


@dataclass(frozen=True)
class Bill:
    """Hold one bill cycle of the account.

    ``cycle`` is the local date on which it begins. ``status`` is ``open`` for charges that are on no invoice
    yet; these have no ``invoice_id``, ``issue_at`` or ``total``. ``net_by_kind`` sums the lines before tax by
    kind, usage abroad apart as ``roaming``; ``paid`` is what was collected towards the invoice.
    """

    cycle: str
    cycle_start: datetime
    cycle_end: datetime
    status: BillStatus
    invoice_id: str | None
    issue_at: datetime | None
    issued_at: datetime | None
    total: Decimal | None
    net: Decimal
    tax: Decimal
    net_by_kind: Mapping[str, Decimal]
    paid: Decimal


@dataclass(frozen=True)
class PaymentRow:
    """Hold one attempt to collect, or one refund."""

    payment_id: str
    invoice_id: str | None
    amount: Decimal
    currency: str
    method: str
    status: str
    attempted_at: datetime
    failure_code: str | None
    is_refund: bool


@dataclass(frozen=True)
class ContactRow:
    """Hold one conversation with customer care."""

    contact_id: str
    channel: str
    topic: str
    opened_at: datetime
    resolved: bool
    note: str | None


@dataclass(frozen=True)
class UsageDay:
    """Sum the usage of one local day, service and zone; ``quantity`` is in the service's base unit."""

    day: date
    service: str
    zone: str
    sessions: int
    quantity: int


@dataclass(frozen=True)
class Trip:
    """Hold the last stay abroad: days with usage there that lie less than a week apart."""

    zones: tuple[str, ...]
    partners: tuple[str, ...]
    first_day: date
    last_day: date
    sessions: int
    data_bytes: int


@dataclass(frozen=True)
class AccountView:
    """Hold all that is known of one account as of the latest run.

    ``missing`` names the streams that the dataset does not have; what needs them is empty. ``balance`` is
    what is still to be collected on ``open_invoices``, None when nothing is known of invoices or payments.
    ``next_bill`` is the draft that leaves first, else the cycle that is still open. ``cases`` are the
    account's open ones, worst first, of ``open_cases``; bills, payments and contacts come newest first.
    ``personal`` is None until whoever asks has opened it for this session, with a reason.
    """

    head: AccountHead
    as_of: datetime
    timezone: str
    missing: frozenset[str]
    balance: Decimal | None
    open_invoices: int
    next_bill: Bill | None
    last_trip: Trip | None
    bills: tuple[Bill, ...]
    payments: tuple[PaymentRow, ...]
    contacts: tuple[ContactRow, ...]
    usage: tuple[UsageDay, ...]
    cases: tuple[Case, ...]
    open_cases: int
    estimates: tuple[UsageEstimate, ...] = ()
    personal: PersonalData | None = None


@dataclass(frozen=True)
class BillLine:
    """Set one line of a bill beside what it should be.

    ``state``: ``missing`` is due and not billed, ``extra`` billed and not due, ``corrected`` was put right by
    another line, ``unchecked`` is what no rule prices, as an adjustment, or cannot be priced yet. ``billed``
    or ``expected`` is None where that side has no line; ``difference`` is expected less billed less what
    corrections have put right. ``zone`` is where usage was, ``name`` what a fee or discount is for;
    quantities are in base units. ``explanation`` tells how the expected amount comes about.
    """

    line_id: str
    state: LineState
    kind: str
    service: str | None
    zone: str | None
    name: str | None
    subscription_id: str | None
    record_id: str | None
    period_start: datetime
    period_end: datetime
    quantity: int
    free_quantity: int
    billed: Decimal | None
    expected: Decimal | None
    difference: Decimal
    is_estimate: bool
    created_by: str
    reason: str | None
    explanation: Explanation | None


@dataclass(frozen=True)
class BillReview:
    """Hold the lines of one bill, oldest first, and what all of them come to.

    ``lines`` are the ones that matter most of ``of``; ``differing`` counts all that are missing, extra or
    different. ``billed`` and ``expected`` include tax; what could not be checked counts as it was billed.
    """

    lines: tuple[BillLine, ...]
    of: int
    differing: int
    billed: Decimal
    expected: Decimal


@dataclass(frozen=True)
class AccountReview:
    """Hold the review of each of an account's bills, by the ``cycle`` of `Bill`.

    ``changes`` tell why a bill's total is not that of the bill before, by the cycle of the later one; the
    first bill and charges on no bill have none.
    """

    bills: Mapping[str, BillReview]
    changes: Mapping[str, BillChange]
