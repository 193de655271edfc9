"""The cases of an incident, and the incident of a case: each a click away. Reads nothing."""

from __future__ import annotations

import streamlit as st

from core.api import Case, CaseDetail
from dashboard import session
from dashboard.format import count
from dashboard.markup import draw, element, plain
from dashboard.panels.words import at_stake, issue, who


def belongs_to(detail: CaseDetail) -> None:
    """Draw the way to the incident that a case belongs to."""
    if detail.parent:
        _go(detail.parent, f"Part of: {plain(issue(detail.parent))}, {count(detail.parent.children, 'case')}")


def inside(detail: CaseDetail) -> None:
    """Draw the first cases of an incident, most at stake first."""
    if not detail.children:
        return
    more = detail.case.children - len(detail.children)
    title = f"{count(detail.case.children, 'case')} with this cause"
    draw(element("h3", title, css="ra-section"))
    with st.container(gap="xxsmall", key="inside"):
        for child in detail.children:
            _go(child, f"{plain(who(child))} · {plain(issue(child))} · {plain(at_stake(child))}")
    if more > 0:
        draw(element("p", f"and {count(more, 'case')} with less at stake", css="ra-note"))


def _go(case: Case, label: str) -> None:
    st.button(
        label,
        key=f"open-{case.case_id}",
        type="tertiary",
        on_click=session.go,
        kwargs={session.CASE: case.case_id, session.PART: None},
    )
