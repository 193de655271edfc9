"""Read BER (X.690) strictly and within bounds: elements, and the primitive values below one element.

Knows nothing of roaming: what a tag means belongs to the modules beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, NoReturn

from core.kernel.errors import UnreadableFileError

MAX_DEPTH = 32
"""Elements inside each other; TAP needs ten."""
MAX_LEAVES = 4096
"""Primitive values in one record; the largest real ones have a few hundred."""
MAX_TAG_OCTETS = 4
MAX_LENGTH_OCTETS = 8

_LONG_TAG = 0x1F
_CONSTRUCTED = 0x20
_CLASS = 0xC0
_APPLICATION = 0x40
_END_OF_CONTENTS = _APPLICATION << 32
_LAST_SHORT, _ONE_MORE = 0x7F, 0x81
"""Lengths up to the first are short; the second says that one octet follows, as in most records."""
_INDEFINITE = -1
_REMEMBERED_DEPTH = 3
"""File, list of records, record: the levels at which an end once found is asked for again."""


class Element(NamedTuple):
    """Where one element lies; offsets are into the whole file."""

    tag: int
    """The number of an application tag; tags of other classes are above 2**32, so that none is mistaken."""
    at: int
    start: int
    stop: int
    end: int
    """Where the next element begins: `stop`, or two octets later when the length was indefinite."""


Span = tuple[int, int, int]
"""Tag, offset and end of one element: an `Element` without its contents, for the many."""
Leaf = tuple[tuple[int, ...], int, int, int]
"""One primitive value: the tags that lead to it from the record's own tag downwards, the offset of the
element that holds it (values of one parent belong together), its start and its stop."""


class BerFile:
    """The octets of one file; remembers the ends of its indefinite elements, so that none is sought twice.

    Notes
    -----
    Loops with stacks of their own: no depth of nesting reaches the interpreter's. Every method raises
    UnreadableFileError (RA-E103) with the offset for what is cut short, too long for its container, nested
    deeper than `MAX_DEPTH`, or not BER.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._ends: dict[int, int] = {}

    def element(self, at: int, limit: int) -> Element:
        """Find the element at an offset; it may not pass the limit."""
        tag, _, start, stop = self._header(at, limit)
        if stop != _INDEFINITE:
            return Element(tag, at, start, stop, stop)
        end = self._ends.get(at) or self._find_end(at, limit)
        return Element(tag, at, start, end - 2, end)

    def elements(self, start: int, stop: int) -> Iterator[Element]:
        """Find the elements between two offsets, one after the other, without going into them."""
        while start < stop:
            found = self.element(start, stop)
            yield found
            start = found.end

    def spans(self, start: int, stop: int) -> Iterator[Span]:
        """Find the elements between two offsets, as `elements` does, where there are many."""
        while start < stop:
            tag, _, _, end = self._header(start, stop)
            if end == _INDEFINITE:
                end = self.element(start, stop).end
            yield tag, start, end
            start = end

    def leaves(self, at: int, limit: int) -> list[Leaf]:
        """List the primitive values of the element at an offset in their order, at most `MAX_LEAVES`."""
        found: list[Leaf] = []
        path: tuple[int, ...] = ()
        parent, stop, indefinite = at, limit, False
        outer: list[tuple[tuple[int, ...], int, int, bool]] = []
        pos = at
        while True:
            tag, constructed, start, end = self._header(pos, stop)
            if tag == _END_OF_CONTENTS:
                _check_closing(pos, end, open_here=indefinite)
                pos = start
                path, parent, stop, indefinite = outer.pop()
            elif constructed:
                if len(outer) == MAX_DEPTH:
                    refuse(f"elements nest deeper than {MAX_DEPTH}", pos)
                outer.append((path, parent, stop, indefinite))
                path, parent, indefinite = (*path, tag), pos, end == _INDEFINITE
                pos, stop = start, stop if indefinite else end
            else:
                found.append(((*path, tag), parent, start, end))
                if len(found) > MAX_LEAVES:
                    refuse(f"one record holds more than {MAX_LEAVES} values", start)
                pos = end
            while outer and pos == stop and not indefinite:
                path, parent, stop, indefinite = outer.pop()
            if not outer:
                return found

    def _find_end(self, at: int, limit: int) -> int:
        """Find the end of an element of indefinite length, stepping over what declares its length."""
        opened: list[int] = []
        pos = at
        while True:
            tag, _, start, end = self._header(pos, limit)
            if tag == _END_OF_CONTENTS:
                _check_closing(pos, end, open_here=bool(opened))
                pos = start
                if len(opened) <= _REMEMBERED_DEPTH:
                    self._ends[opened[-1]] = pos
                opened.pop()
                if not opened:
                    return pos
            elif end == _INDEFINITE:
                if len(opened) == MAX_DEPTH:
                    refuse(f"elements nest deeper than {MAX_DEPTH}", pos)
                opened.append(pos)
                pos = start
            else:
                pos = end

    def _header(self, at: int, limit: int) -> tuple[int, bool, int, int]:
        """Read tag, whether constructed, start and stop, which is `_INDEFINITE` when not declared."""
        data = self.data
        try:
            octet = data[at]
            number, start = octet & _LONG_TAG, at + 1
            if number == _LONG_TAG:
                high, low = data[start], data[start + 1]
                if high > 0x80 > low:
                    number, start = (high & 0x7F) << 7 | low, at + 3
                else:
                    number, start = _long_tag(data, at)
            size, start = data[start], start + 1
            if size == _ONE_MORE:
                size, start = data[start], start + 1
            elif size > _LAST_SHORT:
                size, start = _long_length(data, start - 1)
        except IndexError:
            refuse("the file ends inside a tag or a length", at)
        if start > limit:
            refuse("a tag or a length runs past the end of its container", at)
        tag = number | ((octet & _CLASS) ^ _APPLICATION) << 32
        if size == _INDEFINITE:
            if not octet & _CONSTRUCTED:
                refuse("a primitive value has an indefinite length", at)
            return tag, True, start, _INDEFINITE
        if size > limit - start:
            refuse(f"{describe(tag)} declares {size} bytes where {limit - start} are left", at)
        return tag, bool(octet & _CONSTRUCTED), start, start + size


def refuse(message: str, at: int) -> NoReturn:
    """Raise the one error of this package with the byte offset in its text and its fields."""
    raise UnreadableFileError(f"{message}, at byte {at}", fields={"offset": at})


def describe(tag: int) -> str:
    """Name a tag as ASN.1 writes it.

    Examples
    --------
    >>> describe(9)
    '[APPLICATION 9]'
    """
    name = {0x00: "APPLICATION ", 0x40: "UNIVERSAL ", 0xC0: "", 0x80: "PRIVATE "}[tag >> 32]
    return f"[{name}{tag & 0xFFFFFFFF}]"


def _check_closing(pos: int, end: int, *, open_here: bool) -> None:
    if not open_here or end != pos + 2:
        refuse("an end of contents stands where none is open", pos)


def _long_tag(data: bytes, at: int) -> tuple[int, int]:
    """Read a tag number from 31: seven bits an octet, the last octet below 128."""
    number, pos = 0, at + 1
    while data[pos] >= 0x80 and pos < at + MAX_TAG_OCTETS:
        number = number << 7 | data[pos] & 0x7F
        pos += 1
    if data[pos] >= 0x80:
        refuse(f"a tag has more than {MAX_TAG_OCTETS} octets", at)
    number = number << 7 | data[pos]
    if number < _LONG_TAG or data[at + 1] == 0x80:
        refuse("a tag is longer than its number needs", at)
    return number, pos + 1


def _long_length(data: bytes, at: int) -> tuple[int, int]:
    octets, start = data[at] & 0x7F, at + 1
    if octets == 0:
        return _INDEFINITE, start
    if octets > MAX_LENGTH_OCTETS:
        refuse(f"a length has {octets} octets", at)
    if start + octets > len(data):
        raise IndexError
    return int.from_bytes(data[start : start + octets]), start + octets
