"""Verifies an audit trail against its checkpoints, wherever its lines come from. Changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.governance.checkpoints import Checkpoint, Ledger
from core.governance.entries import FIRST
from core.ports.audit import KeptLine

__all__ = ["Verification", "verify"]


@dataclass(frozen=True)
class Verification:
    """Say how far a trail holds.

    Parameters
    ----------
    entries
        How many there are, or were read up to the first bad one.
    newest
        The time of the last good entry.
    checkpoint
        The newest one that the trail agrees with; entries after it are chained only.
    bad
        The sequence of the first bad entry; None when all are good.
    problem
        What is wrong with it, one sentence; empty when all are good.
    notes
        What lay beside the checkpoints and is none.
    """

    entries: int
    newest: datetime | None
    checkpoint: Checkpoint | None
    bad: int | None = None
    problem: str = ""
    notes: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.problem

    @property
    def sealed(self) -> int:
        """Return how many of the entries a checkpoint vouches for."""
        return self.checkpoint.size if self.checkpoint else 0


def verify(lines: Iterable[KeptLine], ledger: Ledger) -> Verification:
    """Compare every entry with its hash, the entry before it and its leaf under the checkpoints.

    Parameters
    ----------
    lines
        The entries from the first on, in order.
    ledger
        What `core.governance.checkpoints` has checked: its leaves are those that were signed.
    """
    expected = ledger.leaves()
    previous, place, problem = FIRST, 0, ""
    newest: datetime | None = None
    for place, line in enumerate(lines, 1):
        signed = expected[place - 1] if place <= len(expected) else None
        problem, previous, time = _judge(line, place, previous, signed)
        if problem:
            break
        newest = time
    good = place - 1 if problem else place
    if not problem and place < len(expected):
        problem = f"entry {place + 1} is missing: a checkpoint holds {len(expected):,} entries"
    reached = [checkpoint for checkpoint in ledger.checkpoints if checkpoint.size <= good]
    return Verification(
        entries=good,
        newest=newest,
        checkpoint=reached[-1] if reached else None,
        bad=good + 1 if problem else None,
        problem=problem,
        notes=ledger.notes,
    )


def _judge(
    line: KeptLine, place: int, previous: str, signed: bytes | None
) -> tuple[str, str, datetime | None]:
    """Return what is wrong with an entry, its hash and its time."""
    data = line.content.encode("utf-8", "surrogateescape")
    leaf = hashlib.sha256(b"\x00" + data).digest()
    try:
        kept = json.loads(data)
        sequence, follows = kept["sequence"], kept["previous"]
        time = datetime.fromisoformat(kept["time"])
    except (ValueError, KeyError, TypeError):
        return f"entry {place} cannot be read", "", None
    if signed is not None and leaf != signed and sequence == place:
        return f"entry {place} is not the one that a checkpoint holds", "", None
    if sequence != place:
        return f"entry {place} is missing: entry {sequence} stands in its place", "", None
    if leaf.hex() != line.hash:
        return f"entry {place} does not match the hash that is kept with it", "", None
    if follows != previous:
        return f"entry {place} does not follow entry {place - 1}", "", None
    if not line.filed_right:
        return f"entry {place} is filed under what it does not say", "", None
    return "", line.hash, time
