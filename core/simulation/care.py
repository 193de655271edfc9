"""Draws care contacts and surveys: some about bills, roaming and payments, as life goes. Knows no fault."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from core.lake.session import Session
from core.simulation.calendar import Calendar, Ints
from core.simulation.dataset import insert, integers, scratch, stage
from core.simulation.draws import instants, labels, picks, stream

__all__ = ["care"]

_HOUR, _DAY = 3600, 86_400
_CHANNELS = {"phone": 0.42, "chat": 0.2, "app": 0.16, "email": 0.12, "store": 0.1}
_TOPICS = {"billing": 0.33, "technical": 0.22, "sales": 0.17, "payment": 0.1, "roaming": 0.1, "other": 0.08}
_NOTES = {
    "billing": ("asked about the bill", "bill higher than last month", "wants an itemised bill", None),
    "technical": ("slow at home", "no signal in the cellar", "voicemail", None),
    "sales": ("wants to change plan", "asked for a second SIM", None, None),
    "payment": ("new bank account", "card expired", "asked for more time", None),
    "roaming": ("no data abroad", "asked about prices abroad", None, None),
    "other": (None, "address change", None, None),
}
_A_MONTH = 0.16


def care(session: Session, calendar: Calendar, seed: int, part: int) -> None:
    """Fill ``contacts`` and ``surveys`` for all accounts of the session."""
    rng = stream(seed, "care", part)
    stage(session, "reachable", "reachable", {"starts": calendar.starts_at, "as_of": calendar.as_of})
    people = integers(session, "select since, until from reachable order by place")
    since, until = people["since"], people["until"]
    who = np.repeat(np.arange(len(since)), rng.poisson(_A_MONTH * (until - since) / (30 * _DAY)))
    opened = since[who] + (rng.random(len(who)) * (until - since)[who]).astype(np.int64)
    opened = _office_hours(rng, opened)
    order = np.lexsort((opened, who))
    scratch(session, {"drawn_contacts": _contacts(rng, who[order], opened[order])})
    insert(session, "contacts", "contacts", {"as_of": calendar.as_of})
    scratch(session, {"drawn_answers": _answers(rng, len(who))})
    insert(session, "surveys", "surveys", {"as_of": calendar.as_of})


def _office_hours(rng: np.random.Generator, instant: Ints) -> Ints:
    return instant - instant % _DAY + rng.integers(6 * _HOUR, 19 * _HOUR, len(instant))


def _contacts(rng: np.random.Generator, who: Ints, opened: Ints) -> pa.Table:
    count = len(who)
    topic = picks(rng, _TOPICS, count)
    notes = [note for word in _TOPICS for note in _NOTES[word]]
    handled = np.clip(rng.lognormal(6.15, 0.55, count), 60, 3000).astype(np.int64)
    return pa.table(
        {
            "place": np.arange(count) + 1,
            "account_place": who + 1,
            "channel": labels(picks(rng, _CHANNELS, count), list(_CHANNELS)),
            "topic": labels(topic, list(_TOPICS)),
            "opened_at": instants(opened),
            "handle_seconds": handled,
            "agent": rng.integers(1, 10, count),
            "resolved": rng.random(count) < 0.78,
            "note": labels(topic * 4 + rng.integers(0, 4, count), notes),
        }
    )


def _answers(rng: np.random.Generator, count: int) -> pa.Table:
    answers = np.flatnonzero(rng.random(count) < 0.3)
    return pa.table(
        {
            "place": answers + 1,
            "nps": rng.random(len(answers)) < 0.35,
            "mood": rng.random(len(answers)),
            "delay": rng.integers(1800, 3 * _DAY, len(answers)),
        }
    )
