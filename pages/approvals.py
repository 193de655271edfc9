"""Approvals, which answers: should this change go out."""

from __future__ import annotations

import streamlit as st

from core.api import Approvals, ControlCard
from dashboard import queries, session
from dashboard.components import states
from dashboard.components.head import page_head
from dashboard.format import count
from dashboard.panels import approvals
from dashboard.panels.gaps import stale
from dashboard.panels.words import times_in


def main() -> None:
    """Draw what waits on the left, one proposal on the right, and what was decided last."""
    read = queries.load("approvals", queries.approvals)
    shown = read.value
    facts = (f"{count(len(shown.waiting))} waiting",) if shown else ()
    page_head("Approvals", *facts, times_in())
    states.told(session.told())
    stale(read)
    if shown:
        _draw(shown)


def _draw(shown: Approvals) -> None:
    focused = approvals.focus(shown)
    if not shown.waiting:
        with st.container(border=True):
            states.nothing("No approvals waiting", approvals.last_decision(shown))
    if focused:
        cards = _cards()
        grid = st.grid(2, min_column_width=470)
        with grid.cell():
            if shown.waiting:
                approvals.waiting_grid(shown, focused)
        with grid.cell():
            approvals.proposal_card(focused, cards, shown.now)
    if shown.decided:
        approvals.decided_card(shown.decided)


def _cards() -> dict[str, ControlCard]:
    """Return the cards of controls by id; before the first run no threshold can wait."""
    stand = queries.stand().value
    if stand is None:
        return {}
    read = queries.load("cards", lambda: queries.control_cards(queries.pin(stand)))
    stale(read)
    return {card.control_id: card for card in read.value or ()}


main()
