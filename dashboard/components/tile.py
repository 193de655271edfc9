"""The evidence tile: a figure, what it means, and one click away what it is made of. Computes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from dashboard.components.badges import Badge, badge
from dashboard.markup import Html, draw, element


@dataclass(frozen=True)
class Figure:
    """Hold one figure with its proof: definition, unit, where it is read and the snapshot behind it."""

    label: str
    value: str
    context: Badge
    definition: str
    unit: str
    source: str
    snapshot_id: str


def tile(figure: Figure, rows: Callable[[], None]) -> None:
    """Draw a figure in its card; ``rows`` draws, inside the evidence, the way to the rows behind it."""
    with st.container(border=True, gap="xsmall"):
        draw(_figure(figure))
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            draw(element("div", badge(figure.context), css="ra-badges"))
            with st.popover("Evidence", type="tertiary", key=f"evidence-{figure.label}"):
                draw(_proof(figure))
                rows()


def _figure(figure: Figure) -> Html:
    value = element("dd", figure.value, css="ra-value")
    return element("dl", element("dt", figure.label), value, css="ra-figure")


def _proof(figure: Figure) -> Html:
    facts = {
        "What it is": figure.definition,
        "Unit": figure.unit,
        "Read from": figure.source,
        "Snapshot": figure.snapshot_id,
    }
    pairs = (element("div", element("dt", term), element("dd", text)) for term, text in facts.items())
    return element("dl", *pairs, css="ra-proof")
