"""What pages say when there is no run, no case, no hit, or a read has failed; each its own sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from core.api import RIGHTS, VIEWS, CaseFilter, Right, granted_by
from dashboard import session
from dashboard.components import states
from dashboard.components.head import page_head
from dashboard.format import count, instant, zone_name
from dashboard.markup import draw, element
from dashboard.panels.roles import role_title
from dashboard.queries import Loaded


def no_run(stand: Loaded[Any]) -> None:
    """Say that nothing has been run yet and how to change that, or that the store did not answer."""
    if stand.reference:
        stale(stand)
        return
    with _gap("No run yet", "The figures appear after the first assurance run over your data:"):
        st.code("assay run DATASET", language=None, width="content")


def no_right(page: str, right: Right) -> None:
    """Say which right the page takes, who has it and who gives it."""
    page_head(page)
    roles = ", ".join(role_title(role).lower() for role in granted_by(right))
    why = f"It takes the right “{RIGHTS[right].allows}”. Roles with it: {roles}. An administrator gives them."
    if session.assay().may(right):
        why = "It shows every customer, and you may see some segments only. An administrator changes that."
    with st.container(border=True):
        states.nothing("This page is not open to your role", why)


def not_signed_in() -> None:
    """Say that nobody is signed in here any more, with the way back to this very page."""
    page_head("Signed out")
    back = "/sign-in?" + urlencode({"next": session.whole_address()})
    way = element("a", "Sign in", href=back, target="_self", css="ra-link")
    with st.container(border=True), states.empty("You are signed out", "A session ends after a while."):
        draw(way, "content")


def no_cases(chosen: CaseFilter, everywhere: int) -> None:
    """Say why the list is empty and offer the one useful next step."""
    if chosen.text:
        with _gap(f"Nothing found for “{chosen.text}”", "The search looks at case, account and subject."):
            _step("Clear search", session.SEARCH)
    elif chosen != CaseFilter(view=chosen.view):
        title = VIEWS[chosen.view].title
        with _gap("No cases match these filters", f"The view {title} without them may hold some."):
            _step("Clear filters", session.SEVERITY, session.STATUS, session.ISSUE, session.CAUSE)
    elif everywhere:
        with _gap("No cases in this view", f"{count(everywhere, 'case')} in all of the queue."):
            _step("Show all", session.VIEW)
    else:
        with st.container(border=True):
            states.nothing("No open cases", "The last run found nothing that needs a person.")


def no_case(case_id: str) -> None:
    """Say that the address names a case that does not exist."""
    with _gap(f"There is no case {case_id}", "The link may be mistyped, or of another installation."):
        _step("Show the first case", session.CASE)


def not_loaded(what: str, read: Loaded[Any]) -> None:
    """Say in its own place that one part of a page did not load, and offer to try again."""
    zone = session.zone()
    at = f"{instant(read.read_at, zone)} {zone_name(read.read_at, zone)}"
    states.failure(f"{what} did not load on {at}.", "Other data is current.", read.reference or "")
    st.button("Retry", key=f"retry-{read.reference}", icon=":material/refresh:")


def no_account(account_id: str) -> None:
    """Say that the address names an account that no data knows."""
    with _gap(f"There is no account {account_id}", "The link may be mistyped, or of another installation."):
        _step("Find another", session.ACCOUNT)


@contextmanager
def _gap(what: str, why: str) -> Iterator[None]:
    with st.container(border=True), states.empty(what, why):
        yield


def _step(label: str, *clears: str) -> None:
    st.button(label, key=f"step-{clears[0]}", on_click=session.go, kwargs=dict.fromkeys(clears))


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
