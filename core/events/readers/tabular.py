"""Makes any tabular file a series of relations with ``_row``. Knows no stream and no type."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from core.events.readers.csv import read_csv
from core.events.readers.jsonl import read_jsonl, why_not_json
from core.events.readers.model import Chunk, CsvForm, FileFormat, Rejected, distinct_names
from core.events.readers.stream import unreadable
from core.kernel.errors import UnreadableFileError
from core.lake.session import Session
from core.lake.sql import file_pattern, identifier, literal

__all__ = ["read_chunks"]

_ROWS, _LINES, _OBJECTS, _COLUMNS = "csv_rows", "json_lines", "json_rows", "parquet_rows"
"""What stands for a chunk; a name for each format, because views and tables do not replace each other."""

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
                session.register(_ROWS, table)
                yield Chunk(_ROWS, table.num_rows, rejected)
        case "jsonl":
            for table, rejected in read_jsonl(path):
                yield _json(session, table, rejected)


def _parquet(session: Session, path: Path) -> Chunk:
    source = f"read_parquet({literal(file_pattern(path))}, file_row_number = true)"
    try:
        described = session.execute(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {source}").fetchall()
        names = [row[0] for row in described]
        columns = [
            f"{identifier(name)} AS {identifier(free)}"
            for name, free in zip(names, distinct_names(names), strict=True)
        ]
        session.execute(
            f"CREATE OR REPLACE TEMP VIEW {_COLUMNS} AS "
            f"SELECT {', '.join([*columns, 'file_row_number + 1 AS _row'])} FROM {source}"
        )
        rows = session.execute(f"SELECT count(*) FROM {_COLUMNS}").fetchall()[0][0]
    except duckdb.Error as error:
        raise unreadable("is not Parquet", error) from error
    return Chunk(_COLUMNS, rows)


def _json(session: Session, table: pa.Table, rejected: list[Rejected]) -> Chunk:
    """Spread the lines of one block over columns of text, one for each key that occurs and is not empty."""
    session.register(_LINES, table)
    objects = "json_valid(line) AND coalesce(json_type(try_cast(line AS JSON)), '') = 'OBJECT'"
    bad = session.execute(f"SELECT _row, line FROM {_LINES} WHERE NOT ({objects})").fetchall()
    found = session.execute(
        f"SELECT DISTINCT unnest(json_keys(line)) FROM {_LINES} WHERE {objects}"
    ).fetchall()
    keys = _distinct([key for (key,) in found if key])
    if len(keys) > _MOST_KEYS:
        raise UnreadableFileError(
            f"the file's objects use more than {_MOST_KEYS} different keys; deliver one key for each column"
        )
    structure = "{" + ",".join(f'{json.dumps(key)}:"VARCHAR"' for key in keys or ["_"]) + "}"
    spread = [
        f"struct_extract(object, {literal(key)}) AS {identifier(name)}"
        for key, name in zip(keys, distinct_names(keys), strict=True)
    ]
    session.execute(
        f"CREATE OR REPLACE TEMP TABLE {_OBJECTS} AS SELECT {', '.join([*spread, '_row'])} FROM "
        f"(SELECT json_transform(line, {literal(structure)}) AS object, _row FROM {_LINES} WHERE {objects})"
    )
    session.unregister(_LINES)
    rejected = rejected + [
        Rejected(row, "", line[:200], why_not_json(line), "write one JSON object a line and deliver it again")
        for row, line in bad
    ]
    return Chunk(_OBJECTS, table.num_rows - len(bad), rejected)


def _distinct(keys: list[str]) -> list[str]:
    """Leave one spelling of keys that differ only in case, the lower-case one if it is there."""
    spellings: dict[str, str] = {}
    for key in sorted(keys, key=lambda key: (key != key.lower(), key)):
        spellings.setdefault(key.lower(), key)
    return sorted(spellings.values())
