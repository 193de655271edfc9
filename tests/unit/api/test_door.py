from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.api import (
    ROLES,
    AuditQuery,
    Door,
    FirstSignIn,
    ForbiddenError,
    InputError,
    Settings,
    SignInError,
)
from core.bootstrap import Parts
from tests.builders.people import PASSWORD, a_person, keep
from tests.fakes.store import FakeStore

ANOTHER = "nine green lanterns"


@pytest.fixture
def store() -> FakeStore:
    store = FakeStore()
    keep(store, a_person())
    keep(store, a_person("adam", "administrator"))
    return store


@pytest.fixture
def door(store: FakeStore, tmp_path: Path) -> Door:
    return Door(Parts(Settings(home=tmp_path), lambda: store))


def test_a_session_leads_to_the_facade_that_asks_as_its_person(door: Door) -> None:
    assay = door.of(door.sign_in("anna", PASSWORD).token)

    assert assay is not None
    assert (assay.actor.user_id, assay.actor.role, assay.actor.method) == ("anna", "analyst", "local")
    assert door.of("") is door.of("guess") is None


def test_signing_out_twice_is_no_error(door: Door) -> None:
    token = door.sign_in("anna", PASSWORD).token
    door.sign_out(token)
    door.sign_out(token)

    assert door.of(token) is None
    with pytest.raises(SignInError):
        door.prove(token, PASSWORD)


def test_a_first_password_must_be_changed_before_anything_is_shown(door: Door) -> None:
    adam = door.of(door.sign_in("adam", PASSWORD).token)
    assert adam is not None
    first = adam.reset_password("anna")

    admission = door.sign_in("anna", first.password)
    assert admission.must_change
    assert door.must_change(admission.token)
    assert door.of(admission.token) is None
    with pytest.raises(InputError):
        door.change_password(admission.token, None, "too short")

    changed = door.change_password(admission.token, None, ANOTHER)
    assert door.of(changed.token) is not None
    assert not door.must_change(changed.token)
    assert door.of(admission.token) is None


def test_a_reset_ends_the_sessions_of_a_person(door: Door) -> None:
    token = door.sign_in("anna", PASSWORD).token
    adam = door.of(door.sign_in("adam", PASSWORD).token)
    assert adam is not None
    adam.reset_password("anna")

    assert door.of(token) is None


def test_an_administrator_does_not_change_what_they_may_themselves(door: Door) -> None:
    adam = door.of(door.sign_in("adam", PASSWORD).token)
    assert adam is not None

    for change in (
        lambda: adam.change_role("adam", "supervisor", "I want to approve"),
        lambda: adam.disable_person("adam", "mistake"),
        lambda: adam.change_person("adam", name="Adam", email=None, segments={"iot"}),
    ):
        with pytest.raises(ForbiddenError):
            change()
    assert adam.change_person("adam", name="Adam A", email=None, segments=None).name == "Adam A"


def test_the_last_administrator_stays(door: Door) -> None:
    system = door.system_user()
    with pytest.raises(ForbiddenError, match="only administrator"):
        system.disable_person("adam", "has left")


def test_whoever_runs_the_process_acts_by_their_own_name(door: Door, store: FakeStore) -> None:
    system = door.system_user()
    system.disable_person("anna", "has left")

    assert (system.actor.role, system.actor.method) == ("administrator", "cli")
    assert system.actor.user_id.startswith("os:")
    entry = store.audit_entries(AuditQuery(), offset=0, limit=1)[0]
    assert entry.event.actor == replace(system.actor)


@pytest.mark.parametrize(("demo", "roles"), [(False, {"administrator"}), (True, set(ROLES) - {"service"})])
def test_a_new_installation_gets_its_first_people_once(tmp_path: Path, demo: bool, roles: set[str]) -> None:
    store = FakeStore()
    door = Door(Parts(Settings(home=tmp_path, demo=demo), lambda: store))
    first = door.first_people()

    assert {one.person.role for one in first} == roles
    assert all(door.sign_in(one.person.user_id, one.password).must_change for one in first)
    assert door.first_people() == ()
    assert len({one.password for one in first}) == len(first)


def test_what_is_told_once_is_not_kept(tmp_path: Path) -> None:
    store = FakeStore()
    door = Door(Parts(Settings(home=tmp_path), lambda: store))
    (first,) = door.first_people()
    kept = f"{store.people()} {[store.credential(one.user_id) for one in store.people()]}"
    kept += "".join(line.content for line in store.audit_lines())

    assert isinstance(first, FirstSignIn)
    assert first.password not in kept


def test_a_process_without_a_name_acts_under_its_number(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError

    monkeypatch.setattr("getpass.getuser", nameless)
    assert door.system_user().actor.user_id.removeprefix("os:").isdigit()


def test_an_identity_that_is_known_opens_a_session_and_one_that_is_not_stays_outside(
    door: Door, store: FakeStore
) -> None:
    keep(store, a_person("eva", email="eva@example.org"), None)
    token = door.sign_in_by_identity("https://id.example", "7", "eva@example.org").token
    assay = door.of(token)
    assert assay is not None
    assert (assay.actor.user_id, assay.actor.method, assay.reader) == ("eva", "oidc", assay.reader)
    assert assay.sight.user_id == "eva"
    with pytest.raises(SignInError):
        door.sign_in_by_identity("https://id.example", "8", None)
