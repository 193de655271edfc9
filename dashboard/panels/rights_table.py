"""What each role may do, and who is signed in now, as tables. Reads nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.api import RIGHTS, ROLES, Assay, SessionView
from dashboard import session
from dashboard.components import states
from dashboard.components.head import card
from dashboard.components.tables import Cell, Column, table
from dashboard.format import instant
from dashboard.markup import draw, element
from dashboard.panels.people import do
from dashboard.panels.roles import role_title

METHODS = {"local": "password", "oidc": "organisation"}


def rights_table() -> None:
    """Draw every right with the roles that have it."""
    columns = (Column("Right"), *(Column(role_title(role)) for role in ROLES))
    rows = [
        (Cell(grant.allows, right), *("✓" if role in grant.roles else "" for role in ROLES))
        for right, grant in RIGHTS.items()
    ]
    with card("What each role may do", "what is not ticked, nobody may", key="rights"):
        draw(table(columns, rows, label="Rights of each role"))


def signed_in(sessions: Sequence[SessionView], names: Mapping[str, str], assay: Assay) -> None:
    """Draw the sessions that are open, each with the way to end it."""
    with card("Signed in now", "newest first"):
        if not sessions:
            states.quiet("Nobody is signed in.")
        for one in sessions:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                draw(element("p", *_said(one, names), css="ra-summary"))
                if assay.may("people.manage"):
                    _end(one, names.get(one.user_id, one.user_id))


def _said(one: SessionView, names: Mapping[str, str]) -> tuple[str, ...]:
    zone = session.zone()
    since, seen = instant(one.started_at, zone), instant(one.seen_at, zone)
    way = METHODS.get(one.method, one.method)
    said = f" by {way}, since {since}, last seen {seen}"
    return element("b", names.get(one.user_id, one.user_id)), element("span", said, css="ra-id")


def _end(one: SessionView, name: str) -> None:
    def work(assay: Assay) -> str:
        assay.revoke_sessions(one.user_id, session_id=one.session_id)
        return f"The session of {name} has ended, from the next click on."

    st.button("End", key=f"end-{one.session_id}", type="tertiary", on_click=do, args=(work,))
