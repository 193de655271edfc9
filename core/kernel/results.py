"""What a run says: outcomes of controls, findings, cases, files taken in. Holds no logic that decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Outcome = Literal["passed", "violated", "not_evaluated"]
Severity = Literal["critical", "high", "medium", "low"]
Desk = Literal["billing", "roaming", "data_quality"]

SEARCH_LENGTH = 200
"""The most characters of a case's search text, so that an index can hold it."""


@dataclass(frozen=True)
class Finding:
    """State one thing wrong with one subject; the contract's *findings*, column for column.

    ``amount`` is money on the account's bill before tax: positive under-billed, negative over-charged,
    0 none or unknown. ``evidence`` is JSON text, see `core.controls.evidence`.
    """

    finding_id: str
    control_id: str
    fault: str
    dimension: str
    account_id: str | None
    subscription_id: str | None
    stream: str
    subject_id: str
    occurred_at: datetime
    detected_at: datetime
    amount: Decimal
    cycle: str | None
    currency: str
    confidence: Decimal
    root_cause: str
    evidence: str
    caused_by: str | None
    case_id: str


@dataclass(frozen=True)
class Case:
    """State what one correction puts right; the contract's *cases*, then what the queue sorts by.

    ``due_at`` is the planned issue of the invoice concerned while that is still to come, else the
    service level of the severity counted from ``opened_at``. ``scope`` names what an account-less case is
    about, as a source or a file. ``desk`` is the group of people who work on it; ``confidence`` is that of
    its least certain finding; ``search_text`` holds the lower-case words by which people look for it.
    ``children`` counts the cases that belong to it, ``at_stake`` sums its own and their money without signs.
    ``contact_ids`` are the contacts that it answers.
    An incident, which only holds other cases, has no ``amount`` of its own and counts their findings.
    """

    case_id: str
    account_id: str | None
    parent_case_id: str | None
    cycle: str | None
    fault: str
    root_cause: str
    amount: Decimal
    currency: str
    action: str
    action_amount: Decimal
    risk: Literal["low", "medium", "high"]
    route: Literal["automatic", "approval", "recommend"]
    status: str
    summary: str
    opened_at: datetime
    severity: Severity
    due_at: datetime
    scope: str | None
    findings: int
    account_name: str | None
    segment: str | None
    desk: Desk
    confidence: Decimal
    search_text: str
    at_stake: Decimal
    children: int = 0
    contact_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class ControlResult:
    """State what one control did in one run.

    ``eligible`` counts the rows it could judge; a control that saw none is ``not_evaluated`` and never
    counts as passed. ``amount`` sums its findings that follow from no other, in home currency.
    """

    control_id: str
    outcome: Outcome
    reason: str | None
    eligible: int
    violations: int
    amount: Decimal


@dataclass(frozen=True)
class FileReport:
    """State what became of one landed file, for one stream.

    ``rows_read = accepted + quarantined + repeats + superseded`` always holds. ``note`` says what does not
    hold together in a file that could be read, empty when all does.
    """

    path: str
    stream: str
    rows_read: int
    accepted: int
    quarantined: int
    repeats: int
    superseded: int
    note: str = ""


@dataclass(frozen=True)
class UsageEstimate:
    """State what one subscription is expected to have used of one service in a usage file that is not here.

    ``case_id`` is the case of the overdue or missing file, ``sequence`` its number at its source;
    ``quantity`` is in base units; ``amount`` with its interval ``low`` to ``high`` is net, in home currency;
    ``basis`` says in words from whose usage it was worked out.
    """

    case_id: str
    account_id: str
    subscription_id: str
    partner_id: str
    source: str
    sequence: int
    period_start: datetime
    period_end: datetime
    service: str
    quantity: int
    amount: Decimal
    low: Decimal
    high: Decimal
    basis: str


@dataclass(frozen=True)
class FlowLine:
    """State what became of one share of the business at one control point between network and payment.

    ``point`` is where it is judged, ``state`` what it came to, a fault's name where a control named it.
    ``day`` is local; ``records`` counts events, records, lines or invoices, each in one state of its point;
    ``quantity`` is in base units of the service, ``amount`` in home currency.
    """

    point: Literal["mediation", "billing", "invoicing", "payment"]
    day: date
    source: str
    service: str
    partner_id: str | None
    state: str
    records: int
    quantity: int
    amount: Decimal


@dataclass(frozen=True)
class OpenItems:
    """Count what one control cannot judge yet, as it may still match until its deadline, and how old it is.

    ``over_a_day`` and ``over_a_week`` have waited for longer; ``oldest`` began to wait first, ``next_due``
    comes to its deadline first, both None where nothing waits. Of what the run before left open, ``matched``
    has found what it waited for and ``found`` has become a finding.
    """

    control_id: str
    items: int
    over_a_day: int
    over_a_week: int
    oldest: datetime | None
    next_due: datetime | None
    matched: int
    found: int


@dataclass(frozen=True)
class RunSummary:
    """State one assurance run: its input, its "now" and what came out.

    ``snapshot_id`` is a hash of the pinned table versions, the settings and the definitions: the same
    snapshot gives byte-equal findings.
    """

    run_id: str
    snapshot_id: str
    operator: str
    currency: str
    timezone: str
    as_of: datetime
    started_at: datetime
    finished_at: datetime
    findings: int
    cases: int
    amount_at_stake: Decimal
