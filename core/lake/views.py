"""Defines the views of a session: current rows as of "now", one view for each stream of the contract.

Only keys with more than one version pay for choosing the newest; all other rows pass straight through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.kernel.dataset import DatasetSettings
from core.kernel.records import STREAMS, Column, Stream
from core.lake.schemas import ARRIVALS, LEDGER, QUARANTINE, REVISED, ddl, key_hash
from core.lake.session import Session
from core.lake.sql import identifier, literal, load_sql

__all__ = ["Sources", "create_views", "newest_of", "newest_versions", "of_revised_keys"]

_HIDDEN_AFTER_NOW = {
    ("usage_files", "received_at"),
    ("invoices", "issued_at"),
    ("contacts", "closed_at"),
    ("consents", "withdrawn_at"),
}
"""Columns whose value is null until its instant has come: nothing after ``as_of`` may be known."""


@dataclass(frozen=True)
class Sources:
    """Name the Parquet files of each table at its pinned version, and the arrivals that are not seen."""

    files: Mapping[str, Sequence[str]]
    unfinished: frozenset[int]


def create_views(session: Session, sources: Sources, settings: DatasetSettings) -> None:
    """Create the views of a session and its table of settings."""
    _create_dataset(session, settings)
    _create_books(session, sources)
    session.execute("CREATE TEMP VIEW present_streams AS SELECT DISTINCT stream FROM ledger")
    revised = {name for (name,) in session.execute("SELECT DISTINCT stream FROM revised_keys").fetchall()}
    for name, stream in STREAMS.items():
        if name in sources.files:
            session.execute(f"CREATE TEMP VIEW all_{name} AS {_scan(sources, name, '_file')}")
        else:
            session.execute(f"CREATE TEMP TABLE all_{name} ({ddl(name)})")
        session.execute(f"CREATE TEMP VIEW {name} AS {_current(stream, name in revised, settings)}")


def settle_versions(session: Session, settings: DatasetSettings) -> None:
    """Work out once which rows are superseded, so that a view that is read many times compares no versions.

    The views show the same rows as before. It pays for a run over everything, not for a look at a few rows.
    """
    revised = session.execute("SELECT DISTINCT stream FROM revised_keys ORDER BY 1").fetchall()
    for (name,) in revised:
        stream = STREAMS[name]
        rows = _known(stream, settings)
        several = f"(SELECT * FROM {rows} WHERE {of_revised_keys(stream)})"
        session.execute(
            f"CREATE OR REPLACE TEMP TABLE superseded_{name} AS SELECT _file, _row FROM {several} "
            f"ANTI JOIN ({newest_versions(stream, several)}) USING (_file, _row)"
        )
        session.execute(
            f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {_columns(stream, settings)} FROM {rows} "
            f"ANTI JOIN superseded_{name} USING (_file, _row)"
        )


def newest_versions(stream: Stream, rows: str) -> str:
    """Return the query that keeps, of each key in a relation, the version that wins."""
    return f"""SELECT * FROM {rows} QUALIFY row_number() OVER (
        PARTITION BY {", ".join(map(identifier, stream.key))}
        ORDER BY updated_at DESC NULLS LAST, _file DESC, _row DESC
    ) = 1"""


def newest_of(stream: Stream, condition: str) -> str:
    """Return the query of a stream's current rows under a condition, asked before versions are chosen.

    Notes
    -----
    The condition must hold for all versions of a key or for none, as one on an account does; a value that is
    hidden until its instant comes is not hidden here. Reading one account through a view instead would choose
    among the versions of all.
    """
    known = ["updated_at"] if stream.known_at is None else ["updated_at", stream.known_at]
    by_now = " AND ".join(
        f"({column} IS NULL OR {column} <= (SELECT as_of FROM dataset))" for column in known
    )
    return newest_versions(stream, f"(SELECT * FROM all_{stream.name} WHERE ({condition}) AND {by_now})")


def of_revised_keys(stream: Stream) -> str:
    """Return the condition that a row's key has more than one version."""
    return f"{key_hash(stream)} IN (SELECT key_hash FROM revised_keys WHERE stream = {literal(stream.name)})"


def _create_dataset(session: Session, settings: DatasetSettings) -> None:
    session.execute(load_sql("core.lake", "dataset"))
    values = settings.model_dump()
    values["home_plmns"] = list(settings.home_plmns)
    places = ", ".join(f"${name}" for name in values)
    session.execute(f"INSERT INTO dataset ({', '.join(values)}) VALUES ({places})", values)


def _create_books(session: Session, sources: Sources) -> None:
    books = {"arrivals": ARRIVALS, "ledger": LEDGER, "rejected_rows": QUARANTINE, "revised_keys": REVISED}
    for view, table in books.items():
        if table in sources.files:
            session.execute(f"CREATE TEMP VIEW {view} AS {_scan(sources, table, 'arrival')}")
        else:
            session.execute(f"CREATE TEMP TABLE {view} ({ddl(table)})")
    session.execute(load_sql("core.lake", "quarantine"))


def _scan(sources: Sources, table: str, arrival: str) -> str:
    files = ", ".join(literal(file) for file in sources.files[table])
    hidden = ", ".join(map(str, sorted(sources.unfinished)))
    return f"SELECT * FROM read_parquet([{files}])" + (
        f" WHERE {arrival} NOT IN ({hidden})" if hidden else ""
    )


def _current(stream: Stream, is_revised: bool, settings: DatasetSettings) -> str:
    columns, rows = _columns(stream, settings), _known(stream, settings)
    if not is_revised:
        return f"SELECT {columns} FROM {rows}"
    revised = of_revised_keys(stream)
    several = newest_versions(stream, f"(SELECT * FROM {rows} WHERE {revised})")
    return f"""
        SELECT {columns} FROM {rows} WHERE NOT ({revised})
        UNION ALL
        SELECT {columns} FROM ({several})"""


def _known(stream: Stream, settings: DatasetSettings) -> str:
    """Return the versions of a stream's rows that are known by now, as a relation."""
    now = _now(settings)
    known = [f"({stream.known_at} IS NULL OR {stream.known_at} <= {now})"] if stream.known_at else []
    if stream.revisable:
        known.append(f"(updated_at IS NULL OR updated_at <= {now})")
    return f"(SELECT * FROM all_{stream.name} WHERE {' AND '.join(known) or 'true'})"


def _columns(stream: Stream, settings: DatasetSettings) -> str:
    now = _now(settings)
    return ", ".join([*(_column(stream, column, now) for column in stream.stored), "_file", "_row"])


def _now(settings: DatasetSettings) -> str:
    return f"TIMESTAMPTZ {literal(settings.as_of.isoformat())}"


def _column(stream: Stream, column: Column, now: str) -> str:
    name = identifier(column.name)
    if (stream.name, column.name) in _HIDDEN_AFTER_NOW:
        return f"CASE WHEN {name} <= {now} THEN {name} END AS {name}"
    return name
