"""What became of every landed file: rows are conserved, and what stands on them is one choice away."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.api import FAULT_TITLES, FileLineage, FileReport
from dashboard import session
from dashboard.components import states
from dashboard.components.grid import ROW_HEIGHT, grid_height
from dashboard.components.head import card, note
from dashboard.components.tables import Column, Row, table
from dashboard.format import count, name
from dashboard.markup import draw
from dashboard.navigation import link
from dashboard.panels.words import stream_title

ROWS_IN_SIGHT = 8
ABOUT = (
    "Read = accepted + quarantined + identical repeats + superseded. Choose a file to see what stands on it."
)


def landed_files(reports: Sequence[FileReport]) -> None:
    """Draw one row for each stream of each file; files with something to look at come first."""
    ordered = sorted(reports, key=lambda report: (-report.quarantined, not report.note, report.path))
    with card("Files taken in", f"{count(len({report.path for report in reports}), 'file')}, rows"):
        session.show_rows(session.FILES_GRID, [report.path for report in ordered])
        st.dataframe(
            [_row(report) for report in ordered],
            key=session.FILES_GRID,
            on_select=_choose,
            selection_mode="single-cell",
            hide_index=True,
            row_height=ROW_HEIGHT,
            height=grid_height(len(ordered), ROWS_IN_SIGHT),
            column_config={"Note": st.column_config.TextColumn(width="large")},
            alt="Rows read of each file, and what became of them",
        )
        note(ABOUT)


def file_card(lineage: FileLineage) -> None:
    """Draw what stands on one file: rows that follow from its own, and the findings that cite it."""
    with card("What stands on this file", lineage.path, key="lineage"):
        if not lineage.dependents:
            states.quiet("No row of this file counts: none was accepted, or newer versions replaced all.")
            return
        columns = (Column("Stream"), Column("Rows", "num"), Column("How"))
        rows: list[Row] = [
            (stream_title(one.stream), count(one.rows), _step(one.step)) for one in lineage.dependents
        ]
        draw(table(columns, rows, label="Rows that stand on this file"))
        if not lineage.findings:
            states.quiet("No finding cites a row of it.")
            return
        heads = (Column("Findings that cite it"), Column("Findings", "num"), Column("Cases", "num"))
        cited: list[Row] = [
            (FAULT_TITLES.get(one.fault, name(one.fault)), count(one.findings), count(one.cases))
            for one in lineage.findings
        ]
        draw(table(heads, cited, label="Findings that cite this file"))
        link("triage", "Show cases of these kinds", issue=",".join(one.fault for one in lineage.findings))


def _step(step: int) -> str:
    return ("In the file", "Follow from it")[step] if step < 2 else f"Follow over {step} steps"


def _choose() -> None:
    path = session.clicked_row(session.FILES_GRID)
    if path is not None:
        session.go(**{session.FILE: path})


def _row(report: FileReport) -> dict[str, str | int]:
    return {
        "File": report.path,
        "Stream": report.stream,
        "Read": report.rows_read,
        "Accepted": report.accepted,
        "Quarantined": report.quarantined,
        "Repeats": report.repeats,
        "Superseded": report.superseded,
        "Note": report.note,
    }
