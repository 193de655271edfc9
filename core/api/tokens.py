"""Access tokens: one's own, and those of programs for administrators. Holds no rule."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from core.api.guard import Guarded, needs
from core.bootstrap import wall_clock
from core.governance.tokens import ended, is_program, made
from core.kernel.errors import NotFoundError
from core.kernel.people import AccessToken

__all__ = ["NewToken", "TokenDesk"]


@dataclass(frozen=True)
class NewToken:
    """Hold a new token with the secret that a program shows; it is told once."""

    token: AccessToken
    secret: str


class TokenDesk(Guarded):
    """Make and end access tokens; a part of `Assay`."""

    @needs("tokens.make")
    def tokens(self) -> tuple[AccessToken, ...]:
        """Return the tokens that have not been ended, newest first: one's own, for administrators all."""
        return self._store.tokens(None if self.may("people.manage") else self._actor.user_id)

    @needs("tokens.make")
    def make_token(
        self, name: str, scopes: Collection[str], days: int, *, user_id: str | None = None
    ) -> NewToken:
        """Let a program ask as oneself, or, as an administrator, as somebody who cannot sign in.

        Parameters
        ----------
        name
            What it is for.
        scopes
            The rights that it may use.

        Raises
        ------
        InputError
            RA-E100 when the name, the rights or the days cannot be.
        ForbiddenError
            RA-E402 for somebody who signs in themselves, or when a program asks.
        NotFoundError
            RA-E400 when nobody has that user id.
        """
        person = self._store.person(user_id or self._actor.user_id)
        if person is None:
            raise NotFoundError("Nobody has that user id.", fields={"user_id": user_id})
        if self._actor.token_id is not None:
            self._refuse("tokens.make", "A token makes no other token: sign in to do so.")
        if person.user_id != self._actor.user_id:
            own_password = not is_program(person, self._store.credential(person.user_id))
            if own_password or not self.may("people.manage"):
                self._refuse("tokens.make", f"{person.name} signs in and makes tokens of their own.")
        secret, token, event = made(person, name, scopes, days, self._actor, wall_clock())
        self._store.add_token(token, event)
        return NewToken(token, secret)

    @needs("tokens.make")
    def end_token(self, token_id: str) -> None:
        """End a token: from its next request on it opens nothing.

        Raises
        ------
        NotFoundError
            RA-E400 when there is none of that id, or it is somebody else's.
        """
        mine = next((one for one in self.tokens() if one.token_id == token_id), None)
        if mine is None or not self._store.end_token(token_id, wall_clock(), ended(mine, self._actor)):
            raise NotFoundError("There is no such token.", fields={"token_id": token_id})
