"""The tabs under an account; only the open one is drawn. Reads nothing."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.api import AccountView
from dashboard import session
from dashboard.format import count
from dashboard.panels.account_bills import bills_table
from dashboard.panels.account_dealings import case_list, contacts, payments_table
from dashboard.panels.account_usage import usage_table

TABS: dict[str, Callable[[AccountView], None]] = {
    "bills": bills_table,
    "usage": usage_table,
    "payments": lambda view: payments_table(view, view.payments),
    "contacts": contacts,
    "cases": case_list,
}


def tabs(view: AccountView, lines: Callable[[], None]) -> None:
    """Draw the tabs and what is under the one that the address asks for; ``lines`` draws the first."""
    titles = {
        "lines": "Lines of the bill",
        "bills": f"Bills {count(len(view.bills))}",
        "usage": "Usage",
        "payments": f"Payments {count(len(view.payments))}",
        "contacts": f"Contacts {count(len(view.contacts))}",
        "cases": f"Cases {count(view.open_cases)}",
    }
    asked = session.address(session.TABS)
    chosen = asked if asked in TABS else "lines"
    drawn = st.tabs(
        list(titles.values()),
        default=titles[chosen],
        key=session.widget(session.TABS, titles[chosen]),
        on_change=session.follow(session.TABS, words={title: key for key, title in titles.items()}),
    )
    for tab, key in zip(drawn, titles, strict=True):
        if key == chosen:
            with tab:
                TABS[key](view) if key in TABS else lines()
