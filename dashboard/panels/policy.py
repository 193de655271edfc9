"""The policy as tables, the drawer in which one is changed, and the figures of the law. Decides nothing."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.api import AssayError, PolicyTable, PolicyView
from dashboard import commands, rule_queries, session
from dashboard.components import states
from dashboard.components.act import act
from dashboard.components.head import note
from dashboard.components.tables import Cell, Column, table
from dashboard.format import count, instant, percent
from dashboard.markup import draw, element
from dashboard.panels import policy_words as words
from dashboard.queries import Pin

COLUMNS = (Column("When"), Column("Then"), Column("Because"))
LAW = (Column("Figure"), Column("Value", "num"), Column("Source"))
MOVES = (Column("Cases that would move"), Column("Cases", "num"), Column("Money", "num"))
ASKED = (Column("Who would be asked"), Column("Now", "num"), Column("Then", "num"))
APPROVERS = ["", "supervisor", "product_manager"]
ABOUT = "policy"
HOW = (
    "Every check is asked; the strictest answer is the route. In each table the first row that holds counts."
)


def policy_part(pin: Pin, view: PolicyView, currency: str) -> None:
    """Draw who decides: each check with its rows in order, the risk, then the figures of the law."""
    note(_since(view))
    draw(
        element(
            "p",
            HOW,
            css="ra-summary",
        )
    )
    may_change = session.assay().may("settings.propose")
    for one in view.tables:
        with st.container(gap="xsmall", key=f"policy-{one.table_id}"):
            with st.container(horizontal=True, vertical_alignment="center"):
                draw(element("h2", one.asks, css="ra-section"))
                if may_change:
                    st.button(
                        "Change",
                        key=f"change-{one.table_id}",
                        icon=":material/edit:",
                        type="tertiary",
                        help=f"Change: {one.asks}",
                        on_click=session.open_drawer,
                        args=(f"{ABOUT}-{one.table_id}",),
                    )
            draw(table(COLUMNS, words.rows_of(one), label=one.asks))
    _law(view)
    for one in view.tables:
        if session.drawer() == f"{ABOUT}-{one.table_id}":
            _change(pin, view, one, currency)


def _since(view: PolicyView) -> str:
    if not view.history:
        return "The policy that ships."
    since = f"Version {view.number} since {instant(view.history[0].since, session.zone())}."
    if not view.filled:
        return since
    titles = " and ".join(f"“{one.asks}”" for one in view.tables if one.kind in view.filled)
    return f"{since} It is older than {titles}: what ships stands in until the next change."


def _law(view: PolicyView) -> None:
    draw(element("h2", "Figures of the law", css="ra-section"))
    rows = [
        (
            Cell(f"{pack.name}: {figure.means}"),
            f"{figure.value:,} {figure.unit}",
            f"{figure.source} ({figure.date:%-d %b %Y})",
        )
        for pack in view.jurisdictions
        for figure in pack.figures
    ]
    draw(table(LAW, rows, label="Figures of the law"))


@st.dialog("Change the policy", position="right", width="large", on_dismiss=session.close_drawer)
def _change(pin: Pin, view: PolicyView, one: PolicyTable, currency: str) -> None:
    if session.drawer() != f"{ABOUT}-{one.table_id}":
        st.rerun()  # it has been sent: the whole page is drawn anew without the drawer
    draw(element("p", one.asks, css="ra-case-title"))
    states.told(session.told())
    wanted = words.edited(one, _rows(one))
    tables = tuple(wanted if other.table_id == one.table_id else other for other in view.tables)
    changes = wanted != one
    label = "See what it would have decided"
    if st.button(label, key="try-policy", icon=":material/science:", disabled=not changes):
        session.keep_trial(tables)
    tried = changes and session.trial() == tables and _tried(pin, view, tables, currency)
    st.text_area(
        "Reason",
        key=session.reason_key(ABOUT),
        placeholder="Why, for whoever decides",
        height=90,
        max_chars=2_000,
    )
    note("Nothing changes until a second person has approved. The next run then decides by it.")
    act(
        "Send for approval",
        lambda: commands.propose_policy(tables),
        key="pri-send",
        type="primary",
        disabled=not tried,
        help=None if tried else "See what it would have decided first",
    )


def _rows(one: PolicyTable) -> list[dict[str, Any]]:
    """Draw the rows to edit; return what they say."""
    used = [code for code in one.conditions if any(code in dict(row.conditions) for row in one.rows)]
    further = [code for code in one.conditions if code not in used]
    if further:
        used += st.multiselect(
            "Further conditions",
            further,
            format_func=words.CONDITIONS.__getitem__,
            key=f"conditions-{one.table_id}",
        )
    columns = [*used, "then", *one.more, "by", "says"]
    shown = st.data_editor(
        pd.DataFrame(words.frame_of(one, used), columns=columns),
        key=f"rows-{one.table_id}-{'-'.join(used)}",
        num_rows="dynamic",
        hide_index=True,
        column_config={code: _editor(one, code) for code in columns},
    )
    note("Rows are tried from the top, the last one without a condition. Several names: commas between.")
    if one.kind in words.HOW_TO:
        note(words.HOW_TO[one.kind])
    return [{str(key): value for key, value in row.items()} for row in shown.to_dict("records")]


def _editor(one: PolicyTable, code: str) -> Any:
    """Return how a column is edited; None hides one that this table has not."""
    if code == "by":
        has_none = one.kind in {"risk", "retry"}
        return None if has_none else st.column_config.SelectboxColumn("Approved by", options=APPROVERS)
    if code == "says":
        return None if one.kind == "risk" else st.column_config.TextColumn("Because", required=True)
    title = words.THEN_TITLES[one.kind] if code == "then" else words.CONDITIONS[code]
    choices = words.CHOICES.get(one.kind if code == "then" else code)
    if choices is None:
        return st.column_config.TextColumn(title, required=code == "then")
    return st.column_config.SelectboxColumn(title, options=choices, required=code == "then")


def _tried(pin: Pin, view: PolicyView, tables: tuple[PolicyTable, ...], currency: str) -> bool:
    """Draw what would have been decided; return whether it could be worked out."""
    try:
        with st.spinner("Deciding the latest run's cases anew"):
            found = rule_queries.try_policy(pin, view.version, tables)
    except AssayError as refusal:
        states.told((refusal.message, False))
        return False
    draw(element("h3", "On the latest run's cases", css="ra-section"))
    effect_shown(words.effect_of(found), currency)
    draw(table(ASKED, words.asked(found), label="Who would be asked"))
    return True


def effect_shown(effect: Any, currency: str) -> None:
    """Draw what a policy would change, in the form in which a proposal keeps it."""
    share = percent(effect["changed"] / effect["cases"]) if effect["cases"] else "0 %"
    note(f"{effect['changed']:,} of {count(effect['cases'], 'case')} ({share}) would take another route.")
    note(words.otherwise_done(effect))
    if effect["moves"]:
        draw(table(MOVES, words.moves(effect, currency), label="Cases that would move"))
