"""Gather the values of all records of a file into one matrix, by layout rather than by record.

Where every value lies follows from a record's tags and lengths alone, and the records of a file repeat a few
hundred layouts. So the strict walk runs once for each; one masked comparison then proves which records of
the same length have the same tags and lengths, and their values are copied together. Knows paths, not
meanings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.events.tap3.ber import BerFile
from core.events.tap3.columns import Integers, OctetColumn, Octets
from core.events.tap3.refusals import Refusals
from core.kernel.errors import UnreadableFileError

MAX_LAYOUTS_OF_ONE_LENGTH = 64
"""Records of one length beyond so many layouts are taken one by one, so that time stays linear."""

WORD = 8
"""Rows are compared in words of so many octets, and end in at least one zero octet."""

Path = tuple[int, ...]


class Slot(NamedTuple):
    """Which field of the sizes, and which columns of the octets."""

    number: int
    start: int
    stop: int


class FieldTable(NamedTuple):
    """Say which values to take; each path begins with the record's own tag."""

    widths: Mapping[str, int]
    """Octets that a value of each field may have."""
    paths: Mapping[Path, str]
    """Where a field may stand; the first value found wins."""

    def slots(self) -> dict[str, Slot]:
        """Give the place of each field in a matrix of values."""
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
        Shape (rows, sum of the widths): each value from the left of its field's columns, zeros after it.
    sizes
        Shape (rows, fields): octets of each value as the file has it, 0 for an absent one.
    """

    def __init__(self, table: FieldTable, octets: Octets, sizes: Integers) -> None:
        self.octets, self.sizes = octets, sizes
        self._columns = {
            field: OctetColumn(octets[:, slot.start : slot.stop], sizes[:, slot.number])
            for field, slot in table.slots().items()
        }

    def __getitem__(self, field: str) -> OctetColumn:
        """Give the column of a field."""
        return self._columns[field]


class Gathered(NamedTuple):
    """The values of the records of one file."""

    values: ValueMatrix
    """A row for each record; the rows of refused records are empty."""
    groups: ValueMatrix
    """A row for each repeated group, charges for instance."""
    group_records: Integers
    """The record that each group is of."""


class _Pick(NamedTuple):
    places: Integers
    """For each column of the matrix the octet of the record, or the one after its end, which is zero."""
    sizes: Integers


class _Layout(NamedTuple):
    mask: NDArray[np.uint64]
    """All bits of the octets of tags and lengths, in words of eight octets."""
    values: _Pick
    groups: list[_Pick]


def gather(file: BerFile, starts: Integers, ends: Integers, tables: Tables, refusals: Refusals) -> Gathered:
    """Read every record once.

    Parameters
    ----------
    starts, ends
        Offsets of the records.
    """
    lengths = ends - starts
    layouts = _Layouts(file, tables, refusals)
    values = _zeros(tables.fields, len(starts))
    groups: list[tuple[Integers, _Pick, Octets]] = []
    by_length = np.argsort(lengths, kind="stable")
    edges = np.flatnonzero(np.diff(lengths[by_length])) + 1
    for members in np.split(by_length, edges) if len(starts) else []:
        rows = _rows(file.data, starts[members].tolist(), int(lengths[members[0]]))
        for layout, alike in layouts.divide(starts[members], int(lengths[members[0]]), rows, members):
            of, picked = members[alike], rows[alike]
            values.octets[of] = picked.take(layout.values.places, axis=1)
            values.sizes[of] = layout.values.sizes
            groups += [(of, group, picked.take(group.places, axis=1)) for group in layout.groups]
    return Gathered(values, *_stack(tables.repeated, groups))


def _rows(data: bytes, starts: list[int], length: int) -> Octets:
    """Put records of one length below each other, each filled up with zeros to whole words."""
    filling = bytes(WORD - length % WORD)
    joined = filling.join([data[start : start + length] for start in starts]) + filling
    return np.frombuffer(joined, np.uint8).reshape(len(starts), length + len(filling))


class _Layouts:
    """Tell the layouts of records of one length apart."""

    def __init__(self, file: BerFile, tables: Tables, refusals: Refusals) -> None:
        self._file, self._refusals = file, refusals
        self._fields, self._repeated = tables
        self._slots, self._repeated_slots = tables.fields.slots(), tables.repeated.slots()

    def divide(
        self, starts: Integers, length: int, rows: Octets, members: Integers
    ) -> Iterator[tuple[_Layout, Integers]]:
        """Give each layout with the rows that have it; refuse records that cannot be walked."""
        words = rows.view(np.uint64)
        left = np.arange(len(rows))
        layouts = 0
        while left.size:
            first = left[0]
            try:
                layout = self._lay_out(int(starts[first]), length)
            except UnreadableFileError as error:
                self._refusals.add(int(members[first]), error)
                left = left[1:]
                continue
            layouts += 1
            if layouts > MAX_LAYOUTS_OF_ONE_LENGTH:
                yield layout, left[:1]
                left = left[1:]
                continue
            differs = ((words[left] ^ words[first]) & layout.mask).any(axis=1)
            yield layout, left[~differs]
            left = left[differs]

    def _lay_out(self, at: int, length: int) -> _Layout:
        mask = bytearray(b"\xff" * length + bytes(WORD - length % WORD))
        values: dict[str, slice] = {}
        groups: dict[int, dict[str, slice]] = {}
        for path, parent, start, stop in self._file.leaves(at, at + length):
            place = slice(start - at, stop - at)
            mask[place] = bytes(stop - start)
            field = self._fields.paths.get(path)
            if field is not None:
                values.setdefault(field, place)
            elif path in self._repeated.paths:
                groups.setdefault(parent, {})[self._repeated.paths[path]] = place
        return _Layout(
            np.frombuffer(mask, np.uint64),
            _pick(values, self._slots, length),
            [_pick(group, self._repeated_slots, length) for group in groups.values()],
        )


def _pick(places: Mapping[str, slice], slots: Mapping[str, Slot], length: int) -> _Pick:
    octets = np.arange(length)
    taken = np.full(max(slot.stop for slot in slots.values()), length, np.int64)
    sizes = np.zeros(len(slots), np.int64)
    for field, place in places.items():
        number, start, stop = slots[field]
        part = octets[place][: stop - start]
        taken[start : start + len(part)] = part
        sizes[number] = place.stop - place.start
    return _Pick(taken, sizes)


def _zeros(table: FieldTable, rows: int) -> ValueMatrix:
    octets = np.zeros((rows, sum(table.widths.values())), np.uint8)
    return ValueMatrix(table, octets, np.zeros((rows, len(table.widths)), np.int64))


def _stack(
    table: FieldTable, groups: Sequence[tuple[Integers, _Pick, Octets]]
) -> tuple[ValueMatrix, Integers]:
    if not groups:
        return _zeros(table, 0), np.zeros(0, np.int64)
    records, picks, octets = zip(*groups, strict=True)
    sizes = [
        np.broadcast_to(pick.sizes, (len(of), len(pick.sizes)))
        for of, pick in zip(records, picks, strict=True)
    ]
    return ValueMatrix(table, np.concatenate(octets), np.concatenate(sizes)), np.concatenate(records)
