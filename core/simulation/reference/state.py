"""The reference operator's database: its rows, every version since it was loaded, and the keys of orders.

Rows stand as the contract writes them in JSON. Its clock begins at the dataset's ``as_of`` and moves on by a
second with each change, so that the same orders lead to the same extract.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from core.kernel.dataset import DatasetSettings
from core.kernel.orders import OrderKind
from core.kernel.records import STREAMS

__all__ = ["Kept", "Row", "State", "instant", "text_of"]

Row = dict[str, Any]

_SCHEMA = """
create table if not exists about (settings text not null, loaded_from text not null, step integer not null);
create table if not exists rows (
    stream text not null, key text not null, account_id text, invoice_id text, corrects text,
    content text not null, primary key (stream, key)
);
create index if not exists by_account on rows (account_id, stream);
create index if not exists by_invoice on rows (invoice_id, stream);
create index if not exists by_corrects on rows (corrects) where corrects is not null;
create table if not exists versions (
    stream text not null, key text not null, step integer not null, content text not null,
    primary key (stream, key, step)
);
create table if not exists orders (
    key text primary key, kind text not null, asked text not null, reference text not null,
    step integer not null
);
create table if not exists papers (
    paper_id text primary key, kind text not null, content text not null, step integer not null
);
"""


@dataclass(frozen=True)
class Kept:
    """Hold an order that was carried out: what was asked, what it made, and when."""

    key: str
    kind: OrderKind
    asked: Row
    reference: str
    at: datetime


class State:
    """Hold what the operator's systems know.

    Parameters
    ----------
    file
        The database; None for one in memory.
    """

    def __init__(self, file: Path | None) -> None:
        self._connection = sqlite3.connect(str(file or ":memory:"), check_same_thread=False)
        self._connection.isolation_level = None
        self._lock = threading.RLock()
        self._connection.executescript(_SCHEMA)
        self._connection.execute("pragma synchronous = normal")

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """Do all that follows, or nothing of it, a second after the change before."""
        with self._lock:
            self._connection.execute("begin immediate")
            try:
                self._connection.execute("update about set step = step + 1")
                yield
            except BaseException:
                self._connection.execute("rollback")
                raise
            self._connection.execute("commit")

    @property
    def loaded_from(self) -> str | None:
        """Return the folder whose dataset it was loaded from; None before that."""
        found = self._rows("select loaded_from from about")
        return str(found[0][0]) if found else None

    @property
    def settings(self) -> DatasetSettings:
        """Return what the dataset said about the operator."""
        return DatasetSettings.model_validate_json(self._rows("select settings from about")[0][0])

    @property
    def now(self) -> datetime:
        """Return the operator's time."""
        return self._at(self._rows("select step from about")[0][0])

    def load(self, settings: DatasetSettings, folder: str, rows: Iterable[tuple[str, Row]]) -> None:
        """Take in rows by stream, in place of all that was known."""
        with self._lock, self._connection:
            self._connection.execute("begin")
            for table in ("about", "rows", "versions", "orders", "papers"):
                self._connection.execute(f"delete from {table}")  # noqa: S608
            self._connection.execute(
                "insert into about values (?, ?, 0)", [settings.model_dump_json(), folder]
            )
            self._connection.executemany(
                "insert into rows values (?, ?, ?, ?, ?, ?)", (_stored(stream, row) for stream, row in rows)
            )

    def row(self, stream: str, key: str) -> Row | None:
        """Return the current row of a key; None when there is none."""
        found = self._rows("select content from rows where stream = ? and key = ?", stream, key)
        return json.loads(found[0][0]) if found else None

    def of_account(self, stream: str, account_id: str) -> list[Row]:
        """Return an account's rows of a stream, in the order of their keys."""
        query = "select content from rows where account_id = ? and stream = ? order by key"
        return [json.loads(content) for (content,) in self._rows(query, account_id, stream)]

    def of_invoice(self, stream: str, invoice_id: str) -> list[Row]:
        """Return a bill's lines, or the payments towards it."""
        query = "select content from rows where invoice_id = ? and stream = ? order by key"
        return [json.loads(content) for (content,) in self._rows(query, invoice_id, stream)]

    def corrections_of(self, key: str) -> list[Row]:
        """Return the lines that correct a line, or the refunds of a payment."""
        query = "select content from rows where corrects = ? order by key"
        return [json.loads(content) for (content,) in self._rows(query, key)]

    def periods(self, stream: str, name: str) -> list[Row]:
        """Return the rows of one subscription or SIM, oldest first."""
        query = "select content from rows where stream = ? and key >= ? and key < ? order by key"
        return [json.loads(content) for (content,) in self._rows(query, stream, f"{name}|", f"{name}}}")]

    def put(self, stream: str, row: Mapping[str, Any]) -> None:
        """Set a row as it is from now on, and keep the version."""
        changed = {**row, "updated_at": text_of(self.now)}
        stored = _stored(stream, changed)
        self._connection.execute("insert or replace into rows values (?, ?, ?, ?, ?, ?)", stored)
        self._connection.execute(
            "insert or replace into versions select ?, ?, step, ? from about", [stream, stored[1], stored[-1]]
        )

    def versions(self) -> list[tuple[str, Row]]:
        """Return every version since the load, by stream, oldest first."""
        query = "select stream, content from versions order by stream, step, key"
        return [(stream, json.loads(content)) for stream, content in self._rows(query)]

    def paper(self, paper_id: str) -> Row | None:
        """Return a ticket, a notice or a hold by its name."""
        found = self._rows("select content from papers where paper_id = ?", paper_id)
        return json.loads(found[0][0]) if found else None

    def put_paper(self, paper_id: str, kind: str, content: Row) -> None:
        """Keep a ticket, a notice or a hold."""
        self._connection.execute(
            "insert or replace into papers select ?, ?, ?, step from about",
            [paper_id, kind, json.dumps(content)],
        )

    def papers(self, kind: str) -> list[Row]:
        """Return all papers of a kind, newest first, each with its id and when it was written."""
        query = "select paper_id, content, step from papers where kind = ? order by step desc, paper_id"
        found = self._rows(query, kind)
        return [{"id": name, "at": text_of(self._at(step)), **json.loads(said)} for name, said, step in found]

    def keep(self, key: str, kind: str, asked: Row, reference: str) -> None:
        """Keep the key of an order that was carried out."""
        self._connection.execute(
            "insert into orders select ?, ?, ?, ?, step from about",
            [key, kind, json.dumps(asked, sort_keys=True), reference],
        )

    def kept(self, key: str) -> Kept | None:
        """Return what became of a key; None when it never came or had no effect."""
        found = self._rows("select * from orders where key = ?", key)
        return self._kept(found[0]) if found else None

    def orders(self, limit: int = 200) -> list[Kept]:
        """Return the orders that were carried out, newest first."""
        return [
            self._kept(one) for one in self._rows("select * from orders order by step desc limit ?", limit)
        ]

    def _kept(self, row: tuple[Any, ...]) -> Kept:
        return Kept(row[0], row[1], json.loads(row[2]), row[3], self._at(row[4]))

    def _at(self, step: int) -> datetime:
        return self.settings.as_of.astimezone(UTC) + timedelta(seconds=step)

    def _rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()


def text_of(at: datetime) -> str:
    """Return an instant as the contract writes it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def instant(text: str) -> datetime:
    """Return the instant that a text of the contract's names."""
    return datetime.fromisoformat(text)


def _stored(stream: str, row: Mapping[str, Any]) -> tuple[str, str, Any, Any, Any, str]:
    key = "|".join(str(row[name]) for name in STREAMS[stream].key)
    corrects = row.get("corrects") or row.get("refund_of")
    return stream, key, row.get("account_id"), row.get("invoice_id"), corrects, json.dumps(row)
