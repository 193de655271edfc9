"""Who acts: roles, people, their sessions, and the actor whom every command carries. Holds no right."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

Role = Literal[
    "care_agent", "analyst", "supervisor", "product_manager", "administrator", "auditor", "service"
]
"""What a person, or a machine, is here for; rights hang on it (`core.governance.rights`)."""

Method = Literal["local", "oidc", "cli", "token", "service", "none"]
"""How an actor proved who they are: a password, the operator's identity provider, an account of this
machine's operating system, a token that they made for a program of theirs, a token that was made for a
service; or not at all."""

ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True)
class Actor:
    """Stand for whoever asks or commands.

    Parameters
    ----------
    user_id
        Names the person for good; a name may change, this never does.
    name
        What people call them.
    role
        What they are here for, as of this very question: it is read anew each time.
    method
        How they proved who they are.
    segments
        The customer segments that they may see; None for every one.
    scopes
        The rights that they have let this program use; None for all of their role's.
    token_id
        The access token that they came with; None where they came in person.
    """

    user_id: str
    name: str
    role: Role
    method: Method
    segments: frozenset[str] | None = None
    scopes: frozenset[str] | None = None
    token_id: str | None = None


NOBODY = Actor("nobody", "Nobody known", "service", "none", frozenset())
"""Stands in the audit trail for whoever was refused without being known. It opens nothing."""


ASSAY = Actor("assay", "Assay", "service", "service")
"""Who does what nobody asked for, and carries out what two people decided."""


@dataclass(frozen=True)
class Person:
    """Hold one person who may sign in.

    Parameters
    ----------
    user_id
        What they sign in with, in lower case; it never changes and is never given to anybody else.
    email
        The address that the operator's identity provider knows them by; None for a password only.
    segments
        The customer segments that they may see; None for every one.
    disabled
        Whether they may no longer sign in.
    """

    user_id: str
    name: str
    role: Role
    created_at: datetime
    email: str | None = None
    segments: frozenset[str] | None = None
    disabled: bool = False


@dataclass(frozen=True)
class Credential:
    """Hold what proves that somebody is a person, and how often that failed. It never leaves the core.

    Parameters
    ----------
    password
        The hash of their password with its salt and costs; None for people without one.
    must_change
        Whether somebody else chose the password, so that it opens nothing but the change of it.
    failures
        How many tries have failed since the last that did not.
    locked_until
        Until when no try is looked at; None for at once.
    issuer, subject
        Who the identity provider says they are, once they came that way.
    """

    user_id: str
    password: str | None = field(default=None, repr=False)
    must_change: bool = True
    failures: int = 0
    locked_until: datetime | None = None
    issuer: str | None = None
    subject: str | None = None


@dataclass(frozen=True)
class Session:
    """Hold one stay of a person, from sign-in to sign-out; all tabs of a browser share it.

    Parameters
    ----------
    session_id
        Names it where people look at it; it opens nothing.
    token
        The hash of the secret that the browser shows.
    seen_at
        When somebody last did anything in it, to the minute.
    proved_at
        When the person last proved who they are.
    """

    session_id: str
    user_id: str
    token: str = field(repr=False)
    method: Method
    started_at: datetime
    seen_at: datetime
    proved_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True)
class AccessToken:
    """Hold what lets a program ask as a person, within some of their rights and until some day.

    Parameters
    ----------
    token_id
        Names it where people look at it; it opens nothing.
    user_id
        As whom it asks.
    name
        What it is for, in the words of whoever made it.
    secret
        The hash of what the program shows.
    scopes
        The rights that it may use, of those that the person has.
    made_by
        The user id of whoever made it: the person, or an administrator for a service.
    seen_at
        When it was last used, to the minute; None before.
    """

    token_id: str
    user_id: str
    name: str
    secret: str = field(repr=False)
    scopes: tuple[str, ...]
    made_by: str
    made_at: datetime
    expires_at: datetime
    seen_at: datetime | None = None
    ended_at: datetime | None = None
