"""Reads CSV: fast while the file is regular, row by row where quoting is not. Decides no types."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from core.events.readers.careful import read_carefully, wrong_width
from core.events.readers.model import RECORD_LIMIT, CsvForm, Rejected
from core.events.readers.stream import decode_text, open_bytes, unreadable
from core.kernel.errors import UnreadableFileError

__all__ = ["read_csv"]

_BLOCK = 8 << 20


class _IrregularError(Exception):
    """Ask for the careful reader: a value holds a line break, or a record is over-long."""


Rows = tuple[pa.Table, list[Rejected]]


def read_csv(path: Path, form: CsvForm) -> Iterator[Rows]:
    """Yield the rows of a CSV file as tables of text with ``_row``, and rows that are none.

    Raises
    ------
    UnreadableFileError
        RA-E103 when there is no header or the bytes end early.

    Notes
    -----
    The fast reader joins rows silently where a quote is opened and never closed. So the first value with a
    line break in it hands the rest of the file to the careful reader. Until then each record was one line.
    """
    header = _header(path, form)
    done = 0
    if form.encoding.lower().replace("-", "") == "utf8":
        try:
            for table, rejected in _fast(path, header, form):
                yield table, rejected
                done += table.num_rows + len(rejected)
            return
        except _IrregularError:
            pass
    yield from read_carefully(path, header, form, skip=done)


def _header(path: Path, form: CsvForm) -> list[str]:
    with open_bytes(path) as stream:
        line = stream.read(RECORD_LIMIT).split(b"\n", 1)[0].rstrip(b"\r")
    text = line.decode(form.encoding, errors="replace").lstrip("\ufeff")
    names = next(csv.reader([text], delimiter=form.delimiter), [])
    if not any(name.strip() for name in names):
        raise UnreadableFileError("the file has no header; its first line must name the columns")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UnreadableFileError(f"the header names the column {twice[:100]!r} twice")
    return names


def _fast(path: Path, header: list[str], form: CsvForm) -> Iterator[Rows]:
    irregular: list[arrow_csv.InvalidRow] = []
    numbers = _Numbers()

    def skip(row: arrow_csv.InvalidRow) -> str:
        irregular.append(row)
        return "skip"

    with open_bytes(path) as stream:
        try:
            for batch in _open(stream, header, form, skip):
                if any("\n" in row.text for row in irregular) or _has_line_break(batch):
                    raise _IrregularError
                bad = [_wrong_width(row) for row in irregular]
                irregular.clear()
                table, broken = decode_text(batch, numbers.of(batch.num_rows, {row.row for row in bad}))
                yield table, bad + broken
        except pa.ArrowInvalid as error:
            if "straddling" in str(error):
                raise _IrregularError from error
            raise unreadable("is not CSV", error) from error
    if irregular:
        yield _nothing(header), [_wrong_width(row) for row in irregular]


def _open(
    stream: IO[bytes], header: list[str], form: CsvForm, skip: Callable[[arrow_csv.InvalidRow], str]
) -> Iterator[pa.RecordBatch]:
    reader = arrow_csv.open_csv(
        stream,
        read_options=arrow_csv.ReadOptions(
            use_threads=False, block_size=_BLOCK, column_names=header, skip_rows=1
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


class _Numbers:
    """Number the rows of one batch after another, stepping over those that were no rows."""

    def __init__(self) -> None:
        self._next = 1
        self._skipped: set[int] = set()

    def of(self, rows: int, skipped: set[int]) -> pa.Array:
        self._skipped |= skipped
        numbers: list[int] = []
        while len(numbers) < rows:
            if self._next not in self._skipped:
                numbers.append(self._next)
            self._next += 1
        return pa.array(numbers, pa.int64())


def _has_line_break(batch: pa.RecordBatch) -> bool:
    return any(pc.any(pc.match_substring(column, "\n")).as_py() for column in batch.columns)


def _nothing(header: list[str]) -> pa.Table:
    return pa.table({name: pa.array([], pa.string()) for name in header} | {"_row": pa.array([], pa.int64())})


def _wrong_width(row: arrow_csv.InvalidRow) -> Rejected:
    return wrong_width(row.number - 1, row.expected_columns, row.actual_columns, row.text)
