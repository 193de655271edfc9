"""Disks that are full or lose what was not synced, under the store and the checkpoints: what is left."""

from __future__ import annotations

import os
import random
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.adapters.store import SqlStore, open_store
from core.governance.checkpoints import read_folder
from core.governance.verify import verify
from core.kernel.errors import StoreError
from core.kernel.proposals import Proposal
from tests.bench.races import SPAWN, ask, end, is_applied, is_told_once
from tests.builders.audit import PSEUDONYMS
from tests.builders.proposals import an_actor
from tests.builders.trail import Sealed, a_sealed_trail

SUE = an_actor("sue", "supervisor")
STEP = 1024
"""The room grows by less than a page, so that every write of a page is the one that fails."""


@dataclass(frozen=True)
class Full:
    """Count the disks tried, those on which a change failed, and what went wrong after a failure."""

    disks: int
    refused: int
    half_done: int
    not_going_on: int


@dataclass(frozen=True)
class Torn:
    """Count the cuts, those that lost entries, and those after which something was not as it must be.

    Parameters
    ----------
    half_done
        A decision without its entry or its effect, or the reverse.
    unseen
        Entries lost that a checkpoint held, and verification did not name the first of them.
    """

    cuts: int
    lost: int
    half_done: int
    unseen: int

    @property
    def wrong(self) -> int:
        """Return after how many cuts a rule was broken."""
        return max(self.half_done, self.unseen)


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size: a write past it fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def fill(folder: Path) -> Full:
    """Propose and approve on disks with ever more room, until both fit; look at each once there is room."""
    disks = refused = half_done = not_going_on = 0
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / "new.sqlite"
    open_store(f"sqlite:///{new}", PSEUDONYMS).close()
    fits = False
    while not fits:
        database = folder / f"{disks}.sqlite"
        shutil.copy(new, database)
        fits = _on_a_disk_of(database, disks * STEP)
        disks, refused = disks + 1, refused + (not fits)
        store = open_store(f"sqlite:///{database}", PSEUDONYMS)
        half_done += not _is_whole(store, store.waiting() + store.decided(limit=10))
        later = ask(store, "later")
        end(store, later, "approved", SUE)
        not_going_on += not (
            _is_whole(store, [later]) and verify(store.audit_lines(), read_folder(folder)).good
        )
        store.close()
    return Full(disks, refused, half_done, not_going_on)


def _on_a_disk_of(database: Path, room: int) -> bool:
    """Tell whether a proposal and its approval fit into so many bytes of what is written ahead."""
    store = open_store(f"sqlite:///{database}", PSEUDONYMS)
    try:
        with room_for(room):
            end(store, ask(store, "first"), "approved", SUE)
    except StoreError:
        return False
    finally:
        store.close()
    return True


def tear(folder: Path, cuts: int, seed: int, decisions: int = 40) -> Torn:
    """Cut what SQLite has written ahead at random bytes, as a disk that lost the last; look at each."""
    folder.mkdir(parents=True, exist_ok=True)
    process = SPAWN.Process(target=_decide_and_die, args=(folder, decisions))
    process.start()
    process.join()
    whole = (folder / "store.sqlite-wal").read_bytes()
    ledger, chance = read_folder(folder / "checkpoints"), random.Random(seed)
    lost = half_done = unseen = 0
    database = folder / "torn.sqlite"
    for _ in range(cuts):
        shutil.copy(folder / "store.sqlite", database)
        database.with_name("torn.sqlite-shm").unlink(missing_ok=True)
        database.with_name("torn.sqlite-wal").write_bytes(whole[: chance.randrange(len(whole))])
        store = open_store(f"sqlite:///{database}", PSEUDONYMS)
        kept = (store.audit_head() or (0, None))[0]
        found = verify(store.audit_lines(), ledger)
        lost += kept < ledger.size
        unseen += (found.bad if kept < ledger.size else found.problem or kept + 1) != kept + 1
        half_done += not _is_whole(store, store.waiting() + store.decided(limit=decisions))
        store.close()
    return Torn(cuts, lost, half_done, unseen)


def _decide_and_die(folder: Path, decisions: int) -> None:
    """Leave a store as whoever never closes it leaves it, and a checkpoint of all its entries."""
    url = f"sqlite:///{folder / 'store.sqlite'}"
    open_store(url, PSEUDONYMS).close()  # its tables are in the file itself
    store = open_store(url, PSEUDONYMS)
    for place in range(decisions):
        end(store, ask(store, f"control_{place}"), "approved", SUE)
    Sealed(store, folder).seal()
    os._exit(0)


def _is_whole(store: SqlStore, proposals: tuple[Proposal, ...] | list[Proposal]) -> bool:
    return all(is_applied(store, one.proposal_id) and is_told_once(store, one) for one in proposals)


def cut_checkpoints(folder: Path, cuts: int, seed: int) -> Torn:
    """Cut the newest checkpoint at random bytes: it is named, and the next one vouches for as much again."""
    chance, lost, half_done, unseen = random.Random(seed), 0, 0, 0
    sealed = a_sealed_trail(folder, 12, 8)
    first, newest = sorted((folder / "checkpoints").iterdir())
    whole, root = newest.read_bytes(), _root(sealed)
    for _ in range(cuts):
        newest.unlink()
        newest.write_bytes(whole[: chance.randrange(len(whole))])
        found = verify(sealed.trail.audit_lines(), sealed.ledger)
        lost += found.sealed < 20
        unseen += not any(newest.name in note for note in found.notes)
        sealed.seal()
        half_done += _root(sealed) != root
        for later in set((folder / "checkpoints").iterdir()) - {first, newest}:
            later.unlink()
    return Torn(cuts, lost, half_done, unseen)


def _root(sealed: Sealed) -> tuple[int, bytes]:
    newest = sealed.ledger.newest
    return (newest.size, newest.tree.root) if newest else (0, b"")
