"""Account 360, which answers: what is going on with this customer, and why did the bill change."""

from __future__ import annotations

import streamlit as st

from core.api import AccountView
from dashboard import queries, session
from dashboard.components.head import page_head
from dashboard.components.states import waiting
from dashboard.panels import account_bills, account_change, account_dealings, account_search, account_usage
from dashboard.panels.account_head import facts
from dashboard.panels.account_lines import bill_lines
from dashboard.panels.account_person import title_and_numbers
from dashboard.panels.account_tabs import tabs
from dashboard.panels.gaps import no_account, no_run, stale
from dashboard.panels.words import times_in
from dashboard.queries import HITS, Pin


def main() -> None:
    """Draw the account that the address names, or the way to find one."""
    stand = queries.stand()
    if stand.value is None:
        page_head("Account 360")
        no_run(stand)
        return
    stale(stand)
    pin, account_id = queries.pin(stand.value), session.address(session.ACCOUNT)
    if not account_id:
        _find(pin, session.address(session.SEARCH))
        return
    read = queries.load(f"account {account_id}", lambda: queries.account(pin, session.reader(), account_id))
    if read.value:
        _account(pin, read.value)
    else:
        page_head("Account 360", times_in())
        account_search.search_box()
    stale(read)
    if read.value is None and not read.reference:
        no_account(account_id)


def _find(pin: Pin, text: str) -> None:
    page_head("Account 360", "What is going on with a customer")
    account_search.search_box(width=420)
    if not text:
        cases = queries.load("worst cases", lambda: queries.worst_cases(pin))
        stale(cases)
        account_search.with_open_cases(cases.value or ())
        return
    found = queries.load(f"find {text}", lambda: queries.find_accounts(pin, text))
    stale(found)
    if found.value is not None:
        account_search.hits(text, found.value, HITS)


def _account(pin: Pin, view: AccountView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        with st.container():
            title_and_numbers(view)
        account_search.search_box()
    facts(view)
    bill = account_bills.chosen_bill(view)
    grid = st.grid(3, min_column_width=375)
    with grid.cell(column_span=2):
        change = waiting(height=330)
        account_bills.charges_and_payments(view)
    with grid.cell():
        account_dealings.what_waits(view)
    account_usage.usage_card(view, bill)
    account_id, who = view.head.account_id, session.reader()
    read = queries.load(f"review {account_id}", lambda: queries.account_review(pin, who, account_id))
    with change.container():
        account_change.change_card(view, bill, read)
    tabs(view, lambda: bill_lines(view, bill, read))


main()
