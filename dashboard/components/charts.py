"""Stacked bars with marks over them, drawn with Plotly in the theme's colours. Computes no figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

HEIGHT = 240
Tone = Literal["brand", "blue", "orange", "base"]
TONES: dict[bool, dict[Tone, str]] = {
    False: {"brand": "#4338CA", "blue": "#128EE0", "orange": "#E06512", "base": "#98A2B3"},
    True: {"brand": "#8B8CF8", "blue": "#7CC4FA", "orange": "#F59E42", "base": "#6B7789"},
}
INK = {
    False: {
        "text": "#101828",
        "muted": "#475467",
        "faint": "#667085",
        "grid": "#E9ECF1",
        "line": "#DDE1E8",
        "page": "#FFFFFF",
    },
    True: {
        "text": "#E8ECF3",
        "muted": "#B3BDCC",
        "faint": "#8B97A9",
        "grid": "#222B3B",
        "line": "#2C3648",
        "page": "#0F1420",
    },
}


@dataclass(frozen=True)
class Bars:
    """Hold one series: its name, a value for each label (None draws nothing) and each value in words.

    ``is_outlined`` hatches what is not billed yet.
    """

    name: str
    values: Sequence[float | None]
    words: Sequence[str]
    tone: Tone = "brand"
    is_outlined: bool = False


def stacked_bars(
    labels: Sequence[str],
    series: Sequence[Bars],
    *,
    key: str,
    alt: str,
    dark: bool,
    marks: Bars | None = None,
    prefix: str = "",
    suffix: str = "",
) -> None:
    """Draw up to four series on top of each other, from zero; ``marks`` are points over the bars."""
    ink = INK[dark]
    figure = go.Figure(layout=_layout(ink, prefix, suffix))
    for one in filter(_has_bars, series):
        figure.add_bar(**_trace(labels, one), marker=_fill(one, TONES[dark][one.tone]))
    if marks and _has_bars(marks):
        diamond = {
            "symbol": "diamond",
            "size": 9,
            "color": ink["page"],
            "line": {"color": ink["text"], "width": 1.5},
        }
        figure.add_scatter(**_trace(labels, marks), mode="markers", marker=diamond)
    figure.update_layout(showlegend=len(figure.data) > 1)
    st.plotly_chart(figure, theme=None, config={"displayModeBar": False}, height=HEIGHT, key=key, alt=alt)


def _has_bars(one: Bars) -> bool:
    return any(value is not None for value in one.values)


def _trace(labels: Sequence[str], one: Bars) -> dict[str, Any]:
    hover = f"%{{customdata}}<extra>{one.name}</extra>"
    return {"name": one.name, "x": labels, "y": one.values, "customdata": one.words, "hovertemplate": hover}


def _fill(one: Bars, colour: str) -> dict[str, Any]:
    if not one.is_outlined:
        return {"color": colour, "line": {"width": 0}}
    hatch = {"shape": "/", "fgcolor": colour, "bgcolor": "rgba(0,0,0,0)", "size": 6, "solidity": 0.2}
    return {"color": "rgba(0,0,0,0)", "line": {"width": 1.5, "color": colour}, "pattern": hatch}


def _layout(ink: dict[str, str], prefix: str, suffix: str) -> dict[str, Any]:
    ticks = {"tickfont": {"size": 11, "color": ink["faint"]}, "automargin": True, "zeroline": False}
    return {
        "barmode": "stack",
        "bargap": 0.4,
        "font": {"family": "Hanken Grotesk, sans-serif", "size": 12, "color": ink["muted"]},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 4, "r": 4, "t": 4, "b": 0},
        "hovermode": "x unified",
        "hoverlabel": {
            "bgcolor": ink["page"],
            "bordercolor": ink["line"],
            "font": {"size": 12, "color": ink["text"]},
        },
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        "xaxis": {
            "showgrid": False,
            "linecolor": ink["line"],
            "showline": True,
            "type": "category",
            "nticks": 12,
            **ticks,
        },
        "yaxis": {
            "gridcolor": ink["grid"],
            "nticks": 5,
            "tickprefix": prefix,
            "ticksuffix": suffix,
            "rangemode": "tozero",
            "ticklabelstandoff": 6,
            **ticks,
        },
    }
