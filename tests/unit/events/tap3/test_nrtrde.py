"""NRTRDE files: read as such, never as an empty TAP batch."""

from __future__ import annotations

from datetime import UTC, datetime

from core.events.tap3 import decode
from tests.tap_encoder import STAMP, Call, Data, encode, integer, nrtrde, nrtrde_call, nrtrde_data


def test_calls_messages_and_sessions_become_events() -> None:
    records = [
        nrtrde_call(Call()),
        nrtrde_call(Call(direction="mt", teleservice=b"21", duration=0)),
        nrtrde_data(Data(up=10, down=20)),
    ]
    decoded = decode(nrtrde(records))
    rows = decoded.events.to_pylist()
    assert [(row["service"], row["direction"]) for row in rows] == [
        ("voice", "mo"),
        ("sms", "mt"),
        ("data", "mo"),
    ]
    assert [row["other_party"] for row in rows] == ["495211065844", "495211065844", None]
    assert {row["imsi"] for row in rows} == {"260990229666964"}
    assert rows[0]["started_at"] == datetime(2026, 3, 1, 11, 0, tzinfo=UTC)
    assert (rows[2]["bytes_up"], rows[2]["bytes_down"], rows[2]["apn"]) == (10, 20, "internet")
    assert (decoded.rejected, decoded.warnings) == ((), ())


def test_its_file_is_of_kind_nrtrde_and_claims_no_charge() -> None:
    decoded = decode(nrtrde([nrtrde_call(Call())]))
    file = decoded.file
    assert (file["file_id"], file["kind"]) == ("AUTCA-POLWT-nrtrde-00042", "nrtrde")
    assert (file["total_charge"], file["currency"]) == (None, None)
    assert file["created_at"] == file["received_at"] == datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
    assert decoded.events["wholesale_charge"].to_pylist() == [None]
    assert decoded.release == "NRTRDE 2.1"


def test_its_count_stands_as_declared_with_a_warning() -> None:
    decoded = decode(nrtrde([nrtrde_call(Call())], count=10))
    assert decoded.file["record_count"] == 10
    assert decoded.warnings == ("The file declares 10 records and holds 1.",)


def test_an_empty_file_carries_a_warning() -> None:
    assert decode(nrtrde([])).warnings == ("The file holds no records.",)


def test_a_record_without_an_imsi_or_with_a_bad_offset_is_rejected() -> None:
    tag, parts = nrtrde_call(Call())
    assert isinstance(parts, list)
    bad_offset = tag, [(number, b"later" if number == 45 else value) for number, value in parts]
    no_offset = tag, [part for part in parts if part[0] != 45]
    decoded = decode(nrtrde([nrtrde_call(Call(imsi=None)), bad_offset, no_offset, (tag, parts)]))
    assert [(rejected.position, rejected.field) for rejected in decoded.rejected] == [
        (1, "imsi"),
        (2, "utc_offset_min"),
        (3, "utc_offset_min"),
    ]
    assert decoded.events["file_position"].to_pylist() == [4]


def test_an_unknown_record_part_or_release_is_named() -> None:
    decoded = decode(nrtrde([(9, [])]))
    assert [rejected.value for rejected in decoded.rejected] == ["[APPLICATION 9]"]
    strange = encode(
        (
            1,
            [
                (41, integer(3)),
                (38, b"AUTCA"),
                (36, b"POLWT"),
                (39, b"1"),
                (31, STAMP.encode()),
                (45, b"+0100"),
                (60, b"?"),
                (2, []),
            ],
        )
    )
    assert decode(strange).warnings[:2] == (
        "[APPLICATION 60] is no part of an NRTRDE file: it is left out.",
        "Release 3.None is read as NRTRDE 2.1.",
    )
