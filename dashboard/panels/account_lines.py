"""The lines of one bill beside what they should be, and what led to the one in focus. Reads nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from core.api import AccountReview, AccountView, Bill, BillLine, BillReview
from dashboard import session
from dashboard.components import states
from dashboard.components.badges import Badge, badges
from dashboard.components.grid import ROW_HEIGHT, grid_height
from dashboard.components.head import note
from dashboard.components.tables import Cell, Column, table
from dashboard.format import NOTHING, count, currency_symbol, instant, money, money_change, to_the_cent
from dashboard.markup import draw, element, plain
from dashboard.navigation import link
from dashboard.panels.account_words import LINE_STATES, bill_title, line_title, line_why, quantity
from dashboard.panels.gaps import not_loaded
from dashboard.panels.words import at_stake, issue
from dashboard.queries import Loaded

ROWS_IN_SIGHT = 12
DIFFERING = frozenset({"missing", "extra", "different"})
FOCUS_ROW = {False: "background-color: #F3F2FF", True: "background-color: #1D1B3F"}
ALERT_ROW = {False: "background-color: #FFF4E8", True: "background-color: #35220F"}
ORDER = {"usage": 1, "tax": 2}
SHOWN = {"all": "All lines", "differing": "Only what differs"}


def bill_lines(view: AccountView, bill: Bill | None, read: Loaded[AccountReview]) -> None:
    """Draw the bill's lines on the left, those that differ first, and the focused one on the right."""
    if read.value is None:
        not_loaded("The lines of the bill", read)
        return
    review = read.value.bills.get(bill.cycle) if bill else None
    if bill is None or review is None:
        states.quiet("There are no lines here so far.")
        return
    only = session.address(session.LINES) == "differing" and review.differing > 0
    lines = sorted(review.lines, key=_place)
    lines = [line for line in lines if line.state in DIFFERING or not only]
    focused = next((line for line in lines if line.line_id == session.address(session.LINE)), lines[0])
    _head(view, bill, review, only)
    grid = st.grid(3, min_column_width=375)
    with grid.cell(column_span=2):
        _grid(lines, focused, view)
        if review.of > len(review.lines):
            note(f"The {count(len(review.lines))} lines of {count(review.of)} that matter most.")
    with grid.cell(), st.container(border=True, gap="small", key="line"):
        _explained(focused, view)


def _place(line: BillLine) -> tuple[bool, int, datetime]:
    """Return what lines are sorted by: what differs, then fees before usage and tax last, then when."""
    return line.state not in DIFFERING, ORDER.get(line.kind, 0), line.period_start


def _head(view: AccountView, bill: Bill, review: BillReview, only: bool) -> None:
    draw(element("p", _verdict(view, bill, review), css="ra-summary"))
    about = [case for case in view.cases if case.cycle == bill.cycle]
    if about:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            draw(element("span", "Open cases on this bill:", css="ra-note"), "content")
            for case in about:
                link("triage", f"{plain(issue(case))} {plain(at_stake(case))}", case=case.case_id)
    counts = {"all": review.of, "differing": review.differing}
    st.segmented_control(
        "Lines",
        list(SHOWN),
        format_func=lambda shown: f"{SHOWN[shown]} {count(counts[shown])}",
        key=session.widget(session.LINES, "differing" if only else "all"),
        on_change=session.follow(session.LINES, session.LINE),
        required=True,
        disabled=not review.differing,
        label_visibility="collapsed",
    )


def _verdict(view: AccountView, bill: Bill, review: BillReview) -> str:
    title, currency = bill_title(bill, ZoneInfo(view.timezone)), view.head.currency
    lines = count(review.of, "line")
    tax = "before tax" if bill.status == "open" else "with tax"
    if not review.differing:
        total = money(review.billed, currency)
        return f"{title}: {lines}, {total} {tax}, each as the price list and the usage in billing say."
    less = review.expected - review.billed
    way = "too low" if less > 0 else "too high"
    whole = "The charges so far are" if bill.status == "open" else "The bill is"
    apart = money(abs(less), currency)
    return f"{title}: {count(review.differing)} of {lines} differ. {whole} {apart} {way}, {tax}."


def _grid(lines: Sequence[BillLine], focused: BillLine, view: AccountView) -> None:
    ids = [line.line_id for line in lines]
    position = ids.index(focused.line_id)
    session.show_rows(session.LINE_GRID, ids)
    session.point_at(session.LINE_GRID, position, "Line")
    symbol = currency_symbol(view.head.currency)
    number = st.column_config.NumberColumn
    st.dataframe(
        _styled(_frame(lines, view.head.currency), lines, position),
        key=session.LINE_GRID,
        on_select=_focus_clicked,
        selection_mode="single-cell",
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=grid_height(len(lines), ROWS_IN_SIGHT),
        column_config={
            "Line": st.column_config.TextColumn(width="medium"),
            "Quantity": st.column_config.TextColumn(alignment="right"),
            **{
                head: number(f"{head} ({symbol})", format="%,.2f", alignment="right")
                for head in ("Billed", "Expected", "Difference")
            },
        },
        placeholder=NOTHING,
        alt="Lines of the bill: what, when, how much, billed, expected and the difference",
    )


def _focus_clicked() -> None:
    line_id = session.clicked_row(session.LINE_GRID)
    if line_id is not None:
        session.go(**{session.LINE: line_id})


def _frame(lines: Sequence[BillLine], currency: str) -> pd.DataFrame:
    def shown(amount: Decimal | None) -> float | None:
        return None if amount is None else float(to_the_cent(amount, currency))

    zone, holders = session.zone(), [line.subscription_id for line in lines]
    return pd.DataFrame(
        {
            "Line": [line_title(line) for line in lines],
            **({"Subscription": holders} if len({*holders} - {None}) > 1 else {}),
            "When": [instant(line.period_start, zone) for line in lines],
            "Quantity": [quantity(line.service, line.quantity) if line.service else None for line in lines],
            "Billed": [shown(line.billed) for line in lines],
            "Expected": [shown(line.expected) for line in lines],
            "Difference": [shown(line.difference or None) for line in lines],
        }
    )


def _styled(frame: pd.DataFrame, lines: Sequence[BillLine], position: int) -> Styler:
    dark = session.is_dark()

    def look(row: pd.Series) -> list[str]:
        tint = ALERT_ROW[dark] if lines[int(str(row.name))].state in DIFFERING else ""
        return [FOCUS_ROW[dark] if row.name == position else tint] * len(row)

    return frame.style.apply(look, axis=1)


def _explained(line: BillLine, view: AccountView) -> None:
    currency = view.head.currency
    words, tone = LINE_STATES[line.state]
    draw(element("h2", line_title(line), css="ra-case-title"))
    draw(badges(Badge(words, tone), lead=instant(line.period_start, session.zone())))
    columns = (Column(""), Column("Billed", "num"), Column("Expected", "num"), Column("Difference", "num"))
    row = (
        Cell("Before tax" if line.kind != "tax" else "Tax", None),
        money(line.billed, currency),
        money(line.expected, currency),
        money_change(line.difference, currency) if line.expected is not None else NOTHING,
    )
    draw(table(columns, [row], label="The line, billed and expected"))
    draw(element("p", line_why(line), css="ra-summary"))
    if line.explanation:
        head = "How it should be priced" if line.state in DIFFERING else "How it was priced"
        draw(element("h3", head, css="ra-section"))
        draw(element("ul", *(element("li", told) for told in line.explanation.sentences), css="ra-told"))
        with st.expander("Every step", key="line-steps"):
            _steps(line)
    note(f"Record {line.record_id}" if line.state == "missing" and line.record_id else f"Line {line.line_id}")


def _steps(line: BillLine) -> None:
    assert line.explanation is not None
    columns = (Column("Step"), Column("Before", "num"), Column("After", "num"))
    rows = [
        (Cell(step.name.capitalize(), step.what), step.before or "", step.after or "")
        for step in line.explanation.steps
    ]
    draw(table(columns, rows, label="Steps to the amount"))
