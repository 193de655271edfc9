"""The audit trail in SQL: append in the caller's transaction, and the questions about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, Engine, Row, func, insert, or_, select

from core.adapters.store.engine import writing
from core.adapters.store.tables import audit_entries
from core.adapters.store.types import ID_LENGTH
from core.governance.entries import FIRST, needles, read_entry, seal
from core.governance.pseudonyms import Pseudonyms
from core.kernel.audit import AuditEntry, AuditEvent, AuditQuery
from core.kernel.errors import AuditError
from core.ports.audit import KeptLine

COLUMNS = audit_entries.c
FETCH = 10_000


def _machine_time() -> datetime:
    return datetime.now(UTC)


class SqlAuditTrail:
    """Append to the trail of one store, and read it.

    Parameters
    ----------
    engine
        The store's.
    pseudonyms
        What customers are called in it.
    clock
        Tells when an entry is appended.
    """

    def __init__(
        self, engine: Engine, pseudonyms: Pseudonyms, clock: Callable[[], datetime] = _machine_time
    ) -> None:
        self._engine = engine
        self._pseudonyms = pseudonyms
        self._clock = clock

    def append(self, connection: Connection, event: AuditEvent) -> AuditEntry:
        """Append an event in the transaction of what it tells of: both are kept, or neither.

        Parameters
        ----------
        connection
            From `core.adapters.store.engine.writing`, which lets one writer in at a time: sequences have
            no gap.
        """
        if not connection.get_execution_options().get("assay_writes"):
            raise RuntimeError("an audit entry is appended on a connection of `writing`")
        newest = select(COLUMNS.sequence, COLUMNS.hash).order_by(COLUMNS.sequence.desc()).limit(1)
        last = connection.execute(newest).first()
        sequence, previous = (last.sequence + 1, last.hash) if last else (1, FIRST)
        entry = seal(event, sequence, self._clock(), previous, self._pseudonyms)
        connection.execute(insert(audit_entries).values(_row(entry)))
        return entry

    def record(self, event: AuditEvent) -> AuditEntry:
        """Append an event that changes nothing."""
        with writing(self._engine) as connection:
            return self.append(connection, event)

    def entries(self, query: AuditQuery, offset: int, limit: int) -> tuple[AuditEntry, ...]:
        """Return a page of entries, newest first."""
        chosen = (
            select(COLUMNS.sequence, COLUMNS.content)
            .where(*self._selected(query))
            .order_by(COLUMNS.sequence.desc())
            .offset(offset)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return tuple(_read(row.sequence, row.content) for row in connection.execute(chosen))

    def after(self, sequence: int, query: AuditQuery, limit: int) -> tuple[AuditEntry, ...]:
        """Return the first entries after a sequence, oldest first."""
        chosen = select(COLUMNS.sequence, COLUMNS.content).where(COLUMNS.sequence > sequence)
        ordered = chosen.where(*self._selected(query)).order_by(COLUMNS.sequence).limit(limit)
        with self._engine.connect() as connection:
            return tuple(_read(row.sequence, row.content) for row in connection.execute(ordered))

    def count(self, query: AuditQuery) -> int:
        """Count what `entries` pages through."""
        chosen = select(func.count()).select_from(audit_entries).where(*self._selected(query))
        with self._engine.connect() as connection:
            return int(connection.scalar(chosen) or 0)

    def entry(self, sequence: int) -> AuditEntry | None:
        """Return one entry."""
        chosen = select(COLUMNS.content).where(COLUMNS.sequence == sequence)
        with self._engine.connect() as connection:
            content = connection.scalar(chosen)
        return _read(sequence, content) if content is not None else None

    def lines(self, after: int) -> Iterator[KeptLine]:
        """Yield every entry after a sequence as it is kept, in order."""
        chosen = select(audit_entries).order_by(COLUMNS.sequence).limit(FETCH)
        while True:
            with self._engine.connect() as connection:
                rows = connection.execute(chosen.where(COLUMNS.sequence > after)).all()
            for row in rows:
                yield KeptLine(row.content, row.hash, _filed_right(row))
            if len(rows) < FETCH:
                return
            after = rows[-1].sequence

    def head(self) -> tuple[int, datetime] | None:
        """Return the sequence and time of the newest entry."""
        chosen = select(COLUMNS.sequence, COLUMNS.time).order_by(COLUMNS.sequence.desc()).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(chosen).first()
        return (row.sequence, row.time) if row else None

    def actors(self) -> tuple[tuple[str, str], ...]:
        """Return everybody who acted, by name: the name that they had last."""
        newest = select(func.max(COLUMNS.sequence)).group_by(COLUMNS.actor_id)
        chosen = select(COLUMNS.actor_id, COLUMNS.actor_name).where(COLUMNS.sequence.in_(newest))
        with self._engine.connect() as connection:
            people = [(row.actor_id, row.actor_name) for row in connection.execute(chosen)]
        return tuple(sorted(people, key=lambda person: (person[1], person[0])))

    def words(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the actions and the kinds of objects that occur, sorted."""
        chosen = select(COLUMNS.action, COLUMNS.object_kind).distinct()
        with self._engine.connect() as connection:
            found = connection.execute(chosen).all()
        return tuple(sorted({row.action for row in found})), tuple(sorted({row.object_kind for row in found}))

    def _selected(self, query: AuditQuery) -> list[ColumnElement[bool]]:
        chosen: list[ColumnElement[bool]] = []
        if query.since is not None:
            chosen.append(COLUMNS.time >= query.since)
        if query.until is not None:
            chosen.append(COLUMNS.time < query.until)
        if query.actor:
            chosen.append(COLUMNS.actor_id == query.actor)
        if query.actions:
            chosen.append(or_(*map(_action, query.actions)))
        if query.object_kind:
            chosen.append(COLUMNS.object_kind == query.object_kind)
        if query.object_id:
            names = [query.object_id[:ID_LENGTH], self._pseudonyms.of(query.object_id)]
            chosen.append(or_(COLUMNS.object_id.in_(names), COLUMNS.subject.in_(names)))
        if query.text.strip():
            chosen.append(or_(*map(_holds, needles(query.text, self._pseudonyms))))
        return chosen


def _read(sequence: int, content: str) -> AuditEntry:
    try:
        return read_entry(content)
    except ValueError as error:
        raise AuditError(
            f"entry {sequence} of the audit trail cannot be read: run assay audit verify",
            fields={"entry": sequence},
        ) from error


def _action(pattern: str) -> ColumnElement[bool]:
    if pattern.endswith(".*"):
        return COLUMNS.action.startswith(pattern[:-1], autoescape=True)
    return COLUMNS.action == pattern


def _holds(text: str) -> ColumnElement[bool]:
    return func.lower(COLUMNS.content).contains(text, autoescape=True)


def _row(entry: AuditEntry) -> dict[str, object]:
    event = entry.event
    return {
        "sequence": entry.sequence,
        "content": entry.content,
        "hash": entry.hash,
        "time": entry.time,
        "actor_id": event.actor.user_id[:ID_LENGTH],
        "actor_name": event.actor.name,
        "action": event.action[:ID_LENGTH],
        "object_kind": event.object_kind[:ID_LENGTH],
        "object_id": event.object_id[:ID_LENGTH],
        "subject": event.subject,
    }


def _filed_right(row: Row[*tuple[object, ...]]) -> bool:
    """Tell whether the columns by which an entry is looked for say what its content says."""
    try:
        meant = _row(read_entry(row.content))
    except ValueError:
        return False
    return all(getattr(row, name) == value for name, value in meant.items() if name != "hash")
