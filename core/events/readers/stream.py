"""Opens plain and gzipped files as bytes under limits, and finds broken UTF-8. Parses no format."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import pyarrow as pa

from core.events.readers.model import Rejected
from core.kernel.errors import UnreadableFileError

__all__ = ["decode_text", "open_bytes", "unreadable"]

RATIO_FROM = 64 << 20
RATIO_LIMIT = 200


class _Bounded:
    """Pass a decompressed stream on until it grows out of proportion to the file."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream = stream
        self._limit = max(RATIO_FROM, size * RATIO_LIMIT)
        self._seen = 0
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._seen += len(data)
        if self._seen > self._limit:
            raise UnreadableFileError(
                f"the file expands more than {RATIO_LIMIT} times; deliver it uncompressed if that is right"
            )
        return data

    def close(self) -> None:
        self.closed = True


@contextmanager
def open_bytes(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading from its start, decompressing ``.gz`` under a ratio limit.

    Raises
    ------
    UnreadableFileError
        RA-E103 when the bytes cannot be read to their end.
    """
    try:
        with path.open("rb") as raw:
            if path.suffix.lower() != ".gz":
                yield raw
                return
            with gzip.GzipFile(fileobj=raw) as unpacked:
                bounded = _Bounded(cast(IO[bytes], unpacked), path.stat().st_size)
                yield cast(IO[bytes], bounded)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise unreadable("is not a whole gzip file", error) from error
    except OSError as error:
        raise unreadable("cannot be read", error) from error


def unreadable(what: str, error: Exception) -> UnreadableFileError:
    """Word why a file is refused: the library's first line, without the place where the file lies."""
    detail = re.sub(r" ?['\"]?/[^'\"]*['\"]?", " ", str(error).split("\n", 1)[0])[:200].strip()
    return UnreadableFileError(f"the file {what} ({detail})")


def decode_text(batch: pa.RecordBatch, numbers: pa.Array) -> tuple[pa.Table, list[Rejected]]:
    """Turn a batch of raw bytes into texts, leaving out rows with broken UTF-8.

    Parameters
    ----------
    batch
        Binary columns.
    numbers
        The row number of each row.

    Returns
    -------
    tuple
        The rows that are text, with ``_row``; and the rows that are not.
    """
    rejected: dict[int, Rejected] = {}
    texts = []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            texts.append(column.cast(pa.string()))
        except pa.ArrowInvalid:
            for position, value in enumerate(column.to_pylist()):
                if value is not None and not _decodes(value):
                    rejected.setdefault(position, _broken(numbers[position].as_py(), name, value))
    if rejected:
        keep = pa.array([position not in rejected for position in range(batch.num_rows)])
        numbers = numbers.filter(keep)
        texts = [column.cast(pa.string()) for column in batch.filter(keep).columns]
    return pa.table([*texts, numbers], names=[*batch.schema.names, "_row"]), list(rejected.values())


def _decodes(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _broken(row: int, column: str, value: bytes) -> Rejected:
    return Rejected(
        row=row,
        column=column,
        value=value.decode(errors="replace")[:200],
        reason="the text is not UTF-8",
        remedy="write the file in UTF-8 and deliver the row again",
    )
