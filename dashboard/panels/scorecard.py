"""The scorecard: streams by dimension, and what stands behind one score. Computes no score."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from core.api import DIMENSIONS, FindingView, QualityCell, QualityCheck
from dashboard import session
from dashboard.components import states
from dashboard.components.badges import Badge, badges
from dashboard.components.grid import ROW_HEIGHT, grid_height
from dashboard.components.head import card, note
from dashboard.components.tables import Cell, Column, Row, table
from dashboard.format import NOTHING, Tone, count, day, money, name
from dashboard.markup import draw
from dashboard.navigation import link
from dashboard.panels.values import shown
from dashboard.panels.words import stream_title

ROWS_IN_SIGHT = 10
WATCH, ACT = Decimal("0.999"), Decimal("0.99")
"""Below the first a score is worth a look, below the second it needs somebody."""

DEFINITION = (
    "Share of the judged rows that a check finds nothing wrong with; a score is that of the "
    "stream's worst check in that dimension. ▲ watch below 99.9 %, ■ act below 99 %. "
    "A dash: no check could judge."
)
TINTS = {
    "act": {
        False: "background-color: #FEF0EE; color: #B42318",
        True: "background-color: #3A1A1A; color: #FDA29B",
    },
    "watch": {
        False: "background-color: #FFF4E8; color: #B54708",
        True: "background-color: #35220F; color: #FDBA74",
    },
}
FOCUS = {
    False: "background-color: #4338CA; color: #FFFFFF",
    True: "background-color: #9C99FF; color: #0F1420",
}
TONES: dict[str, Tone] = {"act": "red", "watch": "orange", "good": "green", "none": "gray"}


def score_grid(cells: Sequence[QualityCell], focused: QualityCell | None) -> None:
    """Draw the scorecard; a click or the arrow keys choose the score to look behind."""
    streams = _worst_first(cells)
    by_place = {(cell.stream, cell.dimension): cell for cell in cells}
    with card("Scorecard", "share of judged rows with nothing wrong"):
        session.show_rows(session.SCORE_GRID, streams)
        st.dataframe(
            _styled(_frame(streams, by_place), _place(streams, focused)),
            key=session.SCORE_GRID,
            on_select=_choose,
            selection_mode="single-cell",
            hide_index=True,
            row_height=ROW_HEIGHT,
            height=grid_height(len(streams), ROWS_IN_SIGHT),
            column_config={name(each): st.column_config.TextColumn(width=118) for each in DIMENSIONS},
            alt="Scores by stream and dimension",
        )
        note(DEFINITION)


def focus(cells: Sequence[QualityCell]) -> QualityCell | None:
    """Return the score that the address asks for, else the worst; None when there is none."""
    asked = session.address(session.CELL)
    for cell in cells:
        if f"{cell.stream}.{cell.dimension}" == asked:
            return cell
    return min(cells, key=lambda cell: 2 if cell.score is None else cell.score, default=None)


def behind(cell: QualityCell, currency: str, found: Sequence[FindingView]) -> None:
    """Draw the checks behind a score, since when and how far they find, and some of the rows."""
    with card(f"{stream_title(cell.stream)}: {cell.dimension}", "checks, the worst first", key="behind"):
        draw(
            badges(
                Badge(
                    f"{percentage(cell.score)} {state(cell.score)}".strip(),
                    TONES[state(cell.score) or "none"],
                )
            )
        )
        columns = (
            Column("Check"),
            Column("Judged", "num"),
            Column("Found", "num"),
            Column("Score", "num"),
            Column(f"Net ({currency})", "num"),
            Column("Accounts", "num"),
        )
        rows = [_check_row(check, currency) for check in cell.checks]
        draw(table(columns, rows, label=f"Checks of {stream_title(cell.stream)}, {cell.dimension}"))
        _trend(cell)
        if found:
            _samples(found)
        faults = ",".join(sorted({check.card.fault for check in cell.failing}))
        if faults:
            link("triage", "Show the cases", issue=faults)


def _worst_first(cells: Sequence[QualityCell]) -> list[str]:
    worst: dict[str, Decimal] = {}
    for cell in cells:
        worst[cell.stream] = min(
            worst.get(cell.stream, Decimal(1)), Decimal(1) if cell.score is None else cell.score
        )
    return sorted(worst, key=lambda stream: (worst[stream], stream_title(stream)))


def _frame(streams: Sequence[str], cells: dict[tuple[str, str], QualityCell]) -> pd.DataFrame:
    columns: dict[str, list[str]] = {"Stream": [stream_title(stream) for stream in streams]}
    for dimension in DIMENSIONS:
        columns[dimension.capitalize()] = [_words(cells.get((stream, dimension))) for stream in streams]
    return pd.DataFrame(columns)


def _words(cell: QualityCell | None) -> str:
    if cell is None:
        return ""
    mark = {"act": "■ act ", "watch": "▲ watch "}.get(state(cell.score), "")
    return mark + percentage(cell.score)


def _styled(frame: pd.DataFrame, focused: tuple[int, str] | None) -> Styler:
    dark = session.is_dark()

    def tint(value: object) -> str:
        text = str(value)
        kind = "act" if text.startswith("■") else "watch" if text.startswith("▲") else ""
        return TINTS[kind][dark] if kind else ""

    style = frame.style.map(tint)
    if focused is not None:
        row, column = focused
        style = style.map(lambda _: FOCUS[dark], subset=pd.IndexSlice[[row], [column]])
    return style


def state(score: Decimal | None) -> str:
    """Return what a score calls for: act, watch, good or none."""
    if score is None:
        return "none"
    return "act" if score < ACT else "watch" if score < WATCH else "good"


def percentage(score: Decimal | None) -> str:
    """Return a score as "99.98 %", rounded down, so that only a faultless one reads 100 %."""
    if score is None:
        return NOTHING
    return "100 %" if score == 1 else f"{(score * 100).quantize(Decimal('0.01'), ROUND_FLOOR)} %"


def _place(streams: Sequence[str], cell: QualityCell | None) -> tuple[int, str] | None:
    return None if cell is None else (streams.index(cell.stream), cell.dimension.capitalize())


def _choose() -> None:
    stream, dimension = session.clicked_cell(session.SCORE_GRID)
    if stream is not None and dimension.lower() in DIMENSIONS:
        session.go(**{session.CELL: f"{stream}.{dimension.lower()}"})


def _check_row(check: QualityCheck, currency: str) -> Row:
    one = check.check
    since = f"since {day(check.reach.first_seen, session.zone())}" if check.reach else "nothing found"
    why = one.reason or f"{since}; owner: {check.card.owner}"
    return (
        Cell(check.card.title, why),
        count(one.judged) if one.judged else NOTHING,
        count(one.found) if one.judged else NOTHING,
        percentage(one.score),
        money(one.amount or None, currency),
        count(check.reach.accounts) if check.reach and check.reach.accounts else NOTHING,
    )


def _trend(cell: QualityCell) -> None:
    points = cell.trend
    if len(points) > 1:
        change = (points[-1].score - points[0].score) * 100
        way = (
            "unchanged"
            if not change
            else f"{'up' if change > 0 else 'down'} {abs(change).normalize():f} points"
        )
        note(f"Over {count(len(points), 'run')} since {day(points[0].as_of, session.zone())}: {way}.")


def _samples(found: Sequence[FindingView]) -> None:
    columns = (Column("Row", "code"), Column("What it holds"))
    rows: list[Row] = []
    for view in found:
        for row in view.evidence.rows[:1]:
            where = f"{row.file}, row {row.row:,}" if row.file and row.row else name(row.stream)
            values = " · ".join(f"{name(label)} {shown(value)}" for label, value in row.values[:4])
            rows.append((Cell(view.finding.subject_id, where), values))
    if rows:
        draw(table(columns, rows, label="Some of the rows"))
    else:
        states.quiet("These findings have no rows of their own.")
