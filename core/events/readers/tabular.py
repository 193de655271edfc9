"""Makes any tabular file a series of relations with ``_row``. Knows no stream and no type."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from core.events.readers.csv import read_csv
from core.events.readers.jsonl import read_jsonl, why_not_json
from core.events.readers.model import Chunk, CsvForm, FileFormat, Rejected
from core.events.readers.stream import unreadable
from core.kernel.errors import UnreadableFileError
from core.lake.session import Session
from core.lake.sql import identifier, literal

__all__ = ["read_chunks"]

RAW = "raw_rows"
_LINES = "raw_lines"
_MOST_KEYS = 1_000


def read_chunks(session: Session, path: Path, kind: FileFormat, form: CsvForm) -> Iterator[Chunk]:
    """Yield a file's rows chunk by chunk; each chunk's relation is gone when the next one is asked for.

    Raises
    ------
    UnreadableFileError
        RA-E103 when the file cannot be read to its end; what was yielded before must then be undone.
    """
    match kind:
        case "parquet":
            yield _parquet(session, path)
        case "csv":
            for table, rejected in read_csv(path, form):
                session.register(RAW, table)
                yield Chunk(RAW, table.num_rows, rejected)
                session.unregister(RAW)
        case "jsonl":
            for table, rejected in read_jsonl(path):
                yield _json(session, table, rejected)
                session.execute(f"DROP TABLE IF EXISTS {RAW}")


def _parquet(session: Session, path: Path) -> Chunk:
    source = f"read_parquet({literal(str(path))}, file_row_number = true)"
    try:
        session.execute(
            f"CREATE OR REPLACE TEMP VIEW {RAW} AS "
            f"SELECT * EXCLUDE (file_row_number), file_row_number + 1 AS _row FROM {source}"
        )
        rows = session.execute(f"SELECT count(*) FROM {RAW}").fetchall()[0][0]
    except duckdb.Error as error:
        raise unreadable("is not Parquet", error) from error
    return Chunk(RAW, rows)


def _json(session: Session, table: pa.Table, rejected: list[Rejected]) -> Chunk:
    """Spread the lines of one block over columns of text, one for each key that occurs."""
    session.register(_LINES, table)
    objects = "json_valid(line) AND coalesce(json_type(try_cast(line AS JSON)), '') = 'OBJECT'"
    bad = session.execute(f"SELECT _row, line FROM {_LINES} WHERE NOT ({objects})").fetchall()
    found = session.execute(
        f"SELECT DISTINCT unnest(json_keys(line)) FROM {_LINES} WHERE {objects}"
    ).fetchall()
    keys = _distinct([key for (key,) in found])
    if len(keys) > _MOST_KEYS:
        raise UnreadableFileError(
            f"the file's objects use more than {_MOST_KEYS} different keys; deliver one key for each column"
        )
    structure = "{" + ",".join(f'"{_escape(key)}":"VARCHAR"' for key in keys or ["_"]) + "}"
    spread = [f"struct_extract(object, {literal(key)}) AS {identifier(key)}" for key in keys]
    session.execute(
        f"CREATE OR REPLACE TEMP TABLE {RAW} AS SELECT {', '.join([*spread, '_row'])} FROM "
        f"(SELECT json_transform(line, {literal(structure)}) AS object, _row FROM {_LINES} WHERE {objects})"
    )
    session.unregister(_LINES)
    rejected = rejected + [
        Rejected(row, "", line[:200], why_not_json(line), "write one JSON object a line and deliver it again")
        for row, line in bad
    ]
    return Chunk(RAW, table.num_rows - len(bad), rejected)


def _distinct(keys: list[str]) -> list[str]:
    """Leave one spelling of keys that differ only in case, the lower-case one if it is there."""
    spellings: dict[str, str] = {}
    for key in sorted(keys, key=lambda key: (key != key.lower(), key)):
        spellings.setdefault(key.lower(), key)
    return sorted(spellings.values())


def _escape(key: str) -> str:
    return key.replace("\\", "\\\\").replace('"', '\\"')
