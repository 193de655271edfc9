"""Open a database so that SQLite and PostgreSQL behave alike. Holds no table and no query."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError

from core.kernel.errors import StoreError

SQLITE_WAIT_MS = 60_000
SQLITE_CACHE_KB = 65_536  # a bulk insert touches every index at random
WRITERS_LOCK = 0x41_53_53_41_59  # "ASSAY": the advisory lock that writers take in turn on PostgreSQL


def open_engine(url: str) -> Engine:
    """Return an engine; nothing is connected yet.

    SQLite is opened in WAL mode with foreign keys on and every commit synced to disk; its folder is made.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        engine = create_engine(address, pool_pre_ping=True)
        event.listen(engine, "handle_error", _refuse)
        return engine
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "handle_error", _refuse)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in one transaction that no other writer overlaps: all of it is kept, or nothing."""
    with engine.connect().execution_options(assay_writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": WRITERS_LOCK})
        yield connection


def _refuse(failed: ExceptionContext) -> StoreError | None:
    """Turn a database that is away, locked or damaged into our error; mistakes in SQL stay what they are."""
    if type(failed.sqlalchemy_exception) not in (DatabaseError, InterfaceError, OperationalError):
        return None
    return StoreError(
        "The operational store cannot be reached or read: check that its database is up and whole.",
        fields={"problem": str(failed.original_exception)},
    )


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin in `_begin_sqlite`, never by themselves
    for pragma in (
        f"busy_timeout = {SQLITE_WAIT_MS}",
        f"cache_size = -{SQLITE_CACHE_KB}",
        "journal_mode = wal",
        "synchronous = full",
        "foreign_keys = on",
    ):
        connection.execute(f"pragma {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("assay_writes")
    connection.exec_driver_sql("begin immediate" if writes else "begin")
