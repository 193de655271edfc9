"""The BER reader: what it accepts, what it refuses, and that its bounds hold."""

from __future__ import annotations

import pytest

from core.events.tap3.ber import MAX_DEPTH, MAX_LEAVES, BerFile, describe
from core.kernel.errors import UnreadableFileError
from tests.tap_encoder import encode, tlv


def read(data: bytes) -> BerFile:
    return BerFile(data)


@pytest.mark.parametrize("tag", [1, 30, 31, 127, 128, 434, 16_383, 16_384, 2_097_151])
def test_a_tag_of_any_size_is_read_as_its_number(tag: int) -> None:
    data = tlv(tag, b"x", constructed=False)
    found = read(data).element(0, len(data))
    assert (found.tag, data[found.start : found.stop], found.end) == (tag, b"x", len(data))


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65_536])
def test_a_length_of_any_size_is_read(size: int) -> None:
    data = tlv(9, bytes(size), constructed=False)
    found = read(data).element(0, len(data))
    assert (found.stop - found.start, found.end) == (size, len(data))


def test_a_length_may_be_written_with_more_octets_than_it_needs() -> None:
    data = bytes([0x49, 0x84, 0, 0, 0, 1]) + b"x"
    assert read(data).element(0, len(data)).start == 6


@pytest.mark.parametrize("indefinite", [False, True])
def test_leaves_carry_their_path_their_parent_and_their_place(indefinite: bool) -> None:
    data = encode(
        (9, [(147, [(129, b"ab")]), (223, b"c"), (70, [(62, b"d"), (71, b"e")])]), indefinite=indefinite
    )
    found = read(data).leaves(0, len(data))
    assert [(path, data[start:stop]) for path, _, start, stop in found] == [
        ((9, 147, 129), b"ab"),
        ((9, 223), b"c"),
        ((9, 70, 62), b"d"),
        ((9, 70, 71), b"e"),
    ]
    parents = [parent for _, parent, _, _ in found]
    assert parents[2] == parents[3]
    assert len(set(parents)) == 3


def test_an_empty_element_has_no_leaves() -> None:
    data = encode((9, [(147, [])]))
    assert read(data).leaves(0, len(data)) == []


def test_the_end_of_an_indefinite_element_is_that_of_its_own_contents() -> None:
    inner = encode((9, [(147, b"a")]), indefinite=True)
    data = encode((3, [(10, b"")]), indefinite=True)[:-2] + inner + b"\0\0rest"
    file = read(data)
    found = file.element(0, len(data))
    assert data[found.end :] == b"rest"
    assert [span[0] for span in file.spans(found.start, found.stop)] == [10, 9]


def test_tags_of_other_classes_are_not_taken_for_application_tags() -> None:
    data = tlv(9, b"", constructed=True, octet=0x80)
    assert read(data).element(0, len(data)).tag != 9
    assert describe(read(data).element(0, len(data)).tag) == "[9]"
    assert describe(read(b"\x04\x00").element(0, 2).tag) == "[UNIVERSAL 4]"


REFUSED = {
    "nothing at all": b"",
    "a tag alone": b"\x61",
    "a long tag cut short": b"\x5f\x81",
    "a length cut short": b"\x61\x82\x01",
    "less than it declares": b"\x61\x05abc",
    "a giant length": b"\x61\x88" + b"\xff" * 8 + b"abc",
    "a length of more octets than any file has": b"\x61\x89" + bytes(9) + b"abc",
    "a reserved length": b"\x61\xff" + bytes(127),
    "a primitive value of indefinite length": b"\x41\x80ab\0\0",
    "an indefinite element without an end": b"\x61\x80\x41\x01a",
    "a tag of five octets": b"\x5f\x81\x81\x81\x81\x01\x00",
    "a tag padded with zeros": b"\x5f\x80\x81\x00\x00",
    "a small tag in the long form": b"\x5f\x1e\x00",
    "an end of contents that is not empty": b"\x61\x80\x00\x01a",
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_ber_is_refused_with_its_offset(data: bytes) -> None:
    file = read(data)
    with pytest.raises(UnreadableFileError, match="at byte") as refused:
        file.element(0, len(data))
    assert 0 <= refused.value.fields["offset"] <= len(data)


@pytest.mark.parametrize(
    "data",
    [b"\x61\x04\x41\x05ab", b"\x61\x04\x41\x01a\x41", b"\x61\x02\x00\x00", b"\x61\x03\x5f\x81\x01\x00"],
    ids=["a child longer than its parent", "a child of one octet", "an end that nothing opened", "a cut tag"],
)
def test_what_is_inside_is_held_to_its_container(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read(data).leaves(0, len(data))


@pytest.mark.parametrize("indefinite", [False, True])
def test_elements_nest_to_the_limit_and_no_deeper(indefinite: bool) -> None:
    def nested(depth: int) -> bytes:
        data = b""
        for _ in range(depth):
            data = tlv(9, data, constructed=True, indefinite=indefinite)
        return data

    fits, too_deep = nested(MAX_DEPTH), nested(MAX_DEPTH + 1)
    assert read(fits).leaves(0, len(fits)) == []
    with pytest.raises(UnreadableFileError, match="deeper"):
        read(too_deep).leaves(0, len(too_deep))


def test_a_depth_bomb_ends_in_the_error_and_not_in_the_interpreter() -> None:
    for bomb in (b"\x61\x80" * 500_000, b"\x61\x84\x7f\xff\xff\xff" * 100_000):
        with pytest.raises(UnreadableFileError):
            read(bomb).element(0, len(bomb))


def test_a_record_of_too_many_values_is_refused() -> None:
    data = tlv(9, b"\x41\x00" * (MAX_LEAVES + 1), constructed=True)
    with pytest.raises(UnreadableFileError, match=f"more than {MAX_LEAVES} values"):
        read(data).leaves(0, len(data))
