"""Triage queue, which answers: which case next, and is it real."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.api import CaseDetail
from dashboard import queries, session
from dashboard.components.head import page_head
from dashboard.panels import bulk, evidence, one_matter, queue
from dashboard.panels.case_actions import drawers, of_case
from dashboard.panels.case_list import case_grid, list_head, neighbours, pager
from dashboard.panels.case_panel import case_panel
from dashboard.panels.gaps import no_case, no_cases, no_run, stale
from dashboard.panels.words import times_in, totals_line
from dashboard.queries import Pin, QueuePage


def main() -> None:
    """Draw the queue on the left and the focused case on the right."""
    stand = queries.stand()
    if stand.value is None:
        page_head("Triage queue")
        no_run(stand)
        return
    pin, chosen = queries.pin(stand.value), queue.selection()
    read = queries.load("queue", lambda: queries.queue(pin, chosen, queue.sort_key(), queue.part()))
    facts = totals_line(read.value.page.totals) if read.value else ()
    page_head("Triage queue", *facts, times_in())
    counts = queries.load("views", lambda: queries.view_counts(pin)).value or {}
    queue.toolbar(chosen, counts)
    stale(stand, read)
    if read.value:
        _panes(pin, read.value)


def _panes(pin: Pin, shown: QueuePage) -> None:
    page, asked = shown.page, session.address(session.CASE)
    if not page.cases and page.totals.cases:
        session.go(**{session.PAGE: None})  # the link is older than the list, which has become shorter
        st.rerun()
    if not page.cases:
        no_cases(queue.selection(), queries.view_counts(pin).get("all", 0))
        if asked:
            _focused(pin, shown, asked)
        return
    focused = asked or page.cases[0].case_id
    grid = st.grid(2, min_column_width=470)
    with grid.cell():
        bulk.above(page, queries.colleagues)
        list_head(page)
        case_grid(page, focused)
        pager(page)
    with grid.cell():
        _focused(pin, shown, focused)


def _focused(pin: Pin, shown: QueuePage, case_id: str) -> None:
    read = queries.load(f"case {case_id}", lambda: _detail(pin, case_id))
    stood = queries.load(f"standing {case_id}", lambda: queries.case_standing(pin, session.reader(), case_id))
    stale(read, stood)
    if read.value and stood.value:
        case_panel(read.value, stood.value, *neighbours(shown, case_id))
        drawers(of_case(read.value.case, stood.value), queries.colleagues)
        one_matter.drawers(read.value.case, stood.value, queries.merge_offer, queries.all_findings)
    elif not read.reference:
        no_case(case_id)


def _detail(pin: Pin, case_id: str) -> CaseDetail | None:
    detail = queries.case(pin, session.reader(), case_id)
    part = evidence.part()
    if detail is None or part == 1:
        return detail
    return replace(detail, findings=queries.case_findings(pin, session.reader(), case_id, part))


main()
