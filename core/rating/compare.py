"""Prices the same usage with two price lists and puts the lines side by side. Judges neither list."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from core.rating.engine import create
from core.rating.slices import SLICE_EVENTS, rate_in_slices

if TYPE_CHECKING:
    from core.lake.session import Session

__all__ = ["PRICE_LIST", "compare_in_slices"]

PRICE_LIST = ("plans", "tariffs", "allowances", "products", "promotions")
"""The streams of the contract that say what things cost."""


def compare_in_slices(
    session: Session,
    changes: Mapping[str, pa.Table],
    consume: Callable[[], None],
    *,
    accounts: Collection[str] = (),
    cycle: str | None = None,
    slice_events: int = SLICE_EVENTS,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _total: None,
) -> None:
    """Price a session's usage as it is and again with other price list streams, some accounts at a time.

    Parameters
    ----------
    changes
        The rows that take the place of a stream of `PRICE_LIST`, by its name; the session keeps them.
    consume
        Called after each slice; the temporary table ``rating_compared_lines`` then holds its lines.

    Notes
    -----
    Slices depend on customers and usage only, so both passes make the same ones.
    """
    narrowed: dict[str, Any] = {
        "accounts": accounts,
        "cycle": cycle,
        "explain": False,
        "slice_events": slice_events,
    }
    with tempfile.TemporaryDirectory(prefix="compare-", dir=_spill(session)) as folder:
        written: list[Path] = []

        def keep() -> None:
            written.append(Path(folder) / f"{len(written)}.parquet")
            session.table("expected_charges").write_parquet(str(written[-1]))

        def compare() -> None:
            session.read_parquet(str(written.pop(0))).create_view("rating_old_charges", replace=True)
            create(session, "compared_lines")
            consume()

        rate_in_slices(session, keep, progress=progress, **narrowed)
        for stream, rows in changes.items():
            session.register(f"new_{stream}", rows)
            session.execute(f"create or replace temp view {stream} as from new_{stream}")
        rate_in_slices(session, compare, progress=progress, **narrowed)


def _spill(session: Session) -> str:
    return str(session.execute("select current_setting('temp_directory')").fetchall()[0][0])
