"""The audit trail in memory: the same answers as the store's, by plain loops."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from core.governance.entries import FIRST, needles, seal
from core.kernel.audit import AuditEntry, AuditEvent, AuditQuery
from core.ports.audit import KeptLine
from tests.builders.audit import PSEUDONYMS


class FakeAuditTrail:
    """Keep entries in a list."""

    def __init__(self) -> None:
        self._entries: list[AuditEntry] = []

    def record(self, event: AuditEvent) -> AuditEntry:
        previous = self._entries[-1].hash if self._entries else FIRST
        entry = seal(event, len(self._entries) + 1, datetime.now(UTC), previous, PSEUDONYMS)
        self._entries.append(entry)
        return entry

    def audit_entries(self, query: AuditQuery, *, offset: int, limit: int) -> tuple[AuditEntry, ...]:
        return tuple(self._found(query)[offset : offset + limit])

    def count_audit_entries(self, query: AuditQuery) -> int:
        return len(self._found(query))

    def audit_after(self, sequence: int, query: AuditQuery, *, limit: int) -> tuple[AuditEntry, ...]:
        later = [entry for entry in reversed(self._found(query)) if entry.sequence > sequence]
        return tuple(later[:limit])

    def audit_entry(self, sequence: int) -> AuditEntry | None:
        return next((entry for entry in self._entries if entry.sequence == sequence), None)

    def audit_lines(self, after: int = 0) -> Iterator[KeptLine]:
        return (KeptLine(entry.content, entry.hash) for entry in self._entries[after:])

    def audit_head(self) -> tuple[int, datetime] | None:
        return (self._entries[-1].sequence, self._entries[-1].time) if self._entries else None

    def audit_actors(self) -> tuple[tuple[str, str], ...]:
        people = {entry.event.actor.user_id: entry.event.actor.name for entry in self._entries}
        return tuple(sorted(people.items(), key=lambda person: (person[1], person[0])))

    def audit_words(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        events = [entry.event for entry in self._entries]
        actions, kinds = {event.action for event in events}, {event.object_kind for event in events}
        return tuple(sorted(actions)), tuple(sorted(kinds))

    def _found(self, query: AuditQuery) -> list[AuditEntry]:
        return [entry for entry in reversed(self._entries) if _meets(entry, query)]


def _meets(entry: AuditEntry, query: AuditQuery) -> bool:
    event = entry.event
    names = {query.object_id, PSEUDONYMS.of(query.object_id)}
    texts = needles(query.text, PSEUDONYMS) if query.text.strip() else ("",)
    return all(
        (
            query.since is None or entry.time >= query.since,
            query.until is None or entry.time < query.until,
            query.actor in {"", event.actor.user_id},
            not query.actions or any(_like(event.action, pattern) for pattern in query.actions),
            query.object_kind in {"", event.object_kind},
            not query.object_id or event.object_id in names or event.subject in names,
            any(text in entry.content.lower() for text in texts),
        )
    )


def _like(action: str, pattern: str) -> bool:
    return action.startswith(pattern[:-1]) if pattern.endswith(".*") else action == pattern
