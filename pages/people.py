"""People and rights, which answers: who may sign in, as what, and who is here now."""

from __future__ import annotations

import streamlit as st

from dashboard import queries, session
from dashboard.components import states
from dashboard.components.head import page_head
from dashboard.format import count
from dashboard.panels import people
from dashboard.panels.gaps import stale
from dashboard.panels.rights_table import rights_table, signed_in
from dashboard.panels.words import times_in


def main() -> None:
    """Draw the people and one of them, their sessions, and what each role may do."""
    assay = session.assay()
    read = queries.load("people", assay.people)
    open_now = queries.load("sessions", assay.sessions)
    everybody, sessions = read.value or (), open_now.value or ()
    here = len({one.user_id for one in sessions})
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        page_head(
            "People & rights", count(len(everybody), "person", "people"), f"{here} signed in", times_in()
        )
        if assay.may("people.manage"):
            people.add_person()
    states.told(session.told())
    stale(read, open_now)
    focused = people.focus(everybody)
    if focused:
        grid = st.grid(2, min_column_width=470)
        with grid.cell():
            people.people_grid(everybody, focused)
        with grid.cell():
            people.person_card(focused, assay)
            signed_in(sessions, {one.person.user_id: one.person.name for one in everybody}, assay)
    rights_table()


main()
