"""The four figures of Home, each with its definition. Computes nothing beyond what it is handed."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.api import Home, Status
from dashboard.components.badges import Badge
from dashboard.components.tables import Column, table
from dashboard.components.tile import Figure, tile
from dashboard.format import Tone, count, money_round
from dashboard.markup import draw
from dashboard.navigation import link


def figures(stand: Status, home: Home) -> None:
    """Draw money at stake, what is due, the controls and the rows left out."""
    cells = (
        (_at_stake(stand, home), partial(link, "triage", "Show these cases", view="all")),
        (_due(stand, home), partial(link, "triage", "Show these cases", view="sla_at_risk")),
        (_controls(stand), partial(_outcomes, stand)),
        (_left_out(stand), partial(_files, home)),
    )
    grid = st.grid(4, min_column_width=250)
    for figure, rows in cells:
        with grid.cell():
            tile(figure, rows)


def _at_stake(stand: Status, home: Home) -> Figure:
    return Figure(
        label="At stake",
        value=money_round(home.totals.at_stake, home.totals.currency),
        context=Badge(f"in {count(home.totals.cases, 'open case')}"),
        definition="The amounts of all open cases without their sign, under-billed and over-charged, added.",
        unit=f"{home.totals.currency}, before tax",
        source=f"The cases that run {stand.run.run_id} found",
        snapshot_id=stand.run.snapshot_id,
    )


def _due(stand: Status, home: Home) -> Figure:
    late = Badge(f"{count(home.late)} late", "red") if home.late else Badge("None late", "green")
    return Figure(
        label="Due within 8 h or late",
        value=count(home.sla_at_risk),
        context=late,
        definition="Open cases whose time to act ends within eight hours, or has ended.",
        unit="Cases",
        source=f"The cases that run {stand.run.run_id} found, against the data's cut-off",
        snapshot_id=stand.run.snapshot_id,
    )


def _controls(stand: Status) -> Figure:
    counts = stand.outcomes
    total = sum(counts.values())
    skipped = counts.get("not_evaluated", 0)
    words = Badge(f"{count(skipped)} not evaluated", "orange") if skipped else Badge("All evaluated", "green")
    return Figure(
        label="Controls evaluated",
        value=f"{count(total - skipped)} of {count(total)}",
        context=words,
        definition="Controls that had their data and at least one row to judge; the others did not pass.",
        unit="Controls",
        source=f"The results of run {stand.run.run_id}",
        snapshot_id=stand.run.snapshot_id,
    )


def _left_out(stand: Status) -> Figure:
    tone: Tone = "orange" if stand.rows_quarantined else "green"
    return Figure(
        label="Rows in quarantine",
        value=count(stand.rows_quarantined),
        context=Badge(f"of {count(stand.rows_read)} read", tone),
        definition="Rows that could not be used; each keeps its file, row and reason until it is repaired.",
        unit="Rows",
        source=f"The reports of {count(stand.files, 'file')} in run {stand.run.run_id}",
        snapshot_id=stand.run.snapshot_id,
    )


def _outcomes(stand: Status) -> None:
    names = {"passed": "Passed", "violated": "Violated", "not_evaluated": "Not evaluated"}
    rows = [(names[outcome], count(number)) for outcome, number in stand.outcomes.items()]
    draw(table((Column("Outcome"), Column("Controls", "num")), rows, label="Controls by outcome"))


def _files(home: Home) -> None:
    rows = [(file.path, count(file.rows_read), count(file.quarantined)) for file in home.quarantined]
    columns = (Column("File", "code"), Column("Read", "num"), Column("Quarantined", "num"))
    draw(table(columns, rows, label="Files with quarantined rows"))
