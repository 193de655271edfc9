"""The audit trail: append and read. An entry is never changed and never taken away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, Protocol

from core.kernel.audit import AuditEntry, AuditEvent, AuditQuery

__all__ = ["AuditReads", "AuditTrail", "AuditWrites", "KeptLine"]


class KeptLine(NamedTuple):
    """Hold an entry as it is kept.

    ``content`` is its text, ``hash`` the hash kept beside it; ``filed_right`` tells whether the columns by
    which it is looked for say what the content says.
    """

    content: str
    hash: str
    filed_right: bool = True


class AuditWrites(Protocol):
    """Append to the trail. Methods that change anything else take an event and append it themselves."""

    def record(self, event: AuditEvent) -> AuditEntry:
        """Append an event that changes nothing: a view, an export, a sign-in, a refusal.

        Raises
        ------
        StoreError
            RA-E500 when it cannot be kept; what it is about must then not happen.
        """


class AuditReads(Protocol):
    """Read the trail."""

    def audit_entries(self, query: AuditQuery, *, offset: int, limit: int) -> tuple[AuditEntry, ...]:
        """Return a page of entries, newest first."""

    def count_audit_entries(self, query: AuditQuery) -> int:
        """Count what `audit_entries` pages through."""

    def audit_after(self, sequence: int, query: AuditQuery, *, limit: int) -> tuple[AuditEntry, ...]:
        """Return the first entries after a sequence that a query selects, oldest first."""

    def audit_entry(self, sequence: int) -> AuditEntry | None:
        """Return one entry, None when there is none of that sequence."""

    def audit_lines(self, after: int = 0) -> Iterator[KeptLine]:
        """Yield every entry after a sequence as it is kept, in order."""

    def audit_head(self) -> tuple[int, datetime] | None:
        """Return the sequence and the time of the newest entry; None before the first."""

    def audit_actors(self) -> tuple[tuple[str, str], ...]:
        """Return (user id, name) of everybody who acted, by name."""

    def audit_words(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the actions and the kinds of objects that occur, sorted."""


class AuditTrail(AuditWrites, AuditReads, Protocol):
    """Append and read."""
