"""Makes what the network and mediation saw of one slice of accounts. Prices and bills nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from core.lake.session import Session
from core.simulation.calendar import Calendar, Ints
from core.simulation.collection import Collector
from core.simulation.dataset import insert, scratch, stage
from core.simulation.extras import draw_extras
from core.simulation.lines import Lines, draw_lines
from core.simulation.people import Accounts, draw_accounts
from core.simulation.profiles import Profile
from core.simulation.traffic import draw_sessions
from core.simulation.trips import Partner, Trips, draw_trips

__all__ = ["Slice", "make_slice"]


@dataclass(frozen=True)
class Slice:
    """Hold what one slice of accounts is made from."""

    accounts: Accounts
    lines: Lines
    trips: Trips


def make_slice(
    session: Session,
    profile: Profile,
    calendar: Calendar,
    partners: list[Partner],
    collector: Collector,
    seed: int,
    numbers: Ints,
    first_line: int,
    part: int,
) -> Slice:
    """Fill the streams from ``accounts`` to ``mediation_records`` for some account numbers.

    Notes
    -----
    Adds what partners ask for to ``file_totals``, over all slices.
    """
    accounts = draw_accounts(profile, calendar, seed, numbers, part)
    lines = draw_lines(profile, calendar, accounts, seed, first_line, part)
    trips = draw_trips(profile, calendar, accounts, lines, partners, seed, part)
    extras = draw_extras(calendar, lines, trips, partners, seed, part)
    sessions = draw_sessions(profile, calendar, lines, trips, partners, seed, part)
    events = collector.collect(lines, sessions, part)
    scratch(
        session,
        {
            "drawn_accounts": accounts.table,
            "drawn_lines": lines.table,
            "drawn_stays": lines.stays,
            "drawn_products": extras.products,
            "drawn_promotions": extras.promotions,
            "drawn_consents": extras.consents,
            "drawn_events": events,
            "drawn_sources": _numbered(collector.files.sources),
        },
    )
    known = {"as_of": calendar.as_of}
    insert(session, "accounts", "accounts", {"currency": "EUR"})
    for name in ("subscriptions", "provisioning", "product_grants", "promotion_grants", "consents"):
        insert(session, name, name)
    stage(session, "slice_events", "usage_events")
    stage(session, "slice_wholesale", "wholesale")
    insert(session, "file_totals", "file_totals")
    insert(session, "usage_events", "arrived_events", known)
    insert(session, "mediation_records", "mediation_records", known)
    return Slice(accounts, lines, trips)


def _numbered(sources: tuple[str, ...]) -> pa.Table:
    return pa.table({"source_no": np.arange(len(sources)), "source": list(sources)})
