"""What readers have in common. Reads nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

__all__ = [
    "RECORD_LIMIT",
    "ROWS_LIMIT",
    "Chunk",
    "CsvForm",
    "FileFormat",
    "Rejected",
    "distinct_names",
    "file_format",
]

FileFormat = Literal["parquet", "csv", "jsonl"]

RECORD_LIMIT = 1 << 20
"""Bytes of the longest record that is read; a longer one is refused before it is held."""

ROWS_LIMIT = 50_000
"""The most rows that are held as Python objects at one time."""

_ENDINGS: dict[str, FileFormat] = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".jsonl": "jsonl",
    ".jsonl.gz": "jsonl",
}


@dataclass(frozen=True)
class CsvForm:
    """Say how somebody else's CSV is written; the contract's own is the default."""

    delimiter: str = ","
    encoding: str = "utf-8"


class Rejected(NamedTuple):
    """Name one value that could not be read; row 0 means the whole file."""

    row: int
    column: str
    value: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class Chunk:
    """Hand over some rows of a file as a relation of the session.

    Parameters
    ----------
    relation
        Its name: the file's columns, and ``_row``, the row's number from 1 without the header.
    rows
        How many rows it has.
    rejected
        Rows that never became rows of the relation; they count as read.
    """

    relation: str
    rows: int
    rejected: list[Rejected] = field(default_factory=list)


def distinct_names(names: Sequence[str]) -> list[str]:
    """Return names under which a file's columns can stand beside ``_row`` in one relation.

    Letter case does not tell relation columns apart, so of two such names the one in lower case stays.

    Examples
    --------
    >>> distinct_names(["Cell", "cell", "_row", ""])
    ['Cell_1', 'cell', '_row_1', 'unnamed']
    """
    taken = {"_row"}
    distinct: dict[int, str] = {}
    for place, name in sorted(enumerate(names), key=lambda one: (one[1] != one[1].lower(), one[0])):
        free = name = name or "unnamed"
        number = 0
        while free.lower() in taken:
            number += 1
            free = f"{name}_{number}"
        taken.add(free.lower())
        distinct[place] = free
    return [distinct[place] for place in range(len(names))]


def file_format(name: str) -> FileFormat | None:
    """Tell a file's format by its ending; None when it is none that is read.

    Examples
    --------
    >>> file_format("usage/part-0.jsonl.gz")
    'jsonl'
    """
    return next((kind for ending, kind in _ENDINGS.items() if name.lower().endswith(ending)), None)
