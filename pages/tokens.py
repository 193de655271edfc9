"""Access tokens, which answers: which programs ask in my name, and what may they."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from dashboard import queries, session
from dashboard.components import states
from dashboard.components.head import page_head
from dashboard.format import count
from dashboard.panels import tokens
from dashboard.panels.gaps import stale
from dashboard.panels.words import times_in


def main() -> None:
    """Draw the tokens, the reader's own or for administrators all, and the form that makes one."""
    assay = session.assay()
    read = queries.load("tokens", assay.tokens)
    everybody = queries.load("people", assay.people).value or () if assay.may("people.read") else ()
    known = read.value or ()
    programs = {
        one.person.user_id: one.person.name
        for one in everybody
        if not (one.has_password or one.has_identity or one.person.email or one.person.disabled)
    }
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        page_head(
            "Access tokens",
            count(len(known), "token"),
            "what lets programs ask the decision API",
            times_in(),
        )
        tokens.make_token(assay, programs if assay.may("people.manage") else {})
    states.told(session.told())
    stale(read)
    names = {one.person.user_id: one.person.name for one in everybody}
    tokens.token_list(known, datetime.now(UTC), names)


main()
