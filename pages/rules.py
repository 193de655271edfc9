"""Rules and model, which answers: what flags cases, and how well."""

from __future__ import annotations

import streamlit as st

from core.api import Status
from dashboard import queries, rule_queries, session
from dashboard.components import states
from dashboard.components.head import page_head
from dashboard.panels import catalogue, policy, suggestion, thresholds
from dashboard.panels.gaps import no_run, stale
from dashboard.queries import Loaded, Pin

CONTROLS, POLICY = "controls", "policy"
PARTS = {CONTROLS: "Controls", POLICY: "Policy"}


def main() -> None:
    """Draw the controls on the left and the focused one on the right."""
    stand = queries.stand()
    if stand.value is None:
        page_head("Rules & model")
        no_run(stand)
        return
    pin, currency = queries.pin(stand.value), stand.value.run.currency
    page_head("Rules & model")
    states.told(session.told() if not session.drawer() else None)
    chosen = session.address(session.SECTION) or CONTROLS
    st.segmented_control(
        "Part",
        list(PARTS),
        format_func=PARTS.__getitem__,
        key=session.widget(session.SECTION, chosen),
        required=True,
        on_change=session.follow(session.SECTION, session.RULE),
        label_visibility="collapsed",
    )
    if chosen == POLICY:
        read = queries.load("policy", lambda: rule_queries.policy(pin))
        stale(stand, read)
        if read.value:
            policy.policy_part(pin, read.value, currency)
        return
    _controls(pin, stand, currency)


def _controls(pin: Pin, stand: Loaded[Status | None], currency: str) -> None:
    cards = queries.load("cards", lambda: queries.control_cards(pin))
    lines = queries.load("controls", lambda: queries.control_results(pin))
    judged = queries.load("verdicts", lambda: rule_queries.verdicts(pin))
    stale(stand, cards, lines, judged)
    said = {one.control_id: one for one in judged.value or ()}
    results = {line.result.control_id: line.result for line in lines.value or ()}
    shown = catalogue.matching(cards.value or (), catalogue.search_box())
    focused = catalogue.focus(shown)
    if focused is None:
        states.nothing(
            "No control matches", "The search looks at title, question, fault, area and dimension."
        )
        return
    hinted = suggestion.suggested(pin, cards.value or ())
    grid = st.grid(2, min_column_width=470)
    with grid.cell():
        catalogue.control_grid(shown, results, focused, hinted)
    with grid.cell():
        section = thresholds.section(pin, focused)
        result, verdicts = results.get(focused.control_id), said.get(focused.control_id)
        catalogue.control_detail(focused, result, verdicts, currency, section)
    thresholds.drawer(pin, focused, currency)


main()
