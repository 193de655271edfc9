"""The drawer that proposes how a case is put right. Works nothing out but the sum that it shows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import streamlit as st

from core.api import (
    ACTION_PHRASES,
    BILL_CHANGING,
    CAUSE_PHRASES,
    Advice,
    Case,
    CaseStanding,
    Correction,
    Plan,
    is_collected,
)
from dashboard import commands, queries, session
from dashboard.components import states
from dashboard.components.act import act
from dashboard.components.head import note
from dashboard.components.tables import Cell, Column, table
from dashboard.format import currency_symbol, money, to_the_cent
from dashboard.markup import draw, element
from dashboard.panels.case_actions import PROPOSE
from dashboard.panels.effect import bill_row, bills_row
from dashboard.panels.plan import plan_steps
from dashboard.panels.plan_words import SILENCES
from dashboard.panels.words import direction, is_complaint, issue, who

COLUMNS = (Column(""), Column("Now", "num"), Column("After", "num"))


def propose_drawer(case: Case, standing: CaseStanding, advice: Advice | None) -> None:
    """Draw the drawer where it is open for this case."""
    if session.drawer() == f"{PROPOSE} {case.case_id}":
        title = "Propose an answer" if is_complaint(case) else "Propose a correction"
        drawer = st.dialog(title, position="right", width="medium", on_dismiss=session.close_drawer)
        drawer(_propose)(case, standing, advice)


def _propose(case: Case, standing: CaseStanding, advice: Advice | None) -> None:
    if session.drawer() != f"{PROPOSE} {case.case_id}":
        st.rerun()  # it has been sent: the whole page is drawn anew without the drawer
    draw(element("p", f"{who(case)} · {issue(case)}", css="ra-case-title"))
    states.told(session.told())
    wanted, plan = _fields(case, is_shared=bool(advice and advice.notices))
    draw(table(COLUMNS, _sum(case, wanted, advice), label="Before and after"))
    plan_steps(plan)
    st.text_area(
        "Reason",
        key=session.reason_key(case.case_id),
        placeholder="What you checked, for whoever decides",
        height=90,
        max_chars=2_000,
    )
    note("Nothing changes on the account until a second person has approved.")
    act(
        "Send for approval",
        lambda: commands.propose_correction(case.case_id, standing.life.version, wanted),
        key="pri-send",
        type="primary",
        shortcut="Ctrl+Enter",
    )


def _fields(case: Case, *, is_shared: bool) -> tuple[Correction, Plan | None]:
    """Draw what is to be done, by how much, why, and whether the customer hears of it; return it planned."""
    actions = sorted(ACTION_PHRASES, key=ACTION_PHRASES.__getitem__)
    action = st.selectbox(
        "What to do",
        actions,
        index=actions.index(case.action) if case.action in actions else 0,
        format_func=lambda code: ACTION_PHRASES[code].capitalize(),
        key=f"action-{case.case_id}",
    )
    proposed = to_the_cent(case.action_amount, case.currency)
    amount = st.number_input(
        f"What changes for the {'customers' if is_shared else 'customer'} ({currency_symbol(case.currency)})",
        value=float(proposed),
        step=0.01,
        format="%.2f",
        help="Positive when the customer pays more, negative when they pay less; before tax",
        disabled=action not in BILL_CHANGING or (is_shared and action == case.action),
        key=f"amount-{case.case_id}",
    )
    causes = sorted(CAUSE_PHRASES, key=CAUSE_PHRASES.__getitem__)
    cause = st.selectbox(
        "What was wrong",
        causes,
        index=causes.index(case.root_cause) if case.root_cause in causes else 0,
        format_func=lambda code: CAUSE_PHRASES[code].capitalize(),
        key=f"cause-{case.case_id}",
    )
    moved = Decimal(f"{amount:.2f}") if action in BILL_CHANGING else Decimal(0)
    return _told(case, Correction(action, moved, cause, notify=True), bool(proposed) or is_complaint(case))


def _told(case: Case, wanted: Correction, at_first: bool) -> tuple[Correction, Plan | None]:
    """Draw whether the customer hears of it, where policy leaves that open; return it planned."""
    plan = _plan(case, wanted)
    is_open = plan is None or (plan.tells and not plan.is_owed)
    chosen = st.toggle(
        "Tell each customer" if plan and plan.customers else "Tell the customer",
        value=at_first,
        key=f"notify-{case.case_id}",
        disabled=not is_open,
        help=None if plan is None or is_open else SILENCES.get(plan.silence, "Policy owes it to them."),
    )
    notify = chosen if is_open or plan is None else plan.tells
    settled = replace(wanted, notify=notify)
    return settled, plan if notify else _plan(case, settled)


def _plan(case: Case, wanted: Correction) -> Plan | None:
    stand = queries.stand().value
    return queries.plan(queries.pin(stand), session.reader(), case.case_id, wanted) if stand else None


def _sum(case: Case, wanted: Correction, advice: Advice | None) -> list[tuple[Cell | str, ...]]:
    """Return what is wrong on the bill, and what the bill comes to, before and after."""
    left = case.amount - wanted.amount
    hint = direction(case) if case.amount else "no money is known to be at stake"
    what = "Wrong in what was paid" if is_collected(case.fault) else "Wrong on the bill"
    wrong = (Cell(what, hint), money(case.amount, case.currency), money(left, case.currency))
    if advice and advice.bill:
        return [wrong, bill_row(advice.bill, wanted.amount, case.currency)]
    if advice and advice.notices and wanted.action == case.action:
        return [bills_row(advice.notices, case.currency)]
    return [wrong]
