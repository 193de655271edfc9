"""The sidebar's foot: whose data this is, how fresh, and who reads it. Reads nothing."""

from __future__ import annotations

import streamlit as st

from core.api import Actor, RunSummary
from dashboard import session
from dashboard.format import instant, zone_name
from dashboard.markup import draw, element
from dashboard.panels.roles import role_title


def draw_foot(actor: Actor, run: RunSummary | None) -> None:
    """Say what the data stands on and who is signed in, with the way out."""
    with st.sidebar:
        if run is not None:
            zone = session.zone()
            cut_off = f"Data to {instant(run.as_of, zone)}\N{NO-BREAK SPACE}{zone_name(run.as_of, zone)}"
            draw(element("div", element("p", run.operator), element("p", cut_off), css="ra-foot"))
        who = (element("b", actor.name), element("span", role_title(actor.role)))
        draw(element("div", *who, css="ra-reader"))
        with st.container(gap="xxsmall", key="reader"):
            st.button("Sign out", key="sign-out", type="tertiary", on_click=session.leave)
            if actor.method == "local":
                draw(element("a", "Change password", href="/sign-in/password", target="_self", css="ra-link"))
