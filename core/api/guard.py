"""What every part of the facade shares: who asks, and whether they may. Answers no question itself."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, NoReturn, ParamSpec, Self, TypeVar

from core.api.veil import Veil
from core.bootstrap import Parts, wall_clock
from core.governance.admission import Stay
from core.governance.rights import Right, lacking, rights_held, rights_of
from core.kernel.audit import AuditEvent, AuditQuery
from core.kernel.case_life import OPEN
from core.kernel.errors import ForbiddenError
from core.kernel.people import NOBODY, Actor, Role
from core.kernel.reads import CaseQuery
from core.ports.store import Store

__all__ = ["Guarded", "Sight", "needs"]

P = ParamSpec("P")
R = TypeVar("R")
G = TypeVar("G", bound="Guarded")


_A_LOOK = timedelta(hours=1)
"""How long a program that looks at the same customer again is taken to look still."""


@dataclass(frozen=True)
class Sight:
    """Name what an answer depends on besides the question: who asks, their role and their segments."""

    user_id: str
    role: Role
    segments: tuple[str, ...] | None


class Guarded:
    """Know who asks; until somebody does, every question is refused.

    Parameters
    ----------
    parts
        What the answers come from.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._actor = NOBODY
        self._stay: Stay | None = None

    def acting(self, actor: Actor, stay: Stay | None = None) -> Self:
        """Return the same facade for somebody who has been let in; only `core.api.door` calls it."""
        theirs = copy.copy(self)
        theirs._actor, theirs._stay = actor, stay
        return theirs

    @property
    def actor(self) -> Actor:
        """Return who asks."""
        return self._actor

    @property
    def sight(self) -> Sight:
        """Return what whoever asks sees; the same question under the same sight has the same answer."""
        mine = self._actor.segments
        return Sight(self._actor.user_id, self._actor.role, None if mine is None else tuple(sorted(mine)))

    @property
    def reader(self) -> str:
        """Return what names this very stay of whoever asks: what they open is theirs alone."""
        return self._stay.session.session_id if self._stay else self._actor.token_id or self._actor.user_id

    def may(self, right: Right, *, of_all: bool = False) -> bool:
        """Return whether whoever asks has a right; to ask is neither refused nor recorded.

        Parameters
        ----------
        of_all
            Whether for all customers at once, which somebody who is kept to segments has not.
        """
        return right in rights_held(self._actor) and not (of_all and self._actor.segments is not None)

    @property
    def _store(self) -> Store:
        return self._parts.store

    def _allow(self, right: Right, *, of_all: bool) -> None:
        if not self.may(right):
            within_role = right in rights_of(self._actor.role) and self._actor != NOBODY
            self._refuse(right, "This token does not give that right." if within_role else lacking(right))
        if of_all and self._actor.segments is not None:
            self._refuse(right, "This shows every customer; you may see some segments only.")

    def _veil(self) -> Veil:
        """Return what hides from whoever asks what is not for them to see in clear."""
        stay = self._stay
        opened = self._store.unmasked(stay.session.session_id) if stay else frozenset[str]()
        return Veil(names=self.may("personal_data.names"), opened=opened)

    def _viewed(self, kind: str, object_id: str, account_id: str | None) -> None:
        """Keep in the audit trail that personal data was looked at, once a session or a token's hour."""
        action, stay = f"{kind}.viewed", self._stay_of()
        if stay is not None:
            name, since = stay
            actor, actions = self._actor.user_id, (action,)
            seen = AuditQuery(since=since, actor=actor, actions=actions, object_id=object_id, text=name)
            if self._store.count_audit_entries(seen):
                return
        session = self._stay.session if self._stay else None
        context = {"session": session.session_id} if session else {}
        event = AuditEvent(action, self._actor, kind, object_id, subject=account_id, context=context)
        self._store.record(event)

    def _stay_of(self) -> tuple[str, datetime] | None:
        """Return what names the stay of whoever asks, and since when it lasts."""
        if self._stay is not None:
            return self._stay.session.session_id, self._stay.session.started_at
        token = self._actor.token_id
        return None if token is None else (token, wall_clock() - _A_LOOK)

    def _within(self, query: CaseQuery) -> CaseQuery:
        """Return a query for what whoever asks may see of it; of open cases, where it names no state."""
        mine = self._actor.segments
        visible = None if mine is None else tuple(sorted(mine))
        if not query.states:
            query = replace(query, states=OPEN, awake_at=wall_clock())
        return replace(query, visible=visible, by_name=self.may("personal_data.names"))

    def _allow_segment(self, right: Right, segment: str | None, account_id: str | None) -> None:
        """Refuse what belongs to a customer segment that whoever asks may not see."""
        mine = self._actor.segments
        if mine is not None and segment not in mine:
            others = f"the segment {segment}" if segment else "no customer segment"
            self._refuse(right, f"This belongs to {others}, which you may not see.", account_id)

    def _refuse(self, right: Right, sentence: str, account_id: str | None = None) -> NoReturn:
        """Keep the refusal in the audit trail, then refuse."""
        event = AuditEvent("access.refused", self._actor, "right", right, sentence, subject=account_id)
        self._store.record(event)
        raise ForbiddenError(sentence, fields={"right": right})


def needs(
    right: Right, *, of_all: bool = False
) -> Callable[[Callable[Concatenate[G, P], R]], Callable[Concatenate[G, P], R]]:
    """Declare the right that a question or command of the facade needs; it is checked before anything else.

    Parameters
    ----------
    of_all
        Whether it shows or touches all customers at once, so that a person of some segments may not.
    """

    def declare(method: Callable[Concatenate[G, P], R]) -> Callable[Concatenate[G, P], R]:
        @wraps(method)
        def checked(self: G, /, *args: P.args, **kwargs: P.kwargs) -> R:
            self._allow(right, of_all=of_all)
            return method(self, *args, **kwargs)

        checked.needs = (right, of_all)  # type: ignore[attr-defined]
        return checked

    return declare
