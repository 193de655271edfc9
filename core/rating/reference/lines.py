"""The shape of the result: charge lines, invoices, and what could not be priced. Computes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.kernel.period import Period


@dataclass(frozen=True, kw_only=True)
class Charge:
    """Hold one expected charge line: the contract's columns of *charges*, its event and its explanation.

    Notes
    -----
    ``amount`` is net of tax, in ``currency``, signed, at most 6 decimals. ``cycle`` is the bill cycle that
    the line belongs to by its period; it is not a column (rule 15: a late line goes on a later invoice).
    """

    charge_id: str
    record_id: str | None = None
    account_id: str
    subscription_id: str | None = None
    invoice_id: str | None = None
    kind: str
    service: str | None = None
    quantity: int = 0
    free_quantity: int = 0
    amount: Decimal
    currency: str
    plan_id: str | None = None
    tariff_id: str | None = None
    promotion_id: str | None = None
    product_id: str | None = None
    corrects: str | None = None
    approved_by: str | None = None
    period_start: datetime
    period_end: datetime
    rated_at: datetime
    estimated: bool = False
    created_by: str = "system"
    reason: str | None = None
    event_id: str | None = None
    explanation: Mapping[str, Any] = field(default_factory=dict)
    cycle: Period

    def row(self) -> dict[str, Any]:
        """Return the line as a row: the contract's columns, ``event_id`` and ``explanation``."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "cycle"}


@dataclass(frozen=True)
class Invoice:
    """Hold what one invoice should come to; one for each account and closed cycle that has a line.

    Notes
    -----
    ``net`` is rounded to 2 decimals; ``total = net + tax``. ``invoice_id`` is that of the *invoices* row of
    the same account and cycle start, or null where billing made none.
    """

    account_id: str
    cycle: Period
    net: Decimal
    tax: Decimal
    total: Decimal
    invoice_id: str | None


@dataclass(frozen=True)
class Unpriced:
    """Hold a forwarded session that gets no line, and why; ``tariff_id`` names the row at fault."""

    record_id: str | None
    event_id: str
    reason: str
    tariff_id: str | None = None


@dataclass(frozen=True)
class Rating:
    """Hold everything that one run of the engine found.

    Notes
    -----
    ``charges`` are in order of account, cycle, kind and ``charge_id``; ``invoices`` of account and cycle.
    ``unpriced`` are `not_priced` (rule 5) or belong to no subscription; ``ambiguous`` are the subscriptions
    of rule 1's *identity_mismatch*; ``conflicts`` the tariff rows of rule 5's *tariff_conflict*.
    """

    charges: tuple[Charge, ...]
    invoices: tuple[Invoice, ...]
    unpriced: tuple[Unpriced, ...]
    ambiguous: frozenset[str]
    conflicts: frozenset[str]
