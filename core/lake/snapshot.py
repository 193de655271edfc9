"""Pins a lake at one moment and opens sessions in which every stream is a view. Judges nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from core.kernel.dataset import DatasetSettings
from core.lake.books import unfinished
from core.lake.schemas import ARRIVALS, LEDGER, QUARANTINE, REVISED
from core.lake.session import Limits, Session, connect
from core.lake.tables import Lake
from core.lake.views import Sources, create_views

__all__ = ["Snapshot", "open_snapshot", "pin", "reopen", "session_over"]


@dataclass(frozen=True)
class Snapshot:
    """Hold what a run is a function of: table versions, settings and what is not taken in whole yet.

    Parameters
    ----------
    versions
        The pinned version of each table that exists.
    unfinished
        Arrivals whose rows are not to be seen.
    """

    versions: Mapping[str, int]
    settings: DatasetSettings
    unfinished: frozenset[int]

    @property
    def id(self) -> str:
        """Return a short hash that names the snapshot."""
        content = json.dumps(
            [dict(self.versions), self.settings.model_dump(mode="json"), sorted(self.unfinished)],
            sort_keys=True,
        )
        return hashlib.sha256(content.encode()).hexdigest()[:12]


def pin(lake: Lake, settings: DatasetSettings) -> Snapshot:
    """Pin the newest version of every table.

    Parameters
    ----------
    settings
        The dataset's settings; their ``as_of`` is the run's "now".

    Notes
    -----
    A file's ledger entry is written last and its arrival first. So the ledger is pinned first and the
    arrivals last: whatever is ingested meanwhile, a file is seen in all its tables or in none.
    """
    order = sorted(lake.schemas, key=lambda name: (name != LEDGER, name == ARRIVALS))
    versions = lake.versions(order)
    return Snapshot(versions, settings, frozenset(unfinished(lake, versions)))


def reopen(lake: Lake, versions: Mapping[str, int], settings: DatasetSettings) -> Snapshot:
    """Pin what an earlier run saw, from the versions of its streams.

    Parameters
    ----------
    versions
        The version of each stream that has a table.
    settings
        With the run's ``as_of``.

    Notes
    -----
    The books are those of today: they only grow, and what they say of later arrivals touches no row of the
    pinned streams.
    """
    books = lake.versions((LEDGER, QUARANTINE, REVISED, ARRIVALS))
    return Snapshot({**books, **versions}, settings, frozenset(unfinished(lake, books)))


def session_over(lake: Lake, snapshot: Snapshot, limits: Limits) -> Session:
    """Return a session over a snapshot, which whoever asks closes.

    Returns
    -------
    Session
        A view for each stream of the contract, absent ones empty, with its columns and ``_file, _row``;
        the one-row table ``dataset``; the views ``present_streams``, ``quarantine`` and the lake's books.
    """
    session = connect(limits)
    try:
        files = {name: lake.files(name, version) for name, version in snapshot.versions.items()}
        create_views(session, Sources(files, snapshot.unfinished), snapshot.settings)
    except BaseException:
        session.close()
        raise
    return session


@contextmanager
def open_snapshot(lake: Lake, snapshot: Snapshot, limits: Limits) -> Iterator[Session]:
    """Open a session over a snapshot, as `session_over`, and close it afterwards."""
    with session_over(lake, snapshot, limits) as session:
        yield session
