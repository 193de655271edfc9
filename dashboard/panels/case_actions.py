"""What somebody can do about the focused case: the action row and its drawers. Reads nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import streamlit as st

from core.api import CAUSE_PHRASES, Case, CaseStanding, Closing, Colleague, StepKind, WaitsFor
from dashboard import commands, session
from dashboard.components import states
from dashboard.components.head import note
from dashboard.format import name
from dashboard.markup import draw, element
from dashboard.navigation import link
from dashboard.panels.life_words import CLOSINGS, correction_words, undo_words
from dashboard.panels.words import issue, who

CLOSE, SNOOZE, HAND_OVER, REOPEN = "close", "snooze", "hand-over", "reopen"
PROPOSE = "propose"
SNOOZES: dict[str, timedelta] = {
    "4 hours": timedelta(hours=4),
    "1 day": timedelta(days=1),
    "3 days": timedelta(days=3),
    "1 week": timedelta(days=7),
}
WAITS: dict[WaitsFor, str] = {"customer": "Wait for the customer", "partner": "Wait for the partner"}


def actions(case: Case, standing: CaseStanding) -> None:
    """Draw what can be done from where the case stands, and what keeps the reader from the rest."""
    if standing.proposal:
        _waiting(standing, case.currency)
    if standing.barred:
        note(standing.barred)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="case-actions"):
        _open("Propose correction", PROPOSE, "P", "proposed", case, standing, is_primary=True)
        _open("Not an issue", CLOSE, "X", "closed", case, standing)
        _open("Snooze", SNOOZE, "H", "snoozed", case, standing)
        _assign(case, standing)
        _others(case, standing)
    if standing.undo:
        _undo(case, standing)


def _open(
    label: str,
    drawer: str,
    shortcut: str,
    step: StepKind,
    case: Case,
    standing: CaseStanding,
    *,
    is_primary: bool = False,
) -> None:
    """Draw a button that opens a drawer; it stands there, off, where a rule bars it."""
    if step not in standing.open_to_me and not standing.barred:
        return
    st.button(
        label,
        key=f"{'pri-' if is_primary else ''}open-{drawer}",
        type="primary" if is_primary else "secondary",
        shortcut=None if session.drawer() else shortcut,
        disabled=step not in standing.open_to_me,
        on_click=session.open_drawer,
        args=(f"{drawer} {case.case_id}",),
    )


def _assign(case: Case, standing: CaseStanding) -> None:
    if "assigned" not in standing.open_to_me:
        return
    me, seen = session.assay().actor.user_id, {case.case_id: standing.life.version}
    if standing.life.owner_id != me:
        st.button(
            "Assign to me",
            key="assign-me",
            shortcut=None if session.drawer() else "A",
            on_click=commands.assign,
            args=(seen, me),
        )
    st.button(
        "Assign", key="open-hand-over", on_click=session.open_drawer, args=(f"{HAND_OVER} {case.case_id}",)
    )


def _others(case: Case, standing: CaseStanding) -> None:
    """Draw what is there in some states only: wake, wait, go on, open again."""
    seen, life, may = {case.case_id: standing.life.version}, standing.life, standing.open_to_me
    if "woken" in may:
        st.button("Wake", key="wake", on_click=commands.step, args=(seen, "woken"))
    if life.waits_for and "resumed" in may:
        st.button("Let the clock go on", key="resume", on_click=commands.step, args=(seen, "resumed"))
    elif "paused" in may:
        with st.popover("Wait", key="wait"):
            note("The clock stands while the case waits.")
            for whom, label in WAITS.items():
                st.button(label, key=f"wait-{whom}", on_click=commands.wait, args=(seen, whom))
    if "reopened" in may:
        st.button("Open again", key="reopen", on_click=commands.step, args=(seen, "reopened"))


def _undo(case: Case, standing: CaseStanding) -> None:
    if standing.undo is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="undo-bar"):
        draw(element("p", undo_words(standing.undo), css="ra-note"))
        st.button(
            "Undo",
            key="undo",
            type="tertiary",
            shortcut=None if session.drawer() else "Z",
            on_click=commands.undo,
            args=({case.case_id: standing.life.version},),
        )


def _waiting(standing: CaseStanding, currency: str) -> None:
    if standing.proposal is None:
        return
    proposal = standing.proposal.proposal
    words = correction_words(dict(proposal.after), currency)
    said = f" {words[:1].upper()}{words[1:]}. Proposed by {proposal.proposer.name}: {proposal.note}"
    draw(element("div", element("b", "Awaiting approval."), said, css="ra-alert", role="status"))
    if session.assay().may("approvals.read"):
        link("approvals", "Open in Approvals", proposal=proposal.proposal_id)


def simple_drawers(case: Case, standing: CaseStanding, colleagues: tuple[Colleague, ...]) -> None:
    """Draw the open drawer of this case, where it is one of closing, snoozing or handing over."""
    about = session.drawer()
    if about == f"{CLOSE} {case.case_id}":
        _close(case, standing)
    elif about == f"{SNOOZE} {case.case_id}":
        _snooze(case, standing)
    elif about == f"{HAND_OVER} {case.case_id}":
        _hand_over(case, standing, colleagues)


@st.dialog("Not an issue", position="right", width="medium", on_dismiss=session.close_drawer)
def _close(case: Case, standing: CaseStanding) -> None:
    if not _is_open(case, CLOSE):
        st.rerun()
    closing: Closing | None = st.radio(
        "Did the alert deserve it?",
        list(CLOSINGS),
        index=None,
        format_func=CLOSINGS.__getitem__,
        key="closing",
    )
    causes = [None, *sorted(CAUSE_PHRASES, key=CAUSE_PHRASES.__getitem__)]
    cause = st.selectbox(
        "What was really behind it",
        causes,
        format_func=lambda code: CAUSE_PHRASES[code].capitalize() if code else "Not known",
        key="closing-cause",
    )
    _note_field(case, "What did you look at?")
    st.button(
        "Close the case",
        key="pri-close",
        type="primary",
        disabled=closing is None,
        help=None if closing else "Say first whether the alert deserved it",
        on_click=commands.close,
        args=({case.case_id: standing.life.version}, closing, cause),
    )


@st.dialog("Snooze", position="right", width="medium", on_dismiss=session.close_drawer)
def _snooze(case: Case, standing: CaseStanding) -> None:
    if not _is_open(case, SNOOZE):
        st.rerun()
    length = st.radio("For how long", list(SNOOZES), key="snooze-length")
    _note_field(case, "Why, or what you wait for")
    note("It comes back into the queue by itself. Its due time stays as it is.")
    st.button(
        "Snooze",
        key="pri-snooze",
        type="primary",
        on_click=lambda: commands.snooze(
            {case.case_id: standing.life.version}, datetime.now(UTC) + SNOOZES[length]
        ),
    )


@st.dialog("Assign", position="right", width="medium", on_dismiss=session.close_drawer)
def _hand_over(case: Case, standing: CaseStanding, colleagues: tuple[Colleague, ...]) -> None:
    if not _is_open(case, HAND_OVER):
        st.rerun()
    names = {one.user_id: one.name for one in colleagues}
    chosen = st.radio(
        "Who works on it",
        [*names, None],
        format_func=lambda user_id: names[user_id] if user_id else "Nobody in particular",
        key="new-owner",
    )
    st.button(
        "Assign",
        key="pri-assign",
        type="primary",
        on_click=commands.assign,
        args=({case.case_id: standing.life.version}, chosen),
    )


def _is_open(case: Case, drawer: str) -> bool:
    """Draw what a drawer is about; tell whether it is still open, as sending closes it."""
    if session.drawer() != f"{drawer} {case.case_id}":
        return False
    draw(element("p", f"{who(case)} · {issue(case)} · {name(case.case_id)}", css="ra-summary"))
    states.told(session.told())
    return True


def _note_field(case: Case, placeholder: str) -> None:
    st.text_area(
        "Note", key=session.reason_key(case.case_id), placeholder=placeholder, height=90, max_chars=4_000
    )
