"""Shows what another price list would make of the usage of a dataset. Advises nothing."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from heapq import nlargest
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.events.dataset import open_dataset
from core.events.land import take_in
from core.kernel.dataset import DatasetSettings
from core.kernel.errors import InputError
from core.kernel.records import Column
from core.kernel.records.arrow import arrow_schema
from core.lake.schemas import SCHEMAS
from core.lake.session import Session
from core.lake.snapshot import open_snapshot, pin
from core.lake.sql import load_sql
from core.lake.tables import Lake
from core.rating.compare import PRICE_LIST, compare_in_slices
from core.workflows.parquet_file import ParquetFile, write_whole
from core.workflows.rerating import Pricing, PricingGap, Progress, open_to_price

__all__ = ["NetChange", "ChangeReport", "ChangeRequest", "compare_price_lists"]

_DATED = ("tariffs", "allowances")
_MOVERS = 10
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)

DIFFERENCES: pa.Schema = arrow_schema(
    [
        Column("charge_id", "id"),
        Column("event_id", "id", nullable=True),
        Column("account_id", "id"),
        Column("subscription_id", "id", nullable=True),
        Column("cycle", "text"),
        Column("kind", "text"),
        *(Column(name, "id", nullable=True) for name in ("service", "plan_id", "product_id", "promotion_id")),
        Column("period_start", "ts"),
        *(Column(f"{side}_quantity", "qty", nullable=True) for side in ("old", "new")),
        *(Column(f"{side}_free_quantity", "qty", nullable=True) for side in ("old", "new")),
        *(Column(f"{side}_tariff_id", "id", nullable=True) for side in ("old", "new")),
        *(Column(f"{side}_amount", "money", nullable=True) for side in ("old", "new")),
        Column("difference", "money"),
        Column("unpriced", "text", nullable=True),
    ]
)
"""A line that costs something else; the side on which it does not exist is null."""


@dataclass(frozen=True)
class ChangeRequest:
    """Say what to compare.

    Parameters
    ----------
    old
        A dataset with usage and the price list of today.
    new
        A folder with price list streams; one that it lacks stays as it is. Other streams are not read.
    out
        Where the lines that differ go, as Parquet; None for nowhere.
    """

    old: Path
    new: Path
    out: Path | None = None
    accounts: Sequence[str] = ()
    cycle: str | None = None
    mapping: Path | None = None


@dataclass(frozen=True)
class NetChange:
    """State what something costs under both price lists, net of tax."""

    old: Decimal
    new: Decimal

    @property
    def difference(self) -> Decimal:
        """Return how much more it costs."""
        return self.new - self.old


@dataclass(frozen=True)
class ChangeReport:
    """State what a price change would do.

    Parameters
    ----------
    since
        The instant whose price list stood for the new one; None when every row of it has begun.
    changes
        By plan and service, or kind of line where it is no usage: how many lines, and what they cost.
    movers
        The accounts that change most, by id.
    unpriced
        Why sessions that have a price today would have none.
    """

    currency: str
    streams: tuple[str, ...]
    since: datetime | None
    changes: Mapping[tuple[str, str], tuple[int, NetChange]]
    better: int
    worse: int
    same: int
    movers: tuple[tuple[str, NetChange], ...]
    unpriced: tuple[PricingGap, ...]


def compare_price_lists(request: ChangeRequest, pricing: Pricing, progress: Progress) -> ChangeReport:
    """Price real usage with today's price list and with another.

    Raises
    ------
    InputError
        RA-E100 and below when the old folder cannot be priced or the new one has no price list.

    Notes
    -----
    Where rows of the new tariffs or allowances begin after "now", the list as it stands on the last of
    those days is applied to all usage, as if it always had been in force. Otherwise each row counts from
    when it says.
    """
    dataset = open_dataset(request.old, request.mapping, pricing.mappings)
    since, changes = _read_price_list(request.new, dataset.settings, pricing, progress)
    tally = _Tally()
    with ExitStack() as stack:
        session = stack.enter_context(open_to_price(dataset, request.old, pricing.limits, progress))
        file = stack.enter_context(write_whole(request.out, DIFFERENCES)) if request.out else None
        compare_in_slices(
            session,
            changes,
            lambda: tally.add(session, file),
            accounts=request.accounts,
            cycle=request.cycle,
            progress=progress,
        )
    return tally.report(dataset.settings.currency, tuple(changes), since)


def _read_price_list(
    folder: Path, settings: DatasetSettings, pricing: Pricing, progress: Progress
) -> tuple[datetime | None, dict[str, pa.Table]]:
    """Return the price list streams of a folder that have rows, and the day for which they stand."""
    found = open_dataset(folder, shipped=pricing.mappings, settings=settings.at(_LATEST))
    files = tuple(file for file in found.files if set(file.streams) <= set(PRICE_LIST))
    with tempfile.TemporaryDirectory(prefix="assay-prices-", dir=pricing.limits.temp) as place:
        lake = Lake(Path(place), SCHEMAS)
        take_in(lake, replace(found, files=files), pricing.limits, progress)
        with open_snapshot(lake, pin(lake, found.settings), pricing.limits) as session:
            since = session.execute(
                load_sql("core.workflows", "going_live"), {"as_of": settings.as_of}
            ).fetchall()[0][0]
            tables = {name: _rows(session, name, since) for name in PRICE_LIST}
    if not any(table.num_rows for table in tables.values()):
        raise InputError(f"{folder} has no row of {', '.join(PRICE_LIST)}, so there is nothing to compare")
    return since, {name: table for name, table in tables.items() if table.num_rows}


def _rows(session: Session, stream: str, since: datetime | None) -> pa.Table:
    if since is None or stream not in _DATED:
        return session.table(stream).to_arrow_table()
    session.table(stream).create_view("rows_offered", replace=True)
    return session.sql(load_sql("core.workflows", "in_force"), params={"instant": since}).to_arrow_table()


class _Tally:
    """Add up what slices come to under both price lists."""

    def __init__(self) -> None:
        self._lines: Counter[tuple[str, str]] = Counter()
        self._net: defaultdict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(), Decimal()])
        self._turns: Counter[int] = Counter()
        self._movers: list[tuple[str, NetChange]] = []
        self._gaps: Counter[str] = Counter()
        self._examples: dict[str, str] = {}

    def add(self, session: Session, file: ParquetFile | None) -> None:
        if file is not None:
            lines = session.table("rating_compared_lines").filter("difference <> 0 or unpriced is not null")
            file.append(lines.order("account_id, period_start, charge_id"))
        for plan, item, lines, old, new in _ask(session, "change_totals"):
            self._lines[plan, item] += lines
            net = self._net[plan, item]
            net[0], net[1] = net[0] + old, net[1] + new
        for account, old, new in _ask(session, "change_by_account"):
            self._turns[(new > old) - (new < old)] += 1
            self._movers.append((account, NetChange(old, new)))
        self._movers = nlargest(_MOVERS, self._movers, key=lambda mover: (abs(mover[1].difference), mover[0]))
        for reason, sessions, example in _ask(session, "newly_unpriced"):
            self._gaps[reason] += sessions
            self._examples[reason] = min(example, self._examples.get(reason, example))

    def report(self, currency: str, streams: tuple[str, ...], since: datetime | None) -> ChangeReport:
        return ChangeReport(
            currency=currency,
            streams=streams,
            since=since,
            changes={key: (self._lines[key], NetChange(*self._net[key])) for key in sorted(self._lines)},
            better=self._turns[-1],
            worse=self._turns[1],
            same=self._turns[0],
            movers=tuple(mover for mover in self._movers if mover[1].difference),
            unpriced=tuple(PricingGap(why, n, self._examples[why]) for why, n in self._gaps.most_common()),
        )


def _ask(session: Session, query: str) -> list[tuple[Any, ...]]:
    return session.execute(load_sql("core.workflows", query)).fetchall()
