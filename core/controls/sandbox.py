"""A session with a few literal rows, in the relations that a run's session has. For examples and checks.

Does not open connections: it fills the blank one that it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.kernel.records import STREAMS, Column
from core.rating.relations import REVIEWED

if TYPE_CHECKING:
    from core.lake.session import Session

__all__ = ["SETTINGS", "build_session", "create_relations", "insert"]

SETTINGS: dict[str, Any] = {
    "operator": "Example",
    "home_tadig": "EXMHO",
    "home_plmns": ["99901"],
    "currency": "EUR",
    "timezone": "Europe/Warsaw",
    "tax_rate": "0.23",
    "as_of": "2026-04-01T00:00:00Z",
    "starts_at": "2026-01-01T00:00:00Z",
    "mediation_hours": 24,
    "element_delivery_hours": 24,
    "calling_code": "48",
    "allowance_order": "started_at",
}
"""The dataset that examples play in, unless they say otherwise."""

_LISTS = {"home_plmns": "VARCHAR[]"}

_SESSION: dict[str, tuple[Column, ...]] = {
    "dataset": (
        *(Column(name, "text") for name in ("operator", "home_tadig", "home_plmns", "currency", "timezone")),
        Column("tax_rate", "decimal"),
        Column("as_of", "ts"),
        Column("starts_at", "ts"),
        Column("mediation_hours", "int"),
        Column("element_delivery_hours", "int"),
        Column("calling_code", "text"),
        Column("allowance_order", "text"),
    ),
    "present_streams": (Column("stream", "text"),),
    "quarantine": (
        Column("stream", "text"),
        Column("file", "text"),
        Column("row", "int"),
        *(Column(name, "text", nullable=True) for name in ("column", "value", "reason", "remedy")),
        Column("quarantined_at", "ts"),
        Column("file_id", "id", nullable=True),
    ),
    "event_context": (
        Column("event_id", "id"),
        *(
            Column(name, "text", nullable=True)
            for name in (
                "subscription_id",
                "account_id",
                "plan_id",
                "cycle",
                "roaming_zone",
                "destination_zone",
                "partner_id",
            )
        ),
    ),
    **REVIEWED,
}
"""What a session holds besides the streams."""

_CONTEXT = (
    "create macro event_context_of(events) as table"
    " from event_context semi join query_table(events) using (event_id)"
)


def create_relations(session: Session, streams: Iterable[str] = STREAMS) -> None:
    """Create empty tables for some streams, and for everything that is always there."""
    relations = {name: STREAMS[name].stored for name in streams} | _SESSION
    for name, columns in relations.items():
        fields = ", ".join(
            f'"{column.name}" {_LISTS.get(column.name, column.sql_type)}' for column in columns
        )
        session.execute(f'create table "{name}" ({fields})')
    session.execute(_CONTEXT)


def build_session(
    session: Session, given: Mapping[str, Sequence[Mapping[str, Any]]], present: Iterable[str] | None = None
) -> None:
    """Fill a blank session with literal rows.

    Parameters
    ----------
    given
        Rows by relation. ``dataset`` has at most one row, which changes `SETTINGS`.
    present
        The streams that the dataset has; None for those in ``given``.
    """
    session.execute("set TimeZone = 'UTC'")
    create_relations(session)
    settings = SETTINGS | dict(next(iter(given.get("dataset", ())), {}))
    insert(session, "dataset", [settings], settings["starts_at"])
    rows = {name: rows for name, rows in given.items() if name != "dataset"}
    names = sorted(STREAMS.keys() & rows) if present is None else present
    insert(session, "present_streams", [{"stream": name} for name in names], settings["starts_at"])
    for name, records in rows.items():
        insert(session, name, records, settings["starts_at"])


def insert(session: Session, name: str, rows: Iterable[Mapping[str, Any]], starts_at: Any) -> None:
    """Add literal rows to one relation, filling in the columns that they leave out.

    Raises
    ------
    KeyError
        When a row names a column, or the call a relation, that does not exist.
    """
    columns = STREAMS[name].stored if name in STREAMS else _SESSION[name]
    known = {column.name for column in columns}
    for row in rows:
        unknown = row.keys() - known
        if unknown:
            raise KeyError(f"{name} has no column {min(unknown)}")
        session.table(name).insert(
            [row[column.name] if column.name in row else _filler(column, starts_at) for column in columns]
        )


def _filler(column: Column, starts_at: Any) -> Any:
    if column.default is not None:
        return None if column.default == "null" else column.default
    if column.nullable:
        return None
    if column.choices:
        return column.choices[0]
    fillers = {"ts": starts_at, "bool": False, "time": "00:00"}
    return fillers.get(column.type, "" if column.type in ("id", "text", "json") else 0)
