"""Workflows, which answers: what is running, waiting, stuck."""

from __future__ import annotations

import streamlit as st

from core.api import Corrections
from dashboard import queries, session
from dashboard.components import states
from dashboard.components.head import page_head
from dashboard.format import count
from dashboard.panels import corrections
from dashboard.panels.gaps import stale
from dashboard.panels.words import times_in


def main() -> None:
    """Draw what is under way on the left, one correction on the right, and what stops and what came of it."""
    read = queries.load("corrections", queries.corrections)
    shown = read.value
    facts = (f"{count(len(shown.under_way))} under way", f"{count(shown.stuck)} stuck") if shown else ()
    page_head("Workflows", *facts, times_in())
    states.told(session.told())
    stale(read)
    if shown:
        _draw(shown)


def _draw(shown: Corrections) -> None:
    focused = corrections.focus(shown)
    if not shown.under_way:
        with st.container(border=True):
            ended = count(len(shown.ended), "correction")
            states.nothing("Nothing is running", f"{ended} ended last." if shown.ended else "")
    if focused:
        grid = st.grid(2, min_column_width=470)
        with grid.cell():
            if shown.under_way:
                corrections.under_way_grid(shown, focused)
            corrections.switches_card(shown, may_switch=_may_switch())
        with grid.cell():
            corrections.correction_card(focused)
    else:
        corrections.switches_card(shown, may_switch=_may_switch())
    corrections.ledger_card(shown)
    if shown.ended:
        corrections.ended_card(shown)


def _may_switch() -> bool:
    return session.assay().may("cases.approve", of_all=True)


main()
