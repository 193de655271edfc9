"""The one way to the facade: let somebody in, then ask as them. Answers no question itself."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.api.assay import Assay
from core.api.people import FirstSignIn
from core.api.requests import Requests
from core.bootstrap import Parts, assemble, wall_clock
from core.governance.admission import Admission, Admissions, Stay
from core.governance.keys import secret_key
from core.governance.passwords import first_password
from core.governance.people import added
from core.governance.tokens import admit, admit_by_link, link
from core.kernel.errors import ForbiddenError, SignInError
from core.kernel.people import Actor, Person, Role
from core.settings import Settings

if TYPE_CHECKING:
    from core.workflows.worker import Worker

__all__ = ["Admission", "Door", "open_door"]

_LINK_LASTS = timedelta(minutes=15)

_ENDED = "Your session has ended: sign in again."

_DEMO: dict[Role, tuple[str, str]] = {
    "care_agent": ("clara", "Clara Care"),
    "analyst": ("anna", "Anna Analyst"),
    "supervisor": ("simon", "Simon Supervisor"),
    "product_manager": ("petra", "Petra Product"),
    "administrator": ("adam", "Adam Admin"),
    "auditor": ("olga", "Olga Auditor"),
}
"""The people of a demonstration, one for each role that a person has."""

_FIRST: dict[Role, tuple[str, str]] = {"administrator": ("admin", "Administrator")}
"""The one person of a new installation."""


class Door:
    """Let people in, and give whoever is in the facade that asks as them.

    Parameters
    ----------
    parts
        What the installation answers from.
    clock
        This machine's time.
    """

    def __init__(self, parts: Parts, clock: Callable[[], datetime] = wall_clock) -> None:
        self._parts = parts
        self._clock = clock
        self._facade = Assay(parts)

    def worker(self) -> Worker:
        """Return what carries out what two people decided; it asks nothing as anybody."""
        return self._parts.worker()

    @property
    def requests(self) -> Requests:
        """Return what answers programs' requests once."""
        return Requests(self._parts.store, self._clock)

    def link(self, assay: Assay, account_id: str) -> tuple[str, datetime]:
        """Return what opens one account for some minutes to whoever shows it, and until when.

        Raises
        ------
        ForbiddenError
            RA-E402 for somebody who came without an access token.
        """
        if assay.actor.token_id is None:
            raise ForbiddenError("A link is made by a program, with its access token.")
        until = self._clock() + _LINK_LASTS
        return link(self._link_key, assay.actor, account_id, until), until

    def of_link(self, shown: str) -> tuple[Assay, str] | None:
        """Return the facade of whoever shows a link, and the account that it opens; None for no account."""
        found = admit_by_link(self._parts.store, self._link_key, shown, self._clock())
        return (self._facade.acting(found[0]), found[1]) if found else None

    @property
    def _link_key(self) -> bytes:
        return secret_key(self._parts.settings.keys_dir / "links.key")

    @property
    def _admissions(self) -> Admissions:
        return Admissions(self._parts.store, self._parts.session_rules, self._clock)

    def sign_in(self, user_id: str, password: str) -> Admission:
        """Open a session for somebody who knows a person's password.

        Raises
        ------
        SignInError
            RA-E403 when nobody is let in that way; ``fields["why"]`` is one word.
        """
        return self._admissions.by_password(user_id, password)

    def sign_in_by_identity(self, issuer: str, subject: str, email: str | None) -> Admission:
        """Open a session for somebody whom the operator's identity provider vouches for.

        Parameters
        ----------
        email
            The address that the provider has verified; None when it has verified none.

        Raises
        ------
        SignInError
            RA-E403 when nobody here is known by that identity.
        """
        return self._admissions.by_identity(issuer, subject, email)

    def of(self, token: str) -> Assay | None:
        """Return the facade for the person of a session, with their role as of now; None when it has ended.

        A session that opens nothing but the change of a first password has none either.
        """
        stay = self._admissions.stay(token)
        return None if stay is None or stay.must_change else self._facade.acting(stay.actor, stay)

    def of_program(self, secret: str) -> Assay | None:
        """Return the facade for a program that shows an access token; None when it opens nothing."""
        actor = admit(self._parts.store, secret, self._clock())
        return None if actor is None else self._facade.acting(actor)

    def must_change(self, token: str) -> bool:
        """Return whether a session waits for a password of the person's own choice."""
        stay = self._admissions.stay(token)
        return stay is not None and stay.must_change

    def change_password(self, token: str, old: str | None, new: str) -> Admission:
        """Take a new password of a person's own choice; their sessions end and a new one opens.

        Parameters
        ----------
        old
            The password so far; None only in a session that a first password opened.

        Raises
        ------
        SignInError
            RA-E403 when the session has ended or the old password is wrong.
        InputError
            RA-E100 when the new password may not be chosen.
        """
        return self._admissions.change_password(self._stay(token), old, new)

    def prove(self, token: str, password: str) -> None:
        """Take a person's password once more, before something that weighs much.

        Raises
        ------
        SignInError
            RA-E403 when the session has ended or the password is wrong.
        """
        self._admissions.prove(self._stay(token), password)

    def sign_out(self, token: str) -> None:
        """End a session, for all tabs that share it; one that has ended already stays so."""
        stay = self._admissions.stay(token)
        if stay is not None:
            self._admissions.sign_out(stay)

    def system_user(self) -> Assay:
        """Return the facade for whoever runs this process: they own the files, and act as administrator."""
        name = _system_name()
        return self._facade.acting(Actor(f"os:{name}", name, "administrator", "cli"))

    def first_people(self) -> tuple[FirstSignIn, ...]:
        """Add the first people of an installation that has none, and return what they sign in with.

        A demonstration gets one for each role, any other installation an administrator; empty when there
        are people already.
        """
        store = self._parts.store
        if store.people():
            return ()
        wanted = _DEMO if self._parts.settings.demo else _FIRST
        actor, now = self.system_user().actor, self._clock()
        made = []
        for role, (user_id, name) in wanted.items():
            password = first_password()
            person = Person(user_id, name, role, now)
            store.add_person(*added(person, password, actor))
            made.append(FirstSignIn(person, password))
        return tuple(made)

    def _stay(self, token: str) -> Stay:
        stay = self._admissions.stay(token)
        if stay is None:
            raise SignInError(_ENDED, fields={"why": "ended"})
        return stay


def _system_name() -> str:
    """Return who runs this process; in a container that may be a number without a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def open_door(settings: Settings | None = None) -> Door:
    """Return the door of the installation that the settings name; by default, what the environment sets."""
    return Door(assemble(settings or Settings()))
