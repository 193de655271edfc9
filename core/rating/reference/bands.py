"""Rule 6: a call is cut at local midnight and where the winning ladder changes. Computes no amount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.rating.reference.ladder import Ladder, PriceList
from core.rating.reference.sessions import Session

ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Part:
    """Hold one part of a session: its own ladder and its quantity before rounding up."""

    started_at: datetime
    quantity: int
    ladder: Ladder


def split(session: Session, plan_id: str, prices: PriceList) -> list[Part] | None:
    """Return the parts of a session in order, or nothing if any part has no ladder (`not_priced`)."""
    candidates = prices.candidates(
        plan_id, session.service, session.direction, session.destination_zone, session.roaming_zone
    )
    if session.service != "voice":
        ladder = prices.winner(candidates, session.started_at)
        return None if ladder is None else [Part(session.started_at, session.quantity, ladder)]
    start = session.started_at.replace(microsecond=0)
    end = start + timedelta(seconds=session.quantity)
    midnights = set(_seconds_in(start, end, prices.clock.midnights(start, end)))
    edges = _seconds_in(start, end, _edges(candidates, prices, start, end))
    parts: list[tuple[int, Ladder]] = []
    for second in sorted({0, *midnights, *edges}):
        ladder = prices.winner(candidates, start + timedelta(seconds=second))
        if ladder is None:
            return None
        if not parts or second in midnights or ladder is not parts[-1][1]:
            parts.append((second, ladder))
    ends = [second for second, _ in parts[1:]] + [session.quantity]
    return [
        Part(start + timedelta(seconds=second), stop - second, ladder)
        for (second, ladder), stop in zip(parts, ends, strict=True)
    ]


def _edges(candidates: Iterable[Ladder], prices: PriceList, start: datetime, end: datetime) -> list[datetime]:
    """Return every instant within a call at which a ladder may come into force or go out of it."""
    clock = prices.clock
    first, last = clock.local_date(start) - timedelta(days=1), clock.local_date(end)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    found = []
    for ladder in candidates:
        found += [clock.edge(day, minute) for day in days for minute in ladder.window]
        found += [ladder.valid_from] + ([ladder.valid_to] if ladder.valid_to else [])
    return [edge for edge in found if start < edge < end]


def _seconds_in(start: datetime, end: datetime, edges: Iterable[datetime]) -> list[int]:
    """Return the whole seconds elapsed from the start at which edges take effect before the end."""
    seconds = (-((start - edge) // ONE_SECOND) for edge in edges)
    return [second for second in seconds if start + timedelta(seconds=second) < end]
