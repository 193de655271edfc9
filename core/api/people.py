"""People, their rights and their sessions: for administrators, and one's own for everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from core.api.approvals import ApprovalDesk
from core.api.guard import needs
from core.bootstrap import wall_clock
from core.governance.admission import Admissions
from core.governance.four_eyes import needs_second_person
from core.governance.passwords import first_password
from core.governance.people import added, changed, new_password
from core.governance.proposals import Change
from core.governance.rights import rights_of
from core.kernel.audit import AuditEvent
from core.kernel.errors import NotFoundError
from core.kernel.people import Credential, Method, Person, Role
from core.kernel.proposals import Proposal

__all__ = ["FirstSignIn", "PeopleDesk", "PersonView", "SessionView"]


@dataclass(frozen=True)
class FirstSignIn:
    """Hold what a person signs in with the next time; it is told once and must then be changed."""

    person: Person
    password: str


@dataclass(frozen=True)
class PersonView:
    """Hold a person as an administrator sees them.

    ``has_password`` and ``has_identity`` say how they may sign in, ``must_change`` whether their password was
    chosen for them, ``locked_until`` until when no try is looked at, ``sessions`` how many are open.
    """

    person: Person
    has_password: bool
    has_identity: bool
    must_change: bool
    locked_until: datetime | None
    sessions: int


@dataclass(frozen=True)
class SessionView:
    """Hold an open session without what opens it."""

    session_id: str
    user_id: str
    method: Method
    started_at: datetime
    seen_at: datetime


_UNTIL_APPROVED: Role = "care_agent"
"""What somebody is kept as, disabled, while a role with rights over others waits for approval."""


class PeopleDesk(ApprovalDesk):
    """Manage people; a part of `Assay`."""

    @needs("people.read")
    def people(self) -> tuple[PersonView, ...]:
        """Return everybody, by user id."""
        now = wall_clock()
        stays = Counter(session.user_id for session in self._admissions.open_sessions())
        return tuple(
            _view(person, self._store.credential(person.user_id), stays[person.user_id], now)
            for person in self._store.people()
        )

    @needs("people.read")
    def sessions(self) -> tuple[SessionView, ...]:
        """Return the sessions that are open at this moment, newest first."""
        return tuple(
            SessionView(one.session_id, one.user_id, one.method, one.started_at, one.seen_at)
            for one in self._admissions.open_sessions()
        )

    @needs("people.manage")
    def add_person(
        self,
        user_id: str,
        name: str,
        role: Role,
        *,
        email: str | None = None,
        segments: Collection[str] | None = None,
        password: bool = True,
    ) -> FirstSignIn | None:
        """Add a person; return their first password, None for one who has none.

        Somebody with a role that two people give is added disabled, and lets nobody in until a second person
        has approved the role.

        Parameters
        ----------
        email
            The address that the identity provider knows them by.
        segments
            The customer segments that they may see; None for every one.
        password
            Whether they sign in with a password.

        Raises
        ------
        ConflictError
            RA-E401 when somebody has that user id.
        InputError
            RA-E100 when a value cannot be one.
        """
        seen = None if segments is None else frozenset(segments)
        person = Person(user_id.strip().lower(), name.strip(), role, wall_clock(), _address(email), seen)
        waits = needs_second_person(None, role, self._others_who_approve())
        kept = replace(person, role=_UNTIL_APPROVED, disabled=True) if waits else person
        first = first_password() if password else None
        self._store.add_person(*added(kept, first, self._actor))
        if waits:
            after = {"role": role, "disabled": False}
            change = Change("role", kept.user_id, {"role": kept.role, "disabled": True}, after)
            self._propose(change, f"{kept.name} joins.", self._evidence("role", kept.user_id))
        return FirstSignIn(person, first) if first else None

    @needs("people.manage")
    def change_role(self, user_id: str, role: Role, reason: str) -> Person | Proposal:
        """Give a person another role; it counts from the next thing that they do.

        Returns
        -------
        Person
            As they are now.
        Proposal
            Where the role before or after gives rights over what others do: a second person approves it.

        Raises
        ------
        InputError
            RA-E100 when a role that two people give lacks a reason.
        NotFoundError
            RA-E400 when nobody has that user id.
        ForbiddenError
            RA-E402 for one's own role, or when no administrator would be left.
        """
        person, evidence = self._person(user_id), self._evidence("role", user_id)
        if not needs_second_person(person.role, role, self._others_who_approve()):
            return self._change(user_id, reason, role=role)
        changed(person, replace(person, role=role), self._store.people(), self._actor)
        change = Change("role", user_id, {"role": person.role}, {"role": role})
        return self._propose(change, reason, evidence)

    @needs("people.manage")
    def change_person(
        self, user_id: str, *, name: str, email: str | None, segments: Collection[str] | None
    ) -> Person:
        """Correct a person's name and address, and which customer segments they may see.

        Raises
        ------
        NotFoundError, ForbiddenError
            As for `change_role`.
        """
        seen = None if segments is None else frozenset(segments)
        return self._change(user_id, "", name=name.strip(), email=_address(email), segments=seen)

    @needs("people.manage")
    def disable_person(self, user_id: str, reason: str) -> Person:
        """Let a person in no more; their open sessions end.

        Raises
        ------
        NotFoundError, ForbiddenError
            As for `change_role`.
        """
        person = self._change(user_id, reason, disabled=True)
        self._end(user_id, "the person was disabled")
        return person

    @needs("people.manage")
    def enable_person(self, user_id: str) -> Person:
        """Let a person in again.

        Raises
        ------
        NotFoundError, ForbiddenError
            As for `change_role`.
        """
        return self._change(user_id, "", disabled=False)

    @needs("people.manage")
    def reset_password(self, user_id: str) -> FirstSignIn:
        """Give a person a new first password, which unlocks them; their open sessions end.

        Raises
        ------
        NotFoundError
            RA-E400 when nobody has that user id.
        """
        person, credential = self._person(user_id), self._store.credential(user_id)
        first = first_password()
        kept, event = new_password(credential or Credential(user_id), first, self._actor)
        self._store.change_credential(kept, event, ended_at=wall_clock())
        return FirstSignIn(person, first)

    @needs("people.manage")
    def revoke_sessions(self, user_id: str, *, session_id: str | None = None) -> int:
        """End all open sessions of a person, or one; return how many. It counts from the next rerun.

        Raises
        ------
        NotFoundError
            RA-E400 when nobody has that user id.
        """
        self._person(user_id)
        return self._end(user_id, "an administrator ended it", session_id)

    @property
    def _admissions(self) -> Admissions:
        return Admissions(self._store, self._parts.session_rules, wall_clock)

    def _others_who_approve(self) -> int:
        """Count the people besides whoever asks whose role approves roles, disabled or not."""
        others = (one for one in self._store.people() if one.user_id != self._actor.user_id)
        return sum("people.approve" in rights_of(one.role) for one in others)

    def _person(self, user_id: str) -> Person:
        person = self._store.person(user_id)
        if person is None:
            raise NotFoundError(f"There is nobody with the user id {user_id}.", fields={"user_id": user_id})
        return person

    def _change(self, user_id: str, reason: str, **values: object) -> Person:
        before = self._person(user_id)
        after = replace(before, **values)  # type: ignore[arg-type]
        if after == before:
            return before
        event = changed(before, after, self._store.people(), self._actor, reason)
        self._store.change_person(before, after, event)
        return after

    def _end(self, user_id: str, reason: str, session_id: str | None = None) -> int:
        told = {} if session_id is None else {"session": session_id}
        event = AuditEvent("session.revoked", self._actor, "person", user_id, reason, context=told)
        return self._store.end_sessions(user_id, wall_clock(), event, session_id=session_id)


def _view(person: Person, credential: Credential | None, sessions: int, now: datetime) -> PersonView:
    locked = credential.locked_until if credential else None
    return PersonView(
        person,
        has_password=credential is not None and credential.password is not None,
        has_identity=credential is not None and credential.subject is not None,
        must_change=credential is not None and credential.password is not None and credential.must_change,
        locked_until=locked if locked and locked > now else None,
        sessions=sessions,
    )


def _address(email: str | None) -> str | None:
    return email.strip().lower() or None if email else None
