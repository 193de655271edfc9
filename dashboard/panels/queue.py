"""What the triage queue is asked for, and the toolbar that asks. Reads nothing."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.api import CAUSE_PHRASES, ISSUE_TITLES, VIEWS, CaseFilter, Severity, SortKey
from dashboard import session
from dashboard.format import count
from dashboard.panels.life_words import STATES

SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")
SORTS: dict[SortKey, str] = {
    "severity": "Severity, then due",
    "due": "Due first",
    "amount": "Most at stake",
    "opened": "Newest",
    "worth": "Most kept a minute",
}


def selection() -> CaseFilter:
    """Return what the address asks the queue for; a word that is no severity or view is left out."""
    asked = session.address_list(session.SEVERITY)
    view = session.address(session.VIEW)
    return CaseFilter(
        view=view if view in VIEWS else "all",
        text=session.address(session.SEARCH),
        severities=tuple(severity for severity in SEVERITIES if severity in asked),
        faults=tuple(fault for fault in session.address_list(session.ISSUE) if fault in ISSUE_TITLES),
        root_causes=tuple(cause for cause in session.address_list(session.CAUSE) if cause in CAUSE_PHRASES),
        within=session.address(session.WITHIN) == "1",
        states=tuple(state for state in STATES if state in session.address_list(session.STATUS)),
    )


def sort_key() -> SortKey:
    """Return the order that the address asks for."""
    asked = session.address(session.SORT)
    return asked if asked in SORTS else "severity"


def part() -> int:
    """Return which page of the list the address asks for, from 1."""
    return session.address_number(session.PAGE)


def toolbar(chosen: CaseFilter, counts: dict[str, int]) -> None:
    """Draw shared views with their counts, search and filters; each writes itself to the address."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            "View",
            list(VIEWS),
            format_func=lambda view: f"{VIEWS[view].title} {count(counts.get(view, 0))}",
            key=session.widget(session.VIEW, chosen.view),
            required=True,
            on_change=session.follow(session.VIEW, session.CASE, session.PAGE),
            label_visibility="collapsed",
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
            st.text_input(
                "Search cases",
                key=session.widget(session.SEARCH, chosen.text),
                type="search",
                placeholder="Case, account, subject",
                on_change=session.follow(session.SEARCH, session.CASE, session.PAGE),
                label_visibility="collapsed",
                width=240,
            )
            narrowed = (chosen.severities, chosen.faults, chosen.root_causes, chosen.states)
            active = sum(map(len, narrowed)) + chosen.within
            label = f"Filters {active}" if active else "Filters"
            with st.popover(label, icon=":material/filter_list:", key="filters"):
                _filters(chosen)


def _filters(chosen: CaseFilter) -> None:
    clears = (session.CASE, session.PAGE)
    st.pills(
        "Severity",
        SEVERITIES,
        format_func=str.capitalize,
        selection_mode="multi",
        key=session.widget(session.SEVERITY, list(chosen.severities)),
        on_change=session.follow(session.SEVERITY, *clears),
    )
    st.pills(
        "Status",
        list(STATES),
        format_func=lambda state: STATES[state][0],
        selection_mode="multi",
        key=session.widget(session.STATUS, list(chosen.states)),
        on_change=session.follow(session.STATUS, *clears),
        help="Without one, what is open and not asleep",
    )
    _inside_incidents(chosen, *clears)
    st.multiselect(
        "Issue",
        sorted(ISSUE_TITLES, key=ISSUE_TITLES.__getitem__),
        format_func=ISSUE_TITLES.__getitem__,
        key=session.widget(session.ISSUE, list(chosen.faults)),
        on_change=session.follow(session.ISSUE, *clears),
    )
    st.multiselect(
        "Cause",
        sorted(CAUSE_PHRASES, key=CAUSE_PHRASES.__getitem__),
        format_func=lambda cause: CAUSE_PHRASES[cause].capitalize(),
        key=session.widget(session.CAUSE, list(chosen.root_causes)),
        on_change=session.follow(session.CAUSE, *clears),
    )
    if replace(chosen, view="all", text="") != CaseFilter():
        narrowing = (session.SEVERITY, session.STATUS, session.ISSUE, session.CAUSE, session.WITHIN)
        nothing = dict.fromkeys((*narrowing, *clears))
        st.button("Clear filters", on_click=lambda: session.go(**nothing))


def _inside_incidents(chosen: CaseFilter, *clears: str) -> None:
    st.toggle(
        "Show cases within incidents",
        key=session.widget(session.WITHIN, chosen.within),
        on_change=session.follow(session.WITHIN, *clears, words={"True": "1", "False": ""}),
    )
