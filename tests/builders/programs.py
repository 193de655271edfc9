"""Programs that ask: tokens of people of an installation, and the decision API without a network."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from core.api import SCOPES, Door, Role, Settings, open_door
from core.bootstrap import Parts
from core.entrypoints.http import create_app
from core.governance.rights import rights_of
from core.ports.store import Store
from tests.builders.people import a_person, actor, keep

RATE = "100000/second"


def a_door(home: Path, store: Store | None = None, **settings: Any) -> Door:
    """Return the door of an installation, over a store of the test's own where one is given."""
    chosen = Settings(home=home, **settings)
    return Door(Parts(chosen, lambda: store)) if store else open_door(chosen)


def secret_of(door: Door, role: Role, scopes: Collection[str] | None = None) -> str:
    """Return a token of somebody of a role, by default with all that one can give them."""
    parts = door._parts
    if parts.store.person(role) is None:
        keep(parts.store, a_person(role, role), None)
    given = set(SCOPES) & rights_of(role) if scopes is None else scopes
    return door._facade.acting(actor(role)).make_token("test", sorted(given), 1).secret


def client_of(door: Door, secret: str = "", **settings: Any) -> TestClient:
    """Return what asks the decision API with a token."""
    chosen = Settings(
        home=door._parts.settings.home, api_hosts=("testserver",), **{"api_rate": RATE} | settings
    )
    headers = {"authorization": f"Bearer {secret}"} if secret else {}
    return TestClient(create_app(door, chosen), headers=headers, raise_server_exceptions=False)
