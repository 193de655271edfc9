"""The only router: which pages there are, in which order, and how to link to them. Draws no content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core.api import Right
from dashboard import session

FOLDER = Path(__file__).resolve().parent.parent / "pages"


@dataclass(frozen=True)
class Entry:
    """Hold one page: its file in ``pages/``, title, icon, address, and the right that it takes to see it.

    ``of_all`` marks what shows all customers at once.
    """

    file: str
    title: str
    icon: str
    url_path: str
    needs: Right
    of_all: bool = False


ENTRIES: tuple[Entry, ...] = (
    Entry("home.py", "Home", "home", "home", "status.read"),
    Entry("triage.py", "Triage queue", "inbox", "triage", "cases.read"),
    Entry("approvals.py", "Approvals", "order_approve", "approvals", "approvals.read", of_all=True),
    Entry("account.py", "Account 360", "person_search", "account", "accounts.read"),
    Entry("quality.py", "Data quality", "fact_check", "data-quality", "quality.read", of_all=True),
    Entry("audit.py", "Audit trail", "history", "audit", "audit.read", of_all=True),
    Entry("rules.py", "Rules & model", "rule", "rules", "controls.read"),
    Entry("workflows.py", "Workflows", "sync_alt", "workflows", "approvals.read", of_all=True),
    Entry("tokens.py", "Access tokens", "key", "tokens", "tokens.make"),
    Entry("people.py", "People & rights", "group", "people", "people.read"),
)


def page(url_path: str) -> st.Page:
    """Return the page at an address; the first entry is what opens without one."""
    entry = _entry(url_path)
    return st.Page(
        FOLDER / entry.file,
        title=entry.title,
        icon=f":material/{entry.icon}:",
        url_path=entry.url_path,
        default=entry is ENTRIES[0],
    )


def is_open(entry: Entry) -> bool:
    """Return whether the reader may see a page."""
    return session.assay().may(entry.needs, of_all=entry.of_all)


def navigate(opens: Callable[[Entry], bool], closed: Callable[[Entry], None]) -> st.Page:
    """Draw the sidebar's list and return the page that the address asks for.

    A page that the reader may not see is not in the list; its address leads to what ``closed`` draws.
    """
    pages = [page(entry.url_path) if opens(entry) else _shut(entry, closed) for entry in ENTRIES]
    return st.navigation(pages, expanded=True)


def link(url_path: str, label: str, **parameters: str) -> None:
    """Draw a link to a page with what it shall show; the label must be plain Markdown.

    Whoever may not see the page gets the label alone.
    """
    if not is_open(_entry(url_path)):
        st.markdown(label)
        return
    icon = ":material/arrow_forward:"
    st.page_link(page(url_path), label=label, icon=icon, icon_position="right", query_params=parameters)


def _entry(url_path: str) -> Entry:
    return next(entry for entry in ENTRIES if entry.url_path == url_path)


def _shut(entry: Entry, closed: Callable[[Entry], None]) -> st.Page:
    def draw() -> None:
        closed(entry)

    return st.Page(
        draw,
        title=entry.title,
        url_path=entry.url_path,
        default=entry is ENTRIES[0],
        visibility="hidden",
    )
