"""Turns what the pricing engine expects into the lines and invoices of a billing system. Prices nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from core.lake.session import Session
from core.simulation.calendar import BILL_DAYS, Calendar
from core.simulation.dataset import insert, scratch, stage
from core.simulation.draws import stream

__all__ = ["Pricer", "bill", "bill_again", "bill_cycles"]

Pricer = Callable[[Session], None]
"""Prices what a session holds: leaves ``expected_charges``, one row a line, as temporary table."""

_GOODWILL = 0.02


def bill_cycles(session: Session, calendar: Calendar) -> None:
    """Create ``bill_cycles``: each bill day's cycles, numbered; 0 is the one before the data begins."""
    rows = []
    for day in BILL_DAYS:
        periods = calendar.periods(day)
        before = calendar.cycle_before(periods[0], day)
        for number, period in enumerate([before, *periods]):
            rows.append(
                {
                    "bill_cycle_day": day,
                    "cycle_no": number,
                    "cycle_start": period.start,
                    "cycle_end": period.end,
                }
            )
    scratch(session, {"drawn_cycles": pa.Table.from_pylist(rows)})
    stage(session, "bill_cycles", "bill_cycles")


def bill(session: Session, calendar: Calendar, price: Pricer, seed: int, part: int) -> None:
    """Fill ``charges`` and ``invoices`` for all accounts of the session."""
    _rate(session, calendar, price)
    _goodwill(session, calendar, seed, part)
    _draw_up(session)


def bill_again(session: Session, calendar: Calendar, price: Pricer) -> None:
    """Fill ``charges`` and ``invoices`` once more; lines that people keyed in are there already."""
    _rate(session, calendar, price)
    _draw_up(session)


def _rate(session: Session, calendar: Calendar, price: Pricer) -> None:
    stage(session, "account_cycles", "account_cycles", {"timezone": calendar.zone.key})
    price(session)
    stage(session, "rated_lines", "charges", {"as_of": calendar.as_of})
    insert(session, "charges", "billed_charges", {"as_of": calendar.as_of})


def _draw_up(session: Session) -> None:
    """Make the invoices that lines are on, and their tax lines."""
    insert(session, "invoices", "invoices")
    insert(session, "charges", "tax_lines")


def _goodwill(session: Session, calendar: Calendar, seed: int, part: int) -> None:
    """Let agents give small credits on bills that can bear one: legitimate, and rare."""
    rng = stream(seed, "goodwill", part)
    stage(session, "creditable", "creditable")
    count = session.execute("select count(*) from creditable").fetchall()[0][0]
    chosen = np.flatnonzero(rng.random(count) < _GOODWILL)
    scratch(
        session,
        {
            "drawn_credits": pa.table(
                {
                    "place": chosen + 1,
                    "cents": rng.integers(2, 17, len(chosen)) * 50,
                    "share": rng.uniform(0.1, 0.85, len(chosen)),
                    "agent": rng.integers(1, 10, len(chosen)),
                }
            )
        },
    )
    stage(session, "rated_lines", "credits")
    insert(session, "charges", "billed_charges", {"as_of": calendar.as_of})
