"""Every value is held to the contract's form and range; one that does not fit is named with its reason."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.kernel.records import STREAMS
from tests.builders.landing import Landing, parquet_bytes, payment, usage
from tests.builders.rows import tariff

GOOD_AMOUNTS = {
    "12.5": "12.500000",
    "-0.000001": "-0.000001",
    "+5": "5.000000",
    "007": "7.000000",
    "12.12345600": "12.123456",
    "999999999999.999999": "999999999999.999999",
}
BAD_AMOUNTS = [
    "1e3", " 1 ", "１", ".5", "5.", "1,000", "0x10", "NaN", "inf", "-inf", "1_000", "12.1234567",
    "9999999999999", "--1", "1.2.3", "1 000", "٣", "1'000", "£1", "=1+1", "1\x00",
]  # fmt: skip
GOOD_INSTANTS = {
    "2026-04-01T10:00:00Z": "2026-04-01 10:00:00+00",
    "2026-04-01 12:00:00+02:00": "2026-04-01 10:00:00+00",
    "2026-04-01T10:00:00.123456Z": "2026-04-01 10:00:00.123456+00",
    "2026-04-01T05:30:00-0430": "2026-04-01 10:00:00+00",
    "2024-02-29T00:00:00Z": "2024-02-29 00:00:00+00",
}
BAD_INSTANTS = [
    "2026-04-01T10:00:00", "2026-04-01", "2026-02-30T10:00:00Z", "2025-02-29T10:00:00Z",
    "9999-12-31T00:00:00Z", "0000-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2026-04-01T25:00:00Z",
    "01.04.2026 10:00", "infinity", "1775037600", "2026-04-01T10:00:00+99:00", "２026-04-01T10:00:00Z",
    "epoch",
]  # fmt: skip


DAY = "2026-01-01T00:00:00Z"

APRIL = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
WALL = APRIL.replace(tzinfo=None)


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path)


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_plain_decimals_are_read_exactly(landing: Landing, ending: str) -> None:
    landing.lay(f"payments/a.{ending}", *(payment(n, amount=text) for n, text in enumerate(GOOD_AMOUNTS)))
    landing.take_in()
    assert landing.rows("SELECT amount::VARCHAR FROM payments ORDER BY _row") == [
        (text,) for text in GOOD_AMOUNTS.values()
    ]


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_what_is_no_plain_decimal_is_quarantined_as_it_stands(landing: Landing, ending: str) -> None:
    landing.lay(f"payments/a.{ending}", *(payment(n, amount=text) for n, text in enumerate(BAD_AMOUNTS)))
    landing.take_in()
    found = landing.rows('SELECT row, "column", value FROM quarantine ORDER BY row')
    assert found == [(n, "amount", text) for n, text in enumerate(BAD_AMOUNTS, start=1)]
    assert landing.value("SELECT count(*) FROM payments") == 0


def test_instants_with_an_offset_become_utc(landing: Landing) -> None:
    landing.lay("payments/a.csv", *(payment(n, attempted_at=text) for n, text in enumerate(GOOD_INSTANTS)))
    landing.take_in()
    assert landing.rows("SELECT attempted_at::VARCHAR FROM payments ORDER BY _row") == [
        (text,) for text in GOOD_INSTANTS.values()
    ]


def test_what_is_no_instant_between_1970_and_2200_is_quarantined(landing: Landing) -> None:
    landing.lay("payments/a.csv", *(payment(n, attempted_at=text) for n, text in enumerate(BAD_INSTANTS)))
    landing.take_in()
    assert landing.rows("SELECT value FROM quarantine ORDER BY row") == [(text,) for text in BAD_INSTANTS]


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        (
            "duration_s",
            ["0", "60", "+60", "999999999999999999"],
            ["-1", "1.0", "", "9999999999999999999", "1e2"],
        ),
        ("file_position", ["1"], ["0", "-3"]),
        ("partial_last", ["true", "false", "TRUE", ""], ["1", "yes", "t", " true"]),
        ("service", ["voice", "iot"], ["", "Voice", "fax"]),
        ("partial_sequence", ["", "1"], ["0", "x"]),
    ],
)
def test_each_type_has_its_form_and_range(
    landing: Landing, column: str, good: list[str], bad: list[str]
) -> None:
    rows = [usage(n, **{column: text}) for n, text in enumerate([*good, *bad], start=1)]
    landing.lay("usage_events/a.csv", *rows)
    landing.take_in()
    assert landing.value("SELECT count(*) FROM usage_events") == len(good)
    assert landing.rows('SELECT DISTINCT "column" FROM quarantine') == [(column,)]


@pytest.mark.parametrize(
    "bad",
    ["x" * 65, "x" * 10_000, "a\tb", "a\x00b", "a\nb", "\x7f"],
    ids=lambda bad: f"{bad[:3]!r}_{len(bad)}",
)
def test_an_id_is_short_and_without_control_characters(landing: Landing, bad: str) -> None:
    landing.lay("payments/a.csv", payment(1), payment(2, payment_id=bad), payment(3, payment_id="x" * 64))
    landing.lay("payments/b.jsonl", payment(4, payment_id=bad))
    landing.take_in()
    assert [(file, row, column) for file, row, column, _ in landing.quarantine()] == [
        ("a.csv", 2, "payment_id"),
        ("b.jsonl", 1, "payment_id"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|' /C calc'!A0",
        "@SUM(1)",
        "-2+3",
        "<script>alert(1)</script>",
        "'; DROP TABLE payments; --",
        "{{7*7}}",
        "żółw 🐢",
    ],
)
@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_text_that_looks_like_code_stays_the_text_it_is(landing: Landing, text: str, ending: str) -> None:
    landing.lay(f"payments/a.{ending}", payment(1, gateway=text))
    landing.take_in()
    assert landing.rows("SELECT gateway FROM payments") == [(text,)]


def test_a_very_long_text_is_quarantined_with_the_start_of_it(landing: Landing) -> None:
    landing.lay("payments/a.jsonl", payment(1, gateway="x" * 70_000), payment(2, gateway="x" * 65_536))
    landing.take_in()
    assert landing.rows("SELECT row, value FROM quarantine") == [(1, "x" * 200)]


def test_all_that_is_wrong_with_a_row_is_said_at_once(landing: Landing) -> None:
    landing.lay("payments/a.csv", payment(1, amount="x", currency="", method="cheque"))
    landing.take_in()
    ((file, row, column, reason),) = landing.quarantine()
    assert (file, row, column) == ("a.csv", 1, "amount")
    assert [part.split()[0] for part in reason.split("; ")] == ["amount", "currency", "method"]
    assert "currency is empty" in reason
    assert "one of card, direct_debit, transfer, wallet" in reason


def test_what_is_quarantined_says_what_to_do_and_when(landing: Landing) -> None:
    landing.lay("payments/in/a.csv", payment(1), payment(2, amount="x"))
    landing.take_in()
    assert landing.rows("SELECT * EXCLUDE (quarantined_at), quarantined_at::VARCHAR FROM quarantine") == [
        (
            "payments",
            "in/a.csv",
            2,
            "amount",
            "x",
            "amount must be a plain decimal with at most 6 decimals",
            'correct "amount" in the source system and deliver the row again',
            None,
            "2026-05-04 10:00:00+00",
        )
    ]


def test_a_rejected_event_names_its_usage_file_where_that_can_be_read(landing: Landing) -> None:
    bad, nameless, twin = usage(1, duration_s="x"), usage(2, file_id=""), usage(3, duration_s="61")
    landing.lay("usage_events/a.csv", bad, nameless, usage(3), twin)
    landing.take_in()
    assert landing.rows("SELECT row, file_id FROM quarantine ORDER BY row") == [
        (1, "F1"),
        (2, None),
        (4, "F1"),
    ]


@pytest.mark.parametrize(
    ("kind", "score", "is_good"), [("csat", "0", False), ("csat", "6", False), ("nps", "0", True)]
)
def test_a_survey_score_fits_its_kind(landing: Landing, kind: str, score: str, is_good: bool) -> None:
    row = {
        "survey_id": "V1",
        "account_id": "A1",
        "kind": kind,
        "score": score,
        "answered_at": "2026-04-01T10:00:00Z",
    }
    landing.lay("surveys/a.csv", row)
    landing.take_in()
    assert landing.value("SELECT count(*) FROM surveys") == int(is_good)
    assert landing.value("SELECT count(*) FROM quarantine WHERE \"column\" = 'score'") == int(not is_good)


def test_a_column_that_may_be_absent_gets_its_default(landing: Landing) -> None:
    plan = {"plan_id": "P1", "name": "P", "kind": "postpaid", "currency": "PLN", "monthly_fee": "1"}
    landing.lay(
        "plans/a.csv", plan | {"prorate": "true", "valid_from": DAY, "valid_to": "", "roaming_cap": ""}
    )
    file = {"file_id": "F", "source": "m", "sequence": "1", "record_count": "0", "status": "accepted"}
    landing.lay("usage_files/a.jsonl", file | {"period_start": DAY, "period_end": DAY, "created_at": DAY})
    landing.take_in()
    assert landing.rows("SELECT fee_timing, minimum_spend, updated_at FROM plans") == [
        ("arrears", None, None)
    ]
    assert landing.rows("SELECT kind, checksum, partner_id FROM usage_files") == [("element", None, None)]


@pytest.mark.parametrize(
    ("column", "default"),
    [(column, column.default) for stream in STREAMS.values() for column in stream.stored if column.default],
    ids=lambda each: getattr(each, "name", None),
)
def test_every_default_of_the_contract_is_a_value_of_its_column(column: Any, default: str) -> None:
    assert default == "null" or not column.choices or default in column.choices
    assert column.nullable == (default == "null")


def test_an_empty_value_where_a_default_stands_gets_the_default_too(landing: Landing) -> None:
    product = {"product_id": "X", "name": "X", "kind": "pass", "fee": "1", "valid_from": DAY}
    row = product | {"prorate": "", "destination_zone": ""}
    landing.lay("products/a.csv", row)
    landing.take_in()
    assert landing.rows("SELECT prorate, destination_zone, roaming_zone FROM products") == [
        (False, "any", "any")
    ]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_columns_that_the_contract_does_not_name_are_kept(landing: Landing, ending: str) -> None:
    if ending == "parquet":
        table = pq.read_table(pa.BufferReader(parquet_bytes("payments", [payment(1)])))
        landing.write(
            "payments/a.parquet", to_bytes(table.append_column("Branch Office", pa.array(["Łódź"])))
        )
    else:
        landing.lay(f"payments/a.{ending}", payment(1, **{"Branch Office": "Łódź"}))
    landing.take_in()
    assert landing.rows("SELECT _extra FROM all_payments") == [('{"Branch Office":"Łódź"}',)]


@pytest.mark.parametrize(
    "name", ["_row", "_ROW", "_file", "_extra", "_wrong", "_problems", "row", "event_id", "", "a'b", 'a"b']
)
@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_no_name_of_an_extra_column_disturbs_ours(landing: Landing, name: str, ending: str) -> None:
    if ending == "parquet":
        table = pq.read_table(pa.BufferReader(parquet_bytes("payments", [payment(1), payment(2)])))
        landing.write("payments/a.parquet", to_bytes(table.append_column(name, pa.array(["7", "7"]))))
    else:
        landing.lay(f"payments/a.{ending}", payment(1, **{name: "7"}), payment(2, **{name: "7"}))
    landing.take_in()
    assert landing.rows("SELECT payment_id, _file, _row FROM payments ORDER BY 1") == [
        ("P1", 1, 1),
        ("P2", 1, 2),
    ]


def test_a_missing_column_refuses_the_file_and_names_it(landing: Landing) -> None:
    row = payment(1)
    del row["amount"]
    landing.lay("payments/a.csv", row)
    landing.lay("payments/b.csv", payment(2))
    landing.take_in()
    ((file, number, _, reason),) = landing.quarantine()
    assert (file, number) == ("a.csv", 0)
    assert reason.startswith("the file lacks amount of payments; it has payment_id, ")
    assert landing.value("SELECT count(*) FROM payments") == 1


def test_a_json_object_without_a_key_costs_its_own_row_only(landing: Landing) -> None:
    row = payment(2)
    del row["amount"]
    landing.lay("payments/a.jsonl", payment(1), row, payment(3))
    landing.take_in()
    assert [each[:3] for each in landing.quarantine()] == [("a.jsonl", 2, "amount")]


def test_json_numbers_and_truths_are_read_as_well_as_texts(landing: Landing) -> None:
    landing.write(
        "usage_events/a.jsonl",
        b'{"duration_s":60,"partial_last":true,"event_id":12345678901234567890123,' + _rest(usage(1)),
    )
    landing.take_in()
    assert landing.rows("SELECT event_id, duration_s, partial_last FROM usage_events") == [
        ("12345678901234567890123", 60, True)
    ]


def _rest(row: dict[str, Any]) -> bytes:
    left = {key: text for key, text in row.items() if key not in ("duration_s", "partial_last", "event_id")}
    return json.dumps(left).encode()[1:] + b"\n"


def to_bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def typed_payments(**columns: pa.Array) -> bytes:
    table = pq.read_table(pa.BufferReader(parquet_bytes("payments", [payment(1), payment(2)])))
    for name, array in columns.items():
        at = table.column_names.index(name)
        table = table.set_column(at, name, array)
    return to_bytes(table)


@pytest.mark.parametrize(
    ("column", "array", "expected"),
    [
        ("amount", pa.array([12.5, 0.1]), [Decimal("12.5"), Decimal("0.1")]),
        ("amount", pa.array([3, -3], pa.int32()), [Decimal(3), Decimal(-3)]),
        ("amount", pa.array([Decimal("1.10")] * 2, pa.decimal128(10, 2)), [Decimal("1.1")] * 2),
        ("amount", pa.array(["1.5", "2"]), [Decimal("1.5"), Decimal(2)]),
        ("attempted_at", pa.array([WALL] * 2, pa.timestamp("ns")), [APRIL] * 2),
        ("attempted_at", pa.array([APRIL] * 2, pa.timestamp("ms", "Europe/Warsaw")), [APRIL] * 2),
        ("attempted_at", pa.array([dt.date(2026, 4, 1)] * 2), [APRIL] * 2),
        ("currency", pa.array(["PLN", "EUR"]).dictionary_encode(), ["PLN", "EUR"]),
        ("currency", pa.array([b"PLN", b"EUR"]), ["PLN", "EUR"]),
        ("currency", pa.array(["PLN", "EUR"], pa.large_string()), ["PLN", "EUR"]),
        ("invoice_id", pa.array([7, 8]), ["7", "8"]),
        ("invoice_id", pa.array([7.0, None]), ["7", None]),
        ("gateway_ref", pa.nulls(2), [None, None]),
    ],
)  # fmt: skip
def test_parquet_of_other_physical_types_is_read_without_loss(
    landing: Landing, column: str, array: pa.Array, expected: list[Any]
) -> None:
    landing.write("payments/a.parquet", typed_payments(**{column: array}))
    landing.take_in()
    query = f"SELECT {column} FROM payments ORDER BY payment_id"  # noqa: S608 - a column of the test
    assert landing.rows(query) == [(each,) for each in expected]


@pytest.mark.parametrize(
    ("column", "array"),
    [
        ("amount", pa.array([float("nan"), float("inf")])),
        ("amount", pa.array([1e15, -1e15])),
        ("amount", pa.array([True, False])),
        ("amount", pa.array([Decimal("0.0000001")] * 2, pa.decimal128(18, 7))),
        ("amount", pa.array([[1], [2]])),
        ("attempted_at", pa.array([1775037600] * 2)),
        ("invoice_id", pa.array([1.5, 2.5])),
        ("attempted_at", pa.array([dt.datetime(9999, 1, 1)] * 2, pa.timestamp("us"))),  # noqa: DTZ001
        ("status", pa.array([1, 2])),
    ],
)
def test_parquet_of_types_that_cannot_be_meant_is_quarantined(
    landing: Landing, column: str, array: pa.Array
) -> None:
    landing.write("payments/a.parquet", typed_payments(**{column: array}))
    landing.take_in()
    assert [each[:3] for each in landing.quarantine()] == [("a.parquet", 1, column), ("a.parquet", 2, column)]


def test_a_time_of_day_in_parquet_is_held_to_its_form(landing: Landing) -> None:
    rows = [tariff("T1", from_time=800), tariff("T2", from_time=900)]
    landing.write("tariffs/a.parquet", to_bytes(pa.Table.from_pylist(rows)))
    landing.take_in()
    assert [each[:3] for each in landing.quarantine()] == [
        ("a.parquet", 1, "from_time"),
        ("a.parquet", 2, "from_time"),
    ]


def test_nested_columns_of_parquet_are_kept_as_json(landing: Landing) -> None:
    table = pq.read_table(pa.BufferReader(parquet_bytes("payments", [payment(1)])))
    landing.write("payments/a.parquet", to_bytes(table.append_column("n", pa.array([{"a": [1, 2]}]))))
    landing.take_in()
    assert landing.rows("SELECT _extra FROM all_payments") == [('{"n":{"a":[1,2]}}',)]
