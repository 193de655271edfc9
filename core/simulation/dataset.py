"""Holds a dataset in tables of one session, in the contract's form. Draws and prices nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from core.kernel.dataset import DatasetSettings
from core.kernel.records import STREAMS
from core.lake.session import Session
from core.lake.sql import identifier, load_sql
from core.simulation.calendar import Ints

__all__ = ["create_streams", "insert", "integers", "load_settings", "run", "scratch", "stage"]

_SQL = "core.simulation.sql"


def create_streams(session: Session, *, temporary: bool = False, names: tuple[str, ...] = ()) -> None:
    """Create an empty table for each stream of the contract, ``updated_at`` included everywhere.

    Parameters
    ----------
    temporary
        Make them temporary, so that they hide the session's own for whoever shares the database.
    names
        Only these streams; all by default.
    """
    for stream in STREAMS.values():
        if names and stream.name not in names:
            continue
        columns = [f"{identifier(column.name)} {column.sql_type}" for column in stream.columns]
        kind = "temp table" if temporary else "table"
        listed = ", ".join([*columns, "updated_at TIMESTAMPTZ"])
        session.execute(f"create or replace {kind} {stream.name} ({listed})")


def load_settings(session: Session, settings: DatasetSettings) -> None:
    """Create the one-row table ``dataset``."""
    row = settings.model_dump()
    row["home_plmns"] = list(settings.home_plmns)
    session.execute(load_sql(_SQL, "dataset"), row)


def run(session: Session, name: str, parameters: Mapping[str, Any] | None = None) -> None:
    """Execute one statement of the simulation's own SQL."""
    session.execute(load_sql(_SQL, name), dict(parameters or {}))


def insert(session: Session, stream: str, name: str, parameters: Mapping[str, Any] | None = None) -> None:
    """Append what a query of ours gives to a stream, matched by column name."""
    session.execute(f"insert into {stream} by name {load_sql(_SQL, name)}", dict(parameters or {}))  # noqa: S608


def stage(session: Session, table: str, name: str, parameters: Mapping[str, Any] | None = None) -> None:
    """Keep what a query of ours gives as a temporary table."""
    query = f"create or replace temp table {table} as {load_sql(_SQL, name)}"
    session.execute(query, dict(parameters or {}))


def integers(session: Session, query: str) -> dict[str, Ints]:
    """Return what a query gives, every column a whole number and never null."""
    return {
        name: np.asarray(values, dtype=np.int64)
        for name, values in session.execute(query).fetchnumpy().items()
    }


def scratch(session: Session, tables: Mapping[str, pa.Table]) -> None:
    """Show Arrow tables to the session's SQL, each under its name."""
    for name, table in tables.items():
        session.register(name, table)
