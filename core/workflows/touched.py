"""Says which accounts a run must judge again because of what is new since the last one. Judges nothing.

New is what has landed, what was known to come and has now come, and what waited for its deadline and has
passed it. Where everybody is concerned, as by a new price list, it says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

_BILLING_HOURS = 3
"""What billing is given before a line is missed; see ``core/rating/sql``."""

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
    passed = _passed(session, was.as_of, settings, controls)
    if _has_new_stream(session, files) or any(_is_new(session, name, passed) for name in _BY_ALL):
        return False
    if any(low < settings.starts_at <= high for low, high in passed):
        return False
    start(session)
    for stream in LINKS:
        add_rows(session, stream, f"(from all_{stream} where {_newness(stream, passed)})")
    _add_events_of_files(session, passed)
    _add_cycles(session, passed, ZoneInfo(settings.timezone))
    if was.as_of < settings.as_of:
        _add_moment(session, last, was.as_of)
    for name in ("homeless", "witnesses"):
        session.execute(load_sql("core.workflows.islands", name))
    return True


def _has_new_stream(session: Session, files: Sequence[str]) -> bool:
    query = (
        "select exists (select stream from arrived where stream not in"
        " (select stream from read_parquet($files)))"
    )
    return bool(session.execute(query, {"files": list(files)}).fetchall()[0][0])


def _is_new(session: Session, stream: str, passed: Sequence[Window]) -> bool:
    query = f"select exists (from all_{stream} where {_newness(stream, passed)})"  # noqa: S608 - a declared name
    return bool(session.execute(query).fetchall()[0][0])


def _newness(stream: str, passed: Sequence[Window]) -> str:
    """Return the condition that a row has landed since, or that an instant of it has a deadline now past."""
    instants = [column.name for column in STREAMS[stream].stored if column.type == "ts"]
    landed = f"_file in (select arrival from arrived where stream = {literal(stream)})"
    return " or ".join([landed, *(_falls_in(identifier(name), passed) for name in instants if passed)])


def _falls_in(value: str, windows: Iterable[Window]) -> str:
    return " or ".join(
        f"({value} > {_instant(low)} and {value} <= {_instant(high)})" for low, high in windows
    )


def _instant(moment: datetime) -> str:
    return f"timestamptz {literal(moment.isoformat())}"


def _passed(
    session: Session, before: datetime, settings: DatasetSettings, controls: Iterable[Control]
) -> list[Window]:
    """Return when something must have been for one of its deadlines to have passed since the last run."""
    if before == settings.as_of:
        return []
    hours = {0, _BILLING_HOURS, settings.mediation_hours, settings.element_delivery_hours}
    agreed = session.execute(
        "select delivery_hours from partners union select duration_hours from products"
    ).fetchall()
    hours |= {each for (each,) in agreed if each is not None}
    for control in controls:
        for name, param in control.params.items():
            if param.unit in ("hours", "days"):
                hours.add(int(control.values[name]) * (24 if param.unit == "days" else 1))
    delays = sorted({one + other for one in hours for other in hours})
    windows = [(before - timedelta(hours=delay), settings.as_of - timedelta(hours=delay)) for delay in delays]
    return _joined(sorted(windows))


def _joined(windows: Sequence[Window]) -> list[Window]:
    """Return windows in order, those that meet as one."""
    joined: list[Window] = []
    for low, high in windows:
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return joined


def _add_events_of_files(session: Session, passed: Sequence[Window]) -> None:
    """Usage counts by what is known of its file."""
    files = f"(select file_id from all_usage_files where {_newness('usage_files', passed)})"
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
    session.from_arrow(last.tables["judged"]).create_view("judged_before", replace=True)
    session.execute(
        "insert into island_keys select distinct 'account', account_id, 0 from judged_before"
        " where account_id is not null"
        " and contains(evidence, strftime($moment::timestamptz, '%Y-%m-%dT%H:%M:%SZ'))"
        " and account_id not in (select key from island_keys where kind = 'account')",
        {"moment": moment},
    )
