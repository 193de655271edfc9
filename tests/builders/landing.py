"""Datasets on disk, taken into a lake of their own: what a test lays down, and what became of it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from core.events.dataset import Dataset, open_dataset
from core.events.land import take_in
from core.kernel.dataset import DatasetSettings
from core.kernel.records import STREAMS
from core.kernel.records.arrow import ARROW_TYPES
from core.kernel.results import FileReport
from core.lake.reports import file_reports
from core.lake.schemas import SCHEMAS
from core.lake.session import Limits, Session
from core.lake.snapshot import open_snapshot, pin
from core.lake.tables import Lake

Row = dict[str, Any]

LIMITS = Limits(memory_mb=300, threads=1)

SETTINGS = """\
operator = "Test Telekom"
home_tadig = "POLWT"
home_plmns = ["26099"]
currency = "PLN"
timezone = "Europe/Warsaw"
tax_rate = "0.23"
as_of = 2026-05-04T10:00:00Z
starts_at = 2026-01-01T00:00:00Z
calling_code = "48"
"""


def payment(number: int = 1, **columns: Any) -> Row:
    """Return a *payments* row as texts in the contract's form; its stream may be revised."""
    row: Row = {
        "payment_id": f"P{number}",
        "invoice_id": "IN1",
        "account_id": "A1",
        "amount": "12.50",
        "currency": "PLN",
        "method": "card",
        "gateway_ref": None,
        "attempted_at": "2026-04-01T10:00:00Z",
        "status": "succeeded",
        "failure_code": None,
    }
    return row | columns


def usage(number: int = 1, **columns: Any) -> Row:
    """Return a *usage_events* row as texts in the contract's form; its stream never changes."""
    row: Row = {
        "event_id": f"E{number}",
        "source": "msc-01",
        "file_id": "F1",
        "file_position": str(number),
        "service": "voice",
        "direction": "mo",
        "imsi": "260990000000001",
        "msisdn": "48600000001",
        "other_party": "48600100200",
        "serving_plmn": "26099",
        "cell": None,
        "started_at": "2026-04-01T10:00:00Z",
        "duration_s": "60",
        "bytes_up": "0",
        "bytes_down": "0",
        "call_ref": None,
        "partial_sequence": None,
        "partial_last": None,
        "wholesale_charge": None,
        "received_at": "2026-04-01T11:00:00Z",
    }
    return row | columns


def csv_bytes(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return rows as CSV; the header is that of the first row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def jsonl_bytes(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return rows as JSON Lines."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def parquet_bytes(stream: str, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return rows of texts as Parquet in the contract's own types."""
    types = {column.name: column.type for column in STREAMS[stream].stored}
    names = list(rows[0])
    columns = [pa.array([_typed(types[n], row.get(n)) for row in rows], ARROW_TYPES[types[n]]) for n in names]  # type: ignore[index]
    sink = io.BytesIO()
    pq.write_table(pa.table(columns, names=names), sink)
    return sink.getvalue()


def _typed(kind: str, text: Any) -> Any:
    if text is None or not isinstance(text, str):
        return text
    match kind:
        case "int" | "qty":
            return int(text)
        case "money" | "decimal":
            return Decimal(text)
        case "bool":
            return text == "true"
        case "ts":
            return datetime.fromisoformat(text).astimezone(UTC)
        case _:
            return text


class Landing:
    """Hold one dataset folder and the lake that it goes into.

    Parameters
    ----------
    root
        An empty folder.
    """

    def __init__(self, root: Path) -> None:
        self.folder = root / "dataset"
        self.lake = Lake(root / "lake", SCHEMAS)
        self.folder.mkdir(parents=True)
        self.write("dataset.toml", SETTINGS)

    def write(self, place: str, content: bytes | str) -> Path:
        """Lay down a file below the dataset's folder; what ends in .gz is compressed."""
        data = content.encode() if isinstance(content, str) else content
        path = self.folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
        return path

    def lay(self, place: str, *rows: Mapping[str, Any]) -> Path:
        """Lay down rows in the format that the file's name says."""
        stream = place.split("/", 1)[0].split(".", 1)[0]
        if place.endswith(".parquet"):
            return self.write(place, parquet_bytes(stream, rows))
        return self.write(place, csv_bytes(rows) if ".csv" in place else jsonl_bytes(rows))

    def open(self, mapping: Path | None = None) -> Dataset:
        return open_dataset(self.folder, mapping)

    def take_in(self, limits: Limits = LIMITS) -> int:
        """Take in what is new; return how many files that was."""
        return take_in(self.lake, self.open(), limits, lambda what, done, total: None)

    def session(self, **settings: Any) -> AbstractContextManager[Session]:
        """Open the newest snapshot, with other settings than the dataset's where named."""
        changed = DatasetSettings.model_validate(tomllib.loads(SETTINGS)).model_copy(update=settings)
        return open_snapshot(self.lake, pin(self.lake, changed), LIMITS)

    def rows(self, query: str, **settings: Any) -> list[tuple[Any, ...]]:
        """Return what a query over the newest snapshot says."""
        with self.session(**settings) as session:
            return session.execute(query).fetchall()

    def value(self, query: str, **settings: Any) -> Any:
        """Return the only value of a query over the newest snapshot."""
        ((value,),) = self.rows(query, **settings)
        return value

    def reports(self) -> list[FileReport]:
        """Return what became of every file."""
        with self.session() as session:
            return file_reports(session)

    def quarantine(self) -> list[tuple[str, int, str, str]]:
        """Return ``(file, row, column, reason)`` of everything in quarantine, in order."""
        return self.rows('SELECT file, row, "column", reason FROM quarantine ORDER BY ALL')
