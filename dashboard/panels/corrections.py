"""Corrections: what is under way, what a person may do about it, what is switched off. Reads nothing."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.api import SWITCHES, Corrections, CorrectionView
from dashboard import correction_commands, session
from dashboard.components import states
from dashboard.components.badges import badges
from dashboard.components.grid import ROW_HEIGHT, grid_height
from dashboard.components.head import card, note
from dashboard.components.tables import Cell, Column, Row, table
from dashboard.format import NOTHING, money
from dashboard.markup import draw, element
from dashboard.navigation import link
from dashboard.panels.correction_words import (
    MOVES,
    STATES,
    next_time,
    order_row,
    state_badge,
    switch_row,
    switch_title,
    what,
    worth,
)

ROWS_IN_SIGHT = 12
_ACCOUNTS = ("detected", "proposed", "approved", "executed", "settled", "reversed", "written_off")


def focus(shown: Corrections) -> CorrectionView | None:
    """Return the correction that the address asks for, else the first that is stuck, else the newest."""
    asked = session.address(session.CORRECTION)
    everything = (*shown.under_way, *shown.ended)
    found = next((one for one in everything if one.correction.correction_id == asked), None)
    stuck = next((one for one in shown.under_way if one.correction.state == "stuck"), None)
    return found or stuck or next(iter(everything), None)


def under_way_grid(shown: Corrections, focused: CorrectionView | None) -> None:
    """Draw what is under way; a click or an arrow key moves the focus."""
    ids = [one.correction.correction_id for one in shown.under_way]
    at = focused.correction.correction_id if focused else ""
    session.show_rows(session.CORRECTIONS_GRID, ids)
    session.point_at(session.CORRECTIONS_GRID, ids.index(at) if at in ids else None, "What is done")
    rows = [
        {
            "What is done": what(one),
            "Stands": STATES[one.correction.state][0],
            "Customer": worth(one),
            "Next": next_time(one, shown.now),
        }
        for one in shown.under_way
    ]
    st.dataframe(
        pd.DataFrame(rows),
        key=session.CORRECTIONS_GRID,
        on_select=_choose,
        selection_mode="single-cell",
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=grid_height(len(ids), ROWS_IN_SIGHT),
        column_config={
            "Customer": st.column_config.TextColumn(alignment="right", width=100),
            "Next": st.column_config.TextColumn(alignment="right", width=84),
        },
        placeholder=NOTHING,
        alt="Corrections under way: what is done, where it stands, what the customer pays, what is next",
    )


def _choose() -> None:
    correction_id = session.clicked_row(session.CORRECTIONS_GRID)
    if correction_id is not None:
        session.go(**{session.CORRECTION: correction_id})


def correction_card(view: CorrectionView) -> None:
    """Draw one correction: its orders with what became of each, and what the reader may do about it."""
    one = view.correction
    with st.container(border=True, gap="small", key="correction"):
        draw(element("h2", f"{what(view)}: {view.issue}", css="ra-case-title"))
        draw(badges(state_badge(view), lead=one.correction_id))
        if one.says:
            draw(
                element("div", one.says, css="ra-alert" if one.state == "stuck" else "ra-note", role="status")
            )
        if one.items:
            columns = (Column("Step"), Column("Stands"), Column("First sent"))
            draw(table(columns, [order_row(item) for item in one.items], label="Steps of the correction"))
        link("triage", "Open the case", case=one.case_id)
        if view.moves:
            _moves(view)


def _moves(view: CorrectionView) -> None:
    one = view.correction
    st.text_area(
        "Reason",
        key=session.reason_key(one.correction_id),
        placeholder="What did you see in the system? Needed for each of these.",
        height=80,
        max_chars=2_000,
    )
    with st.container(horizontal=True, gap="small"):
        for move in view.moves:
            st.button(
                "It is done" if move == "settle" and not one.items else MOVES[move],
                key=f"move-{move}",
                on_click=correction_commands.move,
                args=(one.correction_id, one.version, move),
            )


def switches_card(shown: Corrections, *, may_switch: bool) -> None:
    """Draw what is switched off and by whom; whoever may gets the switches."""
    columns = (Column("Switched off"), Column("By"), Column("Why"))
    with card("Kill switches", key="switches"):
        if shown.switches:
            draw(table(columns, [switch_row(one) for one in shown.switches], label="Kill switches"))
        else:
            states.quiet("Nothing is switched off.")
        if may_switch:
            _switch(shown)


def _switch(shown: Corrections) -> None:
    off = {one.name for one in shown.switches}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.selectbox("Kill switch", SWITCHES, format_func=switch_title, key="w-switch")
        st.text_input("Why", key=session.reason_key("switch"), max_chars=500)
        is_off = name in off
        st.button(
            "Switch on again" if is_off else "Switch off",
            key="switch",
            on_click=correction_commands.switch,
            args=(name, not is_off),
        )
    note("What is switched off is sent to no system; what is out already is asked after and read back.")


def ledger_card(shown: Corrections) -> None:
    """Draw what stands on each account of the ledger, by currency, and that it sums to zero."""
    sums: dict[tuple[str, str], dict[str, str]] = {}
    for one in shown.balances:
        way = "Customers pay more" if one.side == "up" else "Customers pay less"
        place = sums.setdefault((one.currency, way), {})
        place[one.account] = money(one.amount, one.currency) if one.amount else NOTHING
    columns = (Column("Effect"), *(Column(_title(one), "num") for one in _ACCOUNTS))
    rows: list[Row] = [
        (Cell(way, currency), *(place.get(account, NOTHING) for account in _ACCOUNTS))
        for (currency, way), place in sorted(sums.items())
    ]
    with card("Ledger", key="ledger"):
        if not rows:
            states.quiet("Nothing was proposed yet.")
            return
        draw(table(columns, rows, label="Ledger of corrections"))
        note("Each row sums to zero: what was detected is on its way, put right, or written off.")


def _title(account: str) -> str:
    return account.replace("_", " ").capitalize()


def ended_card(shown: Corrections) -> None:
    """Draw what ended last."""
    columns = (Column("Ended"), Column("Issue"), Column("Outcome"), Column("Customer", "num"))
    rows = [
        (what(one), one.issue, Cell(STATES[one.correction.state][0], one.correction.says or None), worth(one))
        for one in shown.ended
    ]
    with card("Ended last", key="ended"):
        draw(table(columns, rows, label="Corrections that ended last"))
