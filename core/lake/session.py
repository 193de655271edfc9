"""Opens DuckDB in memory with limits that hold. Opens no file of its own."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

__all__ = ["Limits", "Relation", "Session", "SqlType", "StatementError", "connect"]

Session = duckdb.DuckDBPyConnection
"""A DuckDB connection; other stages name this type and never import duckdb."""

Relation = duckdb.DuckDBPyRelation
"""A query over a session that runs each time it is read."""

SqlType = duckdb.sqltypes.DuckDBPyType
"""The type of a column."""

StatementError = (duckdb.ProgrammingError, duckdb.DataError, duckdb.NotSupportedError)
"""What DuckDB raises when a statement is at fault; running out of memory or disk is not among it."""


@dataclass(frozen=True)
class Limits:
    """Bound what one session may take.

    Parameters
    ----------
    memory_mb
        DuckDB's buffers; the process peaks about 15 % above.
    threads
        Worker threads; 0 for all cores.
    temp
        Where DuckDB spills; None for the system's temporary folder.
    """

    memory_mb: int = 640
    threads: int = 0
    temp: Path | None = None


def connect(limits: Limits | None = None) -> Session:
    """Open an in-memory session in UTC that spills to disk instead of growing.

    Returns
    -------
    Session
        Closed by its user; nothing in it outlives it.
    """
    limits = limits or Limits()
    spill = limits.temp or Path(tempfile.gettempdir()) / f"assay-{os.getuid()}"
    spill.mkdir(parents=True, exist_ok=True)
    session = duckdb.connect(
        config={
            "memory_limit": f"{limits.memory_mb}MB",
            "threads": str(limits.threads or os.cpu_count() or 1),
            "temp_directory": str(spill),
            "preserve_insertion_order": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )
    session.execute("set TimeZone = 'UTC'")
    return session
