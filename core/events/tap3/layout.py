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
from core.events.tap3.columns import Integers, Octets
from core.events.tap3.fields import FieldTable, Slot, Tables, ValueMatrix
from core.events.tap3.refusals import Refusals
from core.kernel.errors import UnreadableFileError

MAX_LAYOUTS_OF_ONE_LENGTH = 64
"""Records of one length beyond so many layouts are taken one by one, so that time stays linear."""
WORD = 8
"""Rows are compared in words of so many octets, and end in at least one zero octet."""
HEAD_UNUSED_BITS = np.uint64(8)
"""Of the first word of a record seven octets are compared: further on, values may begin."""


class Gathered(NamedTuple):
    """The values of the records of one file."""

    values: ValueMatrix
    """A row for each record; the rows of refused records are empty."""
    sets: ValueMatrix
    """A row for each set of repeated values, charges for instance."""
    set_records: Integers
    """The record that each set is of."""


class _Pick(NamedTuple):
    places: Integers
    """For each column of a matrix the octet of the record, or the one after its end, which is zero."""
    sizes: Integers


class _Layout(NamedTuple):
    mask: NDArray[np.uint64]
    """All bits of the octets of tags and lengths, in words of eight octets."""
    values: _Pick
    sets: _Pick
    """With one more axis in front: the sets of one record."""


class _Sets(NamedTuple):
    octets: Octets
    sizes: Integers
    records: Integers


def gather(file: BerFile, starts: Integers, ends: Integers, tables: Tables, refusals: Refusals) -> Gathered:
    """Read every record once, and refuse those that are not BER.

    Parameters
    ----------
    starts, ends
        Offsets of the records.
    """
    lengths = ends - starts
    layouts = _Layouts(file, tables, refusals)
    values = ValueMatrix.empty(tables.fields, len(starts))
    sets: list[_Sets] = []
    for members in _similar(file.data, starts, lengths):
        rows = _rows(file.data, starts[members].tolist(), int(lengths[members[0]]))
        for layout, alike in layouts.divide(starts[members], int(lengths[members[0]]), rows, members):
            of, picked = members[alike], rows[alike]
            values.octets[of] = picked.take(layout.values.places, axis=1)
            values.sizes[of] = layout.values.sizes
            sets.append(_sets(layout.sets, picked, of))
    return Gathered(values, *_stack(tables.repeated, sets))


def _similar(data: bytes, starts: Integers, lengths: Integers) -> list[Integers]:
    """Divide records by length and by the tags and lengths that they begin with."""
    if not len(starts):
        return []
    octets = np.frombuffer(data, np.uint8)
    places = np.minimum(starts[:, None] + np.arange(WORD), len(data) - 1)
    heads = octets[places].view(">u8")[:, 0] >> HEAD_UNUSED_BITS
    order = np.lexsort((heads, lengths))
    changes = (np.diff(heads[order]) != 0) | (np.diff(lengths[order]) != 0)
    return np.split(order, np.flatnonzero(changes) + 1)


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
        self._slots, self._width = tables.fields.slots(), tables.fields.width
        self._repeated_slots, self._repeated_width = tables.repeated.slots(), tables.repeated.width

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
            differs = ((words[left] & layout.mask) != (words[first] & layout.mask)).any(axis=1)
            yield layout, left[~differs]
            left = left[differs]

    def _lay_out(self, at: int, length: int) -> _Layout:
        mask = bytearray(b"\xff" * length + bytes(WORD - length % WORD))
        values: dict[str, slice] = {}
        sets: dict[int, dict[str, slice]] = {}
        for path, parent, start, stop in self._file.leaves(at, at + length):
            place = slice(start - at, stop - at)
            mask[place] = bytes(stop - start)
            field = self._fields.paths.get(path)
            if field is not None:
                values.setdefault(field, place)
            elif path in self._repeated.paths:
                sets.setdefault(parent, {})[self._repeated.paths[path]] = place
        own = _pick([values], self._slots, self._width, length)
        repeated = _pick(list(sets.values()), self._repeated_slots, self._repeated_width, length)
        return _Layout(np.frombuffer(mask, np.uint64), _Pick(own.places[0], own.sizes[0]), repeated)


def _pick(sets: Sequence[Mapping[str, slice]], slots: Mapping[str, Slot], width: int, length: int) -> _Pick:
    """Say where the octets of a matrix come from, a row for each set of values of one record."""
    places = [length] * (width * len(sets))
    sizes = [0] * (len(slots) * len(sets))
    for row, found in enumerate(sets):
        for field, place in found.items():
            number, start, stop = slots[field]
            fitting = range(place.start, min(place.stop, place.start + stop - start))
            start += row * width
            places[start : start + len(fitting)] = fitting
            sizes[row * len(slots) + number] = place.stop - place.start
    return _Pick(
        np.array(places, np.int64).reshape(len(sets), width),
        np.array(sizes, np.int64).reshape(len(sets), len(slots)),
    )


def _sets(pick: _Pick, rows: Octets, records: Integers) -> _Sets:
    """Take the sets of values of records of one layout."""
    count, width = pick.places.shape
    octets = rows.take(pick.places.ravel(), axis=1).reshape(-1, width)
    sizes = np.broadcast_to(pick.sizes, (len(records), *pick.sizes.shape)).reshape(-1, pick.sizes.shape[1])
    return _Sets(octets, sizes, records.repeat(count))


def _stack(table: FieldTable, sets: Sequence[_Sets]) -> tuple[ValueMatrix, Integers]:
    if not sets:
        return ValueMatrix.empty(table, 0), np.zeros(0, np.int64)
    octets, sizes, records = (np.concatenate(part) for part in zip(*sets, strict=True))
    return ValueMatrix(table, octets, sizes), records
