"""Adds checkpoints for what the audit trail has gained, and refuses to sign a trail that was changed."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from core.governance.checkpoints import Checkpoint, add, latest, make
from core.governance.entries import FIRST, read_entry
from core.governance.signing import Signer, open_signer
from core.kernel.errors import AuditError
from core.ports.audit import AuditReads, KeptLine

__all__ = ["Sealer"]

_LEAVES = 50_000
"""The most entries that one checkpoint adds, so that its file stays small."""

_LOOK = "run assay audit verify, and keep the database and the checkpoints as they are"


@dataclass(frozen=True)
class Sealer:
    """Add checkpoints of one trail to one folder.

    Parameters
    ----------
    trail
        Where the entries are.
    keys
        The folder of the secret keys.
    folder
        Where the checkpoints go.
    clock
        This machine's time.
    """

    trail: AuditReads
    keys: Path
    folder: Path
    clock: Callable[[], datetime]

    def seal(self) -> Checkpoint | None:
        """Sign whatever no checkpoint covers yet; return the newest checkpoint, None without any entry.

        Raises
        ------
        AuditError
            RA-E600 when the trail no longer holds what the newest checkpoint covers, when it does not hold
            together, or when the newest checkpoint is signed with another key. Nothing is signed then.
        """
        signer = open_signer(self.keys)
        with _alone(self.keys / "checkpoints.key"):
            newest, place = latest(self.folder)
            previous = self._agreed(newest, signer)
            lines = self.trail.audit_lines(newest.size if newest else 0)
            while leaves := list(islice(_chained(lines, newest, previous), _LEAVES)):
                newest = make(newest, leaves, self.clock(), signer)
                add(self.folder, place, newest)
                previous, place = leaves[-1].hex(), place + 1
        return newest

    def _agreed(self, newest: Checkpoint | None, signer: Signer) -> str:
        """Return the hash of the last covered entry, which the trail must still hold."""
        if newest is None:
            return FIRST
        if newest.public != signer.public:
            raise AuditError(
                f"the checkpoints in {self.folder} are signed with key {newest.key}, which is not that of "
                f"{self.keys}: put the right key back, or begin another folder",
                fields={"key": newest.key},
            )
        entry = self.trail.audit_entry(newest.size)
        if entry is None or entry.hash != newest.added[-1].hex():
            raise AuditError(
                f"entry {newest.size} of the audit trail is not the one that a checkpoint holds: {_LOOK}",
                fields={"entry": newest.size},
            )
        return entry.hash


def _chained(lines: Iterator[KeptLine], newest: Checkpoint | None, previous: str) -> Iterator[bytes]:
    """Yield the leaf of each line, as long as one follows the other."""
    for sequence, line in enumerate(lines, newest.size + 1 if newest else 1):
        if not _follows(line, sequence, previous):
            raise AuditError(
                f"entry {sequence} of the audit trail does not hold together: {_LOOK}",
                fields={"entry": sequence},
            )
        previous = line.hash
        yield bytes.fromhex(previous)


def _follows(line: KeptLine, sequence: int, previous: str) -> bool:
    try:
        entry = read_entry(line.content)
    except ValueError:
        return False
    chained = (entry.sequence, entry.previous, entry.hash) == (sequence, previous, line.hash)
    return chained and line.filed_right


@contextmanager
def _alone(key: Path) -> Iterator[None]:
    """Let one process at a time sign with a key."""
    with key.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
