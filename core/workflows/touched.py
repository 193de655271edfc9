"""Says which accounts a run must judge again because of what is new since the last one. Judges nothing.

New is what has landed, what was known to come and has now come, and what waited for its deadline and has
passed it. Where everybody is concerned, as by a new price list, it says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.controls.model import Control
from core.kernel.dataset import DatasetSettings
from core.kernel.records import STREAMS
from core.lake.islands import LINKS, SHARED, add_rows, start
from core.lake.schemas import LEDGER
from core.lake.session import Session
from core.lake.sql import identifier, literal, load_sql
from core.lake.tables import Lake
from core.workflows.remains import Remains

__all__ = ["touch"]

_BY_ALL = tuple(name for name in SHARED if name != "usage_files")
"""Streams of which a new row concerns everybody."""

_SQL = "core.workflows.islands"
_BILLING_HOURS = 3
"""What billing is given before a line is missed; see ``core/rating/sql``."""

_USAGE = ("usage_events", "mediation_records")
"""Streams whose rows wait as open items only."""

Window = tuple[datetime, datetime]
"""After the first instant, up to the second."""


def touch(
    session: Session, lake: Lake, last: Remains, settings: DatasetSettings, controls: Sequence[Control]
) -> bool:
    """Put on the islands whatever has to be judged again.

    Parameters
    ----------
    session
        Over the new snapshot.
    last
        What the last run left.
    settings
        Of the new snapshot.

    Returns
    -------
    bool
        False when all accounts are concerned; the islands are then not to be used.
    """
    was = last.snapshot.settings
    if was.at(settings.as_of) != settings or was.as_of > settings.as_of:
        return False
    files = lake.files(LEDGER, last.snapshot.versions[LEDGER]) if LEDGER in last.snapshot.versions else []
    session.execute(
        "create or replace temp table arrived as select distinct arrival, stream from ledger"
        " anti join (select arrival, stream from read_parquet($files)) using (arrival, stream)",
        {"files": files},
    )
    landed = session.execute(
        "select stream, list(distinct arrival order by arrival) from arrived group by stream"
    )
    since = _Since(was.as_of, settings.as_of, dict(landed.fetchall()))
    waits = _waits(session, settings, controls)
    if _has_new_stream(session, files) or any(_is_new(session, name, since) for name in _BY_ALL):
        return False
    if _falls(settings.starts_at, since.windows(waits)):
        return False
    start(session)
    for stream in LINKS:
        add_rows(session, stream, f"(from all_{stream} where {_newness(stream, since, waits)})")
    _add_events_of_files(session, since)
    _add_cycles(session, since.windows(waits), ZoneInfo(settings.timezone))
    if was.as_of < settings.as_of:
        _add_moment(session, last, was.as_of)
        session.register("open_before", last.tables["open_items"])
        session.execute(load_sql(_SQL, "due_items"))
    session.execute(load_sql(_SQL, "cycle_days"), {"before": was.as_of})
    for name in ("homeless", "witnesses"):
        session.execute(load_sql(_SQL, name))
    return True


def _has_new_stream(session: Session, files: Sequence[str]) -> bool:
    query = (
        "select exists (select stream from arrived where stream not in"
        " (select stream from read_parquet($files)))"
    )
    return bool(session.execute(query, {"files": list(files)}).fetchall()[0][0])


def _is_new(session: Session, stream: str, since: _Since) -> bool:
    query = f"select exists (from all_{stream} where {_newness(stream, since)})"
    return bool(session.execute(query).fetchall()[0][0])


def _newness(stream: str, since: _Since, waits: Set[int] = frozenset()) -> str:
    """Return the condition that a row has landed since, or is known since, or has waited long enough."""
    landed = f"_file in ({', '.join(map(str, since.arrived.get(stream, ()))) or 'null'})"
    known = _falls_in_any(stream, since.windows({0}))
    if stream in _USAGE:
        return f"{landed} or {known}"
    waited = _falls_in_any(stream, since.windows(waits))
    is_waiting = "kind <> 'usage'" if stream == "charges" else "true"
    return f"{landed} or {known} or {is_waiting} and ({waited})"


def _falls_in_any(stream: str, windows: Sequence[Window]) -> str:
    instants = [column.name for column in STREAMS[stream].stored if column.type == "ts"]
    return " or ".join(_falls_in(identifier(name), windows) for name in instants) or "false"


def _falls_in(value: str, windows: Iterable[Window]) -> str:
    return (
        " or ".join(f"({value} > {_instant(low)} and {value} <= {_instant(high)})" for low, high in windows)
        or "false"
    )


def _instant(moment: datetime) -> str:
    return f"timestamptz {literal(moment.isoformat())}"


def _falls(moment: datetime, windows: Iterable[Window]) -> bool:
    return any(low < moment <= high for low, high in windows)


def _waits(session: Session, settings: DatasetSettings, controls: Iterable[Control]) -> set[int]:
    """Return after how many hours something may be due, but for what is asked of usage and its records."""
    agreed = session.execute("select distinct delivery_hours from partners").fetchall()
    delivery = [settings.element_delivery_hours, *(hours for (hours,) in agreed if hours is not None)]
    hours = {0, _BILLING_HOURS, *(settings.mediation_hours + each for each in delivery)}
    own = {
        int(control.values[name])
        for control in controls
        for name, param in control.params.items()
        if control.span == "account" and param.unit == "hours"
    }
    return hours | own | {_BILLING_HOURS + each for each in own}


@dataclass(frozen=True)
class _Since:
    """Hold the last run's "now", this one's, and by stream what has landed in between."""

    before: datetime
    now: datetime
    arrived: Mapping[str, Sequence[int]]

    def windows(self, waits: Set[int]) -> list[Window]:
        """Return when something must have been for one of its waits to have ended in between."""
        if self.before == self.now:
            return []
        spans = [(self.before - timedelta(hours=n), self.now - timedelta(hours=n)) for n in waits]
        return _joined(sorted(spans))


def _joined(windows: Sequence[Window]) -> list[Window]:
    """Return windows in order, those that meet as one."""
    joined: list[Window] = []
    for low, high in windows:
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return joined


def _add_events_of_files(session: Session, since: _Since) -> None:
    """Usage counts by what is known of its file."""
    files = f"(select file_id from all_usage_files where {_newness('usage_files', since)})"
    add_rows(session, "usage_events", f"(from all_usage_events where file_id in {files})")


def _add_cycles(session: Session, passed: Sequence[Window], zone: ZoneInfo) -> None:
    """Add the accounts of which a bill cycle began at an instant whose deadline has passed."""
    days = {day for low, high in passed for day in _midnights(low, high, zone)}
    if days:
        listed = ", ".join(map(str, sorted(days)))
        add_rows(session, "accounts", f"(from all_accounts where bill_cycle_day in ({listed}))")


def _midnights(low: datetime, high: datetime, zone: ZoneInfo) -> set[int]:
    first: date = low.astimezone(zone).date()
    days = (first + timedelta(days=n) for n in range((high - low).days + 3))
    return {day.day for day in days if low < datetime.combine(day, time(), zone).astimezone(UTC) <= high}


def _add_moment(session: Session, last: Remains, moment: datetime) -> None:
    """Add the accounts of findings that tell of something up to the last run's "now"."""
    session.register("judged_before", last.tables["judged"])
    session.execute(
        "insert into island_keys select distinct 'account', account_id, 0 from judged_before"
        " where account_id is not null"
        " and contains(evidence, strftime($moment::timestamptz, '%Y-%m-%dT%H:%M:%SZ'))"
        " and account_id not in (select key from island_keys where kind = 'account')",
        {"moment": moment},
    )
