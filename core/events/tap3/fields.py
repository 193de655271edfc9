"""Say which values the records of a format have, and hold those of many records, a row for each.

Knows neither a format nor how values are found.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from core.events.tap3.columns import Integers, OctetColumn, Octets

Path = tuple[int, ...]
"""The tags that lead to a value, the record's own first."""


class Slot(NamedTuple):
    """Which field of the sizes, and which columns of the octets."""

    number: int
    start: int
    stop: int


class FieldTable(NamedTuple):
    """Say which values to take."""

    widths: Mapping[str, int]
    """Octets that a value of each field may have."""
    paths: Mapping[Path, str]
    """Where a field may stand; the first value found wins."""

    @property
    def width(self) -> int:
        """Return the octets of a row of values."""
        return sum(self.widths.values())

    def slots(self) -> dict[str, Slot]:
        """Give the place of each field in a row of values."""
        ends = np.cumsum(list(self.widths.values())).tolist()
        return {
            field: Slot(number, end - width, end)
            for number, ((field, width), end) in enumerate(zip(self.widths.items(), ends, strict=True))
        }


class Tables(NamedTuple):
    """Say which values the records of a format have."""

    fields: FieldTable
    """Values of which a record has one."""
    repeated: FieldTable
    """Values of which a record may have several sets; those that stand in one element are a set."""


class ValueMatrix:
    """Values of many things of one kind, a row for each.

    Parameters
    ----------
    octets
        Shape (rows, width of the table): each value from the left of its slot, zeros after it.
    sizes
        Shape (rows, fields): octets of each value as the file has it, 0 for an absent one.
    """

    def __init__(self, table: FieldTable, octets: Octets, sizes: Integers) -> None:
        self.octets, self.sizes = octets, sizes
        self._columns = {
            field: OctetColumn(octets[:, slot.start : slot.stop], sizes[:, slot.number])
            for field, slot in table.slots().items()
        }

    @classmethod
    def empty(cls, table: FieldTable, rows: int) -> ValueMatrix:
        """Make a matrix in which every value is absent."""
        sizes = np.zeros((rows, len(table.widths)), np.int64)
        return cls(table, np.zeros((rows, table.width), np.uint8), sizes)

    def __getitem__(self, field: str) -> OctetColumn:
        """Give the column of a field."""
        return self._columns[field]
