"""What becomes of every row: validation, repeats, revisions, conservation."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.kernel.errors import LakeBusyError
from core.kernel.results import FileReport
from tests.builders.landing import Landing, csv_bytes, payment, usage

UPDATED = "2026-04-02T00:00:00Z"


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path)


def adds_up(report: FileReport) -> bool:
    parts = report.accepted + report.quarantined + report.repeats + report.superseded
    return report.rows_read == parts


@pytest.mark.parametrize("ending", ["parquet", "csv", "csv.gz", "jsonl", "jsonl.gz"])
def test_every_format_gives_the_same_row(landing: Landing, ending: str) -> None:
    landing.lay(f"payments/p.{ending}", payment(amount="12.345678"))
    landing.take_in()
    row = landing.rows("SELECT payment_id, amount::VARCHAR, attempted_at::VARCHAR FROM payments")
    assert row == [("P1", "12.345678", "2026-04-01 10:00:00+00")]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("payment_id", ""),
        ("payment_id", "x" * 10_000),
        ("payment_id", "a\x07b"),
        ("amount", "1e3"),
        ("amount", " 1 "),
        ("amount", "12,50"),
        ("amount", "1.1234567"),
        ("amount", "１"),
        ("amount", "9999999999999"),
        ("method", "cheque"),
        ("attempted_at", "2026-04-01 10:00:00"),
        ("attempted_at", "9999-12-31T00:00:00Z"),
        ("attempted_at", "2026-02-30T00:00:00Z"),
        ("attempted_at", "yesterday"),
    ],
)
def test_a_value_that_cannot_be_read_goes_to_quarantine_with_its_place(
    landing: Landing, column: str, value: str
) -> None:
    landing.lay("payments/p.csv", payment(1), payment(2, **{column: value}), payment(3))
    landing.take_in()
    ((file, row, at, reason),) = landing.quarantine()
    assert (file, row, at) == ("p.csv", 2, column)
    assert column in reason
    assert landing.value("SELECT count(*) FROM payments") == 2
    assert all(map(adds_up, landing.reports()))


@pytest.mark.parametrize("text", ["=1+1", "<script>alert(1)</script>", "'; DROP TABLE payments; --", "@cmd"])
def test_formulas_and_scripts_are_data(landing: Landing, text: str) -> None:
    landing.lay("payments/p.csv", payment(gateway_ref=text))
    landing.take_in()
    assert landing.value("SELECT gateway_ref FROM payments") == text


def test_a_negative_duration_is_rejected(landing: Landing) -> None:
    landing.lay("usage_events/e.csv", usage(duration_s="-1"))
    landing.take_in()
    assert landing.quarantine() == [
        ("e.csv", 1, "duration_s", "duration_s must be a whole number of at least 0")
    ]


def test_a_column_that_may_be_absent_gets_its_default_and_extra_ones_are_kept(landing: Landing) -> None:
    rate = {
        "tariff_id": "T1",
        "plan_id": "*",
        "service": "voice",
        "direction": "any",
        "destination_zone": "any",
        "roaming_zone": "any",
        "days": "any",
        "from_time": "00:00",
        "to_time": "00:00",
        "tier_from": "0",
        "unit": "second",
        "rate": "0.10",
        "increment": "1",
        "minimum": "0",
        "connect_fee": "0",
        "valid_from": "2020-01-01T00:00:00Z",
        "valid_to": "",
        "remark": "old price",
    }
    landing.lay("tariffs.csv", rate)
    landing.take_in()
    assert landing.rows("SELECT tier_mode, slot_from, max_charge FROM tariffs") == [("graduated", 0, None)]
    assert landing.value("SELECT _extra FROM all_tariffs") == '{"remark":"old price"}'


def test_a_file_that_lacks_a_column_is_refused_as_a_whole(landing: Landing) -> None:
    row = payment()
    del row["amount"]
    landing.lay("payments/a.csv", row)
    landing.lay("payments/b.csv", payment(2))
    landing.take_in()
    ((file, number, _, reason),) = landing.quarantine()
    assert (file, number) == ("a.csv", 0)
    assert "lacks amount" in reason
    assert landing.value("SELECT count(*) FROM payments") == 1


def test_the_same_file_again_changes_nothing(landing: Landing) -> None:
    landing.lay("payments/p.csv", payment(1), payment(2, method="cheque"))
    assert landing.take_in() == 1
    before = landing.reports(), landing.quarantine(), landing.rows("SELECT * FROM payments")
    assert landing.take_in() == 0
    assert before == (landing.reports(), landing.quarantine(), landing.rows("SELECT * FROM payments"))


def test_a_corrected_file_of_the_same_name_clears_its_quarantine(landing: Landing) -> None:
    landing.lay("payments/p.csv", payment(1), payment(2, method="cheque"))
    landing.take_in()
    landing.lay("payments/p.csv", payment(1), payment(2, method="card"))
    assert landing.take_in() == 1
    assert landing.quarantine() == []
    assert landing.value("SELECT count(*) FROM payments") == 2


Edit = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("first", "second", "wins", "quarantined", "repeats"),
    [
        ({}, {}, "12.50", 0, 1),
        ({}, {"amount": "1"}, "1.00", 0, 0),
        ({"updated_at": UPDATED}, {"amount": "1", "updated_at": "2026-04-03T00:00:00Z"}, "1.00", 0, 0),
        ({"amount": "1", "updated_at": "2026-04-03T00:00:00Z"}, {"updated_at": UPDATED}, "1.00", 0, 0),
        ({"updated_at": UPDATED}, {"amount": "1", "updated_at": UPDATED}, "12.50", 1, 0),
        ({"updated_at": UPDATED}, {"updated_at": UPDATED}, "12.50", 0, 1),
        ({"updated_at": UPDATED}, {"amount": "1"}, "12.50", 0, 0),
        ({}, {"amount": "1", "updated_at": "2027-01-01T00:00:00Z"}, "12.50", 0, 0),
    ],
    ids=[
        "identical",
        "later arrival",
        "greater updated_at",
        "out of order",
        "equal updated_at, other content",
        "equal updated_at, same content",
        "none after some",
        "not known yet",
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_a_row_may_come_again(
    landing: Landing,
    first: dict[str, str],
    second: dict[str, str],
    wins: str,
    quarantined: int,
    repeats: int,
    together: bool,
) -> None:
    rows = [payment() | {"updated_at": ""} | first, payment() | {"updated_at": ""} | second]
    if together:
        landing.lay("payments/a.csv", *rows)
    else:
        landing.lay("payments/a.csv", rows[0])
        landing.take_in()
        landing.lay("payments/b.csv", rows[1])
    landing.take_in()
    assert landing.value("SELECT amount FROM payments") == Decimal(wins)
    reports = landing.reports()
    assert sum(report.quarantined for report in reports) == quarantined
    assert sum(report.repeats for report in reports) == repeats
    assert all(map(adds_up, reports))


def test_a_change_that_is_taken_back_wins_again(landing: Landing) -> None:
    for name, amount in (("a", "1"), ("b", "2"), ("c", "1")):
        landing.lay(f"payments/{name}.csv", payment(amount=amount))
        landing.take_in()
    assert landing.value("SELECT amount::INTEGER FROM payments") == 1


def test_an_event_never_changes(landing: Landing) -> None:
    landing.lay("usage_events/a.csv", usage(1), usage(1))
    landing.lay("usage_events/b.csv", usage(1, duration_s="61"))
    landing.take_in()
    assert landing.value("SELECT duration_s FROM usage_events") == 60
    assert [(file, row) for file, row, *_ in landing.quarantine()] == [("b.csv", 1)]
    assert all(map(adds_up, landing.reports()))


def test_nothing_after_as_of_is_seen(landing: Landing) -> None:
    landing.lay("usage_events/a.csv", usage(1), usage(2, received_at="2026-05-05T00:00:00Z"))
    landing.take_in()
    assert landing.rows("SELECT event_id FROM usage_events") == [("E1",)]


def test_two_processes_do_not_ingest_at_once(landing: Landing) -> None:
    landing.lay("payments/p.csv", payment())
    with landing.lake.writing(), pytest.raises(LakeBusyError):
        landing.take_in()


def test_many_small_files_share_commits(landing: Landing) -> None:
    for number in range(300):
        landing.write(f"payments/{number:03}.csv", csv_bytes([payment(number)]))
    landing.take_in()
    assert landing.value("SELECT count(*) FROM payments") == 300
    assert landing.lake.versions()["payments"] == 0


ROWS = st.lists(
    st.builds(
        lambda number, amount, updated: payment(number, amount=amount) | {"updated_at": updated},
        st.integers(1, 4),
        st.sampled_from(["1", "2", "x"]),
        st.sampled_from(["", UPDATED, "2026-04-03T00:00:00Z"]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(ROWS, min_size=1, max_size=3), pauses=st.booleans())
def test_rows_are_conserved_and_batches_do_not_matter(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[dict[str, Any]]], pauses: bool
) -> None:
    one, other = (Landing(tmp_path_factory.mktemp("lake")) for _ in range(2))
    for number, rows in enumerate(batches):
        for each in (one, other):
            each.lay(f"payments/{number}.csv", *rows)
        one.take_in()
    other.take_in()
    assert all(map(adds_up, one.reports()))
    assert [report.rows_read for report in one.reports()] == [len(rows) for rows in batches]
    query = "SELECT payment_id, amount, updated_at FROM payments ORDER BY ALL"
    assert one.rows(query) == other.rows(query)
    assert one.reports() == other.reports()
