"""The flow from network to payment: what went on at each control point, and each gap with its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

import streamlit as st

from core.api import FAULT_TITLES, POINTS, FlowKey, FlowTotal
from dashboard import session
from dashboard.components import states
from dashboard.components.head import card, note
from dashboard.components.tables import Column, Row, table
from dashboard.format import NOTHING, count, money, money_round, name
from dashboard.markup import Html, draw, element
from dashboard.panels.scorecard import percentage

TITLES = {
    "mediation": ("Network to mediation", "event"),
    "billing": ("Mediation to billing", "record"),
    "invoicing": ("Billing to invoice", "line"),
    "payment": ("Invoice to payment", "invoice"),
}
WENT_ON = {"forwarded", "charged", "invoiced", "collected"}
AS_IT_SHOULD = {"duplicate", "discarded", "awaited", "estimated", "outstanding", "file_rejected"}
"""States that are neither on their way nor wrong: left out for a reason, or not due yet."""

WORDS = {
    "forwarded": "Forwarded",
    "charged": "Charged",
    "invoiced": "On an invoice",
    "collected": "Collected",
    "duplicate": "Duplicates left out",
    "discarded": "Not billable, left out",
    "awaited": "Not due yet",
    "estimated": "Estimated charges",
    "outstanding": "Outstanding",
    "file_rejected": "In a rejected file",
    "session_incomplete": "Session not complete",
    "charged_twice": "Charged twice",
    "no_record": "No record behind it",
    "no_invoice": "Its invoice is not there",
    "total_differs": "Totals beyond their lines",
    "overpaid": "Collected beyond the total",
    "without_invoice": "Paid without an invoice",
}
KEYS: Mapping[FlowKey, str] = {"source": "Source", "day": "Day", "service": "Service", "partner": "Partner"}
ROWS_SHOWN = 12


def is_gap(total: FlowTotal) -> bool:
    """Tell whether a state is one that should not be."""
    return total.state not in WENT_ON | AS_IT_SHOULD


def flow_card(totals: Sequence[FlowTotal], currency: str) -> None:
    """Draw the four control points side by side, each with its share that went on and its gaps."""
    points = {point: [total for total in totals if total.point == point] for point in POINTS}
    with card("From network to payment", "everything is in one state of its point"):
        if not totals:
            states.quiet("The dataset holds no two neighbouring streams to compare.")
            return
        grid = st.grid(4, min_column_width=250)
        for point, mine in points.items():
            with grid.cell():
                draw(_point(point, mine, currency))


def gaps_card(point: str, by: FlowKey, totals: Sequence[FlowTotal], currency: str) -> None:
    """Draw where the gaps of one point are, most first."""
    with card("Where the gaps are", TITLES[point][0], key="gaps"):
        with st.container(horizontal=True, gap="small"):
            st.selectbox(
                "Control point",
                list(POINTS),
                format_func=lambda one: TITLES[one][0],
                key=session.widget(session.POINT, point),
                on_change=session.follow(session.POINT),
            )
            st.selectbox(
                "By",
                list(KEYS),
                format_func=lambda one: KEYS[one],
                key=session.widget(session.BY, by),
                on_change=session.follow(session.BY),
            )
        gaps = sorted(filter(is_gap, totals), key=lambda total: (-total.records, -abs(total.amount)))
        if not gaps:
            states.quiet("No gap here: everything went on, or waits for a reason that is known.")
            return
        columns = (
            Column(KEYS[by]),
            Column("Gap"),
            Column("Count", "num"),
            Column(f"Amount ({currency})", "num"),
        )
        rows = [_gap_row(total, currency) for total in gaps[:ROWS_SHOWN]]
        draw(table(columns, rows, label="Where the gaps are"))
        if len(gaps) > ROWS_SHOWN:
            note(f"{ROWS_SHOWN} of {count(len(gaps))}, the largest first.")


def chosen(totals: Sequence[FlowTotal]) -> tuple[str, FlowKey]:
    """Return the point and key that the address asks for, else the first point with a gap, by source."""
    asked = session.address(session.POINT)
    first = next(
        (point for point in POINTS for total in totals if total.point == point and is_gap(total)), None
    )
    key = session.address(session.BY)
    point = asked if asked in POINTS else first or next(iter(POINTS))
    return point, cast("FlowKey", key) if key in KEYS else "source"


def state_words(state: str) -> str:
    """Return what a state is called; a fault by its title."""
    return WORDS.get(state) or FAULT_TITLES.get(state, name(state))


def _point(point: str, totals: Sequence[FlowTotal], currency: str) -> Html:
    title, noun = TITLES[point]
    if not totals:
        nothing = element("p", "Its streams are not there.", css="ra-note")
        return element("div", element("h3", title, css="ra-section"), nothing, css="ra-point")
    came = sum(total.records for total in totals)
    went = sum(total.records for total in totals if total.state in WENT_ON)
    share = percentage(Decimal(went) / Decimal(came)) if came else NOTHING
    lines = [_state(total, currency) for total in sorted(totals, key=_order)]
    return element(
        "div",
        element("h3", title, css="ra-section"),
        element("p", f"{share} of {count(came, noun)} went on", css="ra-note"),
        element("ul", *lines, css="ra-states"),
        css="ra-point",
    )


def _state(total: FlowTotal, currency: str) -> Html:
    amount = money_round(total.amount, currency) if total.amount else None
    how_much = " · ".join(filter(None, (count(total.records) if total.records else None, amount)))
    kind = "went" if total.state in WENT_ON else "gap" if is_gap(total) else "rest"
    return element(
        "li", element("span", state_words(total.state)), element("b", how_much or NOTHING), css=kind
    )


def _order(total: FlowTotal) -> tuple[bool, bool, int]:
    return (total.state not in WENT_ON, not is_gap(total), -total.records)


def _gap_row(total: FlowTotal, currency: str) -> Row:
    number = count(total.records) if total.records else NOTHING
    return (total.key or NOTHING, state_words(total.state), number, money(total.amount or None, currency))
