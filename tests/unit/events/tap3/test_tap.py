"""TAP transfer batches and notifications, record by record and as a whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.events.tap3 import decode
from core.kernel.errors import UnreadableFileError
from core.kernel.records import STREAMS
from tests.tap_encoder import Call, Data, File, ImsEvent, Usage, batch, encode, notification


def only(record: Usage, about: File | None = None) -> dict[str, Any]:
    """Decode a file of one record and give its event."""
    decoded = decode(batch([record], about))
    assert decoded.rejected == ()
    row: dict[str, Any]
    (row,) = decoded.events.to_pylist()
    return row


def reason(record: Usage) -> tuple[str, str]:
    """Decode a file of one record that is refused and give the field and why."""
    decoded = decode(batch([record]))
    assert decoded.events.num_rows == 0
    (rejected,) = decoded.rejected
    assert rejected.position == 1
    return rejected.field, rejected.reason


@pytest.mark.parametrize("indefinite", [False, True])
def test_a_call_becomes_an_event_with_every_column_of_the_contract(indefinite: bool) -> None:
    decoded = decode(batch([Call()], indefinite=indefinite))
    assert decoded.events.column_names == [column.name for column in STREAMS["usage_events"].columns]
    assert decoded.events.to_pylist() == [
        {
            "event_id": "AUTCA-POLWT-tap-00042#1",
            "source": "tap:AUTCA",
            "file_id": "AUTCA-POLWT-tap-00042",
            "file_position": 1,
            "service": "voice",
            "direction": "mo",
            "imsi": "260990229666964",
            "msisdn": "481796953105",
            "other_party": "495211065844",
            "serving_plmn": None,
            "cell": "3505-7182",
            "started_at": datetime(2026, 3, 1, 11, 0, tzinfo=UTC),
            "duration_s": 153,
            "bytes_up": 0,
            "bytes_down": 0,
            "call_ref": None,
            "partial_sequence": None,
            "partial_last": None,
            "imei": "354659294308112",
            "apn": None,
            "cause_code": "0",
            "utc_offset_min": 60,
            "wholesale_charge": Decimal("2.300000"),
            "received_at": datetime(2026, 3, 2, 4, 0, tzinfo=UTC),
        }
    ]
    assert decoded.warnings == ()


def test_the_file_row_holds_what_the_partner_declares() -> None:
    about = File(
        earliest="20260301120000", latest="20260301180000", tap_currency=b"USD", total=9_999, count=7
    )
    decoded = decode(batch([Call()], about))
    file = dict(decoded.file)
    assert len(str(file.pop("checksum"))) == 64
    assert file == {
        "file_id": "AUTCA-POLWT-tap-00042",
        "source": "tap:AUTCA",
        "partner_id": "AUTCA",
        "sequence": 42,
        "period_start": datetime(2026, 3, 1, 11, 0, tzinfo=UTC),
        "period_end": datetime(2026, 3, 1, 17, 0, tzinfo=UTC),
        "created_at": datetime(2026, 3, 2, 3, 0, tzinfo=UTC),
        "received_at": datetime(2026, 3, 2, 4, 0, tzinfo=UTC),
        "record_count": 7,
        "kind": "tap",
        "total_charge": Decimal("9.999"),
        "currency": "USD",
        "status": "accepted",
    }
    assert list(decoded.file) == [column.name for column in STREAMS["usage_files"].columns]
    assert (decoded.release, decoded.recipient, decoded.records) == ("TAP 3.12", "POLWT", 1)


def test_counts_and_totals_that_do_not_match_are_warnings() -> None:
    decoded = decode(batch([Call(), Data()], File(total=1, count=3)))
    assert decoded.warnings == (
        "The file declares 3 records and holds 2.",
        "The file declares a total charge of 0.001, its events add up to 4.6.",
    )


def test_what_is_not_declared_is_counted_or_null() -> None:
    decoded = decode(batch([Call(), Data()], File(total=None, count=None, available=None)))
    assert (decoded.file["record_count"], decoded.file["total_charge"]) == (2, None)
    assert decoded.file["received_at"] == decoded.file["created_at"]
    assert decoded.warnings == ()


def test_without_declared_times_the_period_is_that_of_the_events() -> None:
    early, late = Call(started="20260301080000"), Call(started="20260301200000", duration=3_600)
    file = decode(batch([late, early])).file
    assert file["period_start"] == datetime(2026, 3, 1, 7, 0, tzinfo=UTC)
    assert file["period_end"] == datetime(2026, 3, 1, 20, 0, tzinfo=UTC)


def test_an_empty_batch_has_its_cut_off_as_period_and_a_warning() -> None:
    decoded = decode(batch([]))
    assert (
        decoded.file["period_start"] == decoded.file["period_end"] == datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
    )
    assert decoded.events.num_rows == 0
    assert "The file holds no records." in decoded.warnings


def test_a_test_file_is_of_kind_test() -> None:
    decoded = decode(batch([Call()], File(test=True)))
    assert (decoded.file["kind"], decoded.file["file_id"]) == ("test", "AUTCA-POLWT-test-00042")


def test_a_notification_is_an_empty_file_that_says_so() -> None:
    decoded = decode(notification())
    assert decoded.file["record_count"] == 0
    assert decoded.file["file_id"] == "AUTCA-POLWT-tap-00042"
    assert decoded.events.num_rows == 0
    assert any("notification" in warning for warning in decoded.warnings)


def test_local_times_become_instants_by_the_offset_of_their_code() -> None:
    row = only(Call(started="20260301230000", offset_code=1))
    assert (row["started_at"], row["utc_offset_min"]) == (datetime(2026, 3, 2, 2, 30, tzinfo=UTC), -210)


@pytest.mark.parametrize(
    ("record", "service", "direction"),
    [
        (Call(), "voice", "mo"),
        (Call(direction="mt"), "voice", "mt"),
        (Call(teleservice=b"22"), "sms", "mo"),
        (Call(teleservice=b"\x21", direction="mt"), "sms", "mt"),
        (Call(teleservice=b"12"), "voice", "mo"),
        (Data(), "data", "mo"),
        (ImsEvent(service=0), "sms", "mo"),
        (ImsEvent(service=1), "sms", "mt"),
        (ImsEvent(service=0, duration=60), "voice", "mo"),
        (ImsEvent(service=1, duration=60), "voice", "mt"),
    ],
)
def test_service_and_direction_follow_from_the_record(record: Usage, service: str, direction: str) -> None:
    row = only(record)
    assert (row["service"], row["direction"]) == (service, direction)


def test_a_data_session_has_volumes_and_no_other_party() -> None:
    row = only(Data(up=3_000_000_000, down=5, duration=7))
    assert (row["bytes_up"], row["bytes_down"], row["duration_s"]) == (3_000_000_000, 5, 7)
    assert (row["apn"], row["other_party"], row["cell"]) == ("internet", None, "3505-7182")


def test_an_ims_event_has_the_party_and_charge_of_any_other() -> None:
    for record in (ImsEvent(), ImsEvent(duration=60)):
        row = only(record)
        assert row["other_party"] == "495211065844"
        assert (row["imsi"], row["msisdn"], row["imei"]) == (
            "260990229666964",
            "481796953105",
            "354659294308112",
        )
        assert (row["cell"], row["wholesale_charge"]) == ("3505-7182", Decimal("2.3"))


@pytest.mark.parametrize(
    ("record", "party"),
    [
        (Call(other_party="00495211065844"), "495211065844"),
        (Call(other_party=None, dialled=b"+495211065844"), "495211065844"),
        (Call(other_party=None, dialled=b"*100#"), None),
        (Call(other_party=None), None),
        (Call(direction="mt"), "495211065844"),
        (Call(teleservice=b"22", sms_party=b"48600100200"), "48600100200"),
        (Call(teleservice=b"21", direction="mt", sms_party=b"InfoSMS"), None),
        (Call(teleservice=b"22"), "495211065844"),
        (Call(other_party="919876543210"), "919876543210"),
    ],
    ids=["prefix", "dialled", "code", "none", "calling", "own number", "name", "centre", "india"],
)
def test_the_other_party_is_e164_digits_or_null(record: Call, party: str | None) -> None:
    assert only(record)["other_party"] == party


def test_a_record_without_msisdn_is_kept_for_its_imsi_to_resolve() -> None:
    assert only(Call(msisdn=None))["msisdn"] is None


def test_optional_values_may_be_missing() -> None:
    row = only(Call(imei=None, cell=None, cause=None, call_ref=None, charge=None))
    assert [row[name] for name in ("imei", "cell", "cause_code", "wholesale_charge")] == [None] * 4


def test_an_unreadable_optional_value_is_left_empty_and_counted() -> None:
    decoded = decode(batch([Call(imei="12a4"), Call(imei="a"), Data(apn=b"a\0b")]))
    assert decoded.rejected == ()
    assert decoded.events["imei"].to_pylist() == [None, None, "354659294308112"]
    assert "2 records have an unreadable imei: it is left empty." in decoded.warnings
    assert "1 records have an unreadable apn: it is left empty." in decoded.warnings


@pytest.mark.parametrize(
    ("record", "field", "why"),
    [
        (Call(imsi=None), "imsi", "missing"),
        (Call(imsi="12345"), "imsi", "6 to 15 digits"),
        (Call(imsi="26099abc"), "imsi", "6 to 15 digits"),
        (Call(started=""), "started_at", "missing"),
        (Call(started="20260230120000"), "started_at", "no local time"),
        (Call(offset_code=None), "utc_offset_min", "missing"),
        (Call(offset_code=9), "utc_offset_min", "lacks"),
        (Call(duration=None), "duration_s", "missing"),
        (Call(duration=-1), "duration_s", "negative"),
        (Call(duration=40_000_000), "duration_s", "more than"),
        (Data(up=None), "bytes_up", "missing"),
        (Data(down=-1), "bytes_down", "negative"),
        (Call(charge=-1), "wholesale_charge", "negative"),
        (Call(charge=10**15), "wholesale_charge", "too large"),
        (Call(charge=10**18), "wholesale_charge", "too large"),
        (Call(camel_fee=-1), "wholesale_charge", "negative"),
        (Call(cause=1 << 70), "cause_code", "eight octets"),
        (ImsEvent(service=5), "service", "not priced"),
    ],
)
def test_a_record_without_what_an_event_needs_is_rejected_with_the_reason(
    record: Usage, field: str, why: str
) -> None:
    found, text = reason(record)
    assert found == field
    assert why in text


def test_a_bad_record_costs_its_neighbours_nothing_and_keeps_its_number() -> None:
    decoded = decode(batch([Call(), Call(imsi=None), Data()]))
    assert decoded.events["file_position"].to_pylist() == [1, 3]
    (rejected,) = decoded.rejected
    assert (rejected.position, rejected.action) == (
        2,
        "Return the record to the sender and ask for it again.",
    )


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        (11, "supplServiceEvent"),
        (12, "serviceCentreUsage"),
        (17, "contentTransaction"),
        (297, "locationService"),
    ],
)
def test_a_record_that_is_not_priced_is_rejected_by_its_name(tag: int, name: str) -> None:
    decoded = decode(batch([Call()], extra=[(tag, [(129, b"x")])]))
    assert decoded.events.num_rows == 1
    (rejected,) = decoded.rejected
    assert (rejected.position, rejected.field, rejected.value) == (2, "record", name)


def test_an_unknown_record_is_rejected_by_its_tag() -> None:
    (rejected,) = decode(batch([], extra=[(500, [])])).rejected
    assert (rejected.position, rejected.value) == (1, "[APPLICATION 500]")


def test_the_charge_is_the_total_and_else_the_sum_of_its_components() -> None:
    assert only(Call(charge=1234))["wholesale_charge"] == Decimal("1.234")
    assert only(Call(charge=1234, charge_type=b"01"))["wholesale_charge"] == Decimal("1.234")
    assert only(Call(charge=1234, charge_type=None))["wholesale_charge"] == Decimal("1.234")
    assert only(Call(charge=1234, camel_fee=66))["wholesale_charge"] == Decimal("1.3")


def test_several_charges_of_a_record_add_up_by_their_totals() -> None:
    def details(*charges: tuple[bytes, int]) -> Any:
        return 64, [(63, [*([(71, kind)]), (62, amount.to_bytes(3))]) for kind, amount in charges]

    class TwoCharges(Call):
        def charges(self, units: int) -> Any:
            first = 69, [(66, b"D"), details((b"00", 500), (b"01", 400), (b"03", 100))]
            return 70, [first, (69, [(66, b"V"), details((b"00", 7))])]

    assert only(TwoCharges())["wholesale_charge"] == Decimal("0.507")


@pytest.mark.parametrize("decimals", [0, 2, 6])
def test_charges_and_totals_are_scaled_by_the_decimals_of_the_file(decimals: int) -> None:
    decoded = decode(batch([Call(charge=123456)], File(decimals=decimals)))
    amount = Decimal(123456).scaleb(-decimals)
    assert decoded.events["wholesale_charge"].to_pylist() == [amount]
    assert decoded.file["total_charge"] == amount
    assert decoded.warnings == ()


@pytest.mark.parametrize("decimals", [None, 7, -1])
def test_without_usable_decimals_no_charge_is_read(decimals: int | None) -> None:
    decoded = decode(batch([Call()], File(decimals=decimals)))
    assert decoded.events["wholesale_charge"].to_pylist() == [None]
    assert decoded.file["total_charge"] is None
    assert f"Its charges have {decimals} decimal places: no charge is read." in decoded.warnings


def test_an_impossible_total_or_count_is_left_out() -> None:
    decoded = decode(batch([Call()], File(total=-5, count=-1)))
    assert (decoded.file["total_charge"], decoded.file["record_count"]) == (None, 1)
    assert any("not possible" in warning for warning in decoded.warnings)
    assert "callEventDetailsCount is negative: -1: it is left out." in decoded.warnings


@pytest.mark.parametrize("release", [(3, 10), (3, 11), (3, 12)])
def test_releases_3_10_to_3_12_are_read_without_a_warning(release: tuple[int, int]) -> None:
    decoded = decode(batch([Call()], File(release=release)))
    assert (decoded.release, decoded.warnings) == (f"TAP 3.{release[1]}", ())


def test_another_release_is_read_with_a_warning() -> None:
    assert decode(batch([Call()], File(release=(3, 9)))).warnings == ("Release 3.9 is read as TAP 3.12.",)


@pytest.mark.parametrize(
    ("about", "field"),
    [
        (File(sender=""), "sender"),
        (File(sender="AU/CA"), "sender"),
        (File(recipient="POLWT-POLWT"), "recipient"),
        (File(sequence="12x"), "file sequence number"),
        (File(sequence=""), "file sequence number"),
    ],
)
def test_a_file_without_identity_is_refused(about: File, field: str) -> None:
    with pytest.raises(UnreadableFileError, match="cannot be identified") as refused:
        decode(batch([Call()], about))
    assert refused.value.fields["field"] == field


def test_the_creation_falls_back_to_other_times_of_the_file() -> None:
    decoded = decode(batch([Call()], File(created=None)))
    assert decoded.file["created_at"] == decoded.file["received_at"] == datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
    decoded = decode(batch([Call()], File(created="2026", available=None)))
    assert decoded.file["created_at"] == datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
    assert any("[APPLICATION 108]" in warning for warning in decoded.warnings)


def test_a_broken_line_of_the_offset_table_costs_only_the_records_that_use_it() -> None:
    decoded = decode(batch([Call(), Call(offset_code=1)], File(offsets={0: "+0100", 1: "nonsense"})))
    assert decoded.events.num_rows == 1
    assert any(warning.startswith("Line 2 of the UTC offsets") for warning in decoded.warnings)


def test_an_unknown_section_is_named() -> None:
    sections = File().sections([Call()])
    decoded = decode(encode((1, [*sections, (99, [])])))
    assert "[APPLICATION 99] is no section of a transfer batch: it is left out." in decoded.warnings


def test_records_whose_end_cannot_be_found_are_rejected_with_all_that_follows() -> None:
    good, record = batch([Call(), Call(), Call()]), encode(Call().node())
    second = good.index(record, good.index(record) + 1)
    assert record[1] == 0x81
    broken = good[: second + 1] + b"\x85" + good[second + 2 :]
    decoded = decode(broken)
    assert decoded.events["file_position"].to_pylist() == [1]
    (rejected,) = decoded.rejected
    assert (rejected.position, rejected.field) == (2, "record")
    assert f"{2 * len(record)} bytes from here on are unread" in rejected.action
    assert "The file declares 3 records and holds 2." in decoded.warnings


def test_a_charge_too_large_for_the_contract_is_never_rounded_away() -> None:
    fits = replace(Call(), charge=10**15 - 1)
    assert only(fits)["wholesale_charge"] == Decimal("999999999999.999")
