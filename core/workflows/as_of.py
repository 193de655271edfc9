"""Opens the lake as a run saw it, for questions about rows. Answers none itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core.kernel.errors import LakeError
from core.kernel.results import RunSummary
from core.lake.owner import owner_settings
from core.lake.session import Limits, Session
from core.lake.snapshot import reopen, session_over
from core.lake.tables import Lake
from core.ports.store import Store

__all__ = ["as_of_run", "session_of_run"]

_LIMITS = Limits(memory_mb=300)


def session_of_run(store: Store, lake: Lake, run: RunSummary) -> Session:
    """Return a session over the lake as a run saw it, which whoever asks closes.

    Raises
    ------
    LakeError
        RA-E300 when it does not hold the run's streams.
    """
    settings = owner_settings(lake.root)
    if settings is None:
        raise LakeError(f"there is no lake at {lake.root}; run again with ASSAY_LAKE set to it")
    versions = {
        one.stream: one.version
        for one in store.streams(run.run_id)
        if one.rows or lake.exists(one.stream)  # of a stream whose rows were all rejected there is no table
    }
    return session_over(lake, reopen(lake, versions, settings.at(run.as_of)), _LIMITS)


@contextmanager
def as_of_run(store: Store, lake: Lake, run: RunSummary) -> Iterator[Session]:
    """Open the lake as a run saw it, as `session_of_run`, and close it afterwards."""
    with session_of_run(store, lake, run) as session:
        yield session
