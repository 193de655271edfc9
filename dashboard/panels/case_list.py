"""The list of cases and moving through it. Reads nothing: the page hands over what it has read."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from core.api import Case, CasePage
from dashboard import session
from dashboard.components.grid import ROW_HEIGHT, grid_height
from dashboard.components.head import note
from dashboard.format import NOTHING, count, currency_symbol, due_short
from dashboard.panels.queue import SEVERITIES, SORTS, sort_key
from dashboard.panels.words import at_stake, listed, who
from dashboard.queries import PAGE_SIZE, QueuePage

Place = tuple[str, int]
"""A case and the page of the list that it is on."""

ROWS_IN_SIGHT = 16
PILLS = {
    False: ["#FBD5D0", "#FFE3C4", "#F6ECB8", "#E4E8EE"],
    True: ["#6B2420", "#5A3611", "#453B0F", "#2F3A4C"],
}
FOCUS_ROW = {False: "background-color: #F3F2FF", True: "background-color: #1D1B3F"}


WORTH = (
    "What is at stake, times how often people found such cases right, for each minute "
    "that they took. One case in 32 stands at a place drawn by lot, so that what is neglected is seen too."
)


def list_head(page: CasePage) -> None:
    """Draw how much of the queue is in sight and the order; a selectbox, as a grid's menu needs a mouse."""
    first, last = page.offset + 1, page.offset + len(page.cases)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        shown = f"{first:,} to {last:,} of " if page.totals.cases > len(page.cases) else ""
        st.text(f"{shown}{count(page.totals.cases, 'case')}")
        st.selectbox(
            "Order",
            list(SORTS),
            format_func=SORTS.__getitem__,
            key=session.widget(session.SORT, sort_key()),
            on_change=session.follow(session.SORT, session.PAGE),
            label_visibility="collapsed",
            width=170,
        )
    if sort_key() == "worth":
        note(WORTH)


def case_grid(page: CasePage, focused: str | None) -> None:
    """Draw the cases; a click or an arrow key moves the focus, Esc and sorting leave it."""
    ids = [case.case_id for case in page.cases]
    position = ids.index(focused) if focused in ids else None
    session.show_rows(session.QUEUE_GRID, ids)
    session.point_at(session.QUEUE_GRID, position, "Account")
    symbol = currency_symbol(page.totals.currency)
    number = st.column_config.NumberColumn(f"At stake ({symbol})", format="%,.2f", alignment="right")
    one_currency = all(case.currency == page.totals.currency for case in page.cases)
    st.dataframe(
        _styled(_frame(page, one_currency), position),
        key=session.QUEUE_GRID,
        on_select=_focus_clicked,
        selection_mode=["multi-row", "single-cell"],
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=grid_height(len(ids), ROWS_IN_SIGHT),
        column_config={
            "Severity": st.column_config.MultiselectColumn(
                options=[severity.capitalize() for severity in SEVERITIES],
                color=PILLS[session.is_dark()],
                width=78,
            ),
            "At stake": number if one_currency else st.column_config.TextColumn(alignment="right"),
            "Account": st.column_config.TextColumn(width=106),
            "Due in": st.column_config.TextColumn(alignment="right", width=66),
        },
        placeholder=NOTHING,
        alt="Open cases: severity, account, issue, money at stake and time left",
    )


def _focus_clicked() -> None:
    session.keep_ticks(session.QUEUE_GRID)
    case_id = session.clicked_row(session.QUEUE_GRID)
    if case_id is not None:
        session.go(**{session.CASE: case_id, session.PART: None})


def _frame(page: CasePage, one_currency: bool) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Severity": [[case.severity.capitalize()] for case in page.cases],
            "Account": [who(case) for case in page.cases],
            "Issue": [listed(case) for case in page.cases],
            "At stake": [_amount(case) if one_currency else at_stake(case) for case in page.cases],
            "Due in": [due_short(case.due_at, page.now) for case in page.cases],
        }
    )


def _amount(case: Case) -> float | None:
    return float(case.at_stake) or None


def _styled(frame: pd.DataFrame, position: int | None) -> Styler:
    focus = FOCUS_ROW[session.is_dark()]
    return frame.style.apply(lambda row: [focus if row.name == position else ""] * len(row), axis=1)


def pager(page: CasePage) -> None:
    """Draw the pages of the list where there is more than one."""
    pages = -(-page.totals.cases // PAGE_SIZE)
    if pages > 1:
        at = min(page.offset // PAGE_SIZE + 1, pages)
        key = session.widget(session.PAGE, at)
        st.pagination(pages, key=key, on_change=session.follow(session.PAGE, session.CASE, session.PART))


def neighbours(shown: QueuePage, focused: str | None) -> tuple[Place | None, Place | None]:
    """Return the places before and after the focused case, also across the edge of the page."""
    inside = [(case.case_id, shown.part) for case in shown.page.cases]
    places = [
        *((case.case_id, shown.part - 1) for case in shown.before),
        *inside,
        *((case.case_id, shown.part + 1) for case in shown.after),
    ]
    at = next((at for at, (case_id, _) in enumerate(places) if case_id == focused), None)
    if at is None:
        return None, inside[0] if inside else None
    return (places[at - 1] if at else None), (places[at + 1] if at + 1 < len(places) else None)
