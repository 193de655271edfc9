"""What bills, payments, usage and zones of an account are called. Reads nothing and draws nothing."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from babel import Locale

from core.api import AccountHead, Bill, PaymentRow
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
        return f"{minutes:,} min {seconds:02d} s" if minutes else f"{seconds} s"
    return count(number, "message") if service == "sms" else size(number)


def zone_title(zone: str) -> str:
    """Return the name of a roaming zone, home among them."""
    return "At home" if zone == "home" else zone.upper() if len(zone) == 2 else name(zone)
