"""Finding an account by id, name or number. Reads nothing: the page hands over what was found."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.api import AccountHit, Case
from dashboard import session
from dashboard.components import states
from dashboard.components.badges import Badge, badges, severity_pill
from dashboard.components.head import card
from dashboard.format import count, name
from dashboard.markup import draw, plain
from dashboard.panels.account_words import ACCOUNT_TONES
from dashboard.panels.words import issue, who

WIDTH = 720
OF_ACCOUNT = (session.ACCOUNT, session.BILL, session.LINE, session.LINES, session.SERVICE, session.TABS)


def search_box(width: int = 260) -> None:
    """Draw the search; what is typed leaves the account that is shown."""
    st.text_input(
        "Find account",
        key=session.widget(session.SEARCH, session.address(session.SEARCH)),
        type="search",
        placeholder="Name, account, phone number",
        on_change=session.follow(session.SEARCH, *OF_ACCOUNT),
        label_visibility="collapsed",
        width=width,
    )


def hits(text: str, found: Sequence[AccountHit], limit: int) -> None:
    """Draw what a search found, or that it found nothing; open the only hit."""
    if len(found) == 1:
        session.go(**{session.ACCOUNT: found[0].account_id, session.SEARCH: None})
        st.rerun()
    if not found:
        why = "The search looks at account, name and phone number."
        with st.container(border=True), states.empty(f"No account found for “{text}”", why):
            st.button("Clear search", key="clear-search", on_click=session.go, kwargs={session.SEARCH: None})
        return
    scope = f"the first {limit}" if len(found) == limit else ""
    with st.container(width=WIDTH), card(count(len(found), "account"), scope), st.container(gap="xxsmall"):
        for hit in found:
            _hit(hit)


def _hit(hit: AccountHit) -> None:
    label = " · ".join(map(plain, filter(None, (hit.name, hit.account_id, hit.msisdn))))
    marks = [Badge(name(hit.segment))] if hit.segment else []
    if hit.status:
        marks.append(Badge(name(hit.status), ACCOUNT_TONES.get(hit.status, "gray")))
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        _open(label, hit.account_id)
        draw(badges(*marks), "content")


def _open(label: str, account_id: str) -> None:
    wanted = {session.ACCOUNT: account_id, session.SEARCH: None}
    st.button(label, key=f"open-{account_id}", type="tertiary", on_click=session.go, kwargs=wanted)


def with_open_cases(cases: Sequence[Case]) -> None:
    """Draw, before anything is searched, the accounts whose cases are worst."""
    first = {case.account_id: case for case in reversed(cases) if case.account_id}
    with st.container(width=WIDTH), card("Accounts with open cases", "worst first"):
        if not first:
            states.nothing("No account has an open case", "Search for one by name, account or phone number.")
        for account_id, case in reversed(first.items()):
            with st.container(horizontal=True, vertical_alignment="center", wrap=False):
                draw(severity_pill(case.severity), 72)
                _open(f"{plain(who(case))} · {plain(issue(case))}", str(account_id))
