"""What a case means to its customer, in words: their bill, what they came with, what the law gives them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from core.api import Advice, BillEffect, Contact, LegalDeadline, Notice
from dashboard.components.tables import Cell
from dashboard.format import count, instant, money, name
from dashboard.session import zone

LAW = {
    "back_billing_days": "it may be billed",
    "refund_days": "it has to be given back",
    "complaint_days": "the customer has to have an answer",
}
"""What each legal deadline that drives a clock says, before its date."""


def effect_lines(advice: Advice, amount: Decimal, currency: str) -> list[str]:
    """Return the sentences to stand under a recommendation.

    Parameters
    ----------
    amount
        What changes for the customer, before tax.
    """
    lines = [_bill(advice.bill, amount, currency)] if advice.bill and amount else []
    if advice.notices:
        lines.append(_bills(advice.notices, currency))
    if advice.bill and advice.bill.is_disputed:
        lines.append("The customer contests this invoice.")
    lines += map(_contact, advice.contacts)
    return [*lines, _law(advice.law)] if advice.law else lines


def bill_row(bill: BillEffect, amount: Decimal, currency: str) -> tuple[Cell | str, ...]:
    """Return the invoice's total as it stands and with an amount before tax added, as a row."""
    hint = "with tax; it has left, so the difference comes on the next one" if bill.is_out else "with tax"
    return Cell("The bill", hint), money(bill.total, currency), money(bill.after(amount), currency)


def _bill(bill: BillEffect, amount: Decimal, currency: str) -> str:
    now, after = money(bill.total, currency), money(bill.after(amount), currency)
    if bill.is_out:
        return f"The bill left at {now} and should have been {after}: the difference comes on the next one."
    return f"The bill would leave at {now}; put right, at {after}. Both with tax."


def bills_row(notices: Sequence[Notice], currency: str) -> tuple[Cell | str, ...]:
    """Return the totals of the customers' invoices as they stand and with each part added, as a row."""
    now, after = _in_all(notices)
    return (
        Cell("Their bills", f"with tax, {count(len(notices))} in all"),
        money(now, currency),
        money(after, currency),
    )


def part_line(notice: Notice, currency: str) -> str:
    """Return what one customer's bill comes to with their part of an amount that several share."""
    if notice.bill is None:
        return "Their next bill is not made yet."
    now, after = money(notice.bill.total, currency), money(notice.bill.after(notice.amount), currency)
    return f"The bill would leave at {now}; with this, at {after}. Both with tax."


def _bills(notices: Sequence[Notice], currency: str) -> str:
    now, after = (money(amount, currency) for amount in _in_all(notices))
    return f"{count(len(notices), 'bill')} would leave at {now} in all; put right, at {after}. Both with tax."


def _in_all(notices: Sequence[Notice]) -> tuple[Decimal, Decimal]:
    bills = [(one.bill, one.amount) for one in notices if one.bill]
    now = sum((bill.total for bill, _ in bills), Decimal(0))
    return now, sum((bill.after(amount) for bill, amount in bills), Decimal(0))


def _contact(one: Contact) -> str:
    said = f": “{one.note}”" if one.note else ""
    state = "Settled." if one.is_settled else "Not settled yet."
    what = f"{name(one.topic).lower()} by {one.channel}"
    return f"Customer contact: {what}, {instant(one.opened_at, zone())}{said}. {state}"


def _law(law: LegalDeadline) -> str:
    return f"By law ({law.pack}), until {instant(law.until, zone())} {LAW[law.figure]}."
