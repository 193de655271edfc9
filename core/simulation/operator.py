"""Makes a clean operator in the tables of a session, slice by slice. Plants and writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa

from core.kernel.dataset import DatasetSettings
from core.lake.session import Session
from core.simulation.billing import Pricer, bill, bill_cycles
from core.simulation.calendar import Calendar
from core.simulation.care import care
from core.simulation.collection import Collector
from core.simulation.dataset import create_streams, insert, load_settings, scratch
from core.simulation.files import draw_files
from core.simulation.network import make_slice
from core.simulation.payments import pay
from core.simulation.prices import load_catalogue, partners
from core.simulation.profiles import Profile
from core.simulation.slices import new_slice

__all__ = ["AS_OF", "make_operator", "operator_settings"]

AS_OF = datetime(2026, 11, 4, 8, tzinfo=UTC)
"""The "now" of a simulated operator unless told otherwise: October's bills are drafts, about to leave."""

_SLICE = 500


def operator_settings(calendar: Calendar) -> DatasetSettings:
    """Return what the simulated operator says about its dataset."""
    return DatasetSettings(
        operator="Küstenfunk Mobil",
        home_tadig="DEUKM",
        home_plmns=("26299",),
        currency="EUR",
        timezone=calendar.zone.key,
        tax_rate=Decimal("0.19"),
        as_of=calendar.as_of,
        starts_at=calendar.starts_at,
        calling_code="49",
    )


def make_operator(
    session: Session,
    profile: Profile,
    calendar: Calendar,
    seed: int,
    accounts: int,
    price: Pricer,
    progress: Callable[[str, float], None],
) -> None:
    """Fill every stream of the session's database.

    Parameters
    ----------
    accounts
        How many; each slice of 500 is made, priced and billed by itself.
    progress
        Told the step and the share of all accounts that is done, 0 to 1.
    """
    settings = operator_settings(calendar)
    load_settings(session, settings)
    create_streams(session)
    load_catalogue(session, calendar, settings.currency)
    bill_cycles(session, calendar)
    session.execute("create table file_totals (file_id varchar, total_charge decimal(18, 6))")
    files = draw_files(calendar, partners(), seed)
    collector = Collector(calendar, files, seed)
    scratch(session, {"drawn_refused": files.refused_table()})
    first_line = 0
    for part, start in enumerate(range(0, accounts, _SLICE)):
        numbers = np.arange(start + 1, min(start + _SLICE, accounts) + 1)
        with new_slice(session):
            made = make_slice(
                session, profile, calendar, partners(), collector, seed, numbers, first_line, part
            )
            bill(session, calendar, price, seed, part)
            # pricing tells refused files by the list of files, which comes last
            insert(session, "usage_events", "refused_events")
            pay(session, calendar, seed, part)
            care(session, calendar, seed, part)
        first_line += len(made.lines.number)
        progress("operator", float(numbers[-1]) / accounts)
    _list_files(session, calendar, collector, seed)


def _list_files(session: Session, calendar: Calendar, collector: Collector, seed: int) -> None:
    source, slot = np.nonzero(collector.counts)
    counts = pa.table({"source_no": source, "slot": slot, "events": collector.counts[source, slot]})
    scratch(session, {"drawn_files": collector.files.table(), "drawn_counts": counts})
    insert(session, "usage_files", "usage_files", {"as_of": calendar.as_of, "seed": seed})
    insert(session, "usage_files", "notices", {"as_of": calendar.as_of})
