"""Checkpoints of the audit trail: signed roots with the leaves under them, each naming the one before.

A checkpoint is one file, written once and never changed. Holds no entry and reads no store.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from core.governance.canonical import canonical, utc_text
from core.governance.merkle import Frontier, consistency_proof, is_consistent
from core.governance.signing import Signer, is_signed, key_id
from core.kernel.errors import AuditError

__all__ = ["Checkpoint", "Ledger", "add", "latest", "make", "read_checkpoint", "read_folder", "read_ledger"]

START = "0" * 64
"""What the first checkpoint names as the one before it."""

_PATTERN = "*.checkpoint.json"
_LEAF = 32


@dataclass(frozen=True)
class Checkpoint:
    """State that the trail had so many entries with that root, at a time, signed.

    Parameters
    ----------
    number
        Counts from 1.
    tree
        The tree of all entries so far.
    added
        The hashes of the entries since the checkpoint before.
    previous
        SHA-256 of the text of the checkpoint before.
    text
        The whole file.
    """

    number: int
    time: datetime
    tree: Frontier
    added: tuple[bytes, ...]
    proof: tuple[bytes, ...]
    previous: str
    public: bytes
    text: str

    @property
    def size(self) -> int:
        """Return how many entries it covers."""
        return self.tree.size

    @property
    def key(self) -> str:
        """Return the name of the key that signed it."""
        return key_id(self.public)

    @property
    def hash(self) -> str:
        """Return what the next checkpoint names it by."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Ledger:
    """Hold a row of checkpoints that belong together, and the leaves of every entry under them.

    ``notes`` name what lay beside them and is none.
    """

    checkpoints: tuple[Checkpoint, ...]
    notes: tuple[str, ...] = ()

    @property
    def newest(self) -> Checkpoint | None:
        """Return the checkpoint that covers most."""
        return self.checkpoints[-1] if self.checkpoints else None

    @property
    def size(self) -> int:
        """Return how many entries are covered."""
        return self.newest.size if self.newest else 0

    def leaves(self) -> list[bytes]:
        """Return the hash of every covered entry, in order."""
        return [leaf for checkpoint in self.checkpoints for leaf in checkpoint.added]


def make(before: Checkpoint | None, added: list[bytes], time: datetime, signer: Signer) -> Checkpoint:
    """Sign a checkpoint that covers so many entries more than the one before."""
    old = before.tree if before else Frontier()
    tree = old.copy()
    for leaf in added:
        tree.append(leaf)
    proof = consistency_proof(old, added)
    number, previous = (before.number + 1, before.hash) if before else (1, START)
    body = {
        "consistency": [part.hex() for part in proof],
        "key": key_id(signer.public),
        "number": number,
        "peaks": [peak.hex() for peak in tree.peaks],
        "previous": previous,
        "public_key": signer.public.hex(),
        "root": tree.root.hex(),
        "size": tree.size,
        "time": utc_text(time),
    }
    signature = signer.sign(canonical(body).encode()).hex()
    text = canonical({"checkpoint": body, "leaves": b"".join(added).hex(), "signature": signature})
    return read_checkpoint(text)


def read_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint that a text holds, its signature and its shape checked.

    Raises
    ------
    ValueError
        When it is not whole or not signed.
    """
    try:
        return _parsed(text, json.loads(text))
    except (KeyError, TypeError) as error:
        raise ValueError("is no checkpoint") from error


def _parsed(text: str, kept: Any) -> Checkpoint:
    body = kept["checkpoint"]
    public = bytes.fromhex(body["public_key"])
    if not is_signed(canonical(body).encode(), bytes.fromhex(kept["signature"]), public):
        raise ValueError("is not signed by its key")
    tree = Frontier(body["size"], [bytes.fromhex(peak) for peak in body["peaks"]])
    if tree.root.hex() != body["root"]:
        raise ValueError("has peaks that do not make its root")
    leaves = bytes.fromhex(kept["leaves"])
    return Checkpoint(
        number=body["number"],
        time=datetime.fromisoformat(body["time"]),
        tree=tree,
        added=tuple(leaves[place : place + _LEAF] for place in range(0, len(leaves), _LEAF)),
        proof=tuple(bytes.fromhex(part) for part in body["consistency"]),
        previous=body["previous"],
        public=public,
        text=text,
    )


def read_ledger(texts: Iterable[tuple[str, str]]) -> Ledger:
    """Return the checkpoints among (name, text), in their order, each proved to extend the one before.

    Raises
    ------
    AuditError
        RA-E600, naming the checkpoint that does not follow the one before.
    """
    good: list[Checkpoint] = []
    notes: list[str] = []
    tree = Frontier()
    for name, text in texts:
        try:
            checkpoint = read_checkpoint(text)
        except ValueError as error:
            notes.append(f"{name} {error}")
            continue
        problem = _problem(good[-1] if good else None, checkpoint, tree)
        if problem:
            raise AuditError(f"checkpoint {name} {problem}", fields={"checkpoint": name})
        good.append(checkpoint)
    return Ledger(tuple(good), tuple(notes))


def _problem(before: Checkpoint | None, now: Checkpoint, tree: Frontier) -> str | None:
    """Say what keeps a checkpoint from following the one before; ``tree`` grows by its leaves."""
    number, previous = (before.number + 1, before.hash) if before else (1, START)
    if before and now.public != before.public:
        return f"is signed with key {now.key}, not with {before.key} like the one before"
    if (now.number, now.previous) != (number, previous):
        return "does not follow the one before it"
    old = tree.copy()
    for leaf in now.added:
        tree.append(leaf)
    if (tree.size, tree.root) != (now.size, now.tree.root):
        return "has leaves that do not make its root"
    if not is_consistent(old.size, old.root, now.size, now.tree.root, now.proof):
        return "does not prove that it extends the one before"
    return None


def read_folder(folder: Path) -> Ledger:
    """Return the checkpoints that a folder holds; none when it is not there.

    Raises
    ------
    AuditError
        RA-E600 when they do not belong together.
    """
    return read_ledger((path.name, _text(path)) for path in _files(folder))


def latest(folder: Path) -> tuple[Checkpoint | None, int]:
    """Return the newest whole checkpoint of a folder, and the place of the next file.

    Notes
    -----
    A file that a crash cut short keeps its place: nothing is ever written again.
    """
    files = _files(folder)
    place = _place(files[-1]) + 1 if files else 1
    for path in reversed(files):
        try:
            return read_checkpoint(_text(path)), place
        except ValueError:
            continue
    return None, place


def add(folder: Path, place: int, checkpoint: Checkpoint) -> None:
    """Write a checkpoint as a new file that nobody may write to.

    Raises
    ------
    AuditError
        RA-E600 when its place is taken or the disk does not take it; the next one covers as much.
    """
    path = folder / f"{place:08d}.checkpoint.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(checkpoint.text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise AuditError(
            f"checkpoint {path} cannot be written ({error.strerror}): make room and give access there, "
            "then run assay audit checkpoint",
            fields={"checkpoint": path.name},
        ) from error


def _place(path: Path) -> int:
    return int(path.name.split(".")[0])


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob(_PATTERN) if path.name.split(".")[0].isdigit())


def _text(path: Path) -> str:
    return path.read_text("utf-8", errors="replace")
