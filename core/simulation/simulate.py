"""Writes a simulated operator as a dataset folder, faults labelled apart; behind ``assay simulate``."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq

from core.kernel.errors import InputError
from core.lake.session import Limits, Session, connect
from core.lake.sql import literal
from core.rating.engine import rate
from core.simulation.billing import Pricer
from core.simulation.calendar import Calendar
from core.simulation.export import export
from core.simulation.faults import ROWS, spoil_rows
from core.simulation.operator import AS_OF, make_operator, operator_settings
from core.simulation.planting import plant_faults
from core.simulation.prices import holidays
from core.simulation.profiles import PROFILES
from core.simulation.writers import Form

__all__ = ["SimulationReport", "simulate"]

_MEMORY_MB = 2_000


@dataclass(frozen=True)
class SimulationReport:
    """State what was made.

    ``events`` counts usage events; ``rows`` the rows written of each stream, every version of a row;
    ``faults`` the labels of each kind; ``seconds`` is wall time.
    """

    out: Path
    profile: str
    seed: int
    accounts: int
    events: int
    seconds: float
    rows: Mapping[str, int]
    faults: Mapping[str, int] = field(default_factory=dict)


def simulate(
    out: Path,
    *,
    seed: int,
    profile: str,
    accounts: int,
    cycles: int = 6,
    as_of: datetime = AS_OF,
    faults: Mapping[str, int] | None = None,
    labels: Path | None = None,
    forms: Mapping[str, Form] | None = None,
    price: Pricer | None = None,
    progress: Callable[[str, float], None] = lambda _step, _share: None,
) -> SimulationReport:
    """Write a simulated operator; the same arguments give the same bytes.

    Parameters
    ----------
    profile
        A name of `PROFILES`.
    accounts
        1 to 500,000; memory depends on the largest slice of 500, not on this.
    cycles
        Whole bill cycles before ``as_of``, 1 to 24.
    faults
        How many of each planting of the fault library, by name; none by default.
    labels
        Where to say what was planted; beside ``out``, never in it, by default ``OUT-labels.parquet``.
    forms
        Streams to write as CSV or JSON Lines instead of Parquet.
    price
        What prices usage and fees; the SQL engine by default.

    Raises
    ------
    InputError
        RA-E100 when there is no such profile or a number is out of range.
    """
    began = monotonic()
    if profile not in PROFILES:
        raise InputError(f"there is no profile {profile}; use one of {', '.join(PROFILES)}")
    if not (1 <= accounts <= 500_000 and 1 <= cycles <= 24):
        raise InputError("accounts must be 1 to 500,000 and cycles 1 to 24")
    calendar = Calendar(ZoneInfo("Europe/Berlin"), as_of, cycles, holidays())
    with _workbench() as session:
        pricer = price or _sql_engine
        make_operator(session, PROFILES[profile], calendar, seed, accounts, pricer, progress)
        settings = operator_settings(calendar)
        shadow = plant_faults(session, calendar, seed, faults or {}, pricer, settings.currency)
        events = session.execute("select count(*) from usage_events").fetchall()[0][0]
        progress("files", 0.0)
        rows = export(session, settings, out, forms or {})
        shadow.labels += spoil_rows(out, (faults or {}).get(ROWS, 0), shadow.rng, as_of)
    if shadow.labels:
        pq.write_table(shadow.table(), labels or out.with_name(f"{out.name}-labels.parquet"))
    counts = Counter(label.fault for label in shadow.labels if label.kind == "fault")
    return SimulationReport(out, profile, seed, accounts, events, monotonic() - began, rows, counts)


def _sql_engine(session: Session) -> None:
    rate(session, explain=False)


@contextmanager
def _workbench() -> Iterator[Session]:
    """Open a session whose tables lie in a compressed file that goes away afterwards."""
    with tempfile.TemporaryDirectory(prefix="assay-simulate-") as folder:
        session = connect(Limits(memory_mb=_MEMORY_MB, temp=Path(folder) / "spill"))
        try:
            session.execute(f"attach {literal(str(Path(folder) / 'operator.duckdb'))} as operator")
            session.execute("use operator")
            yield session
        finally:
            session.close()
