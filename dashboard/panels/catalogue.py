"""The catalogue of controls: what each asks, what it found last, and all that it is made of. Runs nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import pandas as pd
import streamlit as st

from core.api import FAULT_TITLES, ControlCard, ControlResult, Share, Verdicts
from dashboard import session
from dashboard.components.badges import Badge, badges
from dashboard.components.grid import ROW_HEIGHT, grid_height
from dashboard.components.head import card, note
from dashboard.format import NOTHING, SEVERITY_TONES, Tone, count, money, name, percent
from dashboard.markup import draw, element, join
from dashboard.navigation import link
from dashboard.panels.words import stream_title

ROWS_IN_SIGHT = 18
OUTCOMES: Mapping[str, tuple[str, Tone]] = {
    "passed": ("Passed", "green"),
    "violated": ("Violated", "orange"),
    "not_evaluated": ("Not evaluated", "gray"),
}
NOT_RUN: tuple[str, Tone] = ("Not run yet", "gray")

Results = Mapping[str, ControlResult]


def matching(cards: Sequence[ControlCard], text: str) -> list[ControlCard]:
    """Return the controls with every word of a text somewhere in what they say."""
    words = text.lower().split()
    return [one for one in cards if all(word in _said(one) for word in words)]


def focus(cards: Sequence[ControlCard]) -> ControlCard | None:
    """Return the control that the address asks for, else the first."""
    asked = session.address(session.RULE)
    return next((one for one in cards if one.control_id == asked), next(iter(cards), None))


def search_box() -> str:
    """Draw the search and return what it looks for; what is typed leaves the control that is shown."""
    st.text_input(
        "Search controls",
        key=session.widget(session.SEARCH, session.address(session.SEARCH)),
        on_change=session.follow(session.SEARCH, session.RULE),
        placeholder="Search controls, as late or roaming",
        label_visibility="collapsed",
        type="search",
    )
    return session.address(session.SEARCH)


def control_grid(
    cards: Sequence[ControlCard], results: Results, focused: ControlCard | None, suggested: Collection[str]
) -> None:
    """Draw the controls; a click or an arrow key moves the focus. Suggested thresholds have a column then."""
    ids = [one.control_id for one in cards]
    session.show_rows(session.RULES_GRID, ids)
    session.point_at(
        session.RULES_GRID, None if focused is None else ids.index(focused.control_id), "Control"
    )
    st.dataframe(
        pd.DataFrame([_grid_row(one, results.get(one.control_id), suggested) for one in cards]),
        key=session.RULES_GRID,
        on_select=_choose,
        selection_mode="single-cell",
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=grid_height(len(ids), ROWS_IN_SIGHT),
        column_config={"Found": st.column_config.NumberColumn(format="localized", width=80)},
        placeholder=NOTHING,
        alt="Controls with what they look for and what they found last",
    )


def control_detail(
    one: ControlCard,
    result: ControlResult | None,
    verdicts: Verdicts | None,
    currency: str,
    thresholds: Callable[[], None],
) -> None:
    """Draw one control: its question, its last result, thresholds, causes, corrections, examples and SQL."""
    with card(one.title, one.control_id, key="control"):
        draw(element("p", one.question, css="ra-summary"))
        draw(badges(*_badges(one, result)))
        draw(join(*(element("p", line, css="ra-note") for line in _facts(one, result, currency))))
        if verdicts:
            note(_judged(verdicts))
        if result and result.violations:
            link("triage", "Show the cases", issue=one.fault)
        thresholds()
        _list("Usual causes", one.causes)
        _list("Usual corrections", one.corrections)
        _list("Found, for example", [text for text, is_violation in one.examples if is_violation])
        _list("Not found, for example", [text for text, is_violation in one.examples if not is_violation])
        with st.expander("The rule in SQL", key=f"sql-{one.control_id}"):
            st.code(one.sql, language="sql", wrap_lines=True)
        note(f"Source of the rule: {one.source}")


def _grid_row(
    one: ControlCard, result: ControlResult | None, suggested: Collection[str]
) -> dict[str, str | int | None]:
    hint = {"Threshold": "Suggested" if one.control_id in suggested else ""} if suggested else {}
    return {
        "Control": one.title,
        "Dimension": one.dimension.capitalize(),
        "Outcome": OUTCOMES[result.outcome][0] if result else NOT_RUN[0],
        "Found": result.violations if result and result.outcome != "not_evaluated" else None,
        **hint,
    }


def _badges(one: ControlCard, result: ControlResult | None) -> tuple[Badge, ...]:
    outcome, tone = OUTCOMES[result.outcome] if result else NOT_RUN
    return (
        Badge(outcome, tone, result.reason if result else None),
        Badge(one.severity.capitalize(), SEVERITY_TONES[one.severity], "Severity of the control"),
        Badge("Before the invoice" if one.before_invoice else "After the invoice"),
        Badge(name(one.area)),
        *((Badge("Own control", "blue"),) if one.own else ()),
        *(() if one.enabled else (Badge("Switched off", "orange"),)),
    )


def _facts(one: ControlCard, result: ControlResult | None, currency: str) -> list[str]:
    facts = [f"Raises: {FAULT_TITLES.get(one.fault, name(one.fault))}. Owner: {one.owner}."]
    if one.reads:
        facts.append(f"Needs: {', '.join(stream_title(stream).lower() for stream in one.reads)}.")
    if result and result.outcome == "not_evaluated":
        facts.append(f"Not evaluated in the last run: {result.reason}")
    elif result:
        found = f"{count(result.violations)} found in {count(result.eligible)} {one.unit}"
        worth = f", {money(result.amount, currency)} net" if result.amount else ""
        facts.append(f"Last run: {found}{worth}.")
    return facts


def _judged(verdicts: Verdicts) -> str:
    """Return what people said of its alerts when they closed cases."""
    right = f"{verdicts.right:,} of {count(verdicts.right + verdicts.wrong, 'closed case')}"
    low, high = map(percent, Share(verdicts.right, verdicts.wrong).interval)
    precision = percent(verdicts.precision or 0)
    return f"People found it right in {right}: precision {precision}, with 95 % certainty {low} to {high}."


def _list(title: str, lines: Sequence[str]) -> None:
    if lines:
        items = (element("li", line[:1].upper() + line[1:]) for line in lines)
        draw(join(element("h3", title, css="ra-section"), element("ul", *items, css="ra-list")))


def _said(one: ControlCard) -> str:
    return " ".join((one.control_id, one.title, one.question, one.fault, one.area, one.dimension)).lower()


def _choose() -> None:
    control_id = session.clicked_row(session.RULES_GRID)
    if control_id is not None:
        session.go(**{session.RULE: control_id})
