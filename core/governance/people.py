"""Adding and changing people: what may be, and what the audit trail is told of it. Keeps nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, replace

from core.governance.passwords import hash_password
from core.kernel.audit import AuditEvent
from core.kernel.errors import ForbiddenError, InputError
from core.kernel.people import Actor, Credential, Person
from core.kernel.records import STREAMS

__all__ = ["SEGMENTS", "Newcomer", "added", "changed", "new_password"]

SEGMENTS: tuple[str, ...] = next(
    column.choices for column in STREAMS["accounts"].columns if column.name == "segment"
)
"""The customer segments of the data contract."""

_USER_ID = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_NAME_LENGTH = 100

Newcomer = tuple[Person, Credential, AuditEvent]


def added(person: Person, first_password: str | None, actor: Actor) -> Newcomer:
    """Return a new person as kept, what proves them, and what the audit trail is told.

    Parameters
    ----------
    first_password
        One that they must change; None for somebody who only comes through the identity provider, and
        without an e-mail address for a program, which only comes with a token.

    Raises
    ------
    InputError
        RA-E100 when the user id, the name or the e-mail address cannot be one.
    """
    if not _USER_ID.fullmatch(person.user_id):
        raise InputError("A user id has 2 to 64 lower-case letters, digits and . _ @ -, and begins with one.")
    _check(person)
    kept = hash_password(first_password) if first_password else None
    after = _told(person) | {"password": kept is not None}
    event = AuditEvent("person.added", actor, "person", person.user_id, after=after)
    return person, Credential(person.user_id, kept), event


def changed(
    before: Person, after: Person, everybody: Iterable[Person], actor: Actor, reason: str = ""
) -> AuditEvent:
    """Return what the audit trail is told of a change to a person.

    Raises
    ------
    ForbiddenError
        RA-E402 when somebody changes what they themselves may do, or nobody could manage people any more.
    InputError
        RA-E100 when the name or the e-mail address cannot be one.
    """
    _check(after)
    powers = (before.role, before.segments, before.disabled) != (after.role, after.segments, after.disabled)
    if powers and before.user_id == actor.user_id:
        raise ForbiddenError("Nobody changes what they themselves may do: ask another administrator.")
    managers = {one.user_id for one in everybody if one.role == "administrator" and not one.disabled} - {
        before.user_id
    }
    if before.role == "administrator" and not managers and (after.role != before.role or after.disabled):
        raise ForbiddenError(f"{before.name} is the only administrator: name another first.")
    told = {name: value for name, value in _told(after).items() if _told(before)[name] != value}
    was = {name: _told(before)[name] for name in told}
    action = "role.changed" if set(told) == {"role"} else "person.changed"
    return AuditEvent(action, actor, "person", before.user_id, reason, was, told)


def new_password(credential: Credential, password: str, actor: Actor) -> tuple[Credential, AuditEvent]:
    """Return what proves a person who gets a new first password, and what the audit trail is told."""
    kept = replace(
        credential, password=hash_password(password), must_change=True, failures=0, locked_until=None
    )
    return kept, AuditEvent("password.reset", actor, "person", credential.user_id)


def _check(person: Person) -> None:
    if not 0 < len(person.name.strip()) <= _NAME_LENGTH:
        raise InputError(f"A name has 1 to {_NAME_LENGTH} characters.")
    if person.email is not None and not _EMAIL.fullmatch(person.email):
        raise InputError(f"{person.email} is no e-mail address.")
    unknown = sorted((person.segments or frozenset()) - set(SEGMENTS))
    if unknown:
        raise InputError(f"There is no segment {unknown[0]}: choose among {', '.join(SEGMENTS)}.")


def _told(person: Person) -> dict[str, object]:
    """Return a person's values for the audit trail."""
    values = asdict(person)
    segments = values.pop("segments")
    del values["user_id"], values["created_at"]
    return values | {"segments": None if segments is None else sorted(segments)}
