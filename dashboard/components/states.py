"""What a page says when there is nothing to show or something failed. Holds no stack traces."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.markup import draw, element


def nothing(what: str, why: str) -> None:
    """Say that there is nothing, and why, where no step is called for."""
    draw(element("div", element("b", what), why, css="ra-state"))


@contextmanager
def empty(what: str, why: str) -> Iterator[None]:
    """Say that there is nothing and why; opens the place for the one useful next step."""
    nothing(what, why)
    with st.container(horizontal=True, horizontal_alignment="center"):
        yield


def quiet(what: str) -> None:
    """Say in one line inside a card that there is nothing to worry about."""
    draw(element("div", what, css="ra-state quiet"))


def waiting(height: int) -> DeltaGenerator:
    """Hold a place of some height until what belongs there has been worked out; the caller fills it."""
    place = st.empty()
    with place:
        st.skeleton(height=height)
    return place


def told(outcome: tuple[str, bool] | None) -> None:
    """Say what became of a command: the sentence, and whether it was done; nothing where there is none."""
    if outcome:
        sentence, is_done = outcome
        css, role = ("ra-alert done", "status") if is_done else ("ra-alert", "alert")
        draw(element("div", sentence, css=css, role=role))


def failure(what: str, still_works: str, reference: str) -> None:
    """Say what failed and what still works, with the reference under which the log holds the details."""
    draw(
        element(
            "div",
            element("b", what),
            " ",
            still_works,
            f" Reference {reference}.",
            css="ra-alert",
            role="alert",
        )
    )
