"""Whose account somebody sees, and what of it in clear: by segment, by role, once opened with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.api import Assay, AuditQuery, Door, ForbiddenError, InputError, NotFoundError, Role, Settings
from core.bootstrap import assemble
from tests.builders.installation import installation
from tests.builders.people import PASSWORD, a_person, actor, facade, keep
from tests.builders.rows import account, settings, subscription, world

NUMBER, SIM = "48511222333", "260010000000001"
ACCOUNTS = [
    account("A1", name="Ana Petrović", segment="consumer", email="ana@example.org", phone="48700111222"),
    account("A2", name="Bolt Sp. z o.o.", segment="business"),
]
LINES = [subscription("S1", msisdn=NUMBER, imsi=SIM), subscription("S2", account_id="A2")]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("privacy")
    installation(place, world(accounts=ACCOUNTS, subscriptions=LINES), settings())
    return place


def narrowed(home: Path, *segments: str, role: Role = "analyst") -> Assay:
    return facade(home).acting(actor(role, segments=frozenset(segments)))


def signed_in(home: Path, user: str, role: Role = "care_agent") -> Assay:
    store = assemble(Settings(home=home)).store
    if store.person(user) is None:
        keep(store, a_person(user, role))
    door = Door(assemble(Settings(home=home)))
    found = door.of(door.sign_in(user, PASSWORD).token)
    assert found is not None
    return found


def actions(home: Path, pattern: str) -> list[tuple[str, str]]:
    page = facade(home, "auditor").audit_trail(AuditQuery(actions=(pattern,)))
    return [(entry.event.action, entry.event.actor.user_id) for entry in page.entries]


def test_an_account_of_another_segment_is_refused_and_not_found(home: Path) -> None:
    mine = narrowed(home, "consumer")

    assert mine.account("A1").head.segment == "consumer"
    assert [hit.account_id for hit in mine.find_accounts("A")] == ["A1"]
    for ask in (mine.account, mine.account_review, lambda account: mine.unmask(account, "they called us")):
        with pytest.raises(ForbiddenError):
            ask("A2")
    assert actions(home, "access.*")[0] == ("access.refused", "analyst")


@pytest.mark.parametrize(
    ("role", "name"), [("care_agent", "Ana Petrović"), ("analyst", "Ana Petrović"), ("auditor", None)]
)
def test_the_name_is_shown_by_role(home: Path, role: Role, name: str | None) -> None:
    asked = facade(home, role)

    assert asked.account("A1").head.name == name
    assert [hit.name for hit in asked.find_accounts("A1")] == [name]
    found = [hit.account_id for text in ("petrovic", NUMBER) for hit in asked.find_accounts(text)]
    assert found == (["A1", "A1"] if name else [])


def test_numbers_are_masked_until_opened_with_a_reason_for_this_session_and_account(home: Path) -> None:
    mine, other = signed_in(home, "clara"), signed_in(home, "carl")
    before = mine.account("A1")
    assert before.personal is None
    assert NUMBER not in str(before)
    assert SIM not in str(before)

    for reason in ("", "    ", "why"):
        with pytest.raises(InputError):
            mine.unmask("A1", reason)
    with pytest.raises(NotFoundError):
        mine.unmask("A9", "the customer called us")
    mine.unmask("A1", "the customer called us")

    opened = mine.account("A1").personal
    assert opened is not None
    assert (opened.email, opened.phone) == ("ana@example.org", "48700111222")
    assert [(line.msisdn, line.imsi) for line in opened.lines] == [(NUMBER, SIM)]
    assert mine.account("A2").personal is None
    assert other.account("A1").personal is None
    assert signed_in(home, "clara").account("A1").personal is None  # another session
    assert actions(home, "personal_data.*") == [("personal_data.unmasked", "clara")]


def test_who_may_not_open_numbers_is_refused(home: Path) -> None:
    for role in ("auditor", "product_manager", "administrator", "service"):
        with pytest.raises(ForbiddenError):
            facade(home, role).unmask("A1", "I am curious today")
    with pytest.raises(ForbiddenError):  # nobody opens numbers outside of a session
        facade(home).unmask("A1", "I am curious today")


def test_every_look_at_an_account_is_kept_under_a_pseudonym(home: Path) -> None:
    facade(home, "supervisor").account("A1")
    (newest, *_) = facade(home, "auditor").audit_trail(AuditQuery(actions=("account.viewed",))).entries

    assert newest.event.actor.user_id == "supervisor"
    assert newest.event.subject
    assert "A1" not in newest.content
