"""The Activity and Similar tabs. Holds no ordering: both come as `core.api` sorts them."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import streamlit as st

from core.api import CaseDetail, CaseStanding, Precedent, Sighting
from dashboard import commands, session
from dashboard.components import states
from dashboard.components.timeline import Moment, timeline
from dashboard.format import count, instant, money
from dashboard.markup import draw, element, plain
from dashboard.panels.life_words import moment_of
from dashboard.panels.words import at_stake, is_complaint, issue, who


def activity_tab(detail: CaseDetail, standing: CaseStanding) -> None:
    """Draw what people did and what each run saw of the case, newest first, under a place to comment."""
    if "commented" in standing.open_to_me:
        _comment(detail.case.case_id, standing.life.version)
    currency = detail.case.currency
    changes = pairwise((None, *detail.history))
    told = _waited if is_complaint(detail.case) else partial(_moment, currency=currency)
    seen = [(now.finished_at, told(before, now)) for before, now in changes if now]
    done = [(step.at, moment_of(step, currency)) for step in standing.steps]
    newest_first = sorted((*seen[::-1], *done), key=lambda pair: pair[0], reverse=True)
    draw(timeline([moment for _, moment in newest_first]))


def _comment(case_id: str, version: int) -> None:
    st.text_area(
        "Comment",
        key=session.comment_key(case_id),
        placeholder="What the next person should know",
        height=68,
        max_chars=4_000,
    )
    st.button("Add comment", key="add-comment", on_click=commands.comment, args=(case_id, version))


def _moment(before: Sighting | None, seen: Sighting, currency: str) -> Moment:
    size = f"{money(seen.amount, currency)} in {count(seen.findings, 'finding')}"
    at, run = instant(seen.as_of, session.zone()), f"Run {seen.run_id}"
    if before is None:
        return Moment(at, f"Opened with {size}", run)
    same = (before.amount, before.findings) == (seen.amount, seen.findings)
    return Moment(at, "Seen again, unchanged" if same else f"Changed to {size}", run)


def _waited(before: Sighting | None, seen: Sighting) -> Moment:
    """Return what a run saw of a case that has no finding."""
    words = "Opened, as a customer waits" if before is None else "The customer still waits"
    return Moment(instant(seen.as_of, session.zone()), words, f"Run {seen.run_id}")


def similar_tab(detail: CaseDetail) -> None:
    """Draw the largest open cases with the same fault and cause, each a click away."""
    _decided_before(detail)
    if not detail.similar:
        states.quiet("No other open case has this issue and this cause.")
        return
    draw(element("h3", "Open now", css="ra-section"))
    with st.container(gap="xxsmall"):
        _largest(detail)
    _all_of_them(detail)


def _decided_before(detail: CaseDetail) -> None:
    """Draw how cases like this one were closed, newest first."""
    if not detail.precedents:
        return
    draw(element("h3", "Decided before", css="ra-section"))
    draw(timeline([_precedent(one) for one in detail.precedents]))


def _precedent(one: Precedent) -> Moment:
    closed = moment_of(one.step, one.case.currency)
    return Moment(closed.at, f"{who(one.case)}: {closed.text}", closed.note)


def _largest(detail: CaseDetail) -> None:
    for case in detail.similar:
        label = f"{plain(who(case))} · {plain(issue(case))} · {plain(at_stake(case))}"
        st.button(
            label,
            key=f"similar-{case.case_id}",
            type="tertiary",
            on_click=session.go,
            kwargs={session.CASE: case.case_id, session.PART: None},
        )


def _all_of_them(detail: CaseDetail) -> None:
    case, cleared = detail.case, (session.SEARCH, session.CASE, session.PAGE, session.SEVERITY)
    same = {session.VIEW: "all", session.ISSUE: case.fault, session.CAUSE: case.root_cause}
    wanted = {**dict.fromkeys(cleared), **same}
    more = f"List all {count(detail.similar_count + 1)} in the queue"
    st.button(more, key="similar-all", icon=":material/filter_list:", on_click=session.go, kwargs=wanted)
