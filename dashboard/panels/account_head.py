"""Who an account is and its five facts. Reads nothing: the page hands over what it has read."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import streamlit as st

from core.api import AccountView, Bill, PaymentRow, Trip
from dashboard import session
from dashboard.components.badges import Badge, badge
from dashboard.format import NOTHING, SEVERITY_TONES, count, dates, day, instant, money, name, size
from dashboard.markup import Html, draw, element
from dashboard.panels.account_words import (
    ACCOUNT_TONES,
    bill_days,
    language_of,
    payment_badge,
    title_of,
    zone_title,
)
from dashboard.panels.words import times_in

Fact = tuple[str, str, Badge]
UNKNOWN = Badge("Not in this dataset")


def account_title(view: AccountView) -> Html:
    """Return the name with its badges, and the line that says who this is."""
    head = view.head
    facts = (
        head.account_id,
        head.msisdn,
        f"SIM {head.imsi}" if head.imsi else None,
        ", ".join(head.plans[:3]) or None,
        count(head.subscriptions, "line") if head.subscriptions > 1 else None,
        f"customer since {head.opened_at.astimezone(session.zone()):%B %Y}" if head.opened_at else None,
        language_of(head),
        times_in(),
    )
    line = element("p", " · ".join(fact for fact in facts if fact))
    row = element("div", element("h1", title_of(head)), *map(badge, _states(view)), css="ra-badges")
    return element("div", row, line, css="ra-head ra-account")


def _states(view: AccountView) -> list[Badge]:
    head, found = view.head, []
    if head.status:
        found.append(Badge(name(head.status), ACCOUNT_TONES.get(head.status, "gray"), "State in CRM"))
    if view.open_cases:
        found.append(Badge(count(view.open_cases, "open case"), "orange"))
    if head.segment:
        found.append(Badge(name(head.segment)))
    if head.vulnerable:
        found.append(Badge("Vulnerable", "violet", "Never corrected upwards without a person"))
    if head.contact_allowed is False:
        found.append(Badge("Do not contact", "red", "May not be notified proactively"))
    return found


def facts(view: AccountView) -> None:
    """Draw balance, next bill, last payment, last stay abroad and what is open."""
    grid = st.grid(5, min_column_width=190)
    for fact in (_balance(view), _next_bill(view), _last_payment(view), _last_trip(view), _open(view)):
        with grid.cell(), st.container(border=True, gap="xsmall"):
            draw(_fact(*fact))


def _fact(label: str, value: str, context: Badge) -> Html:
    pair = (element("dt", label), element("dd", value, css="ra-value"), element("dd", badge(context)))
    return element("dl", *pair, css="ra-figure ra-fact")


def _balance(view: AccountView) -> Fact:
    definition = "What is still to be collected on issued invoices"
    if view.balance is None:
        return "Balance", NOTHING, UNKNOWN
    late = [bill for bill in view.bills if bill.status == "overdue"]
    if not view.open_invoices:
        context = Badge("Nothing to collect", "green", definition)
    elif late:
        context = Badge(f"{count(len(late), 'bill')} overdue", "red", definition)
    else:
        context = Badge(f"On {count(view.open_invoices, 'bill')}", "orange", definition)
    return "Balance", money(view.balance, view.head.currency), context


def _next_bill(view: AccountView) -> Fact:
    bill = view.next_bill
    if bill is None:
        return "Next bill", NOTHING, Badge("No draft, no open charge")
    return (
        "Next bill",
        money(bill.net if bill.total is None else bill.total, view.head.currency),
        _when(bill, view),
    )


def _when(bill: Bill, view: AccountView) -> Badge:
    if bill.issue_at is None:
        last = bill_days(bill, ZoneInfo(view.timezone))[1]
        return Badge(f"So far, cycle ends {dates(last, last)}", "gray", "Charges on no bill yet, before tax")
    planned = f"The draft is planned to leave on {instant(bill.issue_at, session.zone())}"
    return Badge(f"Draft, leaves {day(bill.issue_at, session.zone())}", "blue", planned)


def _last_payment(view: AccountView) -> Fact:
    if "payments" in view.missing:
        return "Last payment", NOTHING, UNKNOWN
    last = next((payment for payment in view.payments if not payment.is_refund), None)
    if last is None:
        return "Last payment", NOTHING, Badge("None so far")
    return "Last payment", money(last.amount, last.currency), _paid(last)


def _paid(payment: PaymentRow) -> Badge:
    state = payment_badge(payment)
    way = f"{name(payment.method)}, {payment.payment_id}"
    return Badge(f"{state.text}, {day(payment.attempted_at, session.zone())}", state.tone, way)


def _last_trip(view: AccountView) -> Fact:
    if {"mediation_records", "usage_events"} <= view.missing:
        return "Last trip abroad", NOTHING, UNKNOWN
    trip = view.last_trip
    if trip is None:
        return "Last trip abroad", NOTHING, Badge("None known")
    value = (
        size(trip.data_bytes)
        if trip.data_bytes
        else count(trip.sessions, "call or message", "calls, messages")
    )
    return "Last trip abroad", value, _stay(trip)


def _stay(trip: Trip) -> Badge:
    where = ", ".join(map(zone_title, trip.zones[:2]))
    hosts = f" with {', '.join(trip.partners)}" if trip.partners else ""
    return Badge(
        f"{where}, {dates(trip.first_day, trip.last_day)}", "gray", f"{count(trip.sessions)} sessions{hosts}"
    )


def _open(view: AccountView) -> Fact:
    if not view.cases:
        return (
            "Open cases",
            "0",
            Badge("Nothing found", "green", f"Checked {instant(view.as_of, session.zone())}"),
        )
    worst = view.cases[0].severity
    return "Open cases", count(view.open_cases), Badge(f"Worst {worst}", SEVERITY_TONES[worst])
