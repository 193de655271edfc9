"""Draws the usage files that elements and partners send, and when they arrive. Draws no usage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from core.simulation.calendar import Calendar, Ints
from core.simulation.draws import instants, labels, stream
from core.simulation.trips import Partner

__all__ = ["ELEMENTS", "Files", "draw_files"]

ELEMENTS = ("msc-01", "msc-02", "pgw-01", "pgw-02", "iot-01")
_ELEMENT_HOURS, _PARTNER_HOURS = 12, 24


@dataclass(frozen=True)
class Files:
    """Hold one row a source and one column a file; a source's files follow one another without a gap.

    ``received`` holds UTC seconds, ``hours`` the length of each source's files. ``whole`` counts the files
    of a source whose period is over.
    """

    sources: tuple[str, ...]
    hours: Ints
    whole: Ints
    start: int
    created: Ints
    received: Ints
    sequence: Ints

    def slot(self, source: Ints, end: Ints) -> Ints:
        """Return which file of its source holds usage that ends at each instant."""
        return (end - self.start) // (self.hours[source] * 3600)

    def table(self) -> pa.Table:
        """Return one row a file whose period is over, arrived or not, without its counts."""
        source = np.repeat(np.arange(len(self.sources)), self.whole)
        slot = np.concatenate([np.arange(count) for count in self.whole])
        begin = self.start + slot * self.hours[source] * 3600
        return pa.table(
            {
                "source_no": source,
                "slot": slot,
                "source": labels(source, self.sources),
                "sequence": self.sequence[source] + slot,
                "period_start": instants(begin),
                "period_end": instants(begin + self.hours[source] * 3600),
                "created_at": instants(self.created[source, slot]),
                "received_at": instants(self.received[source, slot]),
            }
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
    return Files(
        sources, hours, whole, calendar.start, end + made, arrived, rng.integers(900, 6000, shape[0])
    )
