"""Partial records: which events are parts of one session, in which order, and which is the last."""

from __future__ import annotations

from typing import Any

from core.events.tap3 import decode
from tests.tap_encoder import Call, Data, Usage, batch


def parts(*records: Usage) -> list[tuple[Any, ...]]:
    rows = decode(batch(records)).events.to_pylist()
    return [(row["call_ref"], row["partial_sequence"], row["partial_last"]) for row in rows]


def part(mark: str, hour: int, charging_id: int = 77) -> Data:
    return Data(started=f"20260301{hour:02d}0000", partial=mark.encode(), charging_id=charging_id)


def test_a_complete_event_is_no_part_of_anything() -> None:
    assert parts(Call(), Data()) == [(None, None, None)] * 2


def test_the_parts_of_a_data_session_are_numbered_by_their_start() -> None:
    assert parts(part("L", 14), part("F", 10), part("I", 12)) == [
        ("77", 3, True),
        ("77", 1, False),
        ("77", 2, False),
    ]


def test_parts_without_the_first_one_have_no_number() -> None:
    assert parts(part("I", 12), part("L", 14)) == [("77", None, False), ("77", None, True)]


def test_sessions_are_told_apart_by_charging_id_and_subscriber() -> None:
    other_id = part("F", 11, charging_id=2**31 + 5)
    other_imsi = Data(started="20260301110000", partial=b"F", imsi="260990000000001")
    assert parts(part("F", 10), other_id, other_imsi) == [
        ("77", 1, False),
        ("2147483653", 1, False),
        ("77", 1, False),
    ]


def test_a_part_without_a_charging_id_stands_alone() -> None:
    assert parts(Data(partial=b"F", charging_id=None)) == [(None, None, None)]


def test_a_call_that_goes_on_is_joined_with_the_record_that_ends_it() -> None:
    reference = b"\x0a\x1b\x2c"
    first, last = Call(cause=1, call_ref=reference), Call(started="20260301130000", call_ref=reference)
    assert parts(first, last, Call(call_ref=b"\x01")) == [
        ("0a1b2c", None, False),
        ("0a1b2c", None, True),
        (None, None, None),
    ]


def test_calls_that_only_share_a_reference_are_not_joined() -> None:
    assert parts(Call(), Call(), Call(imsi="260990000000001", cause=1))[:2] == [(None, None, None)] * 2


def test_a_rejected_part_is_not_counted() -> None:
    broken = Data(started="20260301090000", partial=b"F", imsi="260990229666964", up=None)
    assert parts(broken, part("I", 12)) == [("77", None, False)]
