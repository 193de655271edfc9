"""Access tokens: what a program shows to ask as a person, within rights that were chosen for it.

A token is told once and only its hash is kept. It never gives more than its person has at that moment.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from core.governance.admission import SEEN_EVERY
from core.governance.canonical import canonical
from core.governance.rights import Right, rights_of
from core.kernel.audit import AuditEvent
from core.kernel.errors import InputError
from core.kernel.people import AccessToken, Actor, Credential, Person
from core.ports.programs import TokenStore

__all__ = ["LONGEST_DAYS", "SCOPES", "admit", "admit_by_link", "ended", "is_program", "link", "made"]

SCOPES: Final[tuple[Right, ...]] = (
    "status.read",
    "cases.read",
    "cases.work",
    "cases.propose",
    "cases.approve",
    "approvals.read",
    "accounts.read",
    "personal_data.names",
    "pricing.run",
    "webhooks.manage",
)
"""The rights that a token may give; what is about people, settings and the audit trail is for people only."""

LONGEST_DAYS: Final = 366

_IN_PERSON: Final[frozenset[Right]] = frozenset({"cases.approve"})
"""What nobody can give to a program that asks as somebody else."""

_BY_LINK: Final[frozenset[Right]] = frozenset(
    {"accounts.read", "cases.read", "cases.work", "cases.propose", "personal_data.names"}
)
"""The rights that a link passes on."""

_PREFIX: Final = "assay_"
_SECRET_BYTES: Final = 32
_LONGEST_NAME: Final = 100


def is_program(person: Person, credential: Credential | None) -> bool:
    """Tell whether nobody can sign in as a person, so that only programs ask in their name."""
    proved = credential is not None and (credential.password is not None or credential.subject is not None)
    return not proved and person.email is None


def made(
    person: Person, name: str, scopes: Collection[str], days: int, maker: Actor, now: datetime
) -> tuple[str, AccessToken, AuditEvent]:
    """Return the secret of a new token, the token as kept, and what the audit trail is told.

    Parameters
    ----------
    person
        As whom the program asks: the maker, or somebody as whom nobody can sign in.
    days
        How long it lasts.

    Raises
    ------
    InputError
        RA-E100 without a name, for too many days, or for rights that the person has not or no token gives.
    """
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME:
        raise InputError(f"Say what the token is for, in at most {_LONGEST_NAME} characters.")
    if not 1 <= days <= LONGEST_DAYS:
        raise InputError(f"A token lasts 1 to {LONGEST_DAYS} days.")
    possible = set(SCOPES) & rights_of(person.role)
    if person.user_id != maker.user_id:
        possible -= _IN_PERSON
    beyond = sorted(set(scopes) - possible)
    if beyond or not scopes:
        said = f"{beyond[0]} is not among them" if beyond else "choose at least one"
        raise InputError(f"A token gives some of these rights: {', '.join(sorted(possible))}; {said}.")
    secret = _PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    token = AccessToken(
        token_id=f"T-{secrets.token_hex(6)}",
        user_id=person.user_id,
        name=name,
        secret=_hash(secret),
        scopes=tuple(sorted(scopes)),
        made_by=maker.user_id,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    after = {"name": name, "scopes": token.scopes, "expires_at": token.expires_at, "user_id": person.user_id}
    return secret, token, AuditEvent("token.made", maker, "token", token.token_id, after=after)


def admit(store: TokenStore, secret: str, now: datetime) -> Actor | None:
    """Return who asks by a token, with their role and segments as of now; None when it opens nothing."""
    found = store.token(_hash(secret)) if secret.startswith(_PREFIX) else None
    return None if found is None else _admitted(store, *found, now)


def link(key: bytes, actor: Actor, account_id: str, until: datetime) -> str:
    """Return what opens one account for a while to whoever shows it, within its actor's token."""
    said = canonical({"account": account_id, "token": actor.token_id, "until": until}).encode()
    return f"{_text(said)}.{_text(_seal(key, said))}"


def admit_by_link(store: TokenStore, key: bytes, shown: str, now: datetime) -> tuple[Actor, str] | None:
    """Return who asks by a link and the one account that it opens; None when it opens nothing."""
    said, _, seal = shown.partition(".")
    try:
        content, sealed = (base64.urlsafe_b64decode(one + "==") for one in (said, seal))
        if not hmac.compare_digest(_seal(key, content), sealed):
            return None
        facts = json.loads(content)
    except (ValueError, binascii.Error):
        return None
    found = store.token_of(str(facts["token"])) if now < datetime.fromisoformat(facts["until"]) else None
    actor = _admitted(store, *found, now) if found else None
    if actor is None:
        return None
    return replace(actor, scopes=(actor.scopes or frozenset()) & _BY_LINK), str(facts["account"])


def _admitted(store: TokenStore, token: AccessToken, person: Person, now: datetime) -> Actor | None:
    if person.disabled or token.ended_at is not None or now >= token.expires_at:
        return None
    if token.seen_at is None or now - token.seen_at >= SEEN_EVERY:
        store.see_token(token.token_id, now)
    own = token.made_by == token.user_id
    return Actor(
        person.user_id,
        person.name,
        person.role,
        "token" if own else "service",
        person.segments,
        frozenset(token.scopes),
        token.token_id,
    )


def _seal(key: bytes, content: bytes) -> bytes:
    return hmac.new(key, b"link\n" + content, hashlib.sha256).digest()


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def ended(token: AccessToken, actor: Actor) -> AuditEvent:
    """Return what the audit trail is told when somebody ends a token."""
    return AuditEvent("token.ended", actor, "token", token.token_id, after={"user_id": token.user_id})


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
