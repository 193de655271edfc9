"""Home, which answers: what needs me now."""

from __future__ import annotations

import streamlit as st

from dashboard import queries, session
from dashboard.components.head import page_head
from dashboard.navigation import link
from dashboard.panels import first_visit, watch
from dashboard.panels.figures import figures
from dashboard.panels.gaps import no_run, stale
from dashboard.panels.words import times_in

DUE_FIRST = 8
ROWS_SHOWN = 10


def main() -> None:
    """Draw figures, then what is due, then what keeps the data from being whole."""
    stand, assay = queries.stand(), session.assay()
    if stand.value is None or not assay.may("cases.read"):
        page_head("Home")
        first_visit.welcome(assay.actor)
        if not assay.may("cases.read"):
            first_visit.places(assay.actor)
        if stand.value is None:
            no_run(stand)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        page_head("Home", "What needs somebody now", times_in())
        link("account", "Find an account")
    first_visit.welcome(assay.actor)
    pin = queries.pin(stand.value)
    read = queries.load("home", lambda: queries.home(pin, DUE_FIRST))
    stale(stand, read)
    if read.value is None:
        return
    home = read.value
    figures(stand.value, home)
    grid = st.grid(3, min_column_width=375)
    with grid.cell(column_span=2):
        watch.due_first(home)
    with grid.cell():
        watch.by_severity(home)
        if assay.may("quality.read"):
            watch.sources(home)
    if not (assay.may("quality.read", of_all=True) and assay.may("controls.read")):
        return
    grid = st.grid(2, min_column_width=400)
    with grid.cell():
        watch.controls(home)
    with grid.cell():
        rejected = queries.load("rejected", lambda: queries.rejected_rows(pin, 0, ROWS_SHOWN))
        stale(rejected)
        if rejected.value:
            watch.quarantined(rejected.value)


main()
