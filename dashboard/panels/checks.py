"""Who decides a case: each check of the policy, with a mark that reads without colour. Decides nothing."""

from __future__ import annotations

import streamlit as st

from core.api import Advice, PolicyCheck, Ruling
from dashboard.format import count
from dashboard.markup import Html, draw, element, join
from dashboard.panels.plan_words import SILENCES
from dashboard.panels.roles import role_title

MARKS = {
    "pass": ("✓", "Passes"),
    "approval": ("!", "Somebody else has to approve"),
    "block": ("✕", "Blocks"),
}
ROUTES = {
    "automatic": "Every check passes: it may go out by itself.",
    "approval": "Another person has to approve it.",
    "recommend": "A person decides what to do.",
}


def checks(ruling: Ruling) -> None:
    """Draw the checks in the policy's order under what comes of them."""
    draw(element("h3", "Who decides", css="ra-section"))
    draw(element("p", _route(ruling), css="ra-note"))
    draw(element("ul", *map(_check, ruling.checks), css="ra-checks"))


def told_to_customer(advice: Advice) -> None:
    """Draw what the customer would be told, or that they may not be."""
    draw(element("h3", "What the customer would be told", css="ra-section"))
    if advice.message is None:
        silence = advice.plan.silence if advice.plan else "no_consent"
        draw(element("p", f"Nothing. {SILENCES.get(silence, '')}", css="ra-note"))
        return
    draw(element("p", advice.message.text, css="ra-bubble", lang=advice.message.language))


def told_to_each(advice: Advice) -> None:
    """Draw what each of several customers would be told, in their language, and who is told nothing."""
    told = [(one.account_id, one.message) for one in advice.notices if one.message]
    if not told:
        return
    draw(element("h3", "What each customer would be told", css="ra-section"))
    with st.expander(f"{count(len(told), 'notice')}, amounts with tax", key="notices"):
        for account_id, message in told:
            draw(element("p", element("b", account_id), css="ra-note"))
            draw(element("p", message.text, css="ra-bubble", lang=message.language))


def _route(ruling: Ruling) -> str:
    if ruling.route == "approval" and ruling.by:
        return f"A {role_title(ruling.by).lower()} has to approve it. Risk: {ruling.risk}."
    return f"{ROUTES[ruling.route]} Risk: {ruling.risk}."


def _check(one: PolicyCheck) -> Html:
    mark, words = MARKS[one.then]
    return element(
        "li",
        element("span", mark, css=f"ra-mark {one.then}", title=words, role="img", aria_label=words),
        element("span", join(element("b", one.asks), f" {one.says[:1].upper()}{one.says[1:]}.")),
    )
