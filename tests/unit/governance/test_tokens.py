"""Access tokens: what they give, and when they give nothing any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.governance.rights import rights_held, rights_of
from core.governance.tokens import SCOPES, admit, admit_by_link, ended, is_program, link, made
from core.kernel.audit import AuditQuery
from core.kernel.errors import InputError
from core.kernel.people import Actor, Credential
from tests.builders.people import NOW, SYSTEM, a_person, actor, keep
from tests.fakes.store import FakeStore

KEY = b"k" * 32
SUE = a_person("sue", "supervisor")


def a_store(*people: Any) -> FakeStore:
    store = FakeStore()
    for person in people or (SUE,):
        keep(store, person, None if person.email is None and person.user_id == "crm" else "quiet otters 77")
    return store


def token(
    store: FakeStore,
    person: Any = SUE,
    scopes: Iterable[str] = ("cases.read",),
    maker: Any = None,
    days: int = 1,
) -> str:
    who = maker or actor(person.role, user_id=person.user_id, name=person.name)
    secret, kept, event = made(person, "CRM", tuple(scopes), days, who, NOW)
    store.add_token(kept, event)
    return secret


def admitted(store: FakeStore, secret: str, at: Any = NOW) -> Actor:
    found = admit(store, secret, at)
    assert found is not None
    return found


def test_a_token_gives_what_was_chosen_and_its_person_still_has() -> None:
    store = a_store()
    who = admitted(store, token(store, scopes=("cases.read", "cases.approve")))

    assert rights_held(who) == {"cases.read", "cases.approve"}
    assert (who.user_id, who.method) == ("sue", "token")
    store.change_person(SUE, replace(SUE, role="auditor"), ended(store.tokens()[0], SYSTEM))
    assert rights_held(replace(who, role="auditor")) == {"cases.read"}


def test_only_the_hash_of_a_token_is_kept_and_the_trail_tells_who_made_it() -> None:
    store = a_store()
    secret = token(store)

    assert secret not in repr(store.tokens())
    (entry,) = store.audit_entries(AuditQuery(actions=("token.made",)), offset=0, limit=9)
    assert secret not in entry.content
    assert entry.event.actor.user_id == "sue"


@pytest.mark.parametrize(
    "secret", ["", "assay_", "assay_nobody's", "Bearer assay_x", "\x00", "assay_" + "x" * 9_999]
)
def test_what_is_no_token_opens_nothing(secret: str) -> None:
    store = a_store()
    token(store)

    assert admit(store, secret, NOW) is None


def test_a_token_opens_nothing_once_it_is_over_ended_or_its_person_disabled() -> None:
    store = a_store()
    secret = token(store)

    assert admit(store, secret, NOW + timedelta(days=1) - timedelta(seconds=1)) is not None
    assert admit(store, secret, NOW + timedelta(days=1)) is None
    store.change_person(SUE, replace(SUE, disabled=True), ended(store.tokens()[0], SYSTEM))
    assert admit(store, secret, NOW) is None
    store.change_person(replace(SUE, disabled=True), SUE, ended(store.tokens()[0], SYSTEM))
    assert admit(store, secret, NOW) is not None
    kept = store.tokens()[0]
    store.end_token(kept.token_id, NOW, ended(kept, SYSTEM))
    assert admit(store, secret, NOW) is None


def test_nobody_is_given_what_the_person_lacks_or_no_token_gives() -> None:
    store = a_store()
    for scopes in (["people.manage"], ["pricing.run"], ["tokens.make"], [], ["no.such"]):
        with pytest.raises(InputError, match="A token gives"):
            token(store, scopes=scopes)
    assert {"cases.read", "cases.approve"} <= set(SCOPES)
    assert not set(SCOPES) & {
        "people.manage",
        "people.approve",
        "settings.approve",
        "audit.export",
        "tokens.make",
    }


def test_what_somebody_else_makes_never_approves_and_is_no_person() -> None:
    crm = a_person("crm", "supervisor")
    store = a_store(crm)
    admin = actor("administrator")

    with pytest.raises(InputError, match="cases.approve is not among them"):
        token(store, crm, ["cases.approve"], admin)
    assert admitted(store, token(store, crm, ["cases.read"], admin)).method == "service"


@pytest.mark.parametrize(("name", "days"), [("", 1), (" ", 1), ("x" * 101, 1), ("CRM", 0), ("CRM", 367)])
def test_a_token_has_a_name_and_an_end(name: str, days: int) -> None:
    with pytest.raises(InputError):
        made(SUE, name, ["cases.read"], days, actor("supervisor", user_id="sue"), NOW)


def test_its_use_is_noted_to_the_minute() -> None:
    store = a_store()
    secret = token(store, days=9)
    for seconds in (0, 30, 61):
        admit(store, secret, NOW + timedelta(seconds=seconds))

    assert store.tokens()[0].seen_at == NOW + timedelta(seconds=61)


def test_a_program_is_whoever_nobody_can_sign_in_as() -> None:
    nobody = Credential("crm", None)

    assert is_program(a_person("crm"), nobody)
    assert not is_program(a_person("crm", email="crm@example.org"), nobody)
    assert not is_program(a_person("crm"), replace(nobody, password="hash"))
    assert not is_program(a_person("crm"), replace(nobody, issuer="i", subject="s"))


def test_a_link_opens_one_account_for_a_while_with_less_than_its_token() -> None:
    store = a_store()
    who = admitted(store, token(store, scopes=("cases.read", "cases.approve", "accounts.read")))
    shown = link(KEY, who, "A1", NOW + timedelta(minutes=15))

    found = admit_by_link(store, KEY, shown, NOW)
    assert found is not None
    assert (found[0].user_id, found[1]) == ("sue", "A1")
    assert rights_held(found[0]) == {"cases.read", "accounts.read"} < rights_of("supervisor")
    assert admit_by_link(store, KEY, shown, NOW + timedelta(minutes=15)) is None
    assert admit_by_link(store, b"j" * 32, shown, NOW) is None


def test_a_link_that_was_changed_opens_nothing() -> None:
    store = a_store()
    shown = link(KEY, admitted(store, token(store)), "A1", NOW + timedelta(minutes=15))
    changed = [
        shown[:at] + ("A" if shown[at] != "A" else "B") + shown[at + 1 :] for at in range(len(shown) - 1)
    ]

    assert [one for one in changed if admit_by_link(store, KEY, one, NOW) is not None] == []
    for nonsense in ("", ".", "a.b", "é.é", shown.partition(".")[0], shown * 2):
        assert admit_by_link(store, KEY, nonsense, NOW) is None


def test_a_link_ends_with_its_token() -> None:
    store = a_store()
    shown = link(KEY, admitted(store, token(store)), "A1", NOW + timedelta(minutes=15))
    kept = store.tokens()[0]
    store.end_token(kept.token_id, NOW, ended(kept, SYSTEM))

    assert admit_by_link(store, KEY, shown, NOW) is None
