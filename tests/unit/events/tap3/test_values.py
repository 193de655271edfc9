"""Single values: numbers, texts, offsets, times, as the headers of files carry them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.events.tap3.values import instant, integer, text_or_none, utc_offset
from core.kernel.errors import UnreadableFileError


@pytest.mark.parametrize(
    ("value", "number"),
    [(b"\x00", 0), (b"\x7f", 127), (b"\x00\xff", 255), (b"\xff", -1), (b"\x7f" + b"\xff" * 7, 2**63 - 1)],
)
def test_an_integer_is_signed_and_has_up_to_eight_octets(value: bytes, number: int) -> None:
    assert integer("x", value) == number


@pytest.mark.parametrize("value", [b"", bytes(9)])
def test_an_integer_of_no_or_of_nine_octets_is_refused(value: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="octets"):
        integer("x", value)


@pytest.mark.parametrize(
    ("value", "minutes"), [(b"+0200", 120), (b"-0330", -210), (b"+0000", 0), (b"+1400", 840)]
)
def test_an_offset_is_minutes_east_of_greenwich(value: bytes, minutes: int) -> None:
    assert utc_offset("x", value) == minutes


@pytest.mark.parametrize(
    "value", [b"", b"0200", b"+02", b"+02:00", b"+0260", b"+1500", b"+02a0", b"\xff" * 5]
)
def test_what_is_no_offset_is_refused(value: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        utc_offset("x", value)


def test_a_local_time_and_its_offset_are_an_instant() -> None:
    assert instant("x", b"20260329013000", 60) == datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert instant("x", b"20251231230000", -210) == datetime(2026, 1, 1, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [b"", b"2026030112000", b"20260230120000", b"20261301120000", b"20260301250000", b"19700101000000"],
)
def test_what_is_no_local_time_is_refused(value: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="YYYYMMDDhhmmss"):
        instant("x", value, 0)


def test_a_refused_value_is_named_with_its_field() -> None:
    with pytest.raises(UnreadableFileError) as refused:
        utc_offset("utc_offset_min", b"\x00\xff")
    assert refused.value.fields == {"field": "utc_offset_min", "value": "00ff"}


def test_text_is_printable_ascii_without_surrounding_blanks() -> None:
    assert text_or_none(b" AUTCA ") == "AUTCA"
    assert [text_or_none(value) for value in (b"", b"  ", b"a\0b", b"\xff", b"a" * 101)] == [None] * 5
