"""Reads CSV: fast while the file is regular, row by row where quoting is not. Decides no types."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from core.events.readers.careful import read_carefully, wrong_width
from core.events.readers.model import RECORD_LIMIT, ROWS_LIMIT, CsvForm, Rejected, distinct_names
from core.events.readers.stream import decode_text, open_bytes, unreadable
from core.kernel.errors import UnreadableFileError

__all__ = ["read_csv"]

_BLOCK = 8 << 20


class _IrregularError(Exception):
    """Ask for the careful reader: a value holds a line break, a quote is open, a block is mostly no rows."""


Rows = tuple[pa.Table, list[Rejected]]


def read_csv(path: Path, form: CsvForm, *, block: int = _BLOCK) -> Iterator[Rows]:
    """Yield the rows of a CSV file as tables of text with ``_row``, and rows that are none.

    Parameters
    ----------
    block
        Bytes that are read at a time.

    Raises
    ------
    UnreadableFileError
        RA-E103 when there is no usable header or the bytes end early.

    Notes
    -----
    The fast reader joins rows silently where a quote is opened and never closed. So the first value with a
    line break in it hands the rest of the file to the careful reader. Until then each record was one line.
    """
    line, has_rows = _first_line(path)
    header = _names(line, form)
    if not has_rows:
        yield _nothing(header), []
        return
    done = 0
    if form.encoding.lower().replace("-", "") == "utf8":
        try:
            for table, rejected, last in _fast(path, header, form, block):
                yield table, rejected
                done = last
            return
        except _IrregularError:
            pass
    yield from read_carefully(path, header, form, skip=done)


def _first_line(path: Path) -> tuple[bytes, bool]:
    with open_bytes(path) as stream:
        start = stream.read(RECORD_LIMIT)
    line, end, _ = start.partition(b"\n")
    if not end and len(start) == RECORD_LIMIT:
        raise UnreadableFileError(f"the file's first line is longer than {RECORD_LIMIT} bytes; is it CSV?")
    line = line.removesuffix(b"\r")
    if b"\r" in line:
        raise UnreadableFileError("the file's lines end in a carriage return alone; end them in a line feed")
    return line, bool(end)


def _names(line: bytes, form: CsvForm) -> list[str]:
    text = line.decode(form.encoding, errors="replace").lstrip("\ufeff")
    try:
        names = next(csv.reader([text], delimiter=form.delimiter), [])
    except csv.Error as error:
        raise unreadable("has a header that is not CSV", error) from error
    if not any(name.strip() for name in names):
        raise UnreadableFileError("the file has no header; its first line must name the columns")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UnreadableFileError(f"the header names the column {twice[:100]!r} twice")
    return distinct_names(names)


def _fast(
    path: Path, header: list[str], form: CsvForm, block: int
) -> Iterator[tuple[pa.Table, list[Rejected], int]]:
    """Yield rows, rejected rows and the number of the last row that has been dealt with."""
    irregular: list[arrow_csv.InvalidRow] = []
    last = 0

    def skip(row: arrow_csv.InvalidRow) -> str:
        irregular.append(row)
        return "skip" if len(irregular) <= ROWS_LIMIT else "error"

    with open_bytes(path) as stream:
        watched = _Watched(stream)
        try:
            for batch in _open(cast(IO[bytes], watched), header, form, block, skip):
                if watched.quotes and (
                    watched.is_cut_off or any("\n" in row.text for row in irregular) or _has_line_break(batch)
                ):
                    raise _IrregularError
                numbers = _numbers(last, batch.num_rows, [row.number - 1 for row in irregular])
                last = int(numbers[-1]) if len(numbers) else last
                passed = [_wrong_width(row) for row in irregular if row.number - 1 < last]
                irregular[:] = [row for row in irregular if row.number - 1 > last]
                table, broken = decode_text(batch, pa.array(numbers))
                yield table, passed + broken, last
        except pa.ArrowInvalid as error:
            if "straddling" in str(error) or len(irregular) > ROWS_LIMIT:
                raise _IrregularError from error
            raise unreadable("is not CSV", error) from error
    if irregular:
        yield _nothing(header), [_wrong_width(row) for row in irregular], last


class _Watched:
    """Pass a stream on and count the quotes in it: without one no value can hold a line break."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._is_at_end = False
        self.quotes = 0
        self.closed = False

    @property
    def is_cut_off(self) -> bool:
        """Tell whether the stream has ended with a quote left open, as far as counting can say."""
        return self._is_at_end and self.quotes % 2 == 1

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.quotes += data.count(b'"')
        self._is_at_end = not data
        return data

    def close(self) -> None:
        self.closed = True


def _open(
    stream: IO[bytes],
    header: list[str],
    form: CsvForm,
    block: int,
    skip: Callable[[arrow_csv.InvalidRow], str],
) -> Iterator[pa.RecordBatch]:
    reader = arrow_csv.open_csv(
        stream,
        read_options=arrow_csv.ReadOptions(
            use_threads=False, block_size=block, column_names=header, skip_rows=1
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=form.delimiter, newlines_in_values=True, invalid_row_handler=skip
        ),
        convert_options=arrow_csv.ConvertOptions(
            check_utf8=False,
            column_types=dict.fromkeys(header, pa.binary()),
            strings_can_be_null=False,
        ),
    )
    yield from reader


def _numbers(last: int, rows: int, skipped: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the numbers of the rows that follow, stepping over those that were no rows."""
    following = np.arange(last + 1, last + 1 + rows + len(skipped), dtype=np.int64)
    return np.setdiff1d(following, skipped, assume_unique=True)[:rows] if skipped else following


def _has_line_break(batch: pa.RecordBatch) -> bool:
    return any(pc.any(pc.match_substring(column, "\n")).as_py() for column in batch.columns)


def _nothing(header: list[str]) -> pa.Table:
    return pa.table({name: pa.array([], pa.string()) for name in header} | {"_row": pa.array([], pa.int64())})


def _wrong_width(row: arrow_csv.InvalidRow) -> Rejected:
    return wrong_width(row.number - 1, row.expected_columns, row.actual_columns, row.text)
