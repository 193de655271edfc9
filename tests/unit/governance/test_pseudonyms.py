"""Identifiers of customers become pseudonyms; everything else stays as it is."""

from __future__ import annotations

import pytest

from core.governance.pseudonyms import Pseudonyms
from tests.builders.audit import PSEUDONYMS


@pytest.mark.parametrize("raw", ["+48 600 100 200", "48-600-100-200", " +48600100200 "])
def test_a_number_has_one_pseudonym_however_it_is_written(raw: str) -> None:
    assert PSEUDONYMS.of(raw) == PSEUDONYMS.of("48600100200")


def test_another_key_makes_another_pseudonym() -> None:
    assert Pseudonyms(b"another key of sixteen").of("A1") != PSEUDONYMS.of("A1")
    assert PSEUDONYMS.of("Jan@Example.com") == PSEUDONYMS.of("jan@example.com")
    with pytest.raises(ValueError, match="16 bytes"):
        Pseudonyms(b"short")


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("call 600100200 now", "600100200"),
        ("(+48 600 100 200)", "+48 600 100 200"),
        ("msisdn:48600100200.", "48600100200"),
        ("imsi=260011234567890;", "260011234567890"),
        ("to a.b+c@mail.example.com!", "a.b+c@mail.example.com"),
        ("353490069873567", "353490069873567"),
        ("+48-600-100-200, twice", "+48-600-100-200"),
    ],
)
def test_identifiers_in_a_text_are_hidden(text: str, hidden: str) -> None:
    assert PSEUDONYMS.protect(text) == text.replace(hidden, PSEUDONYMS.of(hidden))


def test_each_of_several_identifiers_is_hidden() -> None:
    names = [PSEUDONYMS.of(raw) for raw in ("600100200", "601100200", "x@y.example")]
    hidden = PSEUDONYMS.protect("600 100 200/601 100 200, x@y.example")
    assert hidden == f"{names[0]}/{names[1]}, {names[2]}"


@pytest.mark.parametrize(
    "text",
    [
        "R-123456789012",
        "C-48600100200",
        "I-20260501-000123",
        "2026-11-26T03:05:29.123456Z",
        "2026-11-26 10:30",
        "12345678.50",
        "1234567890.123456",
        "1,234,567,890",
        "usage/20261126103000.csv",
        "9b1c" * 16,
        "28 days of 31",
        "a@b",
        "",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert PSEUDONYMS.protect(text) == text


def test_a_long_hostile_text_takes_no_long_time() -> None:
    for hostile in ("a" * 200_000, "1 " * 100_000, "a@" * 50_000, "." * 100_000 + "@"):
        PSEUDONYMS.protect(hostile)
