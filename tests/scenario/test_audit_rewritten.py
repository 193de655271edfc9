"""Somebody who owns the database but neither the key nor the checkpoints changes history, and is caught."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError

from core.adapters.store import SqlStore
from core.adapters.store.engine import open_engine
from core.adapters.store.migrate import upgrade
from core.governance.entries import FIRST, leaf_hash
from core.governance.verify import Verification, verify
from core.kernel.errors import AuditError, StoreError
from tests.builders.audit import PSEUDONYMS, an_event
from tests.builders.trail import Sealed, a_sealed_trail

TRIGGERS = {
    "sqlite": ("drop trigger if exists audit_entries_append", "drop trigger if exists audit_entries_update",
               "drop trigger if exists audit_entries_delete"),
    "postgresql": ("drop trigger if exists audit_entries_append on audit_entries",
                   "drop trigger if exists audit_entries_change on audit_entries"),
}  # fmt: skip

Attack = Callable[[Connection], None]


class Database:
    """A sealed trail in a real database, and the door through which its owner gets at it."""

    def __init__(self, url: str, root: Path) -> None:
        self.engine: Engine = open_engine(url)
        upgrade(self.engine)
        self.store = SqlStore(self.engine, PSEUDONYMS)
        self.sealed: Sealed = a_sealed_trail(root, 12, 8, trail=self.store)

    def attack(self, attack: Attack) -> Verification:
        with self.engine.begin() as connection:
            for statement in TRIGGERS[self.engine.dialect.name]:
                connection.execute(text(statement))
            attack(connection)
        return verify(self.store.audit_lines(), self.sealed.ledger)


@pytest.fixture
def database(store_url: str, tmp_path: Path) -> Iterator[Database]:
    opened = Database(store_url, tmp_path)
    yield opened
    opened.store.close()


def rechain(connection: Connection) -> None:
    """Make a trail whose every hash is right again."""
    previous = FIRST
    for sequence, content in connection.execute(
        text("select sequence, content from audit_entries order by 1")
    ).all():
        start = content.index('"previous":"') + len('"previous":"')
        chained = content[:start] + previous + content[start + 64 :]
        previous = leaf_hash(chained)
        connection.execute(
            text("update audit_entries set content = :content, hash = :hash where sequence = :sequence"),
            {"content": chained, "hash": previous, "sequence": sequence},
        )


def change_entry_7(connection: Connection) -> None:
    connection.execute(
        text("update audit_entries set content = replace(content, '6.20', '9.99') where sequence = 7")
    )


def drop_entry_7(connection: Connection) -> None:
    connection.execute(text("delete from audit_entries where sequence = 7"))
    for sequence in range(8, 21):
        connection.execute(
            text(
                "update audit_entries set sequence = :less, content = replace(content, :old, :new)"
                " where sequence = :sequence"
            ),
            {"less": sequence - 1, "sequence": sequence} | numbered(sequence, sequence - 1),
        )


def numbered(old: int, new: int) -> dict[str, str]:
    return {"old": f'"sequence":{old},', "new": f'"sequence":{new},'}


def test_a_trail_nobody_touched_is_good(database: Database) -> None:
    found = verify(database.store.audit_lines(), database.sealed.ledger)

    assert (found.good, found.entries, found.sealed) == (True, 20, 20)


def test_a_rewritten_trail_whose_every_hash_is_right_is_caught_at_the_entry(database: Database) -> None:
    def rewrite(connection: Connection) -> None:
        change_entry_7(connection)
        rechain(connection)

    found = database.attack(rewrite)

    assert (found.bad, found.entries) == (7, 6)
    assert found.problem == "entry 7 is not the one that a checkpoint holds"
    with pytest.raises(AuditError, match="entry 20 of the audit trail is not the one"):
        database.sealed.seal()


def test_a_trail_without_one_entry_whose_every_hash_is_right_is_caught(database: Database) -> None:
    def rewrite(connection: Connection) -> None:
        drop_entry_7(connection)
        rechain(connection)

    found = database.attack(rewrite)

    assert found.bad == 7
    with pytest.raises(AuditError, match="entry 20"):
        database.sealed.seal()


def test_a_trail_begun_anew_is_caught(database: Database) -> None:
    def rewrite(connection: Connection) -> None:
        connection.execute(text("delete from audit_entries"))

    assert database.attack(rewrite).bad == 1
    for _ in range(25):
        database.store.record(an_event())
    assert verify(database.store.audit_lines(), database.sealed.ledger).bad == 1
    with pytest.raises(AuditError, match="entry 20"):
        database.sealed.seal()


def test_a_cut_tail_is_caught(database: Database) -> None:
    found = database.attack(lambda one: one.execute(text("delete from audit_entries where sequence > 15")))  # type: ignore[arg-type,return-value]

    assert (found.bad, found.problem) == (16, "entry 16 is missing: a checkpoint holds 20 entries")


COLUMNS = ("actor_id", "actor_name", "action", "object_kind", "object_id", "subject")


def test_an_entry_hidden_from_those_who_look_for_it_is_caught(database: Database) -> None:
    for sequence, column in zip(range(9, 3, -1), COLUMNS, strict=True):
        hide = text(f"update audit_entries set {column} = 'x' where sequence = {sequence}")  # noqa: S608 - a name from the list
        found = database.attack(lambda connection, hide=hide: connection.execute(hide))  # type: ignore[misc]

        assert found.problem == f"entry {sequence} is filed under what it does not say"


def test_what_no_checkpoint_covers_yet_is_still_chained(database: Database) -> None:
    database.sealed.tell(3)

    def edit(connection: Connection) -> None:
        connection.execute(
            text("update audit_entries set content = replace(content, '21.20', '9.99') where sequence = 22")
        )

    found = database.attack(edit)

    assert (found.bad, found.sealed) == (22, 20)
    with pytest.raises(AuditError, match="entry 22 of the audit trail does not hold together"):
        database.sealed.seal()


def test_an_entry_that_names_another_before_it_is_caught_though_its_own_hash_is_right(
    database: Database,
) -> None:
    database.sealed.tell(2)

    def unchain(connection: Connection) -> None:
        content = connection.scalar(text("select content from audit_entries where sequence = 22"))
        start = content.index('"previous":"') + len('"previous":"')
        other = content[:start] + FIRST + content[start + 64 :]
        connection.execute(
            text("update audit_entries set content = :content, hash = :hash where sequence = 22"),
            {"content": other, "hash": leaf_hash(other)},
        )

    found = database.attack(unchain)

    assert (found.bad, found.problem) == (22, "entry 22 does not follow entry 21")


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_entries set hash = 'x' where sequence = 1",
        "delete from audit_entries where sequence = 20",
        "delete from audit_entries",
        "insert into audit_entries select 22, content, hash, time, actor_id, actor_name, action, object_kind,"
        " object_id, subject from audit_entries where sequence = 20",
        "insert or replace into audit_entries select * from audit_entries where sequence = 20",
        "truncate audit_entries",
    ],
)
def test_the_database_refuses_whatever_is_not_the_next_entry(database: Database, statement: str) -> None:
    before = list(database.store.audit_lines())

    with pytest.raises((DatabaseError, StoreError)), database.engine.begin() as connection:
        connection.execute(text(statement))

    assert list(database.store.audit_lines()) == before


TELL = """
import sys
from core.adapters.store import open_store
from tests.builders.audit import PSEUDONYMS, an_event
store = open_store(sys.argv[1], PSEUDONYMS)
for number in range(40):
    store.record(an_event(object_kind="case", object_id=f"{sys.argv[2]}-{number}"))
"""


def test_several_processes_append_at_once_without_a_gap(database: Database, store_url: str) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", TELL, store_url, str(number)], stderr=subprocess.PIPE)
        for number in range(4)
    ]
    errors = [process.communicate(timeout=300)[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, errors

    database.sealed.seal()
    found = verify(database.store.audit_lines(), database.sealed.ledger)
    assert (found.good, found.entries, found.sealed) == (True, 180, 180)
