"""Files from public test suites, read where they lie beside the project."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from core.events.tap3 import DecodedBatch, decode
from core.kernel.errors import UnreadableFileError

SAMPLES = Path(__file__).parents[4] / ".." / "shared" / "data" / "tap3"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="not run: ../shared is absent")


def sample(name: str) -> DecodedBatch:
    return decode((SAMPLES / name).read_bytes())


@pytest.mark.parametrize("name", ["tap_3_12_valid.ber", "tap_3_12_valid_most_indef.ber"])
def test_the_two_valid_batches_hold_the_same_three_events_and_their_total_is_wrong(name: str) -> None:
    decoded = sample(name)
    rows = decoded.events.to_pylist()
    assert [(row["service"], row["direction"], row["imsi"]) for row in rows] == [
        ("voice", "mt", "133713371337133"),
        ("voice", "mo", "232323232323232"),
        ("data", "mo", "232323232323232"),
    ]
    assert [row["duration_s"] for row in rows] == [153, 213, 500]
    assert [row["wholesale_charge"] for row in rows] == [Decimal("2.3"), Decimal("2.3"), Decimal("66.6")]
    assert rows[0]["started_at"] == datetime(2014, 3, 1, 12, 3, 42, tzinfo=UTC)
    assert rows[0]["cell"] == "3505-7182"
    assert (rows[2]["bytes_up"], rows[2]["bytes_down"]) == (2_200_000_000, 1_200_000_000)
    assert rows[2]["apn"] == "foo.example.net"
    assert [(rejected.position, rejected.value) for rejected in decoded.rejected] == [
        (4, "supplServiceEvent")
    ]
    assert decoded.warnings == ("The file declares a total charge of 2.300, its events add up to 71.2.",)


def test_the_valid_batch_has_the_row_that_it_declares() -> None:
    file = sample("tap_3_12_valid.ber").file
    assert (file["file_id"], file["kind"], file["sequence"]) == ("WERFD-XLKJE-tap-31707", "tap", 31_707)
    assert (file["record_count"], file["total_charge"], file["currency"]) == (4, Decimal("2.3"), "EUR")
    assert file["created_at"] == datetime(2005, 4, 5, 7, 5, 47, tzinfo=UTC)
    assert file["period_start"] == datetime(2005, 4, 4, 14, 24, 53, tzinfo=UTC)


def test_the_stripped_3_10_batch_holds_records_that_nothing_can_be_made_of() -> None:
    decoded = sample("asn1c_sample-DataInterChange-1.ber")
    assert (decoded.release, decoded.records, decoded.events.num_rows) == ("TAP 3.10", 5, 0)
    assert [(rejected.position, rejected.field) for rejected in decoded.rejected] == [
        (position, "imsi") for position in range(1, 6)
    ]


def test_the_nrtrde_file_holds_seven_events_and_declares_ten() -> None:
    decoded = sample("nrt_2_1.ber")
    rows = decoded.events.to_pylist()
    assert [row["service"] for row in rows] == ["voice", "sms", "data", "voice", "sms", "data", "data"]
    assert [row["other_party"] for row in rows[:3]] == ["495211065844", "1232323", None]
    assert rows[0]["started_at"] == datetime(2016, 1, 22, 9, 1, 2, tzinfo=UTC)
    assert (rows[2]["bytes_down"], rows[2]["bytes_up"]) == (42_424_242, 84_848_484)
    assert decoded.file["kind"] == "nrtrde"
    assert decoded.warnings == ("The file declares 10 records and holds 7.",)


def test_the_rap_file_is_refused_by_name() -> None:
    with pytest.raises(UnreadableFileError, match="RAP 00023 from ABC08 to DEF15"):
        sample("rap_mini.ber")
