"""Many values at once: the same readings as of single ones, a row for each record."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events.tap3 import values
from core.events.tap3.columns import OctetColumn, decimals, instants
from core.kernel.errors import UnreadableFileError

FIRST, LAST = datetime(1980, 1, 1), datetime(2198, 12, 31, 23, 59, 59)  # noqa: DTZ001  local wall clock


def column(*contents: bytes, width: int) -> OctetColumn:
    octets = np.zeros((len(contents), width), np.uint8)
    for row, content in enumerate(contents):
        part = content[:width]
        octets[row, : len(part)] = np.frombuffer(part, np.uint8)
    return OctetColumn(octets, np.array([len(content) for content in contents], np.int64))


@given(st.lists(st.binary(max_size=10), min_size=1, max_size=20))
def test_integers_are_read_as_one_by_one(contents: list[bytes]) -> None:
    numbers, ok = column(*contents, width=8).integers()
    for content, number, good in zip(contents, numbers.tolist(), ok.tolist(), strict=True):
        if good:
            assert number == values.integer("x", content)
        else:
            assert number == 0
            with pytest.raises(UnreadableFileError):
                values.integer("x", content)


@given(st.lists(st.text("0123456789", min_size=1, max_size=20), min_size=1, max_size=20))
def test_packed_digits_come_back_as_they_were(numbers: list[str]) -> None:
    packed = [bytes.fromhex(number + "f" * (len(number) % 2)) for number in numbers]
    assert column(*packed, width=10).digits().to_pylist() == numbers


@pytest.mark.parametrize(
    "value",
    ["", "ff", "1f2f", "12a4", "f1", "12" * 11],
    ids=["none", "filler", "gap", "star", "swapped", "long"],
)
def test_what_is_not_packed_digits_is_null(value: str) -> None:
    assert column(bytes.fromhex(value), width=10).digits().to_pylist() == [None]


def test_fillers_at_the_end_may_be_several() -> None:
    assert column(bytes.fromhex("123fff"), width=10).digits().to_pylist() == ["123"]


def test_texts_are_printable_ascii_of_the_given_width() -> None:
    texts = column(b"internet", b"", b"a\x00b", b"\xc3\xa9", b"toolongforit", width=8).text()
    assert texts.to_pylist() == ["internet", None, None, None, None]


@pytest.mark.parametrize("written", [b"+48123", b"0048123", b"48123", b" +0048123"])
def test_a_written_number_loses_plus_and_prefix(written: bytes) -> None:
    assert column(written, width=24).written_digits().to_pylist() == ["48123"]


@pytest.mark.parametrize("written", [b"InfoSMS", b"*100#", b"", b"+", b"48 123", b"\xff", b"1" * 21])
def test_a_name_or_a_code_is_no_number(written: bytes) -> None:
    assert column(written, width=24).written_digits().to_pylist() == [None]


@given(
    st.lists(
        st.one_of(
            st.datetimes(min_value=FIRST, max_value=LAST).map(
                lambda moment: moment.strftime("%Y%m%d%H%M%S").encode()
            ),
            st.from_regex(rb"\A[0-9]{14}\Z"),
            st.binary(max_size=15),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_local_times_are_read_as_one_by_one(contents: list[bytes]) -> None:
    seconds, ok = column(*contents, width=14).seconds()
    for content, second, good in zip(contents, seconds.tolist(), ok.tolist(), strict=True):
        if good:
            assert second == values.instant("x", content, 0).timestamp()
        else:
            with pytest.raises(UnreadableFileError):
                values.instant("x", content, 0)


def test_decimals_and_instants_are_exact() -> None:
    amounts = decimals(np.array([1, -5, 10**17 + 1]), np.array([True, True, False]))
    assert amounts.to_pylist() == [Decimal("0.000001"), Decimal("-0.000005"), None]
    assert str(instants(np.array([1_772_366_400]))[0].as_py()) == "2026-03-01 12:00:00+00:00"


def test_a_raw_value_is_given_as_far_as_it_is_kept() -> None:
    assert column(b"abc", b"abcdefghijk", b"", width=8).value(1) == b"abcdefgh"
