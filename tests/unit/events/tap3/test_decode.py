"""Telling the formats apart, and what is around a file."""

from __future__ import annotations

import pickle

import pytest

from core.events.tap3 import decode
from core.kernel.errors import UnreadableFileError
from tests.tap_encoder import Call, File, batch, encode, nrtrde, nrtrde_call, rap


def test_a_tap_batch_and_an_nrtrde_file_share_their_first_tag_and_are_told_apart() -> None:
    tap, near_real_time = batch([Call()]), nrtrde([nrtrde_call(Call())])
    assert tap[0] == near_real_time[0] == 0x61
    assert [decode(data).file["kind"] for data in (tap, near_real_time)] == ["tap", "nrtrde"]


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_octets_of_any_kind_are_decoded(kind: type) -> None:
    assert decode(kind(batch([Call()]))).events.num_rows == 1


@pytest.mark.parametrize(
    "data",
    [rap(), rap(acknowledgement=True), rap(returned=10_000)],
    ids=["return batch", "acknowledgement", "large return batch"],
)
def test_rap_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="RAP 00007 from AUTCA to POLWT") as refused:
        decode(data)
    fields = refused.value.fields
    assert (fields["kind"], fields["sender"], fields["recipient"]) == ("rap", "AUTCA", "POLWT")


@pytest.mark.parametrize(
    "data",
    [b"", b"subscription_id,account_id\n", b"PAR1", b"\x1f\x8b\x08", encode((3, [])), encode((1, []))],
    ids=["empty", "csv", "parquet", "gzip", "another tag", "nothing inside"],
)
def test_what_is_no_roaming_file_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFileError, match=r"^Roaming file: .* Ask the sender for the file again\.$"):
        decode(data)


def test_parts_of_both_formats_are_refused() -> None:
    with pytest.raises(UnreadableFileError, match="or of both"):
        decode(encode((1, [*File().sections([]), (38, b"AUTCA")])))


def test_a_part_that_stands_twice_is_refused() -> None:
    sections = File().sections([Call()])
    with pytest.raises(UnreadableFileError, match="APPLICATION 3"):
        decode(encode((1, [*sections, sections[3]])))


def test_bytes_after_the_end_are_rejected_with_their_place() -> None:
    data = batch([Call()])
    decoded = decode(data + b"\0" * 20)
    assert decoded.events.num_rows == 1
    (rejected,) = decoded.rejected
    assert (rejected.position, rejected.field, rejected.value) == (2, "file", "00" * 16)
    assert rejected.reason == f"20 bytes follow the end of the file's content, at byte {len(data)}"


def test_a_second_batch_behind_the_first_is_not_silently_lost() -> None:
    (rejected,) = decode(batch([Call()]) + batch([Call()])).rejected
    assert "bytes follow the end" in rejected.reason


def test_a_file_for_another_operator_carries_a_warning() -> None:
    data = batch([Call()])
    assert decode(data, home="POLWT").warnings == ()
    assert decode(data, home="DEUD1").warnings == ("It is addressed to POLWT, not to DEUD1.",)


def test_the_same_file_gives_the_same_result_and_another_one_another_checksum() -> None:
    first, again, other = decode(batch([Call()])), decode(batch([Call()])), decode(batch([Call(charge=1)]))
    assert first.file == again.file
    assert first.events.equals(again.events)
    assert first.file["checksum"] != other.file["checksum"]


def test_the_error_survives_being_sent_to_another_process() -> None:
    with pytest.raises(UnreadableFileError) as refused:
        decode(b"\x61\x05abc")
    copy = pickle.loads(pickle.dumps(refused.value))
    assert (str(copy), copy.fields) == (str(refused.value), {"offset": 0})
