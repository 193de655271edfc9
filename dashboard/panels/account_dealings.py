"""What else was done with an account: payments, conversations, open cases. Reads nothing."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.api import AccountView, Case, PaymentRow
from dashboard import session
from dashboard.components import states
from dashboard.components.badges import badge, severity_pill
from dashboard.components.head import card
from dashboard.components.tables import Cell, Column, Row, table
from dashboard.components.timeline import Moment, timeline
from dashboard.format import count, day, instant, money, name
from dashboard.markup import draw, element, plain
from dashboard.navigation import link
from dashboard.panels.account_words import payment_badge
from dashboard.panels.estimates import expected_card
from dashboard.panels.words import at_stake, issue

LAST = 4
WORST = 3


def what_waits(view: AccountView) -> None:
    """Draw usage that is still to come, the open cases and the newest payments, one under the other."""
    expected_card(view)
    open_cases(view)
    last_payments(view)


def open_cases(view: AccountView) -> None:
    """Draw the account's open cases, the worst first, each a link to itself in the queue."""
    with card("Open cases", "at stake"):
        case_list(view, WORST)


def case_list(view: AccountView, most: int = 20) -> None:
    """Draw the cases, or that there is none and since when that is known."""
    if not view.cases:
        states.quiet(f"No open case. Last check {instant(view.as_of, session.zone())}.")
        return
    for case in view.cases[:most]:
        _case(case)
    if view.open_cases > most:
        link("triage", f"All {count(view.open_cases)} in the queue", q=view.head.account_id)


def _case(case: Case) -> None:
    with st.container(gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            draw(severity_pill(case.severity), 72)
            with st.container():
                link("triage", plain(issue(case)), case=case.case_id)
            draw(element("span", at_stake(case), css="ra-amount"), "content")
        draw(element("p", case.summary, css="ra-note"))


def last_payments(view: AccountView) -> None:
    """Draw the newest payments."""
    with card("Payments", f"last {min(LAST, len(view.payments))}" if view.payments else ""):
        payments_table(view, view.payments[:LAST])


def payments_table(view: AccountView, shown: Sequence[PaymentRow]) -> None:
    """Draw attempts to collect and refunds."""
    if not shown:
        absent = "payments" in view.missing
        states.quiet("The dataset has no payments." if absent else "No payment so far.")
        return
    columns = (Column("When"), Column("State"), Column("Amount", "num"))
    draw(table(columns, [_payment(payment) for payment in shown], label="Payments"))


def _payment(payment: PaymentRow) -> Row:
    when = day(payment.attempted_at, session.zone())
    return (
        Cell(when, f"{name(payment.method)}, {payment.invoice_id or 'no invoice'}"),
        badge(payment_badge(payment)),
        money(payment.amount, payment.currency),
    )


def contacts(view: AccountView) -> None:
    """Draw the conversations with customer care, newest first."""
    if not view.contacts:
        absent = "contacts" in view.missing
        states.quiet("The dataset has no contacts." if absent else "Nobody has been in touch so far.")
        return
    draw(
        timeline(
            [
                Moment(
                    instant(one.opened_at, session.zone()),
                    f"{name(one.topic)} by {one.channel}{f': {one.note}' if one.note else ''}",
                    "Settled" if one.resolved else "Not settled",
                )
                for one in view.contacts
            ]
        )
    )
