"""The only router: which pages there are, in which order, and how to link to them. Draws no content."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

FOLDER = Path(__file__).resolve().parent.parent / "pages"


@dataclass(frozen=True)
class Entry:
    """Hold one page: its file in ``pages/``, title, icon and address."""

    file: str
    title: str
    icon: str
    url_path: str


ENTRIES: tuple[Entry, ...] = (
    Entry("home.py", "Home", "home", "home"),
    Entry("triage.py", "Triage queue", "inbox", "triage"),
    Entry("account.py", "Account 360", "person_search", "account"),
    Entry("quality.py", "Data quality", "fact_check", "data-quality"),
    Entry("rules.py", "Rules & model", "rule", "rules"),
)


def page(url_path: str) -> st.Page:
    """Return the page at an address; the first entry is what opens without one."""
    entry = next(entry for entry in ENTRIES if entry.url_path == url_path)
    return st.Page(
        FOLDER / entry.file,
        title=entry.title,
        icon=f":material/{entry.icon}:",
        url_path=entry.url_path,
        default=entry is ENTRIES[0],
    )


def navigate() -> st.Page:
    """Draw the sidebar's list and return the page that the address asks for."""
    return st.navigation([page(entry.url_path) for entry in ENTRIES], expanded=True)


def link(url_path: str, label: str, **parameters: str) -> None:
    """Draw a link to a page with what it shall show; the label must be plain Markdown."""
    icon = ":material/arrow_forward:"
    st.page_link(page(url_path), label=label, icon=icon, icon_position="right", query_params=parameters)
