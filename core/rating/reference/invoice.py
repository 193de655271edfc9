"""Rules 14 and 15: which invoice a line goes on, and what the invoice's net, tax and total are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from core.kernel.dataset import DatasetSettings
from core.kernel.period import Period
from core.rating.reference.cycle import Cycles
from core.rating.reference.dataset import Row, Streams, rows
from core.rating.reference.exact import half_up, money_text
from core.rating.reference.lines import Charge, Invoice

Bill = tuple[str, Period]  # the account and the cycle whose invoice it is


class Bills:
    """Place lines on the invoices of their accounts."""

    def __init__(self, streams: Streams, cycles: Cycles) -> None:
        self._cycles = cycles
        self._known = {
            (row["account_id"], row["cycle_start"]): row
            for row in rows(streams, "invoices")
            if row["status"] != "void"
        }
        self._advance = {
            row["plan_id"] for row in rows(streams, "plans") if row.get("fee_timing") == "advance"
        }

    def invoice_id(self, bill: Bill) -> str | None:
        """Return the id that billing gave to a bill; an open cycle has none yet."""
        row = self._row(bill)
        return row["invoice_id"] if row and self._cycles.closed(bill[1]) else None

    def of(self, line: Charge) -> Bill:
        """Return the bill that a line goes on: its own cycle's or, rated too late for it, the next open one.

        Notes
        -----
        A plan's fee in advance is due on the bill before (rule 12).
        """
        cycle = line.cycle
        if line.kind == "recurring" and line.plan_id in self._advance:
            cycle = self._cycles.before(line.account_id, cycle)
        while self._issued_before((line.account_id, cycle), line.rated_at):
            cycle = self._cycles.after(line.account_id, cycle)
        return (line.account_id, cycle)

    def _issued_before(self, bill: Bill, instant: datetime) -> bool:
        row = self._row(bill)
        return row is not None and bool(row["issue_at"] < instant)

    def _row(self, bill: Bill) -> Row | None:
        account_id, cycle = bill
        return self._known.get((account_id, cycle.start))


def net_of(lines: Iterable[Charge]) -> Decimal:
    """Return an invoice's net: its usage summed and rounded, and every other line but tax as it is."""
    lines = list(lines)
    usage = sum((line.amount for line in lines if line.kind == "usage"), Decimal(0))
    others = (line.amount for line in lines if line.kind not in ("usage", "tax"))
    return half_up(usage, 2) + sum(others, Decimal(0))


def tax_on(net: Decimal, tax_rate: Decimal) -> Decimal:
    """Return the tax on a net."""
    return half_up(net * tax_rate, 2)


def bill(
    lines: Iterable[Charge],
    given: Iterable[Charge],
    bills: Bills,
    cycles: Cycles,
    settings: DatasetSettings,
) -> tuple[list[Charge], list[Invoice]]:
    """Return the lines with their invoices and one tax line each, and the invoices of the closed cycles.

    Parameters
    ----------
    given
        Lines that count as billing has them (rule 18), on the invoices that they name.
    """
    on_bill: dict[Bill, list[Charge]] = defaultdict(list)
    for line in lines:
        on_bill[bills.of(line)].append(line)
    given_on: dict[str, list[Charge]] = defaultdict(list)
    for line in given:
        given_on[line.invoice_id or ""].append(line)
    placed: list[Charge] = []
    invoices = []
    for account_id, cycle in sorted(on_bill):
        invoice_id = bills.invoice_id((account_id, cycle))
        own = [replace(line, invoice_id=invoice_id) for line in on_bill[account_id, cycle]]
        placed += own
        if not cycles.closed(cycle) or not cycles.judged(cycle):
            continue
        net = net_of(own + (given_on[invoice_id] if invoice_id else []))
        tax = tax_on(net, settings.tax_rate)
        total = half_up(net, 2) + tax
        invoices.append(Invoice(account_id, cycle, half_up(net, 2), tax, total, invoice_id))
        if tax:
            placed.append(_tax_line(invoices[-1], settings))
    return placed, invoices


def _tax_line(invoice: Invoice, settings: DatasetSettings) -> Charge:
    cycle = invoice.cycle
    return Charge(
        charge_id=f"tax:{invoice.account_id}:{cycle.start:%Y%m%dT%H%M%S}",
        account_id=invoice.account_id,
        invoice_id=invoice.invoice_id,
        kind="tax",
        amount=invoice.tax,
        currency=settings.currency,
        period_start=cycle.start,
        period_end=cycle.end,
        rated_at=cycle.end,
        cycle=cycle,
        explanation={"net": money_text(invoice.net), "tax_rate": money_text(settings.tax_rate)},
    )
