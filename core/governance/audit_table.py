"""The audit trail as a table for a spreadsheet, each row with its hash. Chooses no entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from core.governance.canonical import canonical, utc_text
from core.kernel.audit import AuditEntry, Facts
from core.kernel.people import Actor
from core.kernel.spreadsheet import csv_lines

__all__ = ["audit_table"]

_COLUMNS = (
    "sequence", "time (UTC)", "user", "name", "role", "signed in by", "action", "object", "id", "customer",
    "reason", "before", "after", "proposed by", "approved by", "stood on", "hash", "hash of the one before",
)  # fmt: skip


def audit_table(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """Yield lines of CSV, a row for each entry in the order given; customers are pseudonyms."""
    return csv_lines(_COLUMNS, map(_row, entries))


def _row(entry: AuditEntry) -> tuple[object, ...]:
    event = entry.event
    return (
        entry.sequence, utc_text(entry.time),
        event.actor.user_id, event.actor.name, event.actor.role, event.actor.method,
        event.action, event.object_kind, event.object_id, event.subject, event.reason,
        _facts(event.before), _facts(event.after), _person(event.proposer), _person(event.approver),
        _facts(event.context), entry.hash, entry.previous,
    )  # fmt: skip


def _facts(facts: Facts | None) -> str:
    return canonical(facts) if facts else ""


def _person(actor: Actor | None) -> str:
    return f"{actor.name} ({actor.user_id})" if actor else ""
