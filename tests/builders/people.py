"""People who may sign in, and a facade that asks as one of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.api import Assay, Settings
from core.bootstrap import Parts, assemble
from core.controls.model import Control
from core.governance.people import added
from core.kernel.people import Actor, Credential, Person, Role, Session
from core.ports.store import Store

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
PASSWORD = "seven quiet otters"
SYSTEM = Actor("os:root", "root", "administrator", "cli")


def actor(role: Role = "analyst", **given: Any) -> Actor:
    facts: dict[str, Any] = {"user_id": role, "name": role.title(), "role": role, "method": "local"}
    return Actor(**facts | given)


def facade(home: Path, role: Role = "analyst", **settings: Any) -> Assay:
    """Open an installation and ask as somebody of a role."""
    return Assay(assemble(Settings(home=home, **settings))).acting(actor(role))


def facade_over(
    store: Store,
    home: Path,
    *,
    controls: tuple[Control, ...] = (),
    clock: Callable[[], datetime] = lambda: NOW,
    who: Actor | None = None,
) -> Assay:
    """Return the facade over a store of the test's own, asking as an analyst unless told otherwise."""
    parts = Parts(Settings(home=home), lambda: store)
    parts.catalogue, parts.clock = controls, clock
    return Assay(parts).acting(who or actor())


def a_person(user_id: str = "anna", role: Role = "analyst", **given: Any) -> Person:
    facts: dict[str, Any] = {"user_id": user_id, "name": user_id.title(), "role": role, "created_at": NOW}
    return Person(**facts | given)


def keep(store: Store, person: Person, password: str | None = PASSWORD, *, must_change: bool = False) -> None:
    """Keep a person with a password that they need not change."""
    one, credential, event = added(person, password, SYSTEM)
    store.add_person(one, credential, event)
    if not must_change:
        settled = Credential(person.user_id, credential.password, must_change=False)
        store.change_credential(settled, event)


def a_session(user_id: str = "anna", **given: Any) -> Session:
    facts: dict[str, Any] = {
        "session_id": f"S-{user_id}",
        "user_id": user_id,
        "token": f"token-of-{user_id}",
        "method": "local",
        "started_at": NOW,
        "seen_at": NOW,
        "proved_at": NOW,
    }
    return Session(**facts | given)
