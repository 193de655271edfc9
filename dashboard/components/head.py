"""The head of a page and of a card. Does not word their content."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboard.markup import Html, draw, element


def page_head(title: str, *facts: str) -> None:
    """Draw a page's title with the few facts that say how things stand."""
    facts_line = element("p", " · ".join(facts)) if facts else None
    draw(element("div", element("h1", title), facts_line, css="ra-head"))


def card_head(title: str, scope: str = "") -> Html:
    """Return a card's title with its unit or scope on the right."""
    return element("div", element("h2", title), element("span", scope), css="ra-card-title")


@contextmanager
def card(title: str, scope: str = "", *, key: str | None = None) -> Iterator[None]:
    """Open a bordered card under its title; one level only, never a card in a card."""
    with st.container(border=True, gap="small", key=key):
        draw(card_head(title, scope))
        yield


def note(text: str) -> None:
    """Draw one quiet line."""
    draw(element("p", text, css="ra-note"))
