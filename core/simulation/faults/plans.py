"""How many of which faults: the plans that ship. Plants nothing."""

from __future__ import annotations

from collections.abc import Mapping

from core.simulation.faults.library import PLANTINGS, ROWS

__all__ = ["DEMO", "everything"]

DEMO: Mapping[str, int] = {
    "partner_outage": 7,
    "late_partner_file": 4,
    "late_element_file": 2,
    "missing_file": 5,
    "wrong_file_total": 6,
    "event_not_mediated": 12,
    "record_not_charged": 14,
    "payment_mismatch": 6,
    ROWS: 6,
}
"""The roaming story of the sample, and some of what happens at every operator."""


def everything(count: int) -> dict[str, int]:
    """Plan the same number of every planting of the library."""
    return dict.fromkeys((*PLANTINGS, ROWS), count)
