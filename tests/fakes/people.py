"""People and their sessions in memory: the same answers as `core.adapters.store.people`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from core.kernel.audit import AuditEntry, AuditEvent
from core.kernel.errors import ConflictError
from core.kernel.people import Credential, Person, Session


class FakePeople:
    """Keep people, credentials and sessions in dictionaries."""

    record: Callable[[AuditEvent], AuditEntry]

    def __init__(self) -> None:
        super().__init__()
        self._people: dict[str, Person] = {}
        self._credentials: dict[str, Credential] = {}
        self._sessions: dict[str, Session] = {}
        self._unmasked: set[tuple[str, str]] = set()

    def people(self) -> tuple[Person, ...]:
        return tuple(self._people[user_id] for user_id in sorted(self._people))

    def person(self, user_id: str) -> Person | None:
        return self._people.get(user_id)

    def people_by_email(self, email: str) -> tuple[Person, ...]:
        return tuple(person for person in self.people() if person.email == email.lower())

    def credential(self, user_id: str) -> Credential | None:
        return self._credentials.get(user_id)

    def credential_of(self, issuer: str, subject: str) -> Credential | None:
        wanted = (issuer, subject)
        return next((one for one in self._credentials.values() if (one.issuer, one.subject) == wanted), None)

    def add_person(self, person: Person, credential: Credential, event: AuditEvent) -> None:
        if person.user_id in self._people:
            raise ConflictError("taken")
        self._people[person.user_id] = person
        self._credentials[person.user_id] = credential
        self.record(event)

    def change_person(self, before: Person, after: Person, event: AuditEvent) -> None:
        if self._people.get(before.user_id) != before:
            raise ConflictError("changed")
        self._people[before.user_id] = after
        self.record(event)

    def change_credential(
        self, credential: Credential, event: AuditEvent, *, ended_at: datetime | None = None
    ) -> None:
        self._credentials[credential.user_id] = credential
        if ended_at is not None:
            self._end(ended_at, lambda session: session.user_id == credential.user_id)
        self.record(event)

    def count_try(
        self, user_id: str, now: datetime, locked_until: Callable[[int], datetime | None]
    ) -> Credential | None:
        before = self._credentials.get(user_id)
        if before is not None and (before.locked_until is None or before.locked_until <= now):
            tries = before.failures + 1
            counted = replace(before, failures=tries, locked_until=locked_until(tries))
            self._credentials[user_id] = counted
        return before

    def open_session(self, session: Session, event: AuditEvent) -> None:
        self._sessions[session.session_id] = session
        self._forget_failures(session.user_id)
        self.record(event)

    def session(self, token: str) -> tuple[Session, Person, Credential] | None:
        found = next((one for one in self._sessions.values() if one.token == token), None)
        if found is None:
            return None
        return found, self._people[found.user_id], self._credentials[found.user_id]

    def sessions(self, since: datetime) -> tuple[Session, ...]:
        chosen = [one for one in self._sessions.values() if one.ended_at is None and one.started_at > since]
        return tuple(sorted(chosen, key=lambda one: (-one.started_at.timestamp(), one.session_id)))

    def see_session(self, session_id: str, now: datetime) -> None:
        self._sessions[session_id] = replace(self._sessions[session_id], seen_at=now)

    def prove_session(self, session_id: str, now: datetime, event: AuditEvent) -> None:
        self._sessions[session_id] = replace(self._sessions[session_id], seen_at=now, proved_at=now)
        self._forget_failures(event.actor.user_id)
        self.record(event)

    def end_sessions(
        self, user_id: str, now: datetime, event: AuditEvent, *, session_id: str | None = None
    ) -> int:
        ended = self._end(now, lambda one: one.user_id == user_id and session_id in {None, one.session_id})
        if ended:
            self.record(event)
        return ended

    def unmask(self, session_id: str, account_id: str, event: AuditEvent) -> None:
        self._unmasked.add((session_id, account_id))
        self.record(event)

    def unmasked(self, session_id: str) -> frozenset[str]:
        return frozenset(account_id for one, account_id in self._unmasked if one == session_id)

    def _forget_failures(self, user_id: str) -> None:
        before = self._credentials[user_id]
        self._credentials[user_id] = replace(before, failures=0, locked_until=None)

    def _end(self, now: datetime, chosen: Callable[[Session], bool]) -> int:
        ending = [one for one in self._sessions.values() if one.ended_at is None and chosen(one)]
        for session in ending:
            self._sessions[session.session_id] = replace(session, ended_at=now)
        return len(ending)
