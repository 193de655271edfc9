"""The drawers that merge cases and split one. Reads nothing: the page hands over what asks for more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import pandas as pd
import streamlit as st

from core.api import (
    FAULT_TITLES,
    Case,
    CaseDetail,
    CaseLife,
    CasePage,
    CaseStanding,
    FindingView,
    MergeOffer,
    keeps_apart,
)
from dashboard import commands, session
from dashboard.components import states
from dashboard.components.act import act
from dashboard.components.grid import ROW_HEIGHT, grid_height
from dashboard.components.head import note
from dashboard.components.tables import Column, table
from dashboard.format import count, currency_symbol, instant, money, name
from dashboard.markup import Html, draw, element
from dashboard.panels.case_actions import MERGE, SPLIT, Target, is_open, note_field, of_case
from dashboard.panels.words import at_stake, cause, issue, who

ROWS_IN_SIGHT = 9
MONEY = "Money"
SUM = (Column(""), Column("Findings", "num"), Column("Money", "num"))


def drawers(
    case: Case,
    standing: CaseStanding,
    offer: Callable[[str], MergeOffer],
    findings: Callable[[str], Sequence[FindingView]],
) -> None:
    """Draw the open drawer of a case, where it is one of merging or splitting.

    Parameters
    ----------
    offer, findings
        Return what a case could be merged with, and its findings; asked only where they are needed.
    """
    target = of_case(case, standing)
    if session.drawer() == f"{MERGE} {case.case_id}":
        _merge_with(case, standing.life, target, offer(case.case_id))
    elif session.drawer() == f"{SPLIT} {case.case_id}":
        _split(case, standing.life, target, findings(case.case_id))


def merge_ticked(target: Target, page: CasePage) -> None:
    """Draw the drawer that merges the ticked cases of the list, where it is open."""
    if session.drawer() == f"{MERGE} {target.key}":
        _merge_ticked(target, [case for case in page.cases if case.case_id in target.seen])


@st.dialog("Merge cases", position="right", width="medium", on_dismiss=session.close_drawer)
def _merge_ticked(target: Target, cases: Sequence[Case]) -> None:
    if not is_open(target, MERGE):
        st.rerun()
    _one_of(target, cases, target.seen)


@st.dialog("Merge cases", position="right", width="medium", on_dismiss=session.close_drawer)
def _merge_with(case: Case, life: CaseLife, target: Target, offer: MergeOffer) -> None:
    if not is_open(target, MERGE):
        st.rerun()
    if not offer.cases:
        states.quiet("This account has no other open case that could be the same matter.")
        return
    draw(element("h3", "Which cases are the same matter", css="ra-section"))
    with st.container(gap="xxsmall", key="merge-offer"):
        chosen = [one for one in offer.cases if st.checkbox(_label(one), key=f"merge-{one.case_id}")]
    seen = {case.case_id: life.version}
    seen |= {one.case_id: offer.lives[one.case_id].version for one in chosen}
    _one_of(target, [case, *chosen], seen)


def _one_of(target: Target, cases: Sequence[Case], seen: Mapping[str, int]) -> None:
    """Draw which of some cases holds the findings of all, what that comes to, and why."""
    by_money = sorted(cases, key=lambda case: (-case.at_stake, case.case_id))
    main = st.radio(
        "Which case goes on", by_money, format_func=_label, key=f"merge-main-{'-'.join(sorted(seen))}"
    )
    apart = keeps_apart(by_money, main.case_id) if main and len(by_money) > 1 else None
    if apart:
        draw(element("div", apart, css="ra-alert", role="alert"))
    elif len(by_money) > 1:
        draw(_sums(by_money))
        note("The other cases leave the queue. You can take it back until somebody does something else.")
    field = note_field(target, "Why they are one matter")
    act(
        f"Merge {count(len(by_money), 'case')}",
        lambda: commands.merge(seen, main.case_id, field),
        key="pri-merge",
        type="primary",
        disabled=len(by_money) < 2 or apart is not None,
    )


def _sums(cases: Sequence[Case]) -> Html:
    rows = [(case.case_id, f"{case.findings:,}", money(case.amount, case.currency)) for case in cases]
    whole = sum((case.amount for case in cases), Decimal(0))
    total = ("Together", f"{sum(case.findings for case in cases):,}", money(whole, cases[0].currency))
    return table(SUM, rows, label="What the merged case comes to", total=total)


def _label(case: Case) -> str:
    return f"{case.case_id} · {issue(case)} · {at_stake(case)} · {cause(case)}"


@st.dialog("Split a case", position="right", width="medium", on_dismiss=session.close_drawer)
def _split(case: Case, life: CaseLife, target: Target, found: Sequence[FindingView]) -> None:
    if not is_open(target, SPLIT):
        st.rerun()
    chosen = _chosen(case, found)
    goes = sum(map(_money, chosen), Decimal(0))
    rows = [
        ("A case of its own", f"{len(chosen):,}", money(goes, case.currency)),
        ("Stays", f"{case.findings - len(chosen):,}", money(case.amount - goes, case.currency)),
    ]
    draw(table(SUM, rows, label="What goes and what stays"))
    field = note_field(target, "Why this is another matter")
    ids = [one.finding.finding_id for one in chosen]
    act(
        f"Split off {count(len(chosen), 'finding')}",
        lambda: commands.split(case.case_id, life.version, ids, field),
        key="pri-split",
        type="primary",
        disabled=not 0 < len(chosen) < case.findings,
        help="Choose some of the findings, and leave at least one",
    )


def _chosen(case: Case, found: Sequence[FindingView]) -> list[FindingView]:
    """Draw the findings to choose from, one by one and by what they share; return the chosen ones."""
    kinds = sorted({_kind(one) for one in found})
    wanted: list[str] = []
    if len(kinds) > 1:
        wanted = st.pills("All of", kinds, selection_mode="multi", key=f"split-kinds-{case.case_id}")
    label = "Findings" if len(found) == case.findings else f"The {len(found):,} findings with the most money"
    draw(element("h3", label, css="ra-section"))
    head = f"Money ({currency_symbol(case.currency)})"
    number = st.column_config.NumberColumn(head, format="%,.2f", alignment="right")
    picked = st.dataframe(
        _frame(found),
        key=f"split-{case.case_id}",
        on_select="rerun",
        selection_mode="multi-row",
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=grid_height(len(found), ROWS_IN_SIGHT),
        column_config={MONEY: number},
        alt="Findings of the case: issue, what it is about, when, and money",
    )
    rows = set(picked.selection.rows)
    return [one for at, one in enumerate(found) if at in rows or _kind(one) in wanted]


def _money(view: FindingView) -> Decimal:
    """Return the money of a finding that counts: none where it follows from another."""
    return Decimal(0) if view.finding.caused_by else view.finding.amount


def _kind(view: FindingView) -> str:
    """Return the issue and the control of a finding, by which findings are chosen together."""
    title = FAULT_TITLES.get(view.finding.fault, name(view.finding.fault))
    return (
        title
        if view.finding.control_id == view.finding.fault
        else f"{title} ({name(view.finding.control_id)})"
    )


def _frame(found: Sequence[FindingView]) -> pd.DataFrame:
    zone = session.zone()
    return pd.DataFrame(
        {
            "Issue": [_kind(one) for one in found],
            "About": [one.finding.subject_id for one in found],
            "When": [instant(one.finding.occurred_at, zone) for one in found],
            MONEY: [float(_money(one)) for one in found],
        }
    )


def belonging(detail: CaseDetail) -> None:
    """Draw the way from a merged case to the one that holds its findings and back, and from a complaint."""
    main, merged = detail.main, detail.merged
    if detail.behind and not detail.in_latest_run:
        _go(detail.behind, f"Found behind it: {detail.behind.case_id}, {issue(detail.behind)}")
    if main:
        _go(main, f"Merged into {main.case_id}: {who(main)} · {issue(main)}")
    if merged:
        with st.popover(f"Holds {count(len(merged), 'merged case')}", key="merged-cases", type="tertiary"):
            for one in merged:
                _go(one, f"{one.case_id} · {issue(one)}")


def _go(case: Case, label: str) -> None:
    st.button(
        label,
        key=f"merged-{case.case_id}",
        type="tertiary",
        icon=":material/merge:",
        on_click=session.go,
        kwargs={session.CASE: case.case_id, session.PART: None},
    )
