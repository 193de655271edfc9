"""What a customer came with who waits for an answer, and what of theirs was compared. Reads nothing."""

from __future__ import annotations

from core.api import CaseDetail, Contact, Inquiry
from dashboard import session
from dashboard.components.tables import Cell, Column, Row, table
from dashboard.format import instant, money, name
from dashboard.markup import Html, draw, element, join


def asked(detail: CaseDetail) -> Html:
    """Return the contacts with what agents noted, and the bill that they are about, where one is known."""
    advice = detail.advice
    if advice is None:
        return join()
    found = [_bill(detail)] if advice.bill else []
    if advice.contacts:
        columns = (Column("When"), Column("About"), Column("Noted"), Column("State"))
        rows = [_contact(one) for one in advice.contacts]
        found += [element("h3", "What the customer came with", css="ra-section")]
        found += [table(columns, rows, label="What the customer came with")]
    return join(*found)


def compared(inquiries: tuple[Inquiry, ...]) -> None:
    """Draw what was compared and what came out, and what could not be."""
    draw(element("h3", "What was compared", css="ra-section"))
    rows: list[Row] = [
        (_sentence(one.question), _sentence(one.answer or "could not be compared")) for one in inquiries
    ]
    draw(table((Column("Compared"), Column("Outcome")), rows, label="What was compared"))


def _bill(detail: CaseDetail) -> Html:
    bill = detail.advice.bill if detail.advice else None
    if bill is None:
        return join()
    total = money(bill.total, detail.case.currency)
    state = "contested by the customer" if bill.is_disputed else "the last before they asked"
    since = f", for the cycle from {detail.case.cycle}" if detail.case.cycle else ""
    return element("p", f"Invoice {bill.invoice_id}{since}: {total} with tax, {state}.", css="ra-note")


def _contact(one: Contact) -> Row:
    when = Cell(instant(one.opened_at, session.zone()), f"By {one.channel}, {one.contact_id}")
    return when, name(one.topic), one.note or "", "Settled" if one.is_settled else "Waits"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
