from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.controls.sandbox import create_relations, insert
from core.kernel.records import STREAMS
from core.lake.session import Limits, connect
from core.rating.relations import REVIEWED
from tests.unit.controls.conftest import Opener


def test_every_stream_of_the_contract_is_there(open_session: Opener) -> None:
    session = open_session()
    for name, stream in STREAMS.items():
        assert session.table(name).columns == [column.name for column in stream.stored]


def test_a_session_for_some_streams_has_no_others() -> None:
    with connect(Limits(threads=1)) as session:
        create_relations(session, ["charges"])
        tables = {name for (name,) in session.execute("select table_name from duckdb_tables()").fetchall()}
    assert tables == {"charges", "dataset", "event_context", "present_streams", "quarantine", *REVIEWED}


def test_a_column_left_out_is_filled_in(open_session: Opener) -> None:
    session = open_session(usage_files="file_id\nF1", products="product_id\nPD1")
    names = "kind, status, sequence, received_at, period_start"
    assert session.table("usage_files").project(names).fetchall() == [
        ("element", "accepted", 0, None, datetime(2026, 1, 1, tzinfo=UTC))
    ]
    assert session.table("products").project("fee, prorate, destination_zone").fetchall() == [
        (Decimal(0), False, "any")
    ]


def test_the_dataset_is_the_examples_own_unless_changed(open_session: Opener) -> None:
    session = open_session(dataset="as_of\n2026-03-02T00:00:00Z")
    assert session.table("dataset").project("as_of, currency, home_plmns").fetchall() == [
        (datetime(2026, 3, 2, tzinfo=UTC), "EUR", ["99901"])
    ]


def test_streams_are_present_when_given_or_named(open_session: Opener) -> None:
    assert open_session(usage_files="", accounts="account_id\nA1").table("present_streams").fetchall() == [
        ("accounts",),
        ("usage_files",),
    ]
    assert open_session(present=("charges",)).table("present_streams").fetchall() == [("charges",)]


def test_a_column_or_relation_that_does_not_exist_is_refused(open_session: Opener) -> None:
    session = open_session()
    with pytest.raises(KeyError, match="usage_files has no column colour"):
        insert(session, "usage_files", [{"colour": "red"}], "2026-01-01T00:00:00Z")
    with pytest.raises(KeyError, match="usage_flies"):
        insert(session, "usage_flies", [{}], "2026-01-01T00:00:00Z")
