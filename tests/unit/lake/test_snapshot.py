"""A snapshot shows whole files only, the winning versions, and nothing that was not known yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.kernel.records import SQL_TYPES, STREAMS
from core.lake.snapshot import open_snapshot, pin
from core.lake.tables import Lake
from core.lake.views import settle_versions
from tests.builders.landing import LIMITS, Landing, payment, usage
from tests.builders.rows import settings


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_every_stream_is_a_view_with_the_contracts_columns_even_in_an_empty_lake(landing: Landing) -> None:
    with landing.session() as session:
        for name, stream in STREAMS.items():
            described = session.execute(f"DESCRIBE {name}").fetchall()
            types = {row[0]: row[1].replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ") for row in described}
            assert list(types) == [column.name for column in stream.stored] + ["_file", "_row"]
            assert all(types[column.name] == SQL_TYPES[column.type] for column in stream.stored)
            assert session.execute(f"SELECT count(*) FROM {name}").fetchall() == [(0,)]  # noqa: S608
        assert session.execute("SELECT count(*) FROM present_streams").fetchall() == [(0,)]


def test_the_session_holds_the_settings_as_one_row(landing: Landing) -> None:
    landing.lay("payments/a.csv", payment())
    landing.take_in()
    assert landing.rows("SELECT operator, home_plmns, tax_rate::VARCHAR, mediation_hours FROM dataset") == [
        ("Test Telekom", ["26099"], "0.230000", 24)
    ]


def test_a_stream_whose_file_is_empty_is_present_and_an_absent_one_is_not(landing: Landing) -> None:
    landing.write("payments/a.jsonl", "")
    landing.take_in()
    assert landing.rows("SELECT stream FROM present_streams") == [("payments",)]


@pytest.mark.parametrize(
    ("stream", "row", "column"),
    [
        ("usage_events", usage(), "received_at"),
        ("payments", payment(), "attempted_at"),
        ("payments", payment(), "updated_at"),
    ],
)
def test_a_row_is_seen_from_the_instant_on_that_it_was_known(
    landing: Landing, stream: str, row: dict[str, str], column: str
) -> None:
    landing.lay(f"{stream}/a.csv", row | {column: "2026-04-10T12:00:00Z"})
    landing.take_in()
    count = f"SELECT count(*) FROM {stream}"  # noqa: S608
    assert landing.value(count, as_of=at("2026-04-10T11:59:59.999999")) == 0
    assert landing.value(count, as_of=at("2026-04-10T12:00:00")) == 1


def test_a_row_without_an_instant_of_change_is_always_known(landing: Landing) -> None:
    landing.lay("holidays.csv", {"date": "2026-05-01", "name": "May Day"})
    landing.take_in()
    assert landing.value("SELECT count(*) FROM holidays", as_of=at("2026-01-01T00:00:00")) == 1


MASKED = [
    (
        "usage_files",
        "received_at",
        {
            "file_id": "F1",
            "source": "msc-01",
            "sequence": "1",
            "period_start": "2026-04-01T00:00:00Z",
            "period_end": "2026-04-01T01:00:00Z",
            "created_at": "2026-04-01T01:00:00Z",
            "record_count": "1",
            "status": "accepted",
        },
    ),
    (
        "invoices",
        "issued_at",
        {
            "invoice_id": "IN1",
            "account_id": "A1",
            "cycle_start": "2026-03-01T00:00:00Z",
            "cycle_end": "2026-04-01T00:00:00Z",
            "issue_at": "2026-04-06T00:00:00Z",
            "total": "1",
            "currency": "PLN",
            "status": "draft",
        },
    ),
    (
        "consents",
        "withdrawn_at",
        {"subscription_id": "S1", "kind": "roaming_cap", "given_at": "2026-01-01T00:00:00Z"},
    ),
]


@pytest.mark.parametrize(("stream", "column", "row"), MASKED, ids=[each[0] for each in MASKED])
def test_an_instant_that_has_not_come_yet_is_empty(
    landing: Landing, stream: str, column: str, row: dict[str, str]
) -> None:
    landing.lay(f"{stream}/a.csv", row | {column: "2026-04-10T12:00:00Z"})
    landing.take_in()
    query = f"SELECT {column} FROM {stream}"  # noqa: S608
    assert landing.rows(query, as_of=at("2026-04-10T11:00:00")) == [(None,)]
    assert landing.rows(query, as_of=at("2026-04-10T12:00:00")) == [(at("2026-04-10T12:00:00"),)]


def test_the_version_that_wins_is_the_newest_not_after_now(landing: Landing) -> None:
    for day, status in ((1, "pending"), (3, "failed"), (5, "succeeded")):
        row = payment(status=status, updated_at=f"2026-04-0{day}T12:00:00Z")
        landing.lay(f"payments/{day}.csv", row)
    landing.take_in()
    for day, status in ((2, "pending"), (3, "pending"), (4, "failed"), (9, "succeeded")):
        assert landing.rows("SELECT status FROM payments", as_of=at(f"2026-04-0{day}T11:00:00")) == [
            (status,)
        ]


def test_views_show_the_same_rows_once_superseded_ones_are_known(landing: Landing) -> None:
    for day, status in ((1, "pending"), (3, "failed"), (5, "succeeded")):
        rows = [payment(number, status=status, updated_at=f"2026-04-0{day}T12:00:00Z") for number in (1, 2)]
        landing.lay(f"payments/{day}.csv", *rows, payment(day + 10))
    landing.take_in()
    for day in (2, 4, 9):
        now = settings(as_of=f"2026-04-0{day} 11:00")
        with open_snapshot(landing.lake, pin(landing.lake, now), LIMITS) as session:
            query = "SELECT * FROM payments ORDER BY ALL"
            before = session.execute(query).fetchall()
            settle_versions(session, now)
            assert session.execute(query).fetchall() == before != []


def test_a_snapshot_keeps_what_it_saw_while_more_is_taken_in(landing: Landing) -> None:
    landing.lay("payments/a.csv", payment(1))
    landing.take_in()
    before = pin(landing.lake, settings())
    landing.lay("payments/b.csv", payment(1, status="failed"), payment(2))
    landing.take_in()
    with open_snapshot(landing.lake, before, LIMITS) as session:
        assert session.execute("SELECT payment_id, status FROM payments").fetchall() == [("P1", "succeeded")]
    assert pin(landing.lake, settings()).id != before.id


def test_the_same_lake_and_settings_are_the_same_snapshot(landing: Landing) -> None:
    landing.lay("payments/a.csv", payment(1))
    landing.take_in()
    assert pin(landing.lake, settings()).id == pin(landing.lake, settings()).id
    assert pin(landing.lake, settings()).id != pin(landing.lake, settings(as_of="2026-03-01 00:00")).id


class Interrupted(Lake):
    """A lake in which something happens just before one table's version is pinned."""

    def __init__(self, lake: Lake, table: str, happens: Callable[[], object]) -> None:
        super().__init__(lake.root, lake.schemas)
        self._table, self._happens = table, happens

    def exists(self, name: str) -> bool:
        if name == self._table:
            self._table = ""
            self._happens()
        return super().exists(name)


@pytest.mark.parametrize(
    "table", ["_ledger", "payments", "usage_events", "_quarantine", "_revised", "_arrivals"]
)
def test_a_file_that_is_taken_in_while_pinning_is_seen_whole_or_not_at_all(
    landing: Landing, table: str
) -> None:
    landing.lay("payments/a.csv", payment(1))
    landing.lay("usage_events/a.csv", usage(1))
    landing.take_in()
    landing.lay("payments/b.csv", payment(1, status="failed"), payment(2), payment(3, amount="x"))
    landing.lay("usage_events/b.csv", usage(2))
    snapshot = pin(Interrupted(landing.lake, table, landing.take_in), settings(as_of="2026-05-01 00:00"))
    with open_snapshot(landing.lake, snapshot, LIMITS) as session:
        found = [
            session.execute(query).fetchall()[0][0]
            for query in (
                "SELECT count(*) FROM payments",
                "SELECT count(*) FILTER (status = 'failed') FROM payments",
                "SELECT count(*) FROM quarantine",
                "SELECT count(*) FROM usage_events",
            )
        ]
    assert found in ([1, 0, 0, 1], [2, 1, 1, 2])
