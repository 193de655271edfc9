"""What somebody can do about the focused case: the action row and its drawers. Reads nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import streamlit as st

from core.api import CAUSE_PHRASES, Case, CaseStanding, Closing, Colleague, StepKind, WaitsFor
from dashboard import commands, session
from dashboard.components import states
from dashboard.components.act import act
from dashboard.components.head import note
from dashboard.markup import draw, element
from dashboard.navigation import link
from dashboard.panels.life_words import CLOSINGS, COMPLAINT_CLOSINGS, correction_words, undo_words
from dashboard.panels.words import is_complaint, issue, who

CLOSE, SNOOZE, HAND_OVER = "close", "snooze", "hand-over"
MERGE, SPLIT = "merge", "split"
PROPOSE = "propose"
SNOOZES: dict[str, timedelta] = {
    "4 hours": timedelta(hours=4),
    "1 day": timedelta(days=1),
    "3 days": timedelta(days=3),
    "1 week": timedelta(days=7),
}
WAITS: dict[WaitsFor, str] = {"customer": "Wait for the customer", "partner": "Wait for the partner"}


@dataclass(frozen=True)
class Target:
    """Say what a drawer is about: a case, or several that are ticked.

    Parameters
    ----------
    key
        Tells its drawer and its fields from those of others.
    seen
        The version of each case as it was shown, by its id.
    asks
        Whether a customer waits in each, and no finding is behind it.
    """

    key: str
    words: str
    seen: Mapping[str, int]
    asks: bool = False


def actions(case: Case, standing: CaseStanding) -> None:
    """Draw what can be done from where the case stands, and what keeps the reader from the rest."""
    if standing.proposal:
        _waiting(standing, case.currency)
    if standing.barred:
        note(standing.barred)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="case-actions"):
        asks = is_complaint(case)
        propose, close = ("Propose an answer", "Close") if asks else ("Propose correction", "Not an issue")
        _open(propose, PROPOSE, "P", "proposed", case, standing, is_primary=True)
        _open(close, CLOSE, "X", "closed", case, standing)
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
    me, seen = session.assay().actor, {case.case_id: standing.life.version}
    if standing.life.owner_id != me.user_id:
        st.button(
            "Assign to me",
            key="assign-me",
            shortcut=None if session.drawer() else "A",
            on_click=commands.assign,
            args=(seen, me.user_id, me.name),
        )
    _drawer_button("Assign", HAND_OVER, case)


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
    if case.account_id and not is_complaint(case) and "took_in" in may:
        _drawer_button("Merge", MERGE, case)
    if case.findings > 1 and not case.children and "split" in may:
        _drawer_button("Split", SPLIT, case)
    if "reopened" in may:
        st.button("Open again", key="reopen", on_click=commands.step, args=(seen, "reopened"))


def _drawer_button(label: str, drawer: str, case: Case) -> None:
    st.button(label, key=f"open-{drawer}", on_click=session.open_drawer, args=(f"{drawer} {case.case_id}",))


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


def of_case(case: Case, standing: CaseStanding) -> Target:
    """Return one case as what a drawer is about."""
    seen = {case.case_id: standing.life.version}
    return Target(case.case_id, f"{who(case)} · {issue(case)}", seen, is_complaint(case))


def drawers(target: Target, colleagues: Callable[[], Sequence[Colleague]]) -> None:
    """Draw the open drawer of a case or of several, where it is one of closing, snoozing or handing over.

    Parameters
    ----------
    colleagues
        Returns who may be given a case; asked only where it is needed.
    """
    about = session.drawer()
    if about == f"{CLOSE} {target.key}":
        _close(target)
    elif about == f"{SNOOZE} {target.key}":
        _snooze(target)
    elif about == f"{HAND_OVER} {target.key}":
        _hand_over(target, colleagues())


def _close(target: Target) -> None:
    title = "Close the case" if target.asks else "Not an issue"
    drawer = st.dialog(title, position="right", width="medium", on_dismiss=session.close_drawer)
    drawer(_closing)(target)


def _closing(target: Target) -> None:
    if not is_open(target, CLOSE):
        st.rerun()
    others = {one: words for one, words in CLOSINGS.items() if one != "answered"}
    offered = COMPLAINT_CLOSINGS if target.asks else others
    closing: Closing | None = st.radio(
        "Why is nothing to be corrected?" if target.asks else "Did the alert deserve it?",
        list(offered),
        index=None,
        format_func=offered.__getitem__,
        key="closing",
    )
    causes = [None, *sorted(CAUSE_PHRASES, key=CAUSE_PHRASES.__getitem__)]
    cause = st.selectbox(
        "What was really behind it",
        causes,
        format_func=lambda code: CAUSE_PHRASES[code].capitalize() if code else "Not known",
        key="closing-cause",
    )
    field = note_field(target, "What did you look at?")
    act(
        "Close the case" if len(target.seen) == 1 else "Close the cases",
        lambda: commands.close(target.seen, field, closing, cause),
        key="pri-close",
        type="primary",
        disabled=closing is None,
        help=None if closing else "Say first why",
    )


@st.dialog("Snooze", position="right", width="medium", on_dismiss=session.close_drawer)
def _snooze(target: Target) -> None:
    if not is_open(target, SNOOZE):
        st.rerun()
    length = st.radio("For how long", list(SNOOZES), key="snooze-length")
    field = note_field(target, "Why, or what you wait for")
    note("Back in the queue by itself after that. The due time stays as it is.")
    act(
        "Snooze",
        lambda: commands.snooze(target.seen, field, SNOOZES[length]),
        key="pri-snooze",
        type="primary",
    )


@st.dialog("Assign", position="right", width="medium", on_dismiss=session.close_drawer)
def _hand_over(target: Target, colleagues: Sequence[Colleague]) -> None:
    if not is_open(target, HAND_OVER):
        st.rerun()
    names = {one.user_id: one.name for one in colleagues}
    chosen = st.radio(
        "Who works on it",
        [*names, None],
        format_func=lambda user_id: names[user_id] if user_id else "Nobody in particular",
        key="new-owner",
    )
    act(
        "Assign",
        lambda: commands.assign(target.seen, chosen, names.get(chosen or "", "")),
        key="pri-assign",
        type="primary",
    )


def is_open(target: Target, drawer: str) -> bool:
    """Draw what a drawer is about; tell whether it is still open, as sending closes it."""
    if session.drawer() != f"{drawer} {target.key}":
        return False
    draw(element("p", target.words, css="ra-case-title"))
    states.told(session.told())
    return True


def note_field(target: Target, placeholder: str) -> str:
    """Draw the field for a note and return its key."""
    key = session.reason_key(target.key)
    st.text_area("Note", key=key, placeholder=placeholder, height=90, max_chars=4_000)
    return key
