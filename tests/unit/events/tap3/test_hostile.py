"""Hostile input: whatever the octets, a result or the one typed error, within bounded time and memory."""

from __future__ import annotations

import random
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.events.tap3 import decode
from core.events.tap3.records import MAX_RECORDS
from core.kernel.errors import UnreadableFileError
from tests.tap_encoder import (
    Call,
    Data,
    File,
    ImsEvent,
    batch,
    encode,
    notification,
    nrtrde,
    nrtrde_call,
    nrtrde_data,
    rap,
    tlv,
)

SEED = 20261125
RECORDS = [
    Call(),
    Call(direction="mt", teleservice=b"21", sms_party=b"48600"),
    Data(partial=b"F"),
    ImsEvent(),
]
SAMPLES = {
    "definite": batch(RECORDS),
    "indefinite": batch(RECORDS, indefinite=True),
    "notification": notification(),
    "nrtrde": nrtrde([nrtrde_call(Call()), nrtrde_data(Data())]),
    "rap": rap(),
}


def outcome(data: bytes) -> str:
    """Decode octets that may be anything; whatever comes out must account for every record."""
    try:
        decoded = decode(data)
    except UnreadableFileError:
        return "refused"
    inside = {rejected.position for rejected in decoded.rejected if rejected.field != "file"}
    assert decoded.events.num_rows + len(inside) == decoded.records
    assert decoded.file["period_start"] <= decoded.file["period_end"]
    decoded.events.validate(full=True)
    clean = not decoded.rejected and not decoded.warnings
    return "clean" if clean else "told"


@pytest.mark.parametrize("data", SAMPLES.values(), ids=SAMPLES.keys())
def test_a_file_cut_at_any_byte_is_refused(data: bytes) -> None:
    assert {outcome(data[:length]) for length in range(len(data))} == {"refused"}


@pytest.mark.parametrize("data", SAMPLES.values(), ids=SAMPLES.keys())
def test_flipped_bits_never_do_more_than_spoil_what_they_hit(data: bytes) -> None:
    chance = random.Random(SEED)
    for _ in range(600):
        spoilt = bytearray(data)
        for _ in range(chance.randrange(1, 4)):
            spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
        outcome(bytes(spoilt))


@given(st.binary(max_size=400))
def test_random_octets_are_refused(data: bytes) -> None:
    assert outcome(data) == "refused"


@given(st.sampled_from(sorted(SAMPLES)), st.data())
@settings(max_examples=150, deadline=None)
def test_replaced_and_inserted_octets_are_survived(name: str, data: st.DataObject) -> None:
    sample = SAMPLES[name]
    start = data.draw(st.integers(0, len(sample)))
    stop = data.draw(st.integers(start, min(len(sample), start + 12)))
    outcome(sample[:start] + data.draw(st.binary(max_size=12)) + sample[stop:])


record_tags = st.sampled_from([9, 10, 14, 433, 434, 11, 77])


@given(st.lists(st.tuples(record_tags, st.binary(max_size=60)), max_size=12))
@settings(deadline=None)
def test_records_of_random_octets_are_rejected_one_by_one(bodies: list[tuple[int, bytes]]) -> None:
    sections = File().sections([])
    inside = b"".join(tlv(tag, body, constructed=True) for tag, body in bodies)
    parts = [tlv(3, inside, constructed=True) if section[0] == 3 else encode(section) for section in sections]
    decoded = decode(tlv(1, b"".join(parts), constructed=True))
    assert (decoded.records, decoded.events.num_rows) == (len(bodies), 0)
    assert sorted(rejected.position for rejected in decoded.rejected) == list(range(1, len(bodies) + 1))


BOMBS = {
    "giant length": b"\x61\x88\x7f" + b"\xff" * 7 + b"\x64\x00",
    "indefinite depth": b"\x61\x80" * 200_000,
    "definite depth": b"\x61\x84\x00\x0f\xff\xff" * 150_000,
    "many sections": tlv(1, b"\x41\x00" * 300_000, constructed=True),
    "long tag": b"\x7f" + b"\xff" * 300_000,
    "one huge value": encode((1, [(4, [(196, bytes(3_000_000))])])),
    "many values in the header": encode((1, [(4, [(1, b"")] * 300_000)])),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused_in_a_moment_and_in_little_memory(bomb: bytes) -> None:
    tracemalloc.start()
    try:
        begin = time.process_time()
        assert outcome(bomb) == "refused"
        seconds, peak = time.process_time() - begin, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert seconds < 5
    assert peak < 10 * len(bomb) + 20_000_000


def with_records(inside: bytes) -> bytes:
    parts = [encode(section) for section in File(count=None, total=None).sections([])]
    parts[3] = tlv(3, inside, constructed=True)
    return tlv(1, b"".join(parts), constructed=True)


def test_a_nested_record_is_rejected_alone() -> None:
    deep = b""
    for _ in range(1_000):
        deep = tlv(38, deep, constructed=True)
    good = encode(Call().node())
    decoded = decode(with_records(good + tlv(9, deep, constructed=True) + good))
    assert decoded.events["file_position"].to_pylist() == [1, 3]
    assert "nest deeper" in decoded.rejected[0].reason


def test_more_records_than_any_file_has_are_refused() -> None:
    with pytest.raises(UnreadableFileError, match="more than"):
        decode(with_records(b"\x69\x00" * (MAX_RECORDS + 1)))


def test_time_grows_with_the_file_and_not_faster_when_no_two_records_are_alike() -> None:
    def unlike(count: int) -> bytes:
        filler = [b"\x41" + bytes([row % 7]) + bytes(row % 7) for row in range(count)]
        return with_records(
            b"".join(
                tlv(9, filler[row] + tlv(99, bytes(100 - row % 90), constructed=False), constructed=True)
                for row in range(count)
            )
        )

    def seconds(data: bytes) -> float:
        begin = time.process_time()
        decode(data)
        return time.process_time() - begin

    small, large = unlike(500), unlike(4_000)
    assert min(seconds(large) for _ in range(3)) < 20 * min(seconds(small) for _ in range(3))
