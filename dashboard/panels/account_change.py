"""Why the bill changed: the way from one total to the next, and which bill is looked at. Reads nothing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

import streamlit as st

from core.api import AccountReview, AccountView, Bill, BillChange
from dashboard import session
from dashboard.components import states
from dashboard.components.head import card_head
from dashboard.components.waterfall import Leg, waterfall
from dashboard.format import money, money_change, to_the_cent
from dashboard.markup import draw
from dashboard.panels.account_words import BILL_STATES, bill_title
from dashboard.panels.gaps import not_loaded
from dashboard.queries import Loaded

TITLE = "Why did the bill change"
ZERO = Decimal(0)


def change_card(view: AccountView, bill: Bill | None, read: Loaded[AccountReview]) -> None:
    """Draw the way to the bill's total under the choice of the bill, or why there is none."""
    with st.container(border=True, gap="small", key="change"):
        if bill is None:
            draw(card_head(TITLE))
            states.quiet("This account has no bill so far.")
            return
        _head(view, bill)
        if read.value is None:
            not_loaded("Why the bill changed", read)
            return
        found = read.value.changes.get(bill.cycle)
        if found is None:
            states.quiet(_why_none(bill))
        elif not found.causes:
            states.quiet(f"Nothing changed: {money(found.after, view.head.currency)}, as on the bill before.")
        else:
            draw(waterfall(list(_legs(found, view, bill))))


def _head(view: AccountView, bill: Bill) -> None:
    """Draw the card's title with the choice of the bill, which the whole page follows."""
    zone = ZoneInfo(view.timezone)
    titles = {one.cycle: f"{bill_title(one, zone)} · {BILL_STATES[one.status][0]}" for one in view.bills}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        draw(card_head(TITLE))
        st.selectbox(
            "Bill",
            list(titles),
            format_func=titles.__getitem__,
            key=session.widget(session.BILL, bill.cycle),
            on_change=session.follow(session.BILL, session.LINE, session.LINES),
            label_visibility="collapsed",
            width=270,
        )


def _why_none(bill: Bill) -> str:
    if bill.status == "open":
        return "This cycle is not billed yet. Choose a bill to see what changed."
    if bill.status == "void":
        return "This bill was voided. Choose another to see what changed."
    return "There is no bill before this one to compare it with."


def _legs(found: BillChange, view: AccountView, bill: Bill) -> Iterator[Leg]:
    """Yield both totals and the causes between them, rounded so that what is shown adds up to the cent."""
    currency, zone = view.head.currency, ZoneInfo(view.timezone)
    billed = [one for one in view.bills if one.cycle_start < bill.cycle_start and one.status != "void"]
    yield Leg(
        "Bill before", bill_title(billed[0], zone), ZERO, found.before, money(found.before, currency), True
    )
    exact = at = found.before
    for cause in found.causes:
        title, _, told = cause.sentence.partition(": ")
        exact += cause.amount
        begin, at = at, to_the_cent(exact, currency)
        yield Leg(title, told[:1].upper() + told[1:], begin, at, money_change(at - begin, currency))
    yield Leg("This bill", _stands(bill, found, view), ZERO, found.after, money(found.after, currency), True)


def _stands(bill: Bill, found: BillChange, view: AccountView) -> str:
    title = bill_title(bill, ZoneInfo(view.timezone))
    if bill.total is None or bill.total == found.after:
        return title
    return f"{title}; the invoice says {money(bill.total, view.head.currency)}, its lines come to this"
