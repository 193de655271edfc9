"""People, what proves them, and their sessions. Holds no rule about any of these."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from core.kernel.audit import AuditEvent
from core.kernel.people import Credential, Person, Session

__all__ = ["PeopleReads", "PeopleStore", "PeopleWrites", "SessionStore"]


class PeopleReads(Protocol):
    """Read people."""

    def people(self) -> tuple[Person, ...]:
        """Return everybody, by user id."""

    def person(self, user_id: str) -> Person | None:
        """Return one person, None when nobody has that id."""

    def people_by_email(self, email: str) -> tuple[Person, ...]:
        """Return those with an e-mail address, letter case ignored, by user id."""

    def credential(self, user_id: str) -> Credential | None:
        """Return what proves a person; None when nobody has that id."""

    def credential_of(self, issuer: str, subject: str) -> Credential | None:
        """Return what belongs to an identity of an identity provider; None when it is nobody's."""


class PeopleWrites(Protocol):
    """Change people. Each method appends its event in the same transaction, and changes nothing otherwise."""

    def add_person(self, person: Person, credential: Credential, event: AuditEvent) -> None:
        """Add a person.

        Raises
        ------
        ConflictError
            RA-E401 when somebody has that id.
        """

    def change_person(self, before: Person, after: Person, event: AuditEvent) -> None:
        """Put a person's new state in place of the one that was read.

        Raises
        ------
        ConflictError
            RA-E401 when the person is no longer as ``before`` says.
        """

    def change_credential(
        self, credential: Credential, event: AuditEvent, *, ended_at: datetime | None = None
    ) -> None:
        """Put what proves a person in place of what did; at ``ended_at`` their open sessions end with it."""

    def count_try(
        self, user_id: str, now: datetime, locked_until: Callable[[int], datetime | None]
    ) -> Credential | None:
        """Count a try before it is looked at, so that no number of tries at once goes uncounted.

        A try while locked is not counted. It is no decision and leaves no entry of its own: what becomes of
        the try does.

        Parameters
        ----------
        locked_until
            From the number of failures, this try taken for one, until when the next is not looked at.

        Returns
        -------
        Credential
            What was there before, ``locked_until`` later than ``now`` when the try may not be looked at;
            None when nobody has that id.
        """


class SessionStore(Protocol):
    """Keep sessions."""

    def open_session(self, session: Session, event: AuditEvent) -> None:
        """Keep a new session; the person's failures are forgotten with it."""

    def session(self, token: str) -> tuple[Session, Person, Credential] | None:
        """Return the session of a token's hash with its person as of now; None for an unknown one."""

    def sessions(self, since: datetime) -> tuple[Session, ...]:
        """Return the sessions that have not been ended and began after an instant, newest first."""

    def see_session(self, session_id: str, now: datetime) -> None:
        """Note that somebody is still there. It is no decision and leaves no entry."""

    def prove_session(self, session_id: str, now: datetime, event: AuditEvent) -> None:
        """Note that the person has proved again who they are; their failures are forgotten."""

    def end_sessions(
        self, user_id: str, now: datetime, event: AuditEvent, *, session_id: str | None = None
    ) -> int:
        """End a person's open sessions, or one of them; return how many ended. None leaves no entry."""

    def unmask(self, session_id: str, account_id: str, event: AuditEvent) -> None:
        """Let a session see one account's personal data in clear from now on."""

    def unmasked(self, session_id: str) -> frozenset[str]:
        """Return the accounts whose personal data a session sees in clear."""


class PeopleStore(PeopleReads, PeopleWrites, SessionStore, Protocol):
    """Keep people and their sessions."""
