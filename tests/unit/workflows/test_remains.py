"""What a run leaves for the next one is there in whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.lake.session import connect
from core.lake.snapshot import Snapshot
from core.workflows.remains import keep, recall
from tests.builders import rows

SNAPSHOT = Snapshot({"payments": 3}, rows.settings(), frozenset({7}))


@pytest.fixture
def left(tmp_path: Path) -> Path:
    with connect() as session:
        session.execute("create temp table judged as select 1 as n")
        session.execute("create temp table flow as select 2 as n")
        keep(tmp_path, session, SNAPSHOT, "as defined")
    return tmp_path


def test_what_was_kept_is_recalled(left: Path) -> None:
    remains = recall(left)
    assert remains is not None
    assert (remains.snapshot, remains.definitions) == (SNAPSHOT, "as defined")
    assert {name: table.to_pylist() for name, table in remains.tables.items()} == {
        "judged": [{"n": 1}],
        "flow": [{"n": 2}],
    }


@pytest.mark.parametrize("gone", ["judged.parquet", "flow.parquet", "header.json"])
def test_of_what_was_half_removed_when_a_run_was_killed_nothing_is_recalled(left: Path, gone: str) -> None:
    (left / "_last_run" / gone).unlink()
    assert recall(left) is None
