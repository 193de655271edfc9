"""Who may make and end which access tokens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.api import Assay, ForbiddenError, InputError, NotFoundError
from core.governance.tokens import admit
from core.kernel.people import Role
from tests.builders.people import a_person, actor, facade_over, keep
from tests.fakes.store import FakeStore


@pytest.fixture
def store() -> FakeStore:
    store = FakeStore()
    keep(store, a_person("administrator", "administrator"))
    keep(store, a_person("analyst", "analyst"))
    keep(store, a_person("crm", "care_agent"), None)
    return store


def asking(store: FakeStore, tmp_path: Path, role: Role) -> Assay:
    return facade_over(store, tmp_path, who=actor(role))


def test_somebody_makes_their_own_and_sees_and_ends_no_other(store: FakeStore, tmp_path: Path) -> None:
    mine = asking(store, tmp_path, "analyst").make_token("my script", ["cases.read"], 30).token
    admin = asking(store, tmp_path, "administrator")
    theirs = admin.make_token("CRM", ["cases.read"], 30, user_id="crm").token

    analyst = asking(store, tmp_path, "analyst")
    assert analyst.tokens() == (mine,)
    with pytest.raises(NotFoundError):
        analyst.end_token(theirs.token_id)
    analyst.end_token(mine.token_id)
    assert analyst.tokens() == ()
    assert admin.tokens() == (theirs,)


def test_an_administrator_makes_them_for_programs_alone(store: FakeStore, tmp_path: Path) -> None:
    admin = asking(store, tmp_path, "administrator")

    with pytest.raises(ForbiddenError, match="makes tokens of their own"):
        admin.make_token("spy", ["cases.read"], 30, user_id="analyst")
    with pytest.raises(ForbiddenError, match="makes tokens of their own"):
        asking(store, tmp_path, "analyst").make_token("CRM", ["cases.read"], 30, user_id="crm")
    with pytest.raises(NotFoundError):
        admin.make_token("CRM", ["cases.read"], 30, user_id="nobody")
    with pytest.raises(InputError, match="A token gives"):
        admin.make_token("CRM", ["pricing.run"], 30, user_id="crm")


def test_a_token_makes_no_other(store: FakeStore, tmp_path: Path) -> None:
    assay = asking(store, tmp_path, "analyst")
    secret = assay.make_token("my script", ["cases.read"], 30).secret
    who = admit(store, secret, assay.tokens()[0].made_at)
    assert who is not None

    with pytest.raises(ForbiddenError):
        assay.acting(who).make_token("another", ["cases.read"], 30)
    with pytest.raises(ForbiddenError, match="A token makes no other"):
        assay.acting(replace(who, scopes=None)).make_token("another", ["cases.read"], 30)
