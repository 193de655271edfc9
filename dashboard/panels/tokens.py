"""Access tokens: the list with the way to end each, and the form that makes one. Reads nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import streamlit as st

from core.api import LONGEST_DAYS, RIGHTS, SCOPES, AccessToken, Assay, Right
from dashboard import session
from dashboard.components import states
from dashboard.components.badges import Badge, badges
from dashboard.components.head import card, note
from dashboard.format import instant
from dashboard.markup import draw, element, join
from dashboard.panels.people import Work, do

_USUAL_DAYS = 90


def token_list(tokens: Sequence[AccessToken], now: datetime, names: Mapping[str, str]) -> None:
    """Draw the tokens, newest first, each with what it may and the way to end it.

    Parameters
    ----------
    names
        What the people are called as whom they ask, by user id; empty where they are all the reader's own.
    """
    with card("Tokens in use", "newest first", key="tokens"):
        if not tokens:
            states.quiet("No program asks in your name.")
        for one in tokens:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                draw(join(*_said(one, now, names)))
                st.button(
                    "End", key=f"end-{one.token_id}", type="tertiary", on_click=do, args=(_ending(one),)
                )


def _said(one: AccessToken, now: datetime, names: Mapping[str, str]) -> tuple[str, ...]:
    zone = session.zone()
    seen = f"last used {instant(one.seen_at, zone)}" if one.seen_at else "never used"
    until = f"until {instant(one.expires_at, zone)}"
    who = f"asks as {names.get(one.user_id, one.user_id)}, " if names else ""
    over = (Badge("Over", "gray", "It opens nothing any more"),) if one.expires_at <= now else ()
    return (
        element(
            "p",
            element("b", one.name),
            element("span", f" {one.token_id}, {who}{until}, {seen}", css="ra-id"),
            css="ra-summary",
        ),
        badges(*over, *(Badge(scope, "gray", RIGHTS[scope].allows) for scope in _rights(one))),
    )


def _rights(one: AccessToken) -> tuple[Right, ...]:
    return tuple(scope for scope in SCOPES if scope in one.scopes)


def _ending(one: AccessToken) -> Work:
    def work(assay: Assay) -> str:
        assay.end_token(one.token_id)
        return f"The token for {one.name} has ended: from its next request on it opens nothing."

    return work


def make_token(assay: Assay, programs: Mapping[str, str]) -> None:
    """Draw the form that makes a token.

    Parameters
    ----------
    programs
        As whom else the reader may let a program ask: names by user id.
    """
    at = session.turn()
    mine = assay.actor
    with st.popover("Make a token", key=f"make-{at}", icon=":material/key:"):
        people = {mine.user_id: f"{mine.name}, as you", **programs}
        whom = st.selectbox("It asks as", list(people), format_func=people.__getitem__) if programs else None
        with st.form(f"make-form-{at}", border=False):
            what = st.text_input("What it is for", max_chars=100, placeholder="CRM")
            chosen = st.multiselect(
                "What it may",
                [scope for scope in SCOPES if whom not in {None, mine.user_id} or assay.may(scope)],
                format_func=lambda scope: RIGHTS[scope].allows,
                placeholder="Choose at least one",
            )
            days = st.number_input("For how many days", 1, LONGEST_DAYS, _USUAL_DAYS)
            note("It is shown this once. What it does is yours: the audit trail names you and the token.")
            if st.form_submit_button("Make it", key="pri-make", type="primary"):

                def work(asking: Assay) -> str:
                    new = asking.make_token(what, chosen, int(days), user_id=whom)
                    return f"The token for {new.token.name} is {new.secret}. It is shown this once."

                do(work)
                st.rerun()
