"""What a run leaves for the next one, so that this need not find again what cannot have changed.

It is kept in the lake's folder and can be lost without harm: the next run then judges everything. Decides
nothing.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.kernel.dataset import DatasetSettings
from core.lake.session import Session
from core.lake.snapshot import Snapshot
from core.rating.review import PRICE_LIST_FACTS

__all__ = ["TABLES", "Remains", "keep", "recall"]

TABLES = ("judged", "eligible", "traced", "flow", "open_items", "price_list_problems", *PRICE_LIST_FACTS)
"""The tables of a run's session that are kept: what controls found, how much they could judge, where the rows
behind it lie, the flow, what controls wait for, and what is wrong with the price list."""

_FOLDER, _HEADER = "_last_run", "header.json"


@dataclass(frozen=True)
class Remains:
    """Hold what the last run saw, by which definitions, and the tables that it left, by name."""

    snapshot: Snapshot
    definitions: str
    tables: dict[str, pa.Table]


def keep(root: Path, session: Session, snapshot: Snapshot, definitions: str) -> None:
    """Keep what a run has in its session in place of what the run before left.

    Parameters
    ----------
    root
        The lake's folder.
    definitions
        A hash of all that decides beside the data.
    """
    found = {name for (name,) in session.execute("select table_name from duckdb_tables()").fetchall()}
    known = [name for name in TABLES if name in found]
    partial = root / f"{_FOLDER}.{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name in known:
        pq.write_table(session.table(name).to_arrow_table(), partial / f"{name}.parquet")
    header = {
        "tables": known,
        "definitions": definitions,
        "versions": dict(snapshot.versions),
        "unfinished": sorted(snapshot.unfinished),
        "settings": snapshot.settings.model_dump(mode="json"),
    }
    (partial / _HEADER).write_text(json.dumps(header), encoding="utf-8")
    shutil.rmtree(root / _FOLDER, ignore_errors=True)
    with suppress(OSError):  # another process has just left its own
        partial.rename(root / _FOLDER)
    shutil.rmtree(partial, ignore_errors=True)


def recall(root: Path) -> Remains | None:
    """Return what the last run left; None when there is nothing, or not all of it."""
    try:
        header = json.loads((root / _FOLDER / _HEADER).read_text(encoding="utf-8"))
        tables = {name: pq.read_table(root / _FOLDER / f"{name}.parquet") for name in header["tables"]}
    except (OSError, ValueError, KeyError):  # a run was killed while it removed what the one before left
        return None
    snapshot = Snapshot(
        header["versions"], DatasetSettings(**header["settings"]), frozenset(header["unfinished"])
    )
    return Remains(snapshot, header["definitions"], tables)
