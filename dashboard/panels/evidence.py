"""The Evidence tab: what was there beside what was expected, then the rows behind both, file and row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.api import Case, CaseDetail, EvidenceLine, EvidenceRow, FindingView, Plan
from dashboard import session
from dashboard.components import states
from dashboard.components.head import note
from dashboard.components.tables import Cell, Column, Row, table
from dashboard.format import count, instant, money, name
from dashboard.markup import Html, draw, element
from dashboard.panels.asked import asked
from dashboard.panels.checks import checks, told_to_customer, told_to_each
from dashboard.panels.estimates import expected_customers
from dashboard.panels.incident import inside
from dashboard.panels.plan import plan_steps
from dashboard.panels.values import clipped, number, shown
from dashboard.panels.words import direction, is_complaint
from dashboard.queries import PART_SIZE

FOUND_AS = {"charges": "Billed", "invoices": "Billed", "payments": "Collected"}
NO_LINE = EvidenceLine("", None, None, None)


def part() -> int:
    """Return which part of a case's findings the address asks for, from 1."""
    return session.address_number(session.PART)


def evidence_tab(detail: CaseDetail, proposed: Plan | None) -> None:
    """Draw the summary, the comparison with its sum, the rows behind it, what will happen and who decides."""
    case = detail.case
    if detail.main:
        states.quiet(f"Its findings and its money are in {detail.main.case_id} now.")
        return
    draw(element("p", case.summary, css="ra-summary"))
    inside(detail)
    if detail.findings:
        _found(detail)
    elif is_complaint(case):
        draw(asked(detail))
    elif not case.children:
        states.quiet("No finding is kept for this part of the case.")
    plan_steps(proposed or (detail.advice.plan if detail.advice else None))
    if detail.advice and detail.advice.ruling:
        checks(detail.advice.ruling)
        if case.account_id:
            told_to_customer(detail.advice)
        else:
            told_to_each(detail.advice)


def _found(detail: CaseDetail) -> None:
    findings = detail.findings
    draw(_comparison(detail.case, findings))
    expected_customers(detail)
    rows = [row for view in findings for row in view.evidence.rows]
    if rows:
        draw(element("h3", "Rows behind it", css="ra-section"))
        draw(rows_table(rows, detail.versions))
    _parts(detail.case)


def _comparison(case: Case, findings: Sequence[FindingView]) -> Html:
    found = FOUND_AS.get(findings[0].finding.stream, "Found")
    columns = (Column("What"), Column(found, "num"), Column("Expected", "num"), Column("Difference", "num"))
    rows = [_line(view, line) for view in findings for line in view.evidence.lines or (NO_LINE,)]
    total = _total(case) if case.amount else None
    return table(columns, rows, label=f"{found} against expected", total=total)


def _total(case: Case) -> Row:
    scope = f" in all {count(case.findings)} findings" if case.findings > 1 else ""
    words = f"{direction(case).capitalize()}{scope}"
    return (words, "", "", money(case.amount, case.currency))


def _line(view: FindingView, line: EvidenceLine) -> Row:
    finding = view.finding
    subject = f"{name(finding.stream)} {finding.subject_id}, {instant(finding.occurred_at, session.zone())}"
    label = Cell(name(line.label), subject) if line.label else Cell(subject)
    difference = "" if line.difference is None else number(line.difference)
    return (label, shown(line.actual), shown(line.expected), difference)


def rows_table(rows: Sequence[EvidenceRow], versions: Mapping[str, int]) -> Html:
    """Return the landed rows, each with its file and row and the table version that was read."""
    columns = (Column("Row", "code"), Column("File", "code"), Column("Values", "code"))
    return table(columns, [_row(row, versions) for row in rows], label="Rows behind the figures")


def _row(row: EvidenceRow, versions: Mapping[str, int]) -> Row:
    values = " · ".join(f"{name(label)} {shown(value)}" for label, value in row.values if value)
    version = f", table version {versions[row.stream]}" if row.stream in versions else ""
    place = Cell(shown(row.file), f"Row {row.row:,}{version}") if row.row else shown(row.file)
    return (Cell(clipped(row.key), name(row.stream)), place, values)


def _parts(case: Case) -> None:
    parts = -(-case.findings // PART_SIZE)
    if parts > 1:
        at = min(part(), parts)
        first, last = (at - 1) * PART_SIZE + 1, min(at * PART_SIZE, case.findings)
        note(f"Findings {first:,} to {last:,} of {case.findings:,}")
        st.pagination(parts, key=session.widget(session.PART, at), on_change=session.follow(session.PART))
