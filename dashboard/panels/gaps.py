"""What pages say when there is no run, no case, no hit, or a read has failed; each its own sentence."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.api import VIEWS, CaseFilter
from dashboard import session
from dashboard.components import states
from dashboard.format import count, instant, zone_name
from dashboard.queries import Loaded


def no_run(stand: Loaded[Any]) -> None:
    """Say that nothing has been run yet and how to change that, or that the store did not answer."""
    if stand.reference:
        stale(stand)
        return
    states.empty("No run yet", "The figures appear after the first assurance run over your data:")
    st.code("assay run DATASET", language=None)


def no_cases(chosen: CaseFilter, everywhere: int) -> None:
    """Say why the list is empty and offer the one useful next step."""
    if chosen.text:
        states.empty(f"Nothing found for “{chosen.text}”", "The search looks at case, account and subject.")
        st.button("Clear search", key="clear-search", on_click=session.go, kwargs={session.SEARCH: None})
        return
    if chosen != CaseFilter(view=chosen.view):
        states.empty("No cases match these filters", f"{VIEWS[chosen.view].title} holds cases without them.")
        cleared = dict.fromkeys((session.SEVERITY, session.ISSUE, session.CAUSE))
        st.button("Clear filters", key="clear-all-filters", on_click=session.go, kwargs=cleared)
        return
    if everywhere:
        states.empty("No cases in this view", f"{count(everywhere, 'case')} in all of the queue.")
        st.button("Show all", key="show-all", on_click=session.go, kwargs={session.VIEW: None})
        return
    states.empty("No open cases", "The last run found nothing that needs a person.")


def no_case(case_id: str) -> None:
    """Say that the address names a case that does not exist."""
    with st.container(border=True):
        states.empty(f"There is no case {case_id}", "The link may be mistyped, or of another installation.")
        st.button("Show the first case", key="first-case", on_click=session.go, kwargs={session.CASE: None})


def stale(*reads: Loaded[Any]) -> None:
    """After a failed read, say since when what is shown stands, and offer to try again."""
    failed = next((read for read in reads if read.reference), None)
    if failed is None or failed.reference is None:
        return
    zone, at = session.zone(), failed.read_at
    kept = f"What is shown was read on {instant(at, zone)} {zone_name(at, zone)}."
    message = kept if failed.value else "Nothing was changed and nothing is lost."
    states.failure("Assay could not read its store.", message, failed.reference)
    st.button("Retry", key=f"retry-{failed.reference}", icon=":material/refresh:")
