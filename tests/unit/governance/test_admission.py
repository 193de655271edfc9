from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.governance.admission import Admissions, SessionRules, Stay
from core.kernel.audit import AuditEvent, AuditQuery
from core.kernel.errors import InputError, SignInError
from tests.builders.people import NOW, PASSWORD, SYSTEM, a_person, keep
from tests.fakes.store import FakeStore

ANOTHER = "nine green lanterns"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def after(self, **time: int) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def store() -> FakeStore:
    store = FakeStore()
    keep(store, a_person(email="anna@example.org"))
    return store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def admissions(store: FakeStore, clock: Clock) -> Admissions:
    return Admissions(store, SessionRules(), clock)


def why(refused: pytest.ExceptionInfo[SignInError]) -> object:
    return refused.value.fields["why"]


def actions(store: FakeStore) -> list[str]:
    return [entry.event.action for entry in store.audit_entries(AuditQuery(), offset=0, limit=50)]


def entered(admissions: Admissions) -> tuple[str, Stay]:
    token = admissions.by_password("anna", PASSWORD).token
    stay = admissions.stay(token)
    assert stay is not None
    return token, stay


def test_a_password_opens_a_session_and_only_the_hash_of_its_token_is_kept(
    admissions: Admissions, store: FakeStore
) -> None:
    token, stay = entered(admissions)

    assert stay.actor.user_id == "anna"
    assert stay.actor.method == "local"
    assert len(token) >= 43  # 256 bits
    assert token not in str(vars(stay.session))
    assert admissions.stay(stay.session.token) is admissions.stay("") is admissions.stay("x") is None
    assert actions(store)[0] == "session.signed_in"


def test_the_user_id_is_taken_in_any_case_and_the_password_to_the_letter(admissions: Admissions) -> None:
    assert admissions.by_password(" Anna ", PASSWORD).token
    with pytest.raises(SignInError):
        admissions.by_password("anna", PASSWORD.title())


@pytest.mark.parametrize("user", ["anna", "nobody"])
def test_a_wrong_password_and_an_unknown_user_are_told_apart_by_nobody(
    admissions: Admissions, store: FakeStore, user: str
) -> None:
    with pytest.raises(SignInError, match="The user or the password is wrong") as refused:
        admissions.by_password(user, ANOTHER)

    assert why(refused) == "wrong"
    assert actions(store)[0] == "session.refused"


def test_who_guesses_is_locked_out_for_ever_longer_even_with_the_right_password(
    admissions: Admissions, clock: Clock
) -> None:
    waits = []
    for _ in range(3):
        for _ in range(20):
            with pytest.raises(SignInError) as refused:
                admissions.by_password("anna", ANOTHER)
            if why(refused) == "locked":
                break
        with pytest.raises(SignInError) as refused:
            admissions.by_password("anna", PASSWORD)
        until = refused.value.fields["until"]
        waits.append((until - clock.now) // timedelta(minutes=1))
        clock.now = until
    assert waits == [1, 2, 4]

    assert admissions.by_password("anna", PASSWORD).token
    with pytest.raises(SignInError) as refused:
        admissions.by_password("anna", ANOTHER)
    assert why(refused) == "wrong"  # a success starts the count anew


def test_the_lock_never_lasts_longer_than_its_longest() -> None:
    until = SessionRules().locked_until(NOW)

    assert until(4) is None
    assert until(5) == NOW + timedelta(minutes=1)
    assert until(5_000) == NOW + timedelta(hours=1)


def test_a_session_ends_after_half_an_hour_without_a_sign_of_life(
    admissions: Admissions, clock: Clock
) -> None:
    token, _ = entered(admissions)
    for _ in range(3):
        clock.after(minutes=29)
        assert admissions.stay(token)
    clock.after(minutes=30)

    assert admissions.stay(token) is None
    assert admissions.open_sessions() == ()


def test_a_session_ends_after_eight_hours_however_busy(admissions: Admissions, clock: Clock) -> None:
    token, _ = entered(admissions)
    for _ in range(24):
        clock.after(minutes=19, seconds=55)
        assert admissions.stay(token)
    clock.after(minutes=5)

    assert admissions.stay(token) is None


def test_signing_out_ends_the_session_for_all_who_share_its_token(
    admissions: Admissions, store: FakeStore
) -> None:
    token, stay = entered(admissions)
    other, _ = entered(admissions)
    admissions.sign_out(stay)

    assert admissions.stay(token) is None
    assert admissions.stay(other)
    assert actions(store)[0] == "session.signed_out"


def test_a_role_and_a_right_to_come_in_are_read_anew_each_time(
    admissions: Admissions, store: FakeStore
) -> None:
    token, stay = entered(admissions)
    anna = store.person("anna")
    assert anna is not None
    other = replace(anna, role="auditor", segments=frozenset({"iot"}))
    store.change_person(anna, other, _told())

    now = admissions.stay(token)
    assert now is not None
    assert (now.actor.role, now.actor.segments) == ("auditor", {"iot"})

    store.change_person(other, replace(other, disabled=True), _told())
    assert admissions.stay(token) is None
    with pytest.raises(SignInError) as refused:
        admissions.by_password("anna", PASSWORD)
    assert why(refused) == "disabled"


def test_a_first_password_opens_nothing_but_its_change(store: FakeStore, admissions: Admissions) -> None:
    keep(store, a_person("ben"), must_change=True)
    first = admissions.by_password("ben", PASSWORD)
    stay = admissions.stay(first.token)
    assert stay is not None
    assert first.must_change
    assert stay.must_change

    for weak in ("short", PASSWORD, "ben and ben and ben"):
        with pytest.raises(InputError):
            admissions.change_password(stay, None, weak)
    changed = admissions.change_password(stay, None, ANOTHER)

    now = admissions.stay(changed.token)
    assert now is not None
    assert not now.must_change
    assert admissions.stay(first.token) is None
    assert not admissions.by_password("ben", ANOTHER).must_change
    with pytest.raises(SignInError):
        admissions.by_password("ben", PASSWORD)


def test_a_password_of_ones_own_changes_only_with_the_one_so_far(admissions: Admissions) -> None:
    _, stay = entered(admissions)
    for old in (None, "", ANOTHER):
        with pytest.raises(SignInError):
            admissions.change_password(stay, old, ANOTHER)

    assert admissions.change_password(stay, PASSWORD, ANOTHER).token


def test_proving_takes_the_password_once_more_and_counts_wrong_ones(
    admissions: Admissions, clock: Clock
) -> None:
    token, stay = entered(admissions)
    clock.after(minutes=10)
    with pytest.raises(SignInError):
        admissions.prove(stay, ANOTHER)
    admissions.prove(stay, PASSWORD)

    now = admissions.stay(token)
    assert now is not None
    assert now.session.proved_at == clock.now


def test_an_identity_is_known_by_its_address_once_and_then_by_issuer_and_subject(
    admissions: Admissions, store: FakeStore
) -> None:
    first = admissions.by_identity("https://id.example", "42", "Anna@example.org")
    again = admissions.by_identity("https://id.example", "42", None)

    for admission in (first, again):
        stay = admissions.stay(admission.token)
        assert stay is not None
        assert (stay.actor.user_id, stay.actor.method) == ("anna", "oidc")
        with pytest.raises(SignInError) as refused:
            admissions.prove(stay, PASSWORD)
        assert why(refused) == "provider"
    assert "identity.linked" in actions(store)


@pytest.mark.parametrize(
    ("issuer", "subject", "email"),
    [
        ("https://id.example", "43", "anna@example.org"),
        ("https://other.example", "42", "anna@example.org"),
        ("https://id.example", "99", "stranger@example.org"),
        ("https://id.example", "99", None),
    ],
)
def test_whom_nobody_knows_gets_no_role(
    admissions: Admissions, issuer: str, subject: str, email: str | None
) -> None:
    admissions.by_identity("https://id.example", "42", "anna@example.org")
    with pytest.raises(SignInError) as refused:
        admissions.by_identity(issuer, subject, email)

    assert why(refused) == "unknown"


def test_an_address_that_two_people_have_names_neither(admissions: Admissions, store: FakeStore) -> None:
    keep(store, a_person("anna2", email="anna@example.org"))
    with pytest.raises(SignInError):
        admissions.by_identity("https://id.example", "42", "anna@example.org")


def _told() -> AuditEvent:
    return AuditEvent("person.changed", SYSTEM, "person", "anna")
