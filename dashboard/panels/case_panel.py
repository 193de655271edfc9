"""The focused case: head, steps, what can be done about it, and tabs. Reads nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from core.api import ACTION_PHRASES, Advice, Case, CaseDetail, CaseLife, CaseStanding
from dashboard import session
from dashboard.components import states
from dashboard.components.badges import badges
from dashboard.components.steps import Step, step_strip
from dashboard.format import count, instant, money, name
from dashboard.markup import draw, element
from dashboard.navigation import link
from dashboard.panels.case_actions import actions
from dashboard.panels.case_list import Place
from dashboard.panels.diagnosis import instead
from dashboard.panels.effect import effect_lines
from dashboard.panels.evidence import evidence_tab
from dashboard.panels.history import activity_tab, similar_tab
from dashboard.panels.incident import belongs_to
from dashboard.panels.life_words import STATES, life_badges
from dashboard.panels.one_matter import belonging
from dashboard.panels.propose import propose_drawer
from dashboard.panels.why import why_tab
from dashboard.panels.words import case_badges, cause, is_complaint, issue, who

ROUTES = {
    "automatic": "Policy allows it to go out",
    "approval": "Needs approval",
    "recommend": "A person decides",
}
RESOLVING = frozenset({"awaiting_approval", "executing", "stuck"})
RESOLVED = frozenset({"approved", "settled", "rejected", "not_an_issue", "merged"})
TABS: dict[str, Callable[[CaseDetail, CaseStanding], None]] = {
    "evidence": lambda detail, standing: evidence_tab(
        detail, standing.proposal.plan if standing.proposal else None
    ),
    "why": lambda detail, _: why_tab(detail),
    "activity": activity_tab,
    "similar": lambda detail, _: similar_tab(detail),
}


def case_panel(detail: CaseDetail, standing: CaseStanding, before: Place | None, after: Place | None) -> None:
    """Draw a case under its title, with J and K to the next and the previous, and its open drawer."""
    case = detail.case
    with st.container(border=True, gap="small", key="case"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            draw(element("h2", f"{who(case)} · {issue(case)}", css="ra-case-title"))
            _move("Previous", "keyboard_arrow_up", "K", before)
            _move("Next", "keyboard_arrow_down", "J", after)
        draw(badges(*case_badges(case, detail.now), *life_badges(standing.life), lead=case.case_id))
        draw(step_strip(_steps(detail, standing.life)))
        if not session.drawer().endswith(f" {case.case_id}"):
            states.told(session.told())
        belongs_to(detail)
        belonging(detail)
        if not detail.main:
            _recommended(case, detail.advice)
        actions(case, standing)
        _tabs(detail, standing)
        _links(case)
    propose_drawer(case, standing, detail.advice)


def _move(label: str, icon: str, shortcut: str, target: Place | None) -> None:
    st.button(
        label,
        key=f"move-{shortcut}",
        icon=f":material/{icon}:",
        type="tertiary",
        shortcut=None if session.drawer() else shortcut,
        disabled=target is None,
        on_click=session.go,
        kwargs=_place(target) if target else None,
    )


def _place(target: Place) -> dict[str, str | None]:
    case_id, page = target
    return {session.CASE: case_id, session.PAGE: str(page) if page > 1 else None, session.PART: None}


def _steps(detail: CaseDetail, life: CaseLife) -> tuple[Step, Step, Step]:
    case, zone = detail.case, session.zone()
    found = instant(case.opened_at, zone)
    if not detail.in_latest_run and life.state != "merged":
        return (
            Step("Detect", found, "done"),
            Step("Diagnose", cause(case), "done"),
            Step("Resolve", "No longer waits" if is_complaint(case) else "No longer found", "done"),
        )
    if life.state in RESOLVING | RESOLVED:
        return (
            Step("Detect", found, "done"),
            Step("Diagnose", cause(case), "done"),
            Step("Resolve", STATES[life.state][0], "now" if life.state in RESOLVING else "done"),
        )
    return (
        Step("Detect", found, "done"),
        Step("Diagnose", cause(case), "now"),
        Step("Resolve", ROUTES[case.route], "next"),
    )


def _tabs(detail: CaseDetail, standing: CaseStanding) -> None:
    titles = {
        "evidence": "Evidence",
        "why": "Why flagged",
        "activity": f"Activity {count(len(detail.history) + len(standing.steps))}",
        "similar": f"Similar {count(detail.similar_count)}",
    }
    asked = session.address(session.TAB)
    chosen = asked if asked in TABS else "evidence"
    tabs = st.tabs(
        list(titles.values()),
        default=titles[chosen],
        key=session.widget(session.TAB, titles[chosen]),
        on_change=session.follow(session.TAB, words={title: key for key, title in titles.items()}),
    )
    for tab, key in zip(tabs, TABS, strict=True):
        if key == chosen:
            with tab:
                TABS[key](detail, standing)


def _recommended(case: Case, advice: Advice | None) -> None:
    action = ACTION_PHRASES.get(case.action, name(case.action))
    worth = f", {money(case.action_amount, case.currency)}" if case.action_amount else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        draw(element("p", element("b", "Recommended: "), f"{action}{worth}.", css="ra-summary"), "content")
        if advice and advice.because:
            with st.popover("Why this", icon=":material/help:", type="tertiary", key="why-this"):
                instead(advice)
    told = replace(advice, contacts=()) if advice and is_complaint(case) else advice
    for line in effect_lines(told, case.action_amount, case.currency) if told else ():
        draw(element("p", line, css="ra-note"))


def _links(case: Case) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover("Copy link", icon=":material/link:", key="copy-link"):
            st.code(_address(case), language=None, wrap_lines=True)
        if case.account_id:
            link(
                "account", "Open account", id=case.account_id, **({"bill": case.cycle} if case.cycle else {})
            )


def _address(case: Case) -> str:
    asked = {**st.query_params.to_dict(), session.CASE: case.case_id}
    return f"{(st.context.url or '').split('?')[0]}?{urlencode(asked)}"
