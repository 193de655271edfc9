"""What bills, payments, usage and zones of an account are called. Reads nothing and draws nothing."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from babel import Locale

from core.api import AccountHead, Bill, BillLine, LineState, PaymentRow
from dashboard.components.badges import Badge
from dashboard.format import LOCALE, Tone, count, dates, name, size

KINDS = {
    "recurring": "Plan and add-ons",
    "usage": "Usage at home",
    "roaming": "Roaming",
    "one_off": "One-off",
    "discount": "Discounts",
    "adjustment": "Corrections",
    "tax": "Tax",
}
SERVICES = {"data": "Data", "voice": "Voice", "sms": "SMS", "iot": "IoT"}
BILL_STATES: dict[str, tuple[str, Tone]] = {
    "open": ("Not billed yet", "gray"),
    "draft": ("Draft", "blue"),
    "issued": ("Issued", "gray"),
    "paid": ("Paid", "green"),
    "overdue": ("Overdue", "red"),
    "disputed": ("Disputed", "orange"),
    "void": ("Void", "gray"),
}
PAYMENT_TONES: dict[str, Tone] = {
    "succeeded": "green",
    "failed": "red",
    "pending": "orange",
    "refunded": "gray",
    "chargeback": "red",
}
LINE_STATES: dict[LineState, tuple[str, Tone]] = {
    "equal": ("As it should be", "green"),
    "different": ("Billed otherwise", "orange"),
    "missing": ("Not billed", "red"),
    "extra": ("Should not be billed", "red"),
    "corrected": ("Put right", "blue"),
    "unchecked": ("Not checked", "gray"),
}
WHY: dict[LineState, str] = {
    "equal": "The bill has what the price list and the usage lead to.",
    "different": "The bill has another amount than the price list and the usage lead to.",
    "missing": "This is due, and billing has no line for it.",
    "extra": "Nothing that is due stands behind this line.",
    "corrected": "The line is wrong, and a correction has put it right.",
    "unchecked": "No price rule says what this line should be, or not all that it depends on is in yet.",
}
ACCOUNT_TONES: dict[str, Tone] = {"active": "green", "suspended": "orange", "closed": "gray"}


def title_of(head: AccountHead) -> str:
    """Return the account's name, else its id."""
    return head.name or head.account_id


def language_of(head: AccountHead) -> str | None:
    """Return the customer's language in words, as it stands where it is not one that we know."""
    if head.language is None:
        return None
    try:
        return Locale.parse(head.language).get_language_name(LOCALE) or head.language
    except ValueError:
        return head.language


def bill_days(bill: Bill, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and the last day of a bill's cycle where the operator is."""
    first = bill.cycle_start.astimezone(zone).date()
    return first, (bill.cycle_end.astimezone(zone) - timedelta(microseconds=1)).date()


def bill_title(bill: Bill, zone: ZoneInfo) -> str:
    """Return a bill's cycle as days, as "1 – 31 Oct 2026"."""
    return dates(*bill_days(bill, zone))


def bill_badge(bill: Bill) -> Badge:
    """Return the state of a bill."""
    return Badge(*BILL_STATES.get(bill.status, (name(bill.status), "gray")))


def payment_badge(payment: PaymentRow) -> Badge:
    """Return the state of a payment, and why it failed."""
    words = "refund" if payment.is_refund else payment.status
    reason = f"{words}: {name(payment.failure_code).lower()}" if payment.failure_code else words
    return Badge(name(reason), PAYMENT_TONES.get(payment.status, "gray"))


def quantity(service: str, number: int) -> str:
    """Return an amount of usage in the unit of its service, as "12 min 30 s", "3 messages" or "2.4 GB"."""
    if service == "voice":
        minutes, seconds = divmod(number, 60)
        parts = (f"{minutes:,} min" if minutes else "", f"{seconds} s" if seconds or not minutes else "")
        return " ".join(filter(None, parts))
    return count(number, "message") if service == "sms" else size(number)


def zone_title(zone: str) -> str:
    """Return the name of a roaming zone, home among them."""
    if zone in {"home", "unknown"}:
        return "At home" if zone == "home" else "Place unknown"
    return zone.upper() if len(zone) == 2 else name(zone)


def line_title(line: BillLine) -> str:
    """Return what a line is for, as "Voice, World-1", "Solo M" or "Tax"."""
    if line.kind == "usage":
        place = zone_title(line.zone) if line.zone else ""
        words = (SERVICES.get(line.service or "", "Usage"), "at home" if line.zone == "home" else place)
        return ", ".join(filter(None, (*words, "estimated" if line.is_estimate else "")))
    if line.kind == "adjustment":
        return f"Correction: {line.reason}" if line.reason else "Correction"
    return line.name or (name(line.reason) if line.reason else KINDS.get(line.kind, name(line.kind)))


def line_why(line: BillLine) -> str:
    """Return in a sentence how a line stands; who made it, where that was a person."""
    if line.kind == "tax" and line.state == "different":
        return "Tax follows from the lines that differ."
    by = f" Keyed in by {line.created_by}." if line.created_by != "system" else ""
    return f"{WHY[line.state]}{by}"
