"""The coverage map: what the controls of each leakage area did. Judges nothing."""

from __future__ import annotations

from collections.abc import Sequence

from core.api import Area
from dashboard.components.head import card, note
from dashboard.components.tables import Column, Row, table
from dashboard.format import NOTHING, count, money
from dashboard.markup import draw
from dashboard.navigation import link

ABOUT = "The eight areas of TM Forum GB941D. A control that could not be evaluated covers nothing."


def coverage_map(areas: Sequence[Area], currency: str) -> None:
    """Draw one row for each leakage area with its controls by outcome and the money that they found."""
    covered = sum(1 for area in areas if area.passed + area.violated)
    with card("Coverage by leakage area", f"{covered} of {len(areas)} covered, controls"):
        columns = (
            Column("Area"),
            Column("Passed", "num"),
            Column("Violated", "num"),
            Column("Not evaluated", "num"),
            Column(f"Net found ({currency})", "num"),
        )
        draw(table(columns, [_row(area, currency) for area in areas], label="Coverage by leakage area"))
        note(ABOUT)
        link("rules", "All controls")


def _row(area: Area, currency: str) -> Row:
    return (
        area.name[:1].upper() + area.name[1:],
        _some(area.passed),
        _some(area.violated),
        _some(area.not_evaluated),
        money(area.amount or None, currency),
    )


def _some(number: int) -> str:
    return count(number) if number else NOTHING
