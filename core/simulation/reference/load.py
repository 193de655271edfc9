"""Loads a dataset into the reference operator's database, as its rows stand at ``as_of``. Changes none."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from core.events.dataset import open_dataset
from core.events.land import take_in
from core.kernel.records import STREAMS
from core.lake.schemas import SCHEMAS
from core.lake.session import Limits, Session
from core.lake.snapshot import open_snapshot, pin
from core.lake.tables import Lake
from core.simulation.reference.rated import keep_rated
from core.simulation.reference.state import Row, State
from core.simulation.writers import plain

__all__ = ["load"]

_STREAMS = (
    "accounts",
    "subscriptions",
    "provisioning",
    "usage_files",
    "mediation_records",
    "charges",
    "invoices",
    "payments",
)
"""What orders change, and what they go by."""

_BATCH = 20_000


def load(state: State, folder: Path) -> None:
    """Load a dataset in place of what the database holds.

    Raises
    ------
    InputError
        RA-E100 and below when the folder cannot be used.
    """
    dataset = open_dataset(folder)
    limits = Limits()
    with tempfile.TemporaryDirectory(prefix="assay-operator-", dir=limits.temp) as place:
        lake = Lake(Path(place), SCHEMAS)
        take_in(lake, dataset, limits, lambda _step, _done, _all: None)
        with open_snapshot(lake, pin(lake, dataset.settings), limits) as session:
            state.load(dataset.settings, str(folder.resolve()), _rows(session))
            keep_rated(state, session)


def _rows(session: Session) -> Iterator[tuple[str, Row]]:
    for stream in _STREAMS:
        names = [column.name for column in STREAMS[stream].stored]
        for batch in session.table(stream).select(*names).to_arrow_reader(_BATCH):
            for row in batch.to_pylist():
                yield stream, {name: plain(value) for name, value in row.items()}
