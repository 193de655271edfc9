"""What every store of people does: the fake, SQLite and PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.api import Door, Settings
from core.bootstrap import Parts
from core.kernel.audit import AuditEvent, AuditQuery
from core.kernel.errors import ConflictError
from core.kernel.people import Credential
from core.ports.store import Store
from tests.builders.people import NOW, PASSWORD, SYSTEM, a_person, a_session, keep

LATER = NOW + timedelta(minutes=5)


def told(action: str = "person.changed") -> AuditEvent:
    return AuditEvent(action, SYSTEM, "person", "anna")


def actions(store: Store) -> list[str]:
    entries = store.audit_entries(AuditQuery(), offset=0, limit=100)
    return [entry.event.action for entry in reversed(entries)]


def never(_: int) -> None:
    return None


def test_a_person_comes_back_as_added(store: Store) -> None:
    anna = a_person(email="anna@example.org", segments=frozenset({"consumer", "iot"}))
    keep(store, anna)
    keep(store, a_person("aaron", segments=frozenset()))

    assert store.people() == (a_person("aaron", segments=frozenset()), anna)
    assert store.person("anna") == anna
    assert store.person("nobody") is store.credential("nobody") is None
    assert store.people_by_email("ANNA@example.org") == (anna,)
    assert store.people_by_email("ann@example.org") == ()


def test_a_user_id_is_given_once_and_a_refused_addition_leaves_no_entry(store: Store) -> None:
    keep(store, a_person())
    before = actions(store)

    with pytest.raises(ConflictError):
        keep(store, a_person(name="Another"))

    assert store.person("anna") == a_person()
    assert actions(store) == before


def test_a_change_needs_the_state_that_was_read(store: Store) -> None:
    keep(store, a_person())
    changed = a_person(role="supervisor", disabled=True, segments=frozenset({"iot"}))
    store.change_person(a_person(), changed, told())

    with pytest.raises(ConflictError):
        store.change_person(a_person(), a_person(role="administrator"), told("role.changed"))

    assert store.person("anna") == changed
    assert actions(store)[-1] == "person.changed"


def test_an_identity_belongs_to_one_person(store: Store) -> None:
    keep(store, a_person())
    linked = Credential("anna", None, must_change=False, issuer="https://id.example", subject="42")
    store.change_credential(linked, told("identity.linked"))

    assert store.credential_of("https://id.example", "42") == linked
    assert store.credential_of("https://other.example", "42") is None


def test_every_try_is_counted_and_none_while_locked(store: Store) -> None:
    keep(store, a_person())

    def after_two(failures: int) -> object:
        return LATER if failures >= 2 else None

    seen = [store.count_try("anna", NOW, after_two) for _ in range(4)]  # type: ignore[arg-type]

    assert [one.failures for one in seen if one] == [0, 1, 2, 2]
    assert [one.locked_until for one in seen if one] == [None, None, LATER, LATER]
    assert store.count_try("anna", LATER, after_two).failures == 2  # type: ignore[arg-type,union-attr]
    assert store.count_try("nobody", NOW, never) is None


def test_tries_at_once_are_all_counted(store: Store) -> None:
    keep(store, a_person())
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: store.count_try("anna", NOW, never), range(24)))

    credential = store.credential("anna")
    assert credential is not None
    assert credential.failures == 24


def test_a_session_brings_its_person_as_of_now_and_forgets_failures(store: Store) -> None:
    keep(store, a_person())
    store.count_try("anna", NOW, never)
    store.open_session(a_session(), told("session.signed_in"))
    store.change_person(a_person(), a_person(role="auditor"), told())

    found = store.session("token-of-anna")

    assert found is not None
    assert found[0] == a_session()
    assert found[1].role == "auditor"
    assert found[2].failures == 0
    assert store.session("another") is None


def test_open_sessions_are_listed_newest_first(store: Store) -> None:
    keep(store, a_person())
    keep(store, a_person("ben"))
    late = a_session("ben", started_at=LATER, seen_at=LATER, proved_at=LATER)
    store.open_session(a_session(), told())
    store.open_session(late, told())

    assert store.sessions(NOW - timedelta(hours=1)) == (late, a_session())
    assert store.sessions(NOW) == (late,)


def test_a_session_is_seen_and_proved(store: Store) -> None:
    keep(store, a_person())
    store.open_session(a_session(), told())
    store.see_session("S-anna", LATER)
    assert store.sessions(NOW - timedelta(hours=1)) == (a_session(seen_at=LATER),)

    by_anna = replace(told("session.proved"), actor=replace(SYSTEM, user_id="anna"))
    store.prove_session("S-anna", LATER, by_anna)
    assert store.sessions(NOW - timedelta(hours=1)) == (a_session(seen_at=LATER, proved_at=LATER),)
    assert actions(store)[-1] == "session.proved"


def test_sessions_end_once_all_or_one_and_only_an_end_leaves_an_entry(store: Store) -> None:
    keep(store, a_person())
    for number in range(3):
        store.open_session(a_session(session_id=f"S-{number}", token=str(number)), told())
    before = len(actions(store))

    assert store.end_sessions("anna", LATER, told("session.revoked"), session_id="S-1") == 1
    assert store.end_sessions("anna", LATER, told("session.revoked"), session_id="S-1") == 0
    assert store.end_sessions("ben", LATER, told("session.revoked")) == 0
    assert len(actions(store)) == before + 1
    assert store.end_sessions("anna", LATER, told("session.revoked")) == 2
    assert store.sessions(NOW - timedelta(hours=1)) == ()
    found = store.session("1")
    assert found is not None
    assert found[0].ended_at == LATER


def test_a_new_credential_may_end_all_sessions(store: Store) -> None:
    keep(store, a_person())
    store.open_session(a_session(), told())
    store.change_credential(Credential("anna", "hash"), told("password.reset"))
    assert len(store.sessions(NOW - timedelta(hours=1))) == 1

    store.change_credential(Credential("anna", "hash"), told("password.reset"), ended_at=LATER)
    assert store.sessions(NOW - timedelta(hours=1)) == ()


def test_what_a_session_has_unmasked_is_its_own(store: Store) -> None:
    keep(store, a_person())
    store.open_session(a_session(), told())
    store.unmask("S-anna", "A1", told("personal_data.unmasked"))
    store.unmask("S-anna", "A1", told("personal_data.unmasked"))
    store.unmask("S-anna", "A2", told("personal_data.unmasked"))

    assert store.unmasked("S-anna") == {"A1", "A2"}
    assert store.unmasked("S-other") == frozenset()
    assert actions(store).count("personal_data.unmasked") == 3


def test_a_changed_role_counts_from_the_next_question(store: Store, tmp_path: Path) -> None:
    keep(store, a_person())
    door = Door(Parts(Settings(home=tmp_path), lambda: store))
    token = door.sign_in("anna", PASSWORD).token
    store.change_person(a_person(), a_person(role="auditor"), told("role.changed"))

    assay = door.of(token)
    assert assay is not None
    assert assay.may("people.read")
    assert not assay.may("personal_data.names")


def test_an_administrator_ends_a_session_and_it_opens_nothing_any_more(store: Store, tmp_path: Path) -> None:
    keep(store, a_person())
    keep(store, a_person("adam", "administrator"))
    door = Door(Parts(Settings(home=tmp_path), lambda: store))
    token = door.sign_in("anna", PASSWORD).token
    adam = door.of(door.sign_in("adam", PASSWORD).token)
    assert adam is not None

    assert [one.user_id for one in adam.sessions()] == ["adam", "anna"]
    assert adam.revoke_sessions("anna") == 1
    assert door.of(token) is None
    assert adam.revoke_sessions("anna") == 0
