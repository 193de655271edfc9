"""Faults of what is free: an allowance not drawn or overdrawn, a roaming cap passed. Edits usage lines."""

from __future__ import annotations

from core.simulation.faults.bills import reprice
from core.simulation.faults.model import BILLING, Planting
from core.simulation.faults.shadow import Label, Shadow

__all__ = ["PLANTINGS"]


def allowance_not_applied(shadow: Shadow, count: int) -> None:
    """Charge the whole of lines that an allowance covers, wholly or in part."""
    _settle(shadow, "allowance_not_applied", "covered_lines", count)


def allowance_overdrawn(shadow: Shadow, count: int) -> None:
    """Let lines be free although their allowance was used up before."""
    _settle(shadow, "allowance_overdrawn", "uncovered_lines", count)


def cap_exceeded(shadow: Shadow, count: int) -> None:
    """Charge roaming data in full although the cap is reached and nobody consented."""
    _settle(shadow, "cap_exceeded", "capped_lines", count)


def _settle(shadow: Shadow, fault: str, query: str, count: int) -> None:
    places = shadow.choose(query, count)
    reprice(
        shadow,
        (
            {**place, "amount": place["wrong_amount"], "free_quantity": place["wrong_free"]}
            for place in places
        ),
    )
    shadow.label(
        fault,
        (
            Label.of(
                place,
                fault,
                "charges",
                place["charge_id"],
                "rating_config",
                place["rated_at"],
                amount=place["amount"] - place["wrong_amount"],
            )
            for place in places
        ),
    )


PLANTINGS = tuple(
    Planting(plant.__name__, (plant.__name__,), BILLING, plant)
    for plant in (allowance_not_applied, allowance_overdrawn, cap_exceeded)
)
