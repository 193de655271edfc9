"""A store that is away or damaged is refused in our words."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from core.adapters.store import audit, open_store
from core.adapters.store.audit import SqlAuditTrail
from core.adapters.store.engine import open_engine
from core.adapters.store.migrate import upgrade
from core.kernel.errors import AuditError, StoreError
from tests.builders.audit import PSEUDONYMS, an_event
from tests.builders.proposals import a_proposal


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


def test_a_trail_is_read_in_parts_and_an_entry_that_is_no_entry_is_told(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "FETCH", 2)
    store = open_store(sqlite_url, PSEUDONYMS)
    for _ in range(5):
        store.record(an_event())
    assert [line.filed_right for line in store.audit_lines()] == [True] * 5

    with open_engine(sqlite_url).begin() as connection:
        connection.execute(text("drop trigger audit_entries_update"))
        connection.execute(text("update audit_entries set content = '{' where sequence = 3"))
    with pytest.raises(AuditError, match="entry 3 of the audit trail cannot be read"):
        store.audit_entry(3)
    assert [line.filed_right for line in store.audit_lines()] == [True, True, False, True, True]
    store.close()


def test_what_nobody_decided_is_not_kept_as_decided(sqlite_url: str) -> None:
    store = open_store(sqlite_url, PSEUDONYMS)
    made = store.propose("control", "payment_failed", lambda evidence: a_proposal(evidence=evidence))
    with pytest.raises(ValueError, match="waits still"):
        store.decide(made.proposal_id, lambda kept, _: kept)
    assert store.waiting() == (made,)
    store.close()
