"""What somebody can do here: told once on the first visit, and always to those whom no case concerns."""

from __future__ import annotations

import streamlit as st

from core.api import Actor
from dashboard import session
from dashboard.components.head import card, note
from dashboard.markup import draw, element
from dashboard.navigation import ENTRIES, is_open, link
from dashboard.panels.roles import role_title

ANSWERS = {
    "triage": "Which case next, and is it real?",
    "approvals": "Should this change go out?",
    "account": "What is going on with this customer?",
    "data-quality": "Can I trust today's numbers?",
    "audit": "Who did what, when, why?",
    "rules": "What flags cases, and how well?",
    "people": "Who may sign in, and as what?",
}
"""The question that each page answers."""

WIDTH = 720


def welcome(actor: Actor) -> None:
    """Greet somebody on their first visit: who they are here, and where to begin."""
    if not session.address(session.WELCOME):
        return
    with card(f"Welcome, {actor.name}", role_title(actor.role), key="welcome"):
        _ways()
        note("What you look at, decide and change is kept in the audit trail with your name.")
        st.button("Got it", key="welcome-over", on_click=session.go, kwargs={session.WELCOME: None})


def places(actor: Actor) -> None:
    """Show the pages of somebody who works on no case."""
    if session.address(session.WELCOME):
        return
    with st.container(width=WIDTH), card("Your pages", role_title(actor.role)):
        _ways()


def _ways() -> None:
    with st.container(gap="xxsmall"):
        for entry in ENTRIES[1:]:
            if not is_open(entry):
                continue
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                link(entry.url_path, entry.title)
                draw(element("p", ANSWERS.get(entry.url_path, ""), css="ra-note"), "content")
