"""Decisions that meet each other or a crash: one is made, whole, and told; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core.adapters.store import SqlStore, open_store
from core.adapters.store.approval_tables import proposals
from core.adapters.store.audit import SqlAuditTrail
from core.adapters.store.engine import open_engine, writing
from core.kernel.audit import AuditEntry, AuditEvent
from core.kernel.errors import StoreError
from tests.bench.races import ask, end, kill, race
from tests.builders.audit import PSEUDONYMS
from tests.builders.proposals import an_actor

RACES, KILLS, SEED = 50, 2, 20261126
SUE = an_actor("sue", "supervisor")


@pytest.fixture
def kept(store_url: str) -> Iterator[SqlStore]:
    store = open_store(store_url, PSEUDONYMS)
    yield store
    store.close()


def test_of_six_who_decide_at_once_one_does(store_url: str) -> None:
    raced = race(store_url, RACES)
    assert (raced.not_once, raced.not_applied, raced.not_told_once) == (0, 0, 0)
    assert sum(raced.won.values()) == RACES


def test_whoever_is_killed_while_approving_leaves_nothing_half_done(store_url: str) -> None:
    assert kill(store_url, KILLS, SEED).half_done == 0


class FullDisk(SqlAuditTrail):
    """Keeps nothing more."""

    def append(self, connection: Connection, event: AuditEvent) -> AuditEntry:
        raise StoreError("no space left")


@pytest.mark.parametrize("verdict", ["approved", "returned", "rejected"])
def test_what_cannot_be_audited_is_not_decided(kept: SqlStore, store_url: str, verdict: str) -> None:
    made = ask(kept, "file_late")
    engine = open_engine(store_url)
    kept._audit = FullDisk(engine, PSEUDONYMS)

    with pytest.raises(StoreError):
        end(kept, made, cast("object", verdict), SUE)  # type: ignore[arg-type]
    with pytest.raises(StoreError):
        ask(kept, "file_late")

    assert kept.waiting() == (made,)
    assert kept.control_settings() == ()
    engine.dispose()


@pytest.mark.parametrize("decider", [None, "ana"])
def test_the_database_itself_refuses_an_approval_by_whoever_proposed(
    kept: SqlStore, store_url: str, decider: str | None
) -> None:
    made = ask(kept, "file_late")
    engine = open_engine(store_url)
    forged = proposals.update().where(proposals.c.proposal_id == made.proposal_id)
    with pytest.raises(IntegrityError, match="another_person_approves"), writing(engine) as connection:
        connection.execute(forged.values(state="approved", decider_id=decider))
    engine.dispose()
    assert kept.waiting() == (made,)
