"""What the encoder writes the decoder reads: any mixture of records, definite and indefinite."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from core.events.tap3 import decode
from tests.tap_encoder import OFFSETS, Call, Data, File, Usage, batch, nrtrde, nrtrde_call, nrtrde_data

MINUTES = {0: 60, 1: -210}
digits = st.text("0123456789", min_size=6, max_size=15)
party = st.text("123456789", min_size=1, max_size=15)
moments = st.datetimes(min_value=datetime(1980, 1, 2), max_value=datetime(2198, 12, 30))  # noqa: DTZ001
common = {
    "started": moments.map(lambda moment: moment.strftime("%Y%m%d%H%M%S")),
    "imsi": digits,
    "msisdn": st.none() | digits,
    "offset_code": st.sampled_from(sorted(OFFSETS)),
    "cause": st.none() | st.integers(3, 99),
    "cell": st.none() | st.tuples(st.integers(0, 65_535), st.integers(0, 2**28 - 1)),
    "imei": st.none() | digits,
    "charge": st.none() | st.integers(0, 10**14),
}
calls = st.builds(
    Call,
    **common,
    direction=st.sampled_from(["mo", "mt"]),
    other_party=st.none() | party,
    duration=st.integers(0, 10_000_000),
    teleservice=st.sampled_from([b"11", b"21", b"22"]),
)
volumes = st.integers(0, 2**62)
sessions = st.builds(
    Data, **common, up=volumes, down=volumes, duration=st.integers(0, 86_400), apn=st.none() | st.just(b"iot")
)
records = st.lists(calls | sessions, max_size=8)


def expected(record: Usage, decimals: int) -> dict[str, object]:
    minutes = MINUTES[record.offset_code or 0]
    wall = datetime.strptime(record.started, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    row: dict[str, object] = {
        "imsi": record.imsi,
        "msisdn": record.msisdn,
        "imei": record.imei,
        "cell": None if record.cell is None else f"{record.cell[0]}-{record.cell[1]}",
        "started_at": wall - timedelta(minutes=minutes),
        "utc_offset_min": minutes,
        "cause_code": None if record.cause is None else str(record.cause),
        "wholesale_charge": None if record.charge is None else Decimal(record.charge).scaleb(-decimals),
    }
    if isinstance(record, Call):
        sms = record.teleservice in (b"21", b"22")
        row |= {"service": "sms" if sms else "voice", "direction": record.direction}
        row |= {"duration_s": record.duration, "other_party": record.other_party, "bytes_up": 0}
    elif isinstance(record, Data):
        row |= {"service": "data", "direction": "mo", "duration_s": record.duration, "other_party": None}
        row |= {"bytes_up": record.up, "bytes_down": record.down, "apn": record.apn and record.apn.decode()}
    return row


@given(records, st.integers(2, 6), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_tap_batch_gives_back_what_was_written(
    written: list[Usage], decimals: int, indefinite: bool
) -> None:
    decoded = decode(batch(written, File(decimals=decimals), indefinite=indefinite))
    assert decoded.rejected == ()
    rows = decoded.events.to_pylist()
    assert [row["file_position"] for row in rows] == list(range(1, len(written) + 1))
    for record, row in zip(written, rows, strict=True):
        wanted = expected(record, decimals)
        assert {name: row[name] for name in wanted} == wanted


@given(records)
@settings(max_examples=30, deadline=None)
def test_an_nrtrde_file_gives_back_what_was_written(written: list[Usage]) -> None:
    nodes = [
        nrtrde_call(record) if isinstance(record, Call) else nrtrde_data(record)
        for record in written
        if isinstance(record, Call | Data)
    ]
    decoded = decode(nrtrde(nodes))
    assert decoded.rejected == ()
    read = ("imsi", "msisdn", "service", "direction", "duration_s", "bytes_up", "other_party")
    for record, row in zip(written, decoded.events.to_pylist(), strict=True):
        wanted = expected(record, 0)
        assert {name: row[name] for name in read} == {name: wanted[name] for name in read}
