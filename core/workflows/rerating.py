"""Prices a dataset from its raw usage and writes every charge that should exist. Judges no bill."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from core.events.dataset import Dataset, open_dataset
from core.events.land import take_in
from core.kernel.dataset import DatasetSettings
from core.kernel.errors import InputError
from core.kernel.records import STREAMS, Column
from core.kernel.records.arrow import arrow_schema
from core.lake.schemas import SCHEMAS
from core.lake.session import Limits, Session
from core.lake.snapshot import open_snapshot, pin
from core.lake.sql import load_sql
from core.lake.tables import Lake
from core.rating.slices import rate_in_slices
from core.workflows.parquet_file import write_whole

__all__ = [
    "CHARGES",
    "PricingGap",
    "LineTotal",
    "Pricing",
    "PricingReport",
    "PricingRequest",
    "open_to_price",
    "rerate",
]

Progress = Callable[[str, int, int], None]

CHARGES: pa.Schema = arrow_schema(
    [
        *STREAMS["charges"].columns,
        Column("event_id", "id", nullable=True),
        Column("explanation", "json", nullable=True),
    ]
)
"""The columns of *charges* and what each line was priced from."""


@dataclass(frozen=True)
class Pricing:
    """Say what to price with: the folder of the shipped mappings, and what a session may take."""

    mappings: Path
    limits: Limits = Limits()


@dataclass(frozen=True)
class PricingRequest:
    """Say what to price.

    Parameters
    ----------
    accounts
        Only these; empty for all.
    cycle
        Only lines of the bill cycle that begins on this local date, YYYY-MM-DD.
    """

    dataset: Path
    out: Path
    accounts: Sequence[str] = ()
    cycle: str | None = None
    mapping: Path | None = None


@dataclass(frozen=True)
class LineTotal:
    """Count the lines of one kind, and what they come to."""

    kind: str
    lines: int
    amount: Decimal


@dataclass(frozen=True)
class PricingGap:
    """Count sessions without a price, for one reason, and name one of them."""

    reason: str
    sessions: int
    example: str


@dataclass(frozen=True)
class PricingReport:
    """State what was priced and what could not be."""

    operator: str
    currency: str
    accounts: int
    lines: tuple[LineTotal, ...]
    unpriced: tuple[PricingGap, ...]


def rerate(request: PricingRequest, pricing: Pricing, progress: Progress) -> PricingReport:
    """Write every charge line that a dataset should lead to, as one Parquet file.

    Raises
    ------
    InputError
        RA-E100 and below when the folder cannot be used, has no usage or no tariffs, or when it has no
        such account or cycle.
    """
    dataset = open_dataset(request.dataset, request.mapping, pricing.mappings)
    tally = _Tally()
    with (
        open_to_price(dataset, request.dataset, pricing.limits, progress) as session,
        write_whole(request.out, CHARGES) as file,
    ):

        def keep() -> None:
            lines = session.table("expected_charges").order("account_id, period_start, charge_id")
            file.append(lines.select(*CHARGES.names))
            tally.add(session)

        rate_in_slices(session, keep, accounts=request.accounts, cycle=request.cycle, progress=progress)
        tally.refuse_unknown(request.accounts, request.cycle)
    return tally.report(dataset.settings)


@contextmanager
def open_to_price(dataset: Dataset, folder: Path, limits: Limits, progress: Progress) -> Iterator[Session]:
    """Open a session over a dataset in a lake of its own, which goes away afterwards.

    Raises
    ------
    InputError
        RA-E100 when there is nothing to price or nothing to price it with.
    """
    with tempfile.TemporaryDirectory(prefix="assay-rate-", dir=limits.temp) as place:
        lake = Lake(Path(place), SCHEMAS)
        take_in(lake, dataset, limits, progress)
        with open_snapshot(lake, pin(lake, dataset.settings), limits) as session:
            if not (_has_rows(session, "usage_events") or _has_rows(session, "mediation_records")):
                raise InputError(_lacks(session, folder, "usage_events and no mediation_records", "price"))
            if not _has_rows(session, "tariffs"):
                raise InputError(_lacks(session, folder, "tariffs", "price usage with"))
            yield session


def _has_rows(session: Session, stream: str) -> bool:
    return bool(session.table(stream).limit(1).fetchall())


def _lacks(session: Session, folder: Path, streams: str, purpose: str) -> str:
    rejected = session.execute("select count(*) from quarantine").fetchall()[0][0]
    why = f"; {rejected:,} rows were rejected, which assay run lists" if rejected else ""
    return f"{folder} has no {streams}, so there is nothing to {purpose}{why}"


class _Tally:
    """Add up what slices come to."""

    def __init__(self) -> None:
        self.accounts: set[str] = set()
        self.cycle_days: set[int] = set()
        self.lines: Counter[str] = Counter()
        self.net: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.gaps: Counter[str] = Counter()
        self.examples: dict[str, str] = {}

    def add(self, session: Session) -> None:
        members = session.execute("select account_id, bill_cycle_day from rating_members").fetchall()
        self.accounts |= {account for account, _ in members}
        self.cycle_days |= {day for _, day in members}
        for kind, lines, net in session.execute(load_sql("core.workflows", "line_totals")).fetchall():
            self.lines[kind] += lines
            self.net[kind] += net
        for reason, count, example in session.execute(
            load_sql("core.workflows", "unpriced_totals")
        ).fetchall():
            self.gaps[reason] += count
            self.examples[reason] = min(example, self.examples.get(reason, example))

    def refuse_unknown(self, accounts: Sequence[str], cycle: str | None) -> None:
        unknown = sorted(set(accounts) - self.accounts)
        if unknown:
            raise InputError(f"the dataset has no account {', '.join(unknown)}; nothing was written")
        if cycle is not None and int(cycle[8:]) not in self.cycle_days:
            raise InputError(f"no account has a bill cycle that begins on {cycle}; nothing was written")

    def report(self, settings: DatasetSettings) -> PricingReport:
        lines = tuple(LineTotal(kind, self.lines[kind], self.net[kind]) for kind in sorted(self.lines))
        gaps = tuple(
            PricingGap(reason, count, self.examples[reason]) for reason, count in self.gaps.most_common()
        )
        return PricingReport(settings.operator, settings.currency, len(self.accounts), lines, gaps)
