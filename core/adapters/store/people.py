"""People and sessions in SQL: `core.ports.people`. What a change tells is appended in its transaction."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, Update, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.adapters.store.audit import SqlAuditTrail
from core.adapters.store.engine import writing
from core.adapters.store.people_tables import credentials, people, sessions, unmaskings
from core.kernel.audit import AuditEvent
from core.kernel.errors import ConflictError
from core.kernel.people import Credential, Person, Session


class SqlPeople:
    """Keep people and sessions; a part of `core.adapters.store.sql.SqlStore`."""

    _engine: Engine
    _audit: SqlAuditTrail

    def people(self) -> tuple[Person, ...]:
        """Return everybody, by user id."""
        return self._people()

    def person(self, user_id: str) -> Person | None:
        """Return one person."""
        return next(iter(self._people(people.c.user_id == user_id)), None)

    def people_by_email(self, email: str) -> tuple[Person, ...]:
        """Return those with an e-mail address."""
        return self._people(people.c.email == email.lower())

    def credential(self, user_id: str) -> Credential | None:
        """Return what proves a person."""
        return self._credential(credentials.c.user_id == user_id)

    def credential_of(self, issuer: str, subject: str) -> Credential | None:
        """Return what belongs to an identity of an identity provider."""
        return self._credential(credentials.c.issuer == issuer, credentials.c.subject == subject)

    def add_person(self, person: Person, credential: Credential, event: AuditEvent) -> None:
        """Add a person."""
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(people).values(_row(person)))
                connection.execute(insert(credentials).values(asdict(credential)))
                self._audit.append(connection, event)
        except IntegrityError as error:
            raise ConflictError(
                f"There is somebody with the user id {person.user_id} already: choose another.",
                fields={"user_id": person.user_id},
            ) from error

    def change_person(self, before: Person, after: Person, event: AuditEvent) -> None:
        """Put a person's new state in place of the one that was read."""
        with writing(self._engine) as connection:
            found = connection.execute(select(people).where(people.c.user_id == before.user_id)).first()
            if found is None or read_person(found) != before:
                raise ConflictError(
                    f"{before.name} was changed by somebody else in the meantime: load the page again.",
                    fields={"user_id": before.user_id},
                )
            connection.execute(update(people).where(people.c.user_id == before.user_id).values(_row(after)))
            self._audit.append(connection, event)

    def change_credential(
        self, credential: Credential, event: AuditEvent, *, ended_at: datetime | None = None
    ) -> None:
        """Put what proves a person in place of what did."""
        with writing(self._engine) as connection:
            _change(connection, credential)
            if ended_at is not None:
                _end(connection, ended_at, sessions.c.user_id == credential.user_id)
            self._audit.append(connection, event)

    def count_try(
        self, user_id: str, now: datetime, locked_until: Callable[[int], datetime | None]
    ) -> Credential | None:
        """Count a try before it is looked at."""
        with writing(self._engine) as connection:
            row = connection.execute(select(credentials).where(credentials.c.user_id == user_id)).first()
            if row is None:
                return None
            before = Credential(**row._mapping)
            if before.locked_until is None or before.locked_until <= now:
                tries = before.failures + 1
                _change(connection, replace(before, failures=tries, locked_until=locked_until(tries)))
            return before

    def open_session(self, session: Session, event: AuditEvent) -> None:
        """Keep a new session."""
        with writing(self._engine) as connection:
            connection.execute(insert(sessions).values(asdict(session)))
            _forget_failures(connection, session.user_id)
            self._audit.append(connection, event)

    def session(self, token: str) -> tuple[Session, Person, Credential] | None:
        """Return the session of a token's hash with its person as of now."""
        with self._engine.connect() as connection:
            row = connection.execute(select(sessions).where(sessions.c.token == token)).first()
            if row is None:
                return None
            found = Session(**row._mapping)
            person = connection.execute(select(people).where(people.c.user_id == found.user_id)).one()
            proof = connection.execute(
                select(credentials).where(credentials.c.user_id == found.user_id)
            ).one()
        return found, read_person(person), Credential(**proof._mapping)

    def sessions(self, since: datetime) -> tuple[Session, ...]:
        """Return the sessions that are open and began after an instant, newest first."""
        chosen = select(sessions).where(sessions.c.ended_at.is_(None), sessions.c.started_at > since)
        newest = (sessions.c.started_at.desc(), sessions.c.session_id)
        with self._engine.connect() as connection:
            rows = connection.execute(chosen.order_by(*newest)).mappings()
            return tuple(Session(**row) for row in rows)

    def see_session(self, session_id: str, now: datetime) -> None:
        """Note that somebody is still there."""
        with writing(self._engine) as connection:
            connection.execute(_of(session_id).values(seen_at=now))

    def prove_session(self, session_id: str, now: datetime, event: AuditEvent) -> None:
        """Note that the person has proved again who they are."""
        with writing(self._engine) as connection:
            connection.execute(_of(session_id).values(seen_at=now, proved_at=now))
            _forget_failures(connection, event.actor.user_id)
            self._audit.append(connection, event)

    def end_sessions(
        self, user_id: str, now: datetime, event: AuditEvent, *, session_id: str | None = None
    ) -> int:
        """End a person's open sessions, or one of them."""
        only = [] if session_id is None else [sessions.c.session_id == session_id]
        with writing(self._engine) as connection:
            ended = _end(connection, now, sessions.c.user_id == user_id, *only)
            if ended:
                self._audit.append(connection, event)
            return ended

    def unmask(self, session_id: str, account_id: str, event: AuditEvent) -> None:
        """Let a session see one account's personal data in clear."""
        known = unmaskings.c.session_id == session_id, unmaskings.c.account_id == account_id
        with writing(self._engine) as connection:
            if connection.execute(select(unmaskings).where(*known)).first() is None:
                values = {"session_id": session_id, "account_id": account_id}
                connection.execute(insert(unmaskings).values(values))
            self._audit.append(connection, event)

    def unmasked(self, session_id: str) -> frozenset[str]:
        """Return the accounts whose personal data a session sees in clear."""
        chosen = select(unmaskings.c.account_id).where(unmaskings.c.session_id == session_id)
        with self._engine.connect() as connection:
            return frozenset(connection.scalars(chosen))

    def _people(self, *conditions: ColumnElement[bool]) -> tuple[Person, ...]:
        chosen = select(people).where(*conditions).order_by(people.c.user_id)
        with self._engine.connect() as connection:
            return tuple(map(read_person, connection.execute(chosen)))

    def _credential(self, *conditions: ColumnElement[bool]) -> Credential | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(credentials).where(*conditions)).first()
        return Credential(**row._mapping) if row else None


def _row(person: Person) -> dict[str, Any]:
    segments = None if person.segments is None else json.dumps(sorted(person.segments))
    return vars(person) | {"segments": segments}


def read_person(row: Row[*tuple[Any, ...]]) -> Person:
    """Return the person of a row of the table."""
    kept = row._mapping["segments"]
    return Person(**{**row._mapping, "segments": None if kept is None else frozenset(json.loads(kept))})


def _change(connection: Connection, credential: Credential) -> None:
    found = credentials.c.user_id == credential.user_id
    connection.execute(update(credentials).where(found).values(asdict(credential)))


def _forget_failures(connection: Connection, user_id: str) -> None:
    found = credentials.c.user_id == user_id
    connection.execute(update(credentials).where(found).values(failures=0, locked_until=None))


def _end(connection: Connection, now: datetime, *conditions: ColumnElement[bool]) -> int:
    still_open = update(sessions).where(sessions.c.ended_at.is_(None), *conditions)
    return connection.execute(still_open.values(ended_at=now)).rowcount


def _of(session_id: str) -> Update:
    return update(sessions).where(sessions.c.session_id == session_id)
