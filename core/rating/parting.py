"""Parts usage into slices on disk, in one pass over events and one over records. Prices nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.lake.sql import load_sql
from core.rating.engine import create, create_views

if TYPE_CHECKING:
    from core.lake.session import Session

__all__ = ["PartedUsage"]

_ROW_GROUP = 20_480


class PartedUsage:
    """Hold the sessions to price as files of their slices; make ``rating_usage`` of one slice at a time.

    Parameters
    ----------
    folder
        An empty folder, for as long as this is used.
    query
        What `core.rating.engine.usage_query` says.
    beside
        As `core.rating.slices.rate_in_slices` takes it.

    Notes
    -----
    A record is joined with its event within a slice. The few records that mediation guided to a subscription
    of another slice than their event's are found first and go with the event.
    """

    def __init__(
        self, session: Session, folder: Path, query: str, slices: int, *, narrowed: bool, beside: str | None
    ) -> None:
        self._session = session
        self._folder = folder
        self._query = query
        self._narrowed = narrowed
        self._names = ("network", "records") if query == "usage_mediated" else ("usage",)
        self._beside = ("lines",) if beside else ()
        for name in (*self._names, *self._beside):
            self._part(name)
        if query == "usage_mediated":
            self._find_strays(slices)

    def take(self, slice_no: int) -> None:
        """Make ``rating_usage`` the sessions of one slice."""
        self._open(slice_no, *self._names, *self._beside)
        if self._query != "usage_mediated":
            self._session.execute("create or replace temp table rating_usage as from rating_slice_usage")
            return
        create(self._session, "moved_records", slice_no=slice_no)
        self._session.execute("create or replace temp view rating_network as from rating_slice_network")
        create(self._session, "records", "slice_records")
        create(self._session, "usage", self._query)
        create_views(self._session, narrowed=self._narrowed)

    def _part(self, name: str) -> None:
        """Write a relation as one folder of Parquet files for each slice; without rows there is none."""
        create(self._session, f"sliced_{name}")
        place = self._folder / name
        self._session.table(f"rating_sliced_{name}").write_parquet(
            str(place), partition_by=["slice_no"], row_group_size=_ROW_GROUP
        )
        self._session.execute(
            f"create or replace temp table rating_no_{name} as from rating_sliced_{name} limit 0"
        )
        parted = self._session.table(f"rating_no_{name}")
        if any(place.glob("*/*.parquet")):
            parted = self._session.read_parquet(str(place / "*/*.parquet"), hive_partitioning=True)
        parted.create_view(f"rating_parted_{name}", replace=True)

    def _open(self, slice_no: int, *names: str) -> None:
        """Make the files of one slice views, without their slice."""
        for name in names:
            files = self._folder / name / f"slice_no={slice_no}"
            if any(files.glob("*.parquet")):
                rows = self._session.read_parquet(str(files / "*.parquet"), hive_partitioning=False)
            else:
                rows = self._session.table(f"rating_no_{name}").select("* exclude (slice_no)")
            rows.create_view(f"rating_slice_{name}", replace=True)

    def _find_strays(self, slices: int) -> None:
        self._session.execute("create or replace temp table rating_unmatched (event_id varchar)")
        for slice_no in range(slices):
            self._open(slice_no, *self._names)
            self._session.execute(f"insert into rating_unmatched {load_sql('core.rating.sql', 'unmatched')}")
        create(self._session, "strays")
