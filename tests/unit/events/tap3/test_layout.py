"""Gathering by layout gives each record what the strict walk of it alone would give."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.events.tap3.ber import BerFile
from core.events.tap3.fields import FieldTable, Tables
from core.events.tap3.layout import MAX_LAYOUTS_OF_ONE_LENGTH, gather
from core.events.tap3.refusals import Refusals
from tests.tap_encoder import Node, encode

TABLES = Tables(
    FieldTable({"a": 4, "b": 8}, {(9, 129): "a", (9, 147, 223): "b"}),
    repeated=FieldTable({"type": 2, "amount": 8}, {(9, 63, 71): "type", (9, 63, 62): "amount"}),
)

Content = tuple[bytes, bytes, list[bytes]]
contents = st.tuples(
    st.binary(max_size=4), st.binary(max_size=8), st.lists(st.binary(max_size=8), max_size=3)
)


def record(content: Content) -> Node:
    a, b, amounts = content
    charges: list[Node] = [(63, [(71, b"00"), (62, amount)]) for amount in amounts]
    return 9, [(129, a), (147, [(223, b), (299, b"not read")]), *charges]


def read(pieces: list[bytes]) -> tuple[list[Content], list[int]]:
    """Gather records; give what was found and the records that were refused."""
    data = b"".join(pieces)
    lengths = np.array([len(piece) for piece in pieces], np.int64)
    ends = np.cumsum(lengths)
    starts = ends - lengths
    refusals = Refusals(np.arange(len(pieces)))
    found = gather(BerFile(data), starts, ends, TABLES, refusals)
    rows: list[Content] = [
        (found.values["a"].value(row), found.values["b"].value(row), []) for row in range(len(pieces))
    ]
    for number, row in enumerate(found.set_records.tolist()):
        assert found.sets["type"].value(number) == b"00"
        rows[row][2].append(found.sets["amount"].value(number))
    return rows, [rejected.position for rejected in refusals.rejected()]


@given(st.lists(st.tuples(contents, st.booleans()), max_size=30))
@settings(max_examples=60)
def test_every_record_gets_its_own_values_whatever_the_others_look_like(
    given_records: list[tuple[Content, bool]],
) -> None:
    pieces = [encode(record(content), indefinite=indefinite) for content, indefinite in given_records]
    found, refused = read(pieces)
    assert found == [content for content, _ in given_records]
    assert refused == []


def test_records_of_one_length_and_many_layouts_are_all_read() -> None:
    many = MAX_LAYOUTS_OF_ONE_LENGTH + 40
    pieces = [
        encode((9, [(129, b"ab"), (147, [(223, b"c"), (299, bytes(row)), (298, bytes(many - row))])]))
        for row in range(many)
    ]
    assert len({len(piece) for piece in pieces}) <= 3
    found, refused = read(pieces)
    assert found == [(b"ab", b"c", [])] * many
    assert refused == []


def test_a_record_with_one_wrong_length_octet_is_refused_and_its_twins_are_not() -> None:
    good = encode(record((b"ab", b"cd", [b"e"])))
    at = good.index(b"not read") - 1
    bad = good[:at] + bytes([good[at] + 1]) + good[at + 1 :]
    found, refused = read([good, bad, good])
    assert refused == [1]
    assert found[0] == found[2] == (b"ab", b"cd", [b"e"])


def test_the_first_of_two_values_of_a_field_counts() -> None:
    found, _ = read([encode((9, [(129, b"one"), (129, b"two")]))])
    assert found == [(b"one", b"", [])]


def test_no_records_gather_to_nothing() -> None:
    refusals = Refusals(np.zeros(0, np.int64))
    none = np.zeros(0, np.int64)
    assert gather(BerFile(b""), none, none, TABLES, refusals).values.octets.shape == (0, 12)
