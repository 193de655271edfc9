"""Data quality, which answers: can I trust today's numbers."""

from __future__ import annotations

import streamlit as st

from core.api import FlowTotal, Quality
from dashboard import queries, session
from dashboard.components import states
from dashboard.components.head import page_head
from dashboard.panels import scorecard
from dashboard.panels.coverage import coverage_map
from dashboard.panels.flow import chosen, flow_card, gaps_card
from dashboard.panels.gaps import no_run, stale
from dashboard.panels.landed import file_card, landed_files
from dashboard.panels.open_items import open_items_card
from dashboard.panels.words import times_in
from dashboard.queries import Pin


def main() -> None:
    """Draw the scorecard with what is behind one score, then coverage and the files taken in."""
    stand = queries.stand()
    if stand.value is None:
        page_head("Data quality")
        no_run(stand)
        return
    page_head("Data quality", "Can today's numbers be trusted", times_in())
    pin = queries.pin(stand.value)
    read = queries.load("quality", lambda: queries.quality(pin))
    stale(stand, read)
    if read.value:
        _scores(pin, read.value)
    landed = queries.load("files", lambda: queries.file_reports(pin))
    stale(landed)
    if landed.value:
        landed_files(landed.value)
    if session.address(session.FILE):
        _file(pin, session.address(session.FILE))


def _file(pin: Pin, path: str) -> None:
    read = queries.load(f"file {path}", lambda: queries.file_lineage(pin, path))
    stale(read)
    if read.value:
        file_card(read.value)


def _scores(pin: Pin, quality: Quality) -> None:
    currency = quality.run.currency
    focused = scorecard.focus(quality.cells)
    if focused is None:
        states.nothing("No control speaks about this data", "It holds no stream that a control reads.")
        return
    scorecard.score_grid(quality.cells, focused)
    totals = queries.load("flow", lambda: queries.flow(pin, None, None))
    stale(totals)
    flow_card(totals.value or (), currency)
    waiting = queries.load("open items", lambda: queries.open_items(pin))
    stale(waiting)
    open_items_card(waiting.value or (), quality.run.as_of, session.zone())
    grid = st.grid(2, min_column_width=470)
    with grid.cell():
        samples = queries.load("samples", lambda: queries.samples(pin, focused))
        stale(samples)
        scorecard.behind(focused, currency, samples.value or ())
    with grid.cell():
        if totals.value:
            _gaps(pin, totals.value, currency)
        coverage_map(quality.areas, currency)


def _gaps(pin: Pin, totals: tuple[FlowTotal, ...], currency: str) -> None:
    point, by = chosen(totals)
    gaps = queries.load("gaps", lambda: queries.flow(pin, by, point))
    stale(gaps)
    gaps_card(point, by, gaps.value or (), currency)


main()
