"""Audit trail, which answers: who did what, when, why."""

from __future__ import annotations

import streamlit as st

from core.api import AuditQuery
from dashboard import queries, session
from dashboard.components import states
from dashboard.components.head import page_head
from dashboard.format import count
from dashboard.panels import audit_filters, audit_trail
from dashboard.panels.gaps import stale
from dashboard.panels.words import times_in


def main() -> None:
    """Draw whether the trail holds, then its entries and the one in focus."""
    query, part = audit_filters.selection(), session.address_number(session.PAGE)
    read = queries.load("audit", lambda: queries.audit_trail(session.assay().sight, query, part))
    facts = (count(read.value.total, "entry", "entries"),) if read.value else ()
    page_head("Audit trail", *facts, times_in())
    place = states.waiting(64)
    _toolbar(query)
    stale(read)
    focused = audit_trail.focus(read.value) if read.value else None
    if read.value and read.value.entries:
        audit_trail.trail_grid(read.value, focused)
        audit_trail.pager(read.value)
    elif read.value:
        audit_trail.nothing_found(query)
    found, at = queries.audit_state(session.assay().sight)
    with place.container(border=True, horizontal=True, vertical_alignment="center"):
        audit_trail.state_line(found, at)
    if focused:
        audit_trail.entry_card(focused, found, session.asking())


def _toolbar(query: AuditQuery) -> None:
    choices = queries.load("audit choices", lambda: queries.audit_choices(session.assay().sight))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        audit_filters.toolbar(*(choices.value or ((), (), ())))
        if session.assay().may("audit.export"):
            audit_trail.csv_button(query, session.asking())


main()
