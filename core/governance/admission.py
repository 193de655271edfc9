"""Letting people in: what a password or an identity opens, how long a session lasts, what ends it.

Every refusal is kept in the audit trail before it is told. Knows no right: `core.governance.rights` does.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NoReturn, Protocol

from core.governance.passwords import hash_password, is_password, weakness
from core.kernel.audit import AuditEvent, Facts
from core.kernel.errors import ForbiddenError, InputError, SignInError
from core.kernel.people import NOBODY, Actor, Credential, Method, Person, Session
from core.ports.audit import AuditWrites
from core.ports.people import PeopleStore

__all__ = ["Admission", "Admissions", "SessionRules", "Stay"]

TOKEN_BYTES: Final = 32
SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly it is kept when somebody was last there: each note is a write."""

PROOF_LASTS: Final = timedelta(minutes=5)
"""How long a person counts as having just proved who they are."""


@dataclass(frozen=True)
class SessionRules:
    """Say how long sessions last and what wrong passwords lead to.

    Parameters
    ----------
    idle, longest
        A session ends this long after the last sign of life, and this long after sign-in.
    tries
        After how many wrong passwords no further try is looked at for a while.
    first_lock, longest_lock
        That while, which doubles with each further wrong password up to the longest.
    """

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=8)
    tries: int = 5
    first_lock: timedelta = timedelta(minutes=1)
    longest_lock: timedelta = timedelta(hours=1)

    def locked_until(self, now: datetime) -> Callable[[int], datetime | None]:
        """Return the rule from a number of failures to the instant until when no try is looked at."""

        def until(failures: int) -> datetime | None:
            doublings = failures - self.tries
            if doublings < 0:
                return None
            longer: timedelta = self.first_lock * (1 << min(doublings, 16))
            return now + min(longer, self.longest_lock)

        return until


@dataclass(frozen=True)
class Admission:
    """Hold the secret that opens a new session; it is told once and only its hash is kept."""

    token: str
    must_change: bool


@dataclass(frozen=True)
class Stay:
    """Hold a session that is open at this moment, with who it stands for as of now.

    ``must_change`` marks one that opens nothing but the change of a password that somebody else chose.
    """

    session: Session
    actor: Actor
    must_change: bool


class AdmissionStore(PeopleStore, AuditWrites, Protocol):
    """Stand for the part of the operational store that letting people in needs."""


class Admissions:
    """Let people in and out.

    Parameters
    ----------
    clock
        This machine's time: sessions never follow the clock of the data.
    """

    def __init__(self, store: AdmissionStore, rules: SessionRules, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    def by_password(self, user_id: str, password: str) -> Admission:
        """Open a session for somebody who knows a person's password.

        Raises
        ------
        SignInError
            RA-E403; ``fields["why"]`` is ``wrong``, ``locked`` (with ``until``) or ``disabled``.
        """
        person = self._proved(user_id.strip().lower(), password)
        credential = self._store.credential(person.user_id)
        return self._open(person, "local", must_change=credential is None or credential.must_change)

    def by_identity(self, issuer: str, subject: str, email: str | None) -> Admission:
        """Open a session for somebody whom the operator's identity provider vouches for.

        Parameters
        ----------
        email
            An address that the provider has verified; it links an identity to a known person once, after
            which only issuer and subject count.

        Raises
        ------
        SignInError
            RA-E403; ``fields["why"]`` is ``unknown`` or ``disabled``.
        """
        credential = self._store.credential_of(issuer, subject) or self._link(issuer, subject, email)
        person = self._store.person(credential.user_id) if credential else None
        if person is None:
            self._refuse("unknown", "Nobody here is known by that account: ask an administrator to add you.")
        if person.disabled:
            self._refuse("disabled", _DISABLED, person)
        return self._open(person, "oidc", must_change=False)

    def _link(self, issuer: str, subject: str, email: str | None) -> Credential | None:
        known = self._store.people_by_email(email) if email else ()
        credential = self._store.credential(known[0].user_id) if len(known) == 1 else None
        if credential is None or credential.subject is not None:
            return None
        linked = replace(credential, issuer=issuer, subject=subject)
        event = _event("identity.linked", _actor(known[0], "oidc"), after={"issuer": issuer, "email": email})
        self._store.change_credential(linked, event)
        return linked

    def stay(self, token: str) -> Stay | None:
        """Return the session that a token opens at this moment; None when it opens none."""
        found = self._store.session(_hash(token)) if token else None
        if found is None:
            return None
        session, person, credential = found
        now = self._clock()
        if person.disabled or not self.is_open(session, now):
            return None
        if now - session.seen_at >= SEEN_EVERY:
            self._store.see_session(session.session_id, now)
        return Stay(
            session, _actor(person, session.method), session.method == "local" and credential.must_change
        )

    def is_open(self, session: Session, now: datetime) -> bool:
        """Return whether a session still opens anything."""
        return (
            session.ended_at is None
            and now - session.seen_at < self._rules.idle
            and now - session.started_at < self._rules.longest
        )

    def open_sessions(self) -> tuple[Session, ...]:
        """Return the sessions that are open at this moment, newest first."""
        now = self._clock()
        kept = self._store.sessions(now - self._rules.longest)
        return tuple(session for session in kept if self.is_open(session, now))

    def prove(self, stay: Stay, password: str) -> None:
        """Take a person's password once more, before something that weighs much.

        Raises
        ------
        SignInError
            RA-E403, as for `by_password`; ``why`` is ``provider`` for somebody without a password here.
        """
        if stay.session.method != "local":
            raise SignInError(
                "You signed in through your organisation: sign out and in again to confirm who you are.",
                fields={"why": "provider"},
            )
        self._proved(stay.actor.user_id, password)
        session_id = stay.session.session_id
        event = _event("session.proved", stay.actor, session=session_id)
        self._store.prove_session(session_id, self._clock(), event)

    def change_password(self, stay: Stay, old: str | None, new: str) -> Admission:
        """Take a new password of a person's own choice; their sessions end and a new one opens.

        Parameters
        ----------
        old
            The password so far; None for a first one that opened this very session.

        Raises
        ------
        SignInError
            RA-E403, as for `by_password`.
        InputError
            RA-E100 when the new password is too weak or the old one.
        """
        if old is not None or not stay.must_change:
            self._proved(stay.actor.user_id, old or "")
        credential = self._store.credential(stay.actor.user_id)
        if credential is None:
            raise ForbiddenError("Nobody has that user id any more.")
        problem = weakness(new, stay.actor.user_id, stay.actor.name)
        if problem is None and is_password(new, credential.password):
            problem = "Choose another password than the one so far."
        if problem is not None:
            raise InputError(problem)
        now = self._clock()
        changed = replace(
            credential, password=hash_password(new), must_change=False, failures=0, locked_until=None
        )
        self._store.change_credential(changed, _event("password.changed", stay.actor), ended_at=now)
        person = self._store.person(stay.actor.user_id)
        if person is None:
            raise ForbiddenError("Nobody has that user id any more.")
        return self._open(person, "local", must_change=False)

    def sign_out(self, stay: Stay) -> None:
        """End a session, for all tabs that share it."""
        user_id, session_id = stay.actor.user_id, stay.session.session_id
        event = _event("session.signed_out", stay.actor, session=session_id)
        self._store.end_sessions(user_id, self._clock(), event, session_id=session_id)

    def _proved(self, user_id: str, password: str) -> Person:
        """Return the person whose password this is; every try counts before it is looked at."""
        now = self._clock()
        before = self._store.count_try(user_id, now, self._rules.locked_until(now))
        person = self._store.person(user_id)
        if before is not None and before.locked_until is not None and before.locked_until > now:
            minutes = -(-(before.locked_until - now) // timedelta(minutes=1))
            sentence = f"Too many wrong passwords. Try again in {minutes} minute{'s'[: minutes != 1]}."
            self._refuse("locked", sentence, person, until=before.locked_until)
        if not is_password(password, before.password if before else None) or person is None:
            self._refuse("wrong", "The user or the password is wrong.", person)
        if person.disabled:
            self._refuse("disabled", _DISABLED, person)
        return person

    def _refuse(
        self, why: str, sentence: str, person: Person | None = None, *, until: datetime | None = None
    ) -> NoReturn:
        actor = _actor(person, "none") if person else NOBODY
        self._store.record(_event("session.refused", actor, reason=sentence, after={"why": why}))
        raise SignInError(sentence, fields={"why": why, "until": until})

    def _open(self, person: Person, method: Method, *, must_change: bool) -> Admission:
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._clock()
        session = Session(
            session_id=f"S-{secrets.token_hex(6)}",
            user_id=person.user_id,
            token=_hash(token),
            method=method,
            started_at=now,
            seen_at=now,
            proved_at=now,
        )
        event = _event("session.signed_in", _actor(person, method), session=session.session_id)
        self._store.open_session(session, event)
        return Admission(token, must_change)


_DISABLED = "This person may no longer sign in: ask an administrator."


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _actor(person: Person, method: Method) -> Actor:
    return Actor(person.user_id, person.name, person.role, method, person.segments)


def _event(
    action: str, actor: Actor, *, reason: str = "", after: Facts | None = None, session: str | None = None
) -> AuditEvent:
    context = {} if session is None else {"session": session}
    return AuditEvent(action, actor, "person", actor.user_id, reason, after=after, context=context)
