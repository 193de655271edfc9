"""Writes batches of one stream to files: Parquet, CSV or JSON Lines. Knows no stream."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["WRITERS", "Form", "plain"]

Form = Literal["parquet", "csv", "jsonl.gz"]

_FILE_ROWS = 2_000_000


def _write_parquet(folder: Path, batches: Iterable[pa.RecordBatch]) -> int:
    """Write ``part-000.parquet`` and so on, at most two million rows each; return the rows."""
    writer: pq.ParquetWriter | None = None
    rows = part = 0
    for batch in batches:
        if writer is None or rows >= part * _FILE_ROWS:
            if writer is not None:
                writer.close()
            writer = pq.ParquetWriter(folder / f"part-{part:03d}.parquet", batch.schema, compression="zstd")
            part += 1
        writer.write_batch(batch)
        rows += batch.num_rows
    if writer is not None:
        writer.close()
    return rows


def _write_csv(folder: Path, batches: Iterable[pa.RecordBatch]) -> int:
    rows = 0
    with (folder / "part-000.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        for batch in batches:
            if not rows:
                lines.writerow(batch.schema.names)
            lines.writerows([plain(value, empty="") for value in row.values()] for row in batch.to_pylist())
            rows += batch.num_rows
    return rows


def _write_jsonl(folder: Path, batches: Iterable[pa.RecordBatch]) -> int:
    rows = 0
    with (
        (folder / "part-000.jsonl.gz").open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8") as file,
    ):
        for row in _rows(batches):
            file.write(
                json.dumps({key: plain(value) for key, value in row.items()}, ensure_ascii=False) + "\n"
            )
            rows += 1
    return rows


def _rows(batches: Iterable[pa.RecordBatch]) -> Iterator[Mapping[str, Any]]:
    for batch in batches:
        yield from batch.to_pylist()


def plain(value: Any, empty: str | None = None) -> Any:
    """Return a value as the contract writes it in text: Z for UTC, plain decimals, true and false."""
    if value is None:
        return empty
    if isinstance(value, bool):
        return ("true" if value else "false") if empty is not None else value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


WRITERS: dict[Form, Callable[[Path, Iterable[pa.RecordBatch]], int]] = {
    "parquet": _write_parquet,
    "csv": _write_csv,
    "jsonl.gz": _write_jsonl,
}
"""How each format is written into a stream's folder; each returns how many rows it wrote."""
