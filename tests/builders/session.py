"""A session as the lake opens it, from plain rows: a table for each stream, absent ones empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from core.kernel.dataset import DatasetSettings
from core.kernel.records import STREAMS, Stream
from core.kernel.records.arrow import ARROW_TYPES
from core.lake.session import Limits, Session, connect
from core.lake.sql import load_sql


def open_rows(streams: Mapping[str, Sequence[Mapping[str, Any]]], settings: DatasetSettings) -> Session:
    """Return a session whose streams hold these rows; a column that a row lacks has its default."""
    session = connect(Limits(threads=1))
    for stream in STREAMS.values():
        session.register("rows_of_stream", _table(stream, streams.get(stream.name, ())))
        session.execute(f"create temp table {stream.name} as from rows_of_stream")
    add_settings(session, settings)
    return session


def _table(stream: Stream, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    columns = {
        column.name: [row.get(column.name, _default(column.default, column.type)) for row in rows]
        for column in stream.stored
    }
    schema = pa.schema([(column.name, ARROW_TYPES[column.type]) for column in stream.stored])
    return pa.table(columns, schema=schema)


def _default(text: str | None, kind: str) -> Any:
    if text is None or text == "null":
        return None
    return {"int": int, "qty": int, "bool": lambda t: t == "true"}.get(kind, str)(text)


def add_settings(session: Session, settings: DatasetSettings) -> None:
    """Create the one-row table of settings."""
    session.execute(load_sql("core.lake", "dataset"))
    row = settings.model_dump() | {"home_plmns": list(settings.home_plmns)}
    session.register("row_of_settings", pa.Table.from_pylist([row]))
    session.execute("insert into dataset by name from row_of_settings")
