"""A store that is away or damaged is refused in our words."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.adapters.store import open_store
from core.adapters.store.audit import SqlAuditTrail
from core.adapters.store.engine import open_engine
from core.adapters.store.migrate import upgrade
from core.kernel.errors import StoreError
from tests.builders.audit import PSEUDONYMS, an_event


def test_a_damaged_database_is_a_store_error(tmp_path: Path) -> None:
    broken = tmp_path / "assay.sqlite"
    broken.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError) as refused:
        open_store(f"sqlite:///{broken}", PSEUDONYMS)
    assert refused.value.code == "RA-E500"
    assert "not a database" in refused.value.fields["problem"]


def test_a_database_that_does_not_answer_is_a_store_error() -> None:
    engine = open_engine("postgresql+psycopg://nobody@127.0.0.1:9/nothing?connect_timeout=1")
    with pytest.raises(StoreError), engine.connect():
        pass
    engine.dispose()


def test_an_audit_entry_is_not_appended_outside_the_transaction_of_what_it_tells(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    upgrade(engine)
    trail = SqlAuditTrail(engine, PSEUDONYMS)
    with engine.begin() as connection, pytest.raises(RuntimeError, match="on a connection of `writing`"):
        trail.append(connection, an_event())
    assert trail.head() is None
    engine.dispose()
