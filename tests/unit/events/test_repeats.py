"""Repeats, revisions and conflicts, as the contract says; arrival decides where nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.events.repeats import settle
from core.kernel.records import STREAMS
from core.lake.schemas import SCHEMAS
from core.lake.session import Limits, connect
from tests.builders.landing import Landing, Row, payment, usage

EARLY, MIDDLE, LATE = "2026-04-01T12:00:00Z", "2026-04-02T12:00:00Z", "2026-04-03T12:00:00Z"


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path)


def arrive(
    landing: Landing, stream: str, *batches: list[Row], together: bool
) -> list[tuple[int, int, int, int]]:
    """Lay down one file for each batch, taken in at once or one after another; return their counts."""
    for number, rows in enumerate(batches):
        landing.lay(f"{stream}/{number}.csv", *rows)
        if not together:
            landing.take_in()
    landing.take_in()
    return [(each.accepted, each.quarantined, each.repeats, each.superseded) for each in landing.reports()]


TOGETHER = pytest.mark.parametrize("together", [True, False], ids=["in one run", "run by run"])


@TOGETHER
def test_an_identical_row_is_a_repeat(landing: Landing, together: bool) -> None:
    counts = arrive(landing, "payments", [payment(1), payment(1)], [payment(1)], together=together)
    assert counts == [(1, 0, 1, 0), (0, 0, 1, 0)]


@TOGETHER
def test_an_event_never_changes_and_its_first_arrival_stands(landing: Landing, together: bool) -> None:
    batches = [usage(1)], [usage(1, duration_s="61")], [usage(1)], [usage(1, duration_s="61")]
    counts = arrive(landing, "usage_events", *batches, together=together)
    assert counts == [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 1, 0, 0)]
    assert landing.rows("SELECT duration_s FROM usage_events") == [(60,)]
    assert landing.rows('SELECT file, row, "column", value, reason FROM quarantine ORDER BY file') == [
        (file, 1, "event_id", "E1", "a row with the same event_id came before and says something else")
        for file in ("1.csv", "3.csv")
    ]


@TOGETHER
def test_a_later_change_supersedes_an_earlier_one(landing: Landing, together: bool) -> None:
    batches = [payment(1, status="pending", updated_at=EARLY)], [payment(1, updated_at=LATE)]
    assert arrive(landing, "payments", *batches, together=together) == [(0, 0, 0, 1), (1, 0, 0, 0)]
    assert landing.rows("SELECT status FROM payments") == [("succeeded",)]


@TOGETHER
def test_an_older_change_that_arrives_late_is_history_and_does_not_win(
    landing: Landing, together: bool
) -> None:
    batches = [payment(1, updated_at=LATE)], [payment(1, status="pending", updated_at=EARLY)]
    assert arrive(landing, "payments", *batches, together=together) == [(1, 0, 0, 0), (0, 0, 0, 1)]
    assert landing.rows("SELECT status FROM payments") == [("succeeded",)]
    noon = datetime(2026, 4, 2, tzinfo=UTC)
    assert landing.rows("SELECT status FROM payments", as_of=noon) == [("pending",)]


@TOGETHER
def test_one_instant_of_change_with_two_contents_is_a_conflict(landing: Landing, together: bool) -> None:
    batches = [payment(1, updated_at=EARLY)], [payment(1, status="failed", updated_at=EARLY)]
    assert arrive(landing, "payments", *batches, together=together) == [(1, 0, 0, 0), (0, 1, 0, 0)]
    assert landing.rows("SELECT status FROM payments") == [("succeeded",)]


def test_one_instant_written_in_two_zones_is_one_instant(landing: Landing) -> None:
    batches = [payment(1, updated_at=EARLY)], [payment(1, updated_at="2026-04-01T14:00:00+02:00")]
    assert arrive(landing, "payments", *batches, together=True) == [(1, 0, 0, 0), (0, 0, 1, 0)]


def test_one_amount_written_in_two_ways_is_one_amount(landing: Landing) -> None:
    batches = [payment(1, amount="12.5")], [payment(1, amount="12.500000")]
    assert arrive(landing, "payments", *batches, together=True) == [(1, 0, 0, 0), (0, 0, 1, 0)]


def test_a_column_that_the_contract_does_not_name_makes_no_other_content(landing: Landing) -> None:
    batches = [payment(1, note="a")], [payment(1, note="b")]
    assert arrive(landing, "payments", *batches, together=True) == [(1, 0, 0, 0), (0, 0, 1, 0)]


@TOGETHER
def test_without_an_instant_the_later_arrival_wins_even_when_it_says_what_was_said_before(
    landing: Landing, together: bool
) -> None:
    a, b = payment(1), payment(1, status="failed")
    assert arrive(landing, "payments", [a], [b], [a], together=together) == [
        (0, 0, 0, 1),
        (0, 0, 0, 1),
        (1, 0, 0, 0),
    ]
    assert landing.rows("SELECT status, _file FROM payments") == [("succeeded", 3)]


@TOGETHER
def test_without_an_instant_a_row_that_says_what_is_in_force_is_a_repeat(
    landing: Landing, together: bool
) -> None:
    a, b = payment(1), payment(1, status="failed")
    assert arrive(landing, "payments", [a, a], [b, b], [b], together=together) == [
        (0, 0, 1, 1),
        (1, 0, 1, 0),
        (0, 0, 1, 0),
    ]


def test_a_row_with_an_instant_wins_over_one_without(landing: Landing) -> None:
    arrive(landing, "payments", [payment(1, updated_at=EARLY)], [payment(1, status="failed")], together=False)
    assert landing.rows("SELECT status FROM payments") == [("succeeded",)]


def test_three_versions_in_one_file_count_by_their_instants(landing: Landing) -> None:
    rows = [
        payment(1, status="failed", updated_at=MIDDLE),
        payment(1, updated_at=LATE),
        payment(1, status="pending", updated_at=EARLY),
    ]
    assert arrive(landing, "payments", rows, together=True) == [(1, 0, 0, 2)]
    assert landing.rows("SELECT status FROM payments") == [("succeeded",)]


def test_a_key_of_several_columns_is_one_key(landing: Landing) -> None:
    row = {"subscription_id": "S1", "account_id": "A1", "msisdn": "1", "imsi": "2", "plan_id": "P1"}
    row |= {"status": "active", "valid_to": ""}
    first, second = row | {"valid_from": EARLY}, row | {"valid_from": LATE}
    assert arrive(landing, "subscriptions", [first, second], [first | {"plan_id": "P2"}], together=True) == [
        (1, 0, 0, 1),
        (1, 0, 0, 0),
    ]
    assert landing.rows("SELECT plan_id, valid_from::VARCHAR FROM subscriptions ORDER BY 2") == [
        ("P2", "2026-04-01 12:00:00+00"),
        ("P1", "2026-04-03 12:00:00+00"),
    ]


def test_keys_without_history_pass_by_those_that_have_one(landing: Landing) -> None:
    arrive(landing, "payments", [payment(1), payment(2)], [payment(1, status="failed")], together=False)
    assert landing.rows("SELECT payment_id, status FROM payments ORDER BY 1") == [
        ("P1", "failed"),
        ("P2", "succeeded"),
    ]
    assert landing.value("SELECT count(*) FROM revised_keys") == 1


# --- the same rules, held against a plain reference over random arrivals ------------------------------------

VERSIONS = st.tuples(
    st.integers(1, 3),
    st.sampled_from([None, EARLY, LATE]),
    st.sampled_from(["pending", "failed", "succeeded"]),
)
ARRIVALS = st.lists(st.lists(VERSIONS, min_size=1, max_size=6), min_size=1, max_size=4)


def expected(batches: list[list[tuple[int, str | None, str]]], *, revisable: bool) -> list[list[str]]:
    """Give the verdicts that the contract asks for, one arrival after another."""
    first: dict[Any, str] = {}
    last: dict[int, str] = {}
    verdicts: list[list[str]] = []
    for batch in batches:
        verdicts.append([])
        for key, updated_at, content in batch:
            name = (key, updated_at) if revisable else key
            if revisable and updated_at is None:
                verdict = "repeat" if last.get(key) == content else "store"
                last[key] = content
            elif name not in first:
                verdict, first[name] = "store", content
            else:
                verdict = "repeat" if first[name] == content else "conflict"
            verdicts[-1].append(verdict)
    return verdicts


@given(ARRIVALS, st.integers(0, 4))
@settings(max_examples=120, deadline=None)
@pytest.mark.parametrize("stream", ["payments", "surveys"])
def test_verdicts_are_those_of_the_contract_however_arrivals_are_staged(
    stream: str, batches: list[list[tuple[int, str | None, str]]], in_lake: int
) -> None:
    declared = STREAMS[stream]
    wanted = expected(batches, revisable=declared.revisable)
    with connect(Limits(memory_mb=100, threads=1)) as session:
        columns = ", ".join(f'"{field.name}" {_sql(stream, field.name)}' for field in SCHEMAS[stream])
        for table in ("known", "staged"):
            session.execute(f"CREATE TEMP TABLE {table} ({columns})")  # noqa: S608 - declared columns
        for number, (rows, verdicts) in enumerate(zip(batches, wanted, strict=True)):
            for place, (row, verdict) in enumerate(zip(rows, verdicts, strict=True), start=1):
                if number >= in_lake or verdict == "store":
                    _insert(session, "known" if number < in_lake else "staged", stream, row, number, place)
        settled = settle(session, declared, "staged", "known")
        found = session.execute(
            f"SELECT _file, _row, coalesce(verdict, 'store') FROM (SELECT *, rowid AS place FROM staged) "  # noqa: S608
            f"LEFT JOIN {settled.verdicts} USING (place) ORDER BY 1, 2"
        ).fetchall()
    assert found == [
        (number, place, verdict)
        for number, verdicts in enumerate(wanted)
        if number >= in_lake
        for place, verdict in enumerate(verdicts, start=1)
    ]


def _sql(stream: str, name: str) -> str:
    return "BIGINT" if name in ("_file", "_row", "score") else "VARCHAR"


def _insert(
    session: Any, table: str, stream: str, row: tuple[int, str | None, str], number: int, place: int
) -> None:
    key, updated_at, content = row
    values: Row = {STREAMS[stream].key[0]: str(key), "_file": number, "_row": place}
    values |= {"status": content, "updated_at": updated_at} if stream == "payments" else {"comment": content}
    names, places = ", ".join(values), ", ".join(f"${name}" for name in values)
    session.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", values)  # noqa: S608 - declared columns
