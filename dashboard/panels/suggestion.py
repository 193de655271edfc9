"""What verdicts say of a control's thresholds: a draft to open as a proposal, or to dismiss. Sets nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.api import ControlCard, Suggestion, ThresholdAdvice, ThresholdReview
from dashboard import commands, queries, rule_queries, session
from dashboard.components import states
from dashboard.components.act import act
from dashboard.components.badges import Badge, badges
from dashboard.components.head import note
from dashboard.format import count, day
from dashboard.markup import draw, element, join, plain
from dashboard.navigation import link
from dashboard.panels import suggestion_words as words
from dashboard.panels.gaps import stale
from dashboard.queries import Pin

DISMISS = "dismiss"
LINKS = 8
SHOWN = 10

Draft = Callable[[Suggestion], None]
"""Opens a suggestion as a proposal that may be changed and is yet to be sent."""


def suggested(pin: Pin, cards: Sequence[ControlCard]) -> frozenset[str]:
    """Say which controls have a suggestion, with the way to each; return their ids."""
    if not session.assay().may("controls.read", of_all=True):
        return frozenset()
    read = queries.load("suggested", lambda: rule_queries.suggested_thresholds(pin))
    stale(read)
    found = [one for one in cards if one.control_id in (read.value or ())]
    if found:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="suggested"):
            draw(badges(Badge(f"{count(len(found), 'threshold')} suggested", "blue")), width="content")
            for one in found[:LINKS]:
                st.button(
                    plain(one.title),
                    key=f"to-{one.control_id}",
                    type="tertiary",
                    icon=":material/arrow_forward:",
                    icon_position="right",
                    on_click=session.go,
                    kwargs={session.RULE: one.control_id, session.SEARCH: None},
                )
    return frozenset(one.control_id for one in found)


def advice(pin: Pin, one: ControlCard, draft: Draft) -> None:
    """Draw what verdicts say of a control's thresholds, where it has any that are numbers."""
    if not session.assay().may("controls.read", of_all=True):
        return
    name = f"advice {one.control_id}"
    read = queries.load(name, lambda: rule_queries.threshold_advice(pin, one.control_id))
    stale(read)
    if read.value is None:
        return
    draw(element("h3", "What verdicts say", css="ra-section"))
    found = read.value
    if found.state == "suggested" and found.review and found.review.suggestion:
        _suggested(one, found.review, found.review.suggestion, draft)
    elif found.state == "dismissed" and found.review:
        _dismissed(found.review)
    else:
        note(_nothing(found))
    _look(one, found)


def _suggested(one: ControlCard, review: ThresholdReview, found: Suggestion, draft: Draft) -> None:
    draw(badges(Badge("Suggested", "blue", "Nothing changes until two people want it"), lead=""))
    said = element("b", words.change(found)), words.effect(found)
    draw(join(*(element("p", line, css="ra-summary") for line in said)))
    draw(words.figures(found))
    _notes(words.honest(found), words.left_out(review))
    if session.assay().may("settings.propose", of_all=True):
        with st.container(horizontal=True, gap="small", key="suggestion-bar"):
            st.button("Open as a proposal", key="draft", on_click=draft, args=(found,))
            about = (f"{DISMISS} {one.control_id}",)
            st.button("Dismiss", key="dismiss", type="tertiary", on_click=session.open_drawer, args=about)
    behind = f"The {count(found.all_before.judged, 'case')} behind it"
    with st.expander(behind, key=f"behind-{one.control_id}"):
        _cases(found)


def _cases(found: Suggestion) -> None:
    groups = {
        "False alarms that would no longer be raised": found.dropped,
        "Confirmed alerts that would be lost": found.lost,
        "False alarms that would still be raised": found.kept_wrong,
        "Confirmed alerts that would still be raised": found.kept_right,
    }
    for title, ids in groups.items():
        if ids:
            note(f"{title}: {len(ids):,}")
            with st.container(horizontal=True, gap="small"):
                for case_id in ids[:SHOWN]:
                    link("triage", case_id, case=case_id)
                if len(ids) > SHOWN:
                    note(f"and {len(ids) - SHOWN:,} more")


def _dismissed(review: ThresholdReview) -> None:
    found, by = review.suggestion, review.dismissal
    if found and by:
        _notes(
            f"{words.change(found)} was suggested. {words.effect(found)}",
            f"Dismissed by {by.name}, {day(by.at, session.zone())}: {by.reason}",
            "It comes back when other verdicts suggest something else.",
        )


def _notes(*lines: str) -> None:
    draw(join(*(element("p", line, css="ra-note") for line in lines if line)))


def _nothing(found: ThresholdAdvice) -> str:
    """Return why nothing is suggested."""
    told, review = words.verdicts(found.said), found.review
    if found.state == "few":
        return f"{told}; {words.NEEDED}."
    if review is None:
        return f"{told}. Nobody has looked for a better threshold yet; each run does."
    raised = f"{words.verdicts(review.raised)} that it raises as it stands"
    return f"{raised}: they speak for no other value. {words.left_out(review)}".strip()


def _look(one: ControlCard, found: ThresholdAdvice) -> None:
    """Draw the way to look at once, where verdicts have come since the last look."""
    if found.is_newer:
        note("Verdicts have come since: the next run looks again.")
    may = session.assay().may("settings.propose", of_all=True)
    if found.may_look and may and st.button("Look for a better threshold", key="look"):
        with st.spinner("Asking the control again with other values"):
            commands.look_for_threshold(one.control_id)
        st.rerun()


def drawer(pin: Pin, one: ControlCard) -> None:
    """Draw the drawer that dismisses a suggestion, where it is open for this control."""
    if session.drawer() == f"{DISMISS} {one.control_id}":
        found = rule_queries.threshold_advice(pin, one.control_id)
        _dismiss(one, found.review if found else None)


@st.dialog("Dismiss the suggestion", position="right", width="medium", on_dismiss=session.close_drawer)
def _dismiss(one: ControlCard, review: ThresholdReview | None) -> None:
    if session.drawer() != f"{DISMISS} {one.control_id}" or review is None or review.suggestion is None:
        st.rerun()
    draw(element("p", f"{one.title} · {words.change(review.suggestion)}", css="ra-case-title"))
    states.told(session.told())
    field = session.reason_key(f"{DISMISS}-{one.control_id}")
    st.text_area("Reason", key=field, placeholder="Why not", height=90, max_chars=2_000)
    note("It is kept with your reason, and comes back when other verdicts suggest something else.")
    act(
        "Dismiss",
        lambda: commands.dismiss_suggestion(one.control_id, review.verdicts, field),
        key="pri-dismiss",
        type="primary",
    )
