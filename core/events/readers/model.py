"""What readers have in common. Reads nothing itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

__all__ = ["RECORD_LIMIT", "Chunk", "CsvForm", "FileFormat", "Rejected", "file_format"]

FileFormat = Literal["parquet", "csv", "jsonl"]

RECORD_LIMIT = 1 << 20
"""Bytes of the longest record that is read; a longer one is refused before it is held."""

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


def file_format(name: str) -> FileFormat | None:
    """Tell a file's format by its ending; None when it is none that is read.

    Examples
    --------
    >>> file_format("usage/part-0.jsonl.gz")
    'jsonl'
    """
    return next((kind for ending, kind in _ENDINGS.items() if name.lower().endswith(ending)), None)
