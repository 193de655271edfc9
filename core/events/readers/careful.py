"""Reads irregular CSV record by record, so that one bad quote costs one row. Slow; used only where needed."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import pyarrow as pa

from core.events.readers.model import RECORD_LIMIT, ROWS_LIMIT, CsvForm, Rejected
from core.events.readers.stream import decode_text, open_bytes

__all__ = ["read_carefully", "wrong_width"]

_LINES = 200
"""The most lines that one quoted value is followed over."""

_OPEN = "a quote is opened and never closed"


def read_carefully(
    path: Path, header: list[str], form: CsvForm, *, skip: int
) -> Iterator[tuple[pa.Table, list[Rejected]]]:
    """Yield rows as tables of text with ``_row``, and the rows that are none.

    Parameters
    ----------
    skip
        Records that have been read already; each of them is one line that is not blank.
    """
    values: list[list[bytes]] = []
    numbers: list[int] = []
    rejected: list[Rejected] = []
    with open_bytes(path) as stream:
        lines = _Lines(stream, form)
        lines.take(skip + 1)
        for number, record in enumerate(_records(lines, len(header), form), start=skip + 1):
            if isinstance(record, Rejected):
                rejected.append(record._replace(row=number))
            else:
                values.append(record)
                numbers.append(number)
            if len(values) + len(rejected) >= ROWS_LIMIT:
                yield _table(header, values, numbers, rejected)
                values, numbers, rejected = [], [], []
    yield _table(header, values, numbers, rejected)


class _Overlong(str):
    """The beginning of a line that is too long to be a row."""


class _Lines:
    """Give the lines of a stream one after another, blank ones left out, with a look ahead."""

    def __init__(self, stream: IO[bytes], form: CsvForm) -> None:
        self._stream = io.BufferedReader(cast(io.RawIOBase, _Raw(stream)), 1 << 16)
        self._ahead: deque[str] = deque()
        self._form = form

    def peek(self, position: int) -> str | None:
        while len(self._ahead) <= position:
            line = self._readline()
            if not line:
                return None
            if position == 0 and not self._ahead and not line.strip(b"\r\n"):
                continue
            text = line.decode(self._form.encoding, errors="surrogateescape")
            is_whole = len(line) < RECORD_LIMIT or line.endswith(b"\n")
            self._ahead.append(text if is_whole else _Overlong(_start(text)))
        return self._ahead[position]

    def take(self, lines: int = 1) -> None:
        for _ in range(lines):
            if self.peek(0) is not None:
                self._ahead.popleft()

    def _readline(self) -> bytes:
        """Return the next line, of an over-long one its beginning; empty at the end."""
        line = more = self._stream.readline(RECORD_LIMIT)
        while more and not more.endswith(b"\n"):
            more = self._stream.readline(RECORD_LIMIT)
        return line


class _Raw(io.RawIOBase):
    """Let a stream that only reads be buffered by the standard library."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _records(lines: _Lines, width: int, form: CsvForm) -> Iterator[list[bytes] | Rejected]:
    while (first := lines.peek(0)) is not None:
        fields, used = _follow(first, lines, form)
        if isinstance(fields, list) and len(fields) == width:
            lines.take(used)
            yield [field.encode("utf-8", "surrogateescape") for field in fields]
            continue
        lines.take()
        fields = _parse(first, form)
        if isinstance(fields, list):
            yield wrong_width(0, width, len(fields), first)
        else:
            yield Rejected(0, "", _start(first), fields, "correct the row and deliver it again")


def _follow(first: str, lines: _Lines, form: CsvForm) -> tuple[list[str] | str, int]:
    """Return the values of the record that a line begins, or why it is none, and how many lines it takes."""
    text, used = first, 1
    while (fields := _parse(text, form)) == _OPEN and used < _LINES and len(text) < RECORD_LIMIT:
        following = lines.peek(used)
        if following is None or isinstance(following, _Overlong):
            break
        text += following
        used += 1
    return fields, used


def _parse(text: str, form: CsvForm) -> list[str] | str:
    """Return the values of one record, or why it is none."""
    if isinstance(text, _Overlong):
        return f"the row is longer than {RECORD_LIMIT} bytes"
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=form.delimiter, strict=True))
    except csv.Error as error:
        return _OPEN if "unexpected end" in str(error) else f"the row is not CSV ({error})"
    return rows[0] if len(rows) == 1 else "a carriage return stands in the row outside quotes"


def _start(text: str) -> str:
    """Return the beginning of a row as text that can be shown."""
    return text[:200].rstrip().encode("utf-8", "replace").decode()


def _table(
    header: list[str], values: list[list[bytes]], numbers: list[int], rejected: list[Rejected]
) -> tuple[pa.Table, list[Rejected]]:
    columns = [pa.array(column, pa.binary()) for column in zip(*values, strict=True)] or [
        pa.array([], pa.binary()) for _ in header
    ]
    batch = pa.record_batch(columns, names=header)
    table, broken = decode_text(batch, pa.array(numbers, pa.int64()))
    return table, rejected + broken


def wrong_width(row: int, expected: int, actual: int, text: str) -> Rejected:
    """Word a row that has more or fewer values than the header has names."""
    return Rejected(
        row=row,
        column="",
        value=_start(text),
        reason=f"the row has {actual} values, the header names {expected} columns",
        remedy="quote values that hold the delimiter and deliver the row again",
    )
