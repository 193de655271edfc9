"""The Why flagged tab: the cause with what speaks for it, then the rule that found the case and its SQL."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from core.api import CaseDetail, ControlCard, EvidenceLine
from dashboard.components import states
from dashboard.components.badges import Badge, badges
from dashboard.format import SEVERITY_TONES, name
from dashboard.markup import draw, element, join
from dashboard.panels.asked import compared
from dashboard.panels.diagnosis import diagnosis
from dashboard.panels.values import number, shown
from dashboard.panels.words import is_complaint


def why_tab(detail: CaseDetail) -> None:
    """Draw why it is held to be so, then each control; one that left the catalogue is said to be gone."""
    if is_complaint(detail.case):
        compared(detail.advice.diagnosis.inquiries if detail.advice else ())
        return
    if detail.advice:
        diagnosis(detail.advice.diagnosis)
    if detail.case.children and not detail.controls:
        return
    if not detail.controls:
        states.quiet("The control that found this case is no longer in the catalogue.")
    for control in detail.controls:
        _control(control, detail)


def _control(control: ControlCard, detail: CaseDetail) -> None:
    draw(element("h3", control.title, css="ra-section"))
    draw(element("p", control.question, css="ra-summary"))
    severity = Badge(
        control.severity.capitalize(), SEVERITY_TONES[control.severity], "Severity of the control"
    )
    draw(badges(severity, Badge(name(control.area)), lead=control.control_id))
    mine = [view for view in detail.findings if view.finding.control_id == control.control_id]
    sums = [line for view in mine[:1] for line in view.evidence.lines if line.difference is not None]
    if sums:
        draw(join(*(element("p", _arithmetic(line), css="ra-sum") for line in sums)))
    draw(element("p", f"Source of the rule: {control.source}", css="ra-note"))
    with st.expander("The rule in SQL", key=f"sql-{control.control_id}"):
        st.code(control.sql, language="sql", wrap_lines=True)


def _arithmetic(line: EvidenceLine) -> str:
    less = f"expected {shown(line.expected)} less {shown(line.actual)} found"
    return f"{name(line.label)}: {less} is {number(line.difference or Decimal(0))}"
