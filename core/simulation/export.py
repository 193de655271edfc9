"""Writes a dataset folder from the tables of a session, history included. Plants and prices nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from core.kernel.dataset import DatasetSettings
from core.kernel.records import STREAMS, Stream
from core.lake.session import Session
from core.lake.sql import load_sql
from core.simulation.dataset import stage
from core.simulation.writers import WRITERS, Form

__all__ = ["export", "settings_file"]

_BATCH = 100_000
_HISTORIES = ("charges", "invoices", "payments", "usage_files")


def export(
    session: Session, settings: DatasetSettings, out: Path, forms: Mapping[str, Form]
) -> dict[str, int]:
    """Write ``dataset.toml`` and every stream that has rows, each version of a row included, oldest first.

    Parameters
    ----------
    out
        The dataset folder; made if need be, files of the same names are replaced.
    forms
        The format of each stream that is not to be Parquet.

    Returns
    -------
    dict[str, int]
        Rows written, by stream.
    """
    out.mkdir(parents=True, exist_ok=True)
    (out / "dataset.toml").write_text(settings_file(settings), encoding="utf-8")
    stage(session, "bill_versions", "bill_versions")
    session.execute("set preserve_insertion_order = true")
    written = {}
    for stream in STREAMS.values():
        if session.execute(f"select count(*) from {stream.name}").fetchall()[0][0]:  # noqa: S608
            folder = out / stream.name
            folder.mkdir(exist_ok=True)
            written[stream.name] = WRITERS[forms.get(stream.name, "parquet")](
                folder, _batches(session, stream)
            )
    return written


def _batches(session: Session, stream: Stream) -> Iterator[pa.RecordBatch]:
    versions = f"from {stream.name}"
    if stream.name in _HISTORIES:
        versions = load_sql("core.simulation.sql", f"history_{stream.name}")
    columns = [column.name for column in stream.columns]
    if stream.revisable and stream.group == "events":
        columns.append("updated_at")
    first = "updated_at" if "updated_at" in columns else stream.known_at or stream.key[0]
    query = f"select {', '.join(columns)} from ({versions}) order by {', '.join((first, *stream.key))}"  # noqa: S608
    yield from session.sql(query).to_arrow_reader(_BATCH)


def settings_file(settings: DatasetSettings) -> str:
    """Return the text of ``dataset.toml``."""
    lines = []
    for name, value in settings.model_dump(mode="json").items():
        if isinstance(value, list):
            value = "[" + ", ".join(f'"{item}"' for item in value) + "]"
        elif isinstance(value, str) and not name.endswith(("as_of", "starts_at")):
            value = f'"{value}"'
        lines.append(f"{name} = {value}")
    return "\n".join(lines) + "\n"
