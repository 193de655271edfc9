"""Rows as CSV that a spreadsheet opens as what they say: no text in it is run as a formula. Reads nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

__all__ = ["csv_lines"]

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00")


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    r"""Yield lines of CSV; text that a spreadsheet would run gets an apostrophe before it, numbers do not.

    Examples
    --------
    >>> list(csv_lines(("what", "amount"), [("=1+1", -5), (None, 2)]))
    ['what,amount\r\n', "'=1+1,-5\r\n", ',2\r\n']
    """
    line = io.StringIO()
    writer = csv.writer(line)
    for row in chain((columns,), rows):
        writer.writerow([_cell(value) for value in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA):
        return "'" + value.replace("\x00", "\ufffd")
    return value
