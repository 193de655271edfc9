"""What became of every landed file: rows are conserved, and the card shows it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.api import FileReport
from dashboard.components.grid import ROW_HEIGHT, grid_height
from dashboard.components.head import card
from dashboard.format import count

ROWS_IN_SIGHT = 8


def landed_files(reports: Sequence[FileReport]) -> None:
    """Draw one row for each stream of each file; files with something to look at come first."""
    ordered = sorted(reports, key=lambda report: (-report.quarantined, not report.note, report.path))
    with card("Files taken in", f"{count(len({report.path for report in reports}), 'file')}, rows"):
        st.dataframe(
            [_row(report) for report in ordered],
            key="landed-files",
            hide_index=True,
            row_height=ROW_HEIGHT,
            height=grid_height(len(ordered), ROWS_IN_SIGHT),
            column_config={"Note": st.column_config.TextColumn(width="large")},
            alt="Rows read of each file, and what became of them",
        )
        st.caption("Read = accepted + quarantined + identical repeats + superseded, for every file.")


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
