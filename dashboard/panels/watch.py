"""The lists of Home: what is due, what is open, which sources, controls and rows need a look."""

from __future__ import annotations

import streamlit as st

from core.api import Case, ControlLine, EvidenceRow, Home, RejectedRows, SeverityTotal
from dashboard.components import states
from dashboard.components.badges import Badge, badge, severity_pill
from dashboard.components.bars import Bar, bars
from dashboard.components.head import card
from dashboard.components.tables import Cell, Column, Row, table
from dashboard.format import NOTHING, count, due_short, due_tone, money_round, name
from dashboard.markup import draw, element, plain
from dashboard.navigation import link
from dashboard.panels.values import shown
from dashboard.panels.words import at_stake, issue, who

FILE_ISSUES = "feed_silent,file_late,file_missing"

SOURCES_SHOWN = 5
CONTROLS_SHOWN = 8
"""The worst come first; the rest is one link away."""


def due_first(home: Home) -> None:
    """Draw the cases due next, each a link to itself in the queue."""
    with card("Due next", "at stake, time left"):
        if not home.due_first:
            states.nothing("Nothing is waiting for you", "The last run left no open case.")
        for case in home.due_first:
            _due_row(case, home)
        if home.totals.cases > len(home.due_first):
            link("triage", f"All {count(home.totals.cases)} in the queue", sort="due")


def _due_row(case: Case, home: Home) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        draw(severity_pill(case.severity), 72)
        with st.container():
            link("triage", f"{plain(who(case))} · {plain(issue(case))}", sort="due", case=case.case_id)
        tone = due_tone(case.due_at, home.now)
        left = element("span", due_short(case.due_at, home.now), css=tone)
        draw(element("div", element("span", at_stake(case)), left, css="ra-money"), "content")


def by_severity(home: Home) -> None:
    """Draw how the open cases divide by severity."""
    with card("Open cases", f"at stake in {home.totals.currency}"):
        if not home.by_severity:
            states.quiet("No case is open.")
        draw(bars([_severity_bar(total, home.totals.currency) for total in home.by_severity]))
        for total in home.by_severity[:1]:
            worst = total.severity
            link("triage", f"Show the {count(total.cases)} {worst}", severity=worst)


def _severity_bar(total: SeverityTotal, currency: str) -> Bar:
    value, cases = money_round(total.amount, currency), count(total.cases, "case")
    return Bar(severity_pill(total.severity), total.amount, value, cases)


def sources(home: Home) -> None:
    """Draw the sources whose files are late or missing."""
    shown = home.sources[:SOURCES_SHOWN]
    part = f"{len(shown)} of {len(home.sources)}, " if len(shown) < len(home.sources) else ""
    with card("Sources with late or missing files", f"{part}files"):
        if not home.sources:
            states.quiet("Every source delivered as agreed.")
            return
        columns = (Column("Source"), Column("Late", "num"), Column("Missing", "num"))
        rows = [(gap.source, _some(gap.late), _some(gap.missing)) for gap in shown]
        draw(table(columns, rows, label="Sources with late or missing files"))
        link("triage", "Show their cases", issue=FILE_ISSUES)


def controls(home: Home) -> None:
    """Draw the controls that could not be evaluated with the reason, then those that found something."""
    ordered = sorted(home.controls, key=lambda line: (line.result.outcome, -line.result.violations))
    part = f"{CONTROLS_SHOWN} of {len(ordered)}, " if len(ordered) > CONTROLS_SHOWN else ""
    with card("Controls that did not pass", f"{part}findings"):
        if not ordered:
            states.quiet("Every control passed.")
            return
        columns = (Column("Control"), Column("Outcome"), Column("Findings", "num"))
        shown = [_control_row(line) for line in ordered[:CONTROLS_SHOWN]]
        draw(table(columns, shown, label="Controls that did not pass"))
        link("rules", "All controls")


def _control_row(line: ControlLine) -> Row:
    result = line.result
    title = line.card.title if line.card else name(result.control_id)
    if result.outcome == "not_evaluated":
        return (Cell(title, result.reason), badge(Badge("Not evaluated", "gray")), NOTHING)
    judged = f"{count(result.eligible, 'row')} judged"
    return (Cell(title, judged), badge(Badge("Violated", "orange")), count(result.violations))


def quarantined(rejected: RejectedRows) -> None:
    """Draw rows that could not be used: where each is, what is wrong with it and what to do."""
    with card("Rows in quarantine", f"{count(len(rejected.rows))} of {count(rejected.total)}"):
        if not rejected.rows:
            states.quiet("Every row could be used.")
            return
        columns = (Column("Where", "code"), Column("Value"), Column("Why, and what to do"))
        rows = [
            _rejected_row(view.finding.subject_id, row)
            for view in rejected.rows
            for row in view.evidence.rows
        ]
        draw(table(columns, rows, label="Rows in quarantine"))


def _rejected_row(subject: str, row: EvidenceRow) -> Row:
    values = dict(row.values)
    where = Cell(row.file or subject, f"Row {row.row:,}" if row.row else "The whole file")
    value = Cell(shown(values.get("value")), values.get("column"))
    return (where, value, Cell(shown(values.get("reason")), values.get("remedy")))


def _some(number: int) -> str:
    return count(number) if number else NOTHING
