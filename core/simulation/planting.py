"""Plants faults in a simulated operator and lets its billing see the consequences. Knows no fault itself."""

from __future__ import annotations

from collections.abc import Mapping

from core.lake.session import Session
from core.simulation.billing import Pricer, bill_again
from core.simulation.calendar import Calendar
from core.simulation.dataset import stage
from core.simulation.draws import stream
from core.simulation.faults import Shadow, plant
from core.simulation.payments import pay
from core.simulation.slices import existing_slice

__all__ = ["plant_faults"]

_SLICE = 500
_FIRST_PART = 1_000_000


def plant_faults(
    session: Session, calendar: Calendar, seed: int, plan: Mapping[str, int], price: Pricer, currency: str
) -> Shadow:
    """Spoil the session's tables as planned; return the shadow with its labels."""
    stage(session, "account_cycles", "account_cycles", {"timezone": calendar.zone.key})
    shadow = Shadow(session, stream(seed, "faults"), currency)

    def bill_anew(accounts: set[str]) -> None:
        ordered = sorted(accounts)
        for part, start in enumerate(range(0, len(ordered), _SLICE), _FIRST_PART):
            with existing_slice(session, ordered[start : start + _SLICE]):
                bill_again(session, calendar, price)
                pay(session, calendar, seed, part)
        stage(session, "account_cycles", "account_cycles", {"timezone": calendar.zone.key})

    plant(shadow, plan, str(seed), bill_anew)
    return shadow
