from __future__ import annotations

import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from core.adapters.store.engine import open_engine
from core.adapters.store.migrate import upgrade
from core.adapters.store.tables import metadata

OPEN = """
import sys
from core.adapters.store import open_store
from tests.builders.audit import PSEUDONYMS
open_store(sys.argv[1], PSEUDONYMS).runs(1)
"""


def test_the_migrations_lead_to_the_declared_tables(store_url: str) -> None:
    engine = open_engine(store_url)
    upgrade(engine)

    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)

    engine.dispose()
    assert differences == []


def test_upgrading_twice_changes_nothing(store_url: str) -> None:
    engine = open_engine(store_url)
    upgrade(engine)
    upgrade(engine)

    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() is not None
    engine.dispose()


def test_several_processes_may_start_on_an_empty_database_at_once(store_url: str) -> None:
    started = [
        subprocess.Popen([sys.executable, "-c", OPEN, store_url], stderr=subprocess.PIPE) for _ in range(4)
    ]
    errors = [process.communicate(timeout=120)[1].decode() for process in started]

    assert [process.returncode for process in started] == [0] * 4, errors


def test_a_step_that_fails_leaves_the_database_as_it_was(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(store_url)
    monkeypatch.setattr("alembic.op.create_index", _fail)
    with pytest.raises(RuntimeError, match="no index today"):
        upgrade(engine)
    monkeypatch.undo()

    upgrade(engine)

    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def _fail(*_: object, **__: object) -> None:
    raise RuntimeError("no index today")
