"""The lake's tables follow from the contract, in an order on disk that serves a month and an account."""

from __future__ import annotations

import duckdb
import pytest

from core.kernel.records import SQL_TYPES, STREAMS, Stream
from core.lake.schemas import LINEAGE, SCHEMAS, ddl, key_hash, layout


@pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS)
def test_a_streams_table_has_its_columns_and_lineage(stream: Stream) -> None:
    assert SCHEMAS[stream.name].names == [column.name for column in stream.stored] + [
        field.name for field in LINEAGE
    ]


@pytest.mark.parametrize("table", SCHEMAS)
def test_what_duckdb_declares_is_what_arrow_gives_back(table: str) -> None:
    with duckdb.connect() as session:
        session.execute("set TimeZone = 'UTC'")
        session.execute(f"CREATE TABLE t ({ddl(table)})")  # noqa: S608 - a declared table
        found = session.sql("FROM t").to_arrow_table().schema
    assert found.names == SCHEMAS[table].names
    assert found.types == SCHEMAS[table].types


@pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS)
def test_stored_types_are_those_of_the_session(stream: Stream) -> None:
    for column in stream.stored:
        assert f'"{column.name}" {SQL_TYPES[column.type]}' in ddl(stream.name)


@pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS)
def test_a_layout_orders_rows_without_a_doubt(stream: Stream) -> None:
    assert layout(stream).endswith(", ".join(stream.key))


def test_keys_hash_to_what_they_hashed_to_when_lakes_were_written() -> None:
    # a DuckDB that hashes otherwise would show several versions of a row at once: rebuild lakes first
    with duckdb.connect() as session:
        (one,) = session.execute(
            f"SELECT {key_hash(STREAMS['invoices'])} FROM (SELECT 'IN1' AS invoice_id)"  # noqa: S608
        ).fetchall()
        (two,) = session.execute(
            f"SELECT {key_hash(STREAMS['subscriptions'])} FROM "  # noqa: S608
            "(SELECT 'S1' AS subscription_id, TIMESTAMPTZ '2026-01-01T00:00:00Z' AS valid_from)"
        ).fetchall()
    assert (one, two) == ((1584203834505856298,), (3202660865421991984,))
