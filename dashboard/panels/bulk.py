"""What can be done to the ticked cases of the list at once, and taken back. Reads nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.api import CasePage, Colleague
from dashboard import commands, session
from dashboard.components.head import note
from dashboard.format import count
from dashboard.panels.case_actions import CLOSE, MERGE, SNOOZE, Target, drawers
from dashboard.panels.one_matter import merge_ticked

KEY = "ticked"


def above(page: CasePage, colleagues: Callable[[], Sequence[Colleague]]) -> None:
    """Draw the bar above the list, and the drawer that it has opened, for readers who work on cases."""
    if session.assay().may("cases.work"):
        session.show_rows(session.QUEUE_GRID, [case.case_id for case in page.cases])
        target = _ticked(page)
        _bar(target)
        drawers(target, colleagues)
        merge_ticked(target, page)


def _ticked(page: CasePage) -> Target:
    seen = {one: page.lives[one].version for one in session.ticked(session.QUEUE_GRID) if one in page.lives}
    return Target(KEY, count(len(seen), "case"), seen)


def _bar(target: Target) -> None:
    """Draw what can be done to the ticked cases; the buttons are always there, so that nothing jumps."""
    me, several = session.assay().actor, len(target.seen)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="bulk-bar"):
        st.text(f"{several} selected")
        st.button(
            "Assign to me",
            key="bulk-assign",
            disabled=not several,
            on_click=commands.assign,
            args=(target.seen, me.user_id, me.name),
        )
        for label, drawer, least in (("Snooze", SNOOZE, 1), ("Not an issue", CLOSE, 1), ("Merge", MERGE, 2)):
            st.button(
                label,
                key=f"bulk-{drawer}",
                disabled=several < least,
                on_click=session.open_drawer,
                args=(f"{drawer} {KEY}",),
            )
    done = session.done()
    if done and not several:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="bulk-undo"):
            note(done[0])
            st.button("Undo", key="undo-several", type="tertiary", on_click=commands.undo, args=(done[1],))
