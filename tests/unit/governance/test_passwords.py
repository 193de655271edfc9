from __future__ import annotations

import pytest

from core.governance.passwords import first_password, hash_password, is_password, weakness


@pytest.mark.parametrize(
    "password",
    [
        "eleven-char",
        "x" * 257,
        "123456789012",
        "password1234",
        "Password2026!",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "qwertyqwerty1",
        "lkjhgfdsapoi",
        "1qaz2wsx3edc",
        "nowak is my name",
        "assay of the day",
    ],
)
def test_what_anybody_would_try_is_refused(password: str) -> None:
    assert weakness(password, "anna.nowak", "Anna Nowak") is not None


@pytest.mark.parametrize(
    "password", ["seven quiet otters", "x7$kq!m2#pwz", "ein grüner Löwe schläft", "a b" * 85 + "c"]
)
def test_a_long_password_of_ones_own_is_taken_whatever_it_is_made_of(password: str) -> None:
    assert weakness(password, "anna.nowak", "Anna Nowak") is None


def test_first_passwords_are_random_and_meet_the_rules() -> None:
    made = {first_password() for _ in range(200)}

    assert len(made) == 200
    assert [password for password in made if weakness(password)] == []


def test_what_is_kept_opens_to_its_password_alone_and_differs_each_time() -> None:
    kept = hash_password("seven quiet otters")

    assert kept.startswith("$argon2id$")
    assert kept != hash_password("seven quiet otters")
    assert is_password("seven quiet otters", kept)
    assert not is_password("Seven quiet otters", kept)
    assert not is_password("seven quiet otters", None)
    assert not is_password("seven quiet otters", "no hash")
    assert not is_password("x" * 300, kept)
