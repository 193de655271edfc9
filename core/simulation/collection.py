"""Puts sessions into usage files as elements and partners report them: cut into parts, counted, placed."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa

from core.simulation.calendar import Calendar, Ints
from core.simulation.draws import instants, stream
from core.simulation.files import ELEMENTS, Files
from core.simulation.lines import Lines
from core.simulation.traffic import DATA, IOT_DATA, Sessions

__all__ = ["Collector"]

_PART_SECONDS = 7200


@dataclass(frozen=True)
class _Parts:
    """Hold the parts of sessions, one position each; ``step`` counts from 0 within a session."""

    session: Ints
    step: Ints
    count: Ints
    start: Ints
    duration: Ints
    source: Ints

    def take(self, rows: Ints) -> _Parts:
        return _Parts(*(getattr(self, field.name)[rows] for field in fields(self)))


class Collector:
    """Hand out places in files and event numbers over all slices.

    Parameters
    ----------
    files
        Where usage can go. Usage whose file's period is not over has not been reported.
    """

    def __init__(self, calendar: Calendar, files: Files, seed: int) -> None:
        self.calendar = calendar
        self.files = files
        self.seed = seed
        self.counts: Ints = np.zeros(files.created.shape, dtype=np.int64)
        self.events = 0
        self.sessions = 0

    def collect(self, lines: Lines, sessions: Sessions, part: int) -> pa.Table:
        """Report the sessions of one slice.

        Returns
        -------
        pa.Table
            One row an event, with numbers where the contract has texts. ``call_no`` is null for a session
            of one part. Rows whose file has not arrived by ``as_of`` are in it and counted.
        """
        rng = stream(self.seed, "collection", part)
        parts = self._parts(sessions)
        slot = self.files.slot(parts.source, parts.start + parts.duration)
        rows = np.lexsort((parts.session, parts.start, slot, parts.source))
        rows = rows[slot[rows] < self.files.whole[parts.source[rows]]]
        table = self._table(rng, lines, sessions, parts.take(rows), slot[rows])
        self.events += len(rows)
        self.sessions += len(sessions.line)
        return table

    def _parts(self, sessions: Sessions) -> _Parts:
        """Cut data sessions at home every two hours, in order of session and time."""
        cut = (sessions.service == DATA) & (sessions.partner < 0)
        count = np.maximum(np.where(cut, -(-sessions.duration // _PART_SECONDS), 1), 1)
        session = np.repeat(np.arange(len(count)), count)
        step = np.arange(len(session)) - np.repeat(np.cumsum(count) - count, count)
        left = sessions.duration[session] - step * _PART_SECONDS
        return _Parts(
            session=session,
            step=step,
            count=count[session],
            start=sessions.start[session] + step * _PART_SECONDS,
            duration=np.where(count[session] == 1, left, np.minimum(left, _PART_SECONDS)),
            source=self._source(sessions)[session],
        )

    def _source(self, sessions: Sessions) -> Ints:
        side = sessions.line % 2
        own = np.where(sessions.service == DATA, 2 + side, side)
        own = np.where(sessions.service == IOT_DATA, 4, own)
        source: Ints = np.where(sessions.partner >= 0, len(ELEMENTS) + sessions.partner, own)
        return source

    def _places(self, source: Ints, slot: Ints) -> Ints:
        """Return the position of each event in its file; rows come sorted by file."""
        width = self.files.created.shape[1]
        file, first, counts = np.unique(source * width + slot, return_index=True, return_counts=True)
        before = self.counts.reshape(-1)[file]
        self.counts.reshape(-1)[file] += counts
        place: Ints = np.arange(len(source)) + np.repeat(before - first, counts) + 1
        return place

    def _table(
        self, rng: np.random.Generator, lines: Lines, sessions: Sessions, parts: _Parts, slot: Ints
    ) -> pa.Table:
        of, single = parts.session, parts.count == 1
        line, last = sessions.line[of], parts.step + 1 == parts.count
        moved = (lines.second_stay[line] >= 0) & (sessions.start[of] >= lines.quiet_at[line])
        return pa.table(
            {
                "event_no": self.events + 1 + np.arange(len(of)),
                "call_no": pa.array(self.sessions + of, mask=single),
                "partial_sequence": pa.array(parts.step + 1, mask=single),
                "partial_last": pa.array(last, mask=single),
                "stay": np.where(moved, lines.second_stay[line], lines.first_stay[line]),
                "kind": lines.kind[line],
                "service": sessions.service[of],
                "incoming": sessions.incoming[of],
                "source_no": parts.source,
                "slot": slot,
                "file_position": self._places(parts.source, slot),
                "partner": sessions.partner[of],
                "started_at": instants(parts.start, sessions.micro[of]),
                "duration_s": parts.duration,
                "bytes_up": _portion(sessions.volume_up[of], parts),
                "bytes_down": _portion(sessions.volume_down[of], parts),
                "destination": sessions.destination[of],
                "number": sessions.number[of],
                "cell": (line * 37 + rng.integers(0, 3, len(of))) % 400,
                "received_at": instants(self.files.received[parts.source, slot]),
            }
        )


def _portion(volume: Ints, parts: _Parts) -> Ints:
    """Divide a session's bytes evenly; the last part takes what is left over."""
    return volume // parts.count + np.where(parts.step + 1 == parts.count, volume % parts.count, 0)
