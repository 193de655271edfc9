"""Writes one Parquet file piece by piece, whole or not at all. Computes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.kernel.errors import InputError
from core.lake.session import Relation

__all__ = ["ParquetFile", "write_whole"]

_ROWS = 100_000


class ParquetFile:
    """Take rows in; they are in the file when the `write_whole` block that opened it ends well."""

    def __init__(self, writer: pq.ParquetWriter, schema: pa.Schema) -> None:
        self._writer = writer
        self._schema = schema

    def append(self, rows: Relation) -> None:
        """Append rows, a row group at a time; their columns are those of the file, in any order."""
        for batch in rows.to_arrow_reader(_ROWS):
            table = pa.Table.from_batches([batch])
            self._writer.write_table(table.select(self._schema.names).cast(self._schema))


@contextmanager
def write_whole(path: Path, schema: pa.Schema) -> Iterator[ParquetFile]:
    """Open a file for writing; what was there before stays until the block ends without an error.

    Raises
    ------
    InputError
        RA-E100 when the path names a folder.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder; name the file to write")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    try:
        with pq.ParquetWriter(partial, schema, compression="zstd") as writer:
            yield ParquetFile(writer, schema)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
