"""Builds a small simulated operator to plant faults in: some roaming, some fleets, two cycles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from core.lake.session import Limits, Session, connect
from core.rating.engine import rate
from core.simulation.billing import Pricer
from core.simulation.calendar import Calendar
from core.simulation.faults import Label, Shadow
from core.simulation.operator import AS_OF, make_operator
from core.simulation.planting import plant_faults
from core.simulation.prices import holidays
from core.simulation.profiles import PROFILES

SEED = 5
CALENDAR = Calendar(ZoneInfo("Europe/Berlin"), AS_OF, 2, holidays())
SMALL = replace(
    PROFILES["mixed"],
    business=0.1,
    iot=0.08,
    trips_a_year=8,
    activity=1.3,
    business_lines=(2, 4),
    fleet_lines=(4, 8),
    abroad=2,
)


@dataclass(frozen=True)
class Simulated:
    """Hold a clean operator in a session, in which faults are planted and taken back."""

    session: Session
    calendar: Calendar

    @contextmanager
    def planted(self, plan: Mapping[str, int]) -> Iterator[Shadow]:
        """Plant faults and take them back afterwards."""
        self.session.execute("begin")
        try:
            yield plant_faults(self.session, self.calendar, SEED, plan, price, "EUR")
        finally:
            self.session.execute("rollback")


def price(session: Session) -> None:
    rate(session, explain=False)


def simulated(
    folder: Path, accounts: int = 110, calendar: Calendar = CALENDAR, pricer: Pricer = price
) -> Simulated:
    """Make a clean operator."""
    session = connect(Limits(threads=1, temp=folder))
    make_operator(session, SMALL, calendar, SEED, accounts, pricer, lambda *_: None)
    return Simulated(session, calendar)


def faults(shadow: Shadow) -> list[Label]:
    return [label for label in shadow.labels if label.kind == "fault"]
