"""Draws the usage files that elements and partners send, and when they arrive. Draws no usage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from core.simulation.calendar import Calendar, Ints
from core.simulation.draws import Bools, instants, labels, stream
from core.simulation.trips import Partner

__all__ = ["ELEMENTS", "Files", "draw_files"]

ELEMENTS = ("msc-01", "msc-02", "pgw-01", "pgw-02", "iot-01")
_ELEMENT_HOURS, _PARTNER_HOURS = 12, 24
_REFUSED = 0.004


@dataclass(frozen=True)
class Files:
    """Hold one row a source and one column a file; a source's files follow one another without a gap.

    ``received`` holds UTC seconds, ``hours`` the length of each source's files. ``whole`` counts the files
    of a source whose period is over. A ``refused`` file came before under the number before its own and was
    not taken.
    """

    sources: tuple[str, ...]
    hours: Ints
    whole: Ints
    start: int
    created: Ints
    received: Ints
    sequence: Ints
    refused: Bools

    def slot(self, source: Ints, end: Ints) -> Ints:
        """Return which file of its source holds usage that ends at each instant."""
        return (end - self.start) // (self.hours[source] * 3600)

    def table(self) -> pa.Table:
        """Return one row a file whose period is over, arrived or not, without its counts."""
        source = np.repeat(np.arange(len(self.sources)), self.whole)
        slot = np.concatenate([np.arange(count) for count in self.whole])
        first = np.flatnonzero(self.refused[source, slot])
        source, slot = np.concatenate([source, source[first]]), np.concatenate([slot, slot[first]])
        refused = np.arange(len(source)) >= len(source) - len(first)
        earlier = np.cumsum(self.refused, axis=1)[source, slot]
        begin = self.start + slot * self.hours[source] * 3600
        return pa.table(
            {
                "source_no": source,
                "slot": slot,
                "source": labels(source, self.sources),
                "sequence": self.sequence[source] + slot + earlier - refused,
                "refused": refused,
                "period_start": instants(begin),
                "period_end": instants(begin + self.hours[source] * 3600),
                "created_at": instants(self.created[source, slot]),
                "received_at": instants(
                    np.where(refused, self.first_received[source, slot], self.received[source, slot])
                ),
            }
        )

    @property
    def first_received(self) -> Ints:
        """Return when a file that was refused came for the first time."""
        first: Ints = self.received - np.minimum((self.received - self.created) * 2 // 3, 6 * 3600)
        return first

    def refused_table(self) -> pa.Table:
        """Return one row a refused file, with when it came."""
        source, slot = np.nonzero(self.refused)
        name = [f"{self.sources[n]}-{number:05d}" for n, number in zip(source, slot, strict=True)]
        return pa.table(
            {"file_id": name, "received_at": instants(self.first_received[source, slot])},
            pa.schema([("file_id", pa.string()), ("received_at", pa.timestamp("us", "UTC"))]),
        )


def draw_files(calendar: Calendar, partners: Sequence[Partner], seed: int) -> Files:
    """Draw every file of the operator, each within its agreed time.

    Notes
    -----
    Elements deliver within the hour; partners usually in a third of what is agreed, sometimes in nearly all.
    """
    rng = stream(seed, "files")
    sources = (*ELEMENTS, *(f"tap:{one.partner_id}" for one in partners))
    hours = np.array([_ELEMENT_HOURS] * len(ELEMENTS) + [_PARTNER_HOURS] * len(partners))
    whole = (calendar.end - calendar.start) // (hours * 3600)
    shape = (len(sources), int(whole.max()))
    agreed = np.array([one.delivery_hours * 3600 for one in partners])
    share = np.clip(rng.gamma(3.2, 0.1, shape), 0.06, 0.93)
    wait = rng.integers(180, 2400, shape)
    wait[len(ELEMENTS) :] = (share[len(ELEMENTS) :] * agreed[:, None]).astype(np.int64)
    made = rng.integers(40, 170, shape)
    made[len(ELEMENTS) :] = (wait * rng.uniform(0.3, 0.6, shape)).astype(np.int64)[len(ELEMENTS) :]
    end = calendar.start + (np.arange(shape[1])[None, :] + 1) * hours[:, None] * 3600
    arrived = end + np.where(np.arange(shape[0])[:, None] < len(ELEMENTS), made + wait, wait)
    sequence = rng.integers(900, 6000, shape[0])
    refused = (rng.random(shape) < _REFUSED) & (arrived < calendar.end - 3 * 86_400)
    return Files(sources, hours, whole, calendar.start, end + made, arrived, sequence, refused)
