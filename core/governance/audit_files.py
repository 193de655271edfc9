"""The audit trail outside the store: exports and receipts, each with what it takes to verify it offline.

An export is a text of lines: what it is, its checkpoints, its entries. Judges nothing itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.governance.canonical import canonical
from core.governance.checkpoints import Checkpoint, Ledger, read_checkpoint, read_ledger
from core.governance.entries import leaf_hash
from core.governance.merkle import inclusion_proof, root_through
from core.kernel.audit import AuditEntry
from core.kernel.errors import AuditError, InputError
from core.ports.audit import KeptLine

__all__ = ["Receipt", "export_lines", "issue", "open_export", "read_receipt"]

_EXPORT, _RECEIPT = "assay audit export 1", "assay audit receipt 1"
_ENTRY = re.compile(rb'\{"entry":(.*),"hash":"([0-9a-f]{64})"\}\n', re.DOTALL)


def export_lines(lines: Iterable[KeptLine], ledger: Ledger, time: datetime) -> Iterator[str]:
    """Yield the lines of an export."""
    yield canonical({"checkpoints": len(ledger.checkpoints), "format": _EXPORT, "time": time}) + "\n"
    for checkpoint in ledger.checkpoints:
        yield checkpoint.text + "\n"
    for line in lines:
        yield f'{{"entry":{line.content},"hash":"{line.hash}"}}\n'


def open_export(path: Path) -> tuple[Iterator[KeptLine], Ledger]:
    """Return an export's entries, read as they are asked for, and its checkpoints.

    Raises
    ------
    InputError
        RA-E100 when the file is no export.
    AuditError
        RA-E600 when its checkpoints do not belong together.
    """
    lines = _lines(path)
    try:
        head = json.loads(next(lines, b""))
        known = head["format"] == _EXPORT
        count = int(head["checkpoints"])
    except (ValueError, KeyError, TypeError):
        known, count = False, 0
    if not known:
        raise InputError(f"{path} is not an export of the audit trail")
    texts = [_decoded(next(lines, b"")).rstrip("\n") for _ in range(count)]
    ledger = read_ledger((f"{place} of {path.name}", text) for place, text in enumerate(texts, 1))
    if ledger.notes:
        raise AuditError(f"checkpoint {ledger.notes[0]}")
    return (_kept(line) for line in lines), ledger


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from file
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


def _kept(line: bytes) -> KeptLine:
    whole = _ENTRY.fullmatch(line)
    return KeptLine(_decoded(whole[1]), whole[2].decode()) if whole else KeptLine("", "")


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


@dataclass(frozen=True)
class Receipt:
    """Prove that an entry stands in the trail that a checkpoint vouches for.

    ``text`` is what is handed over; whoever holds it needs nothing else to check it.
    """

    sequence: int
    checkpoint: Checkpoint
    text: str


def issue(entry: AuditEntry, ledger: Ledger) -> Receipt:
    """Return the receipt of an entry.

    Raises
    ------
    AuditError
        RA-E600 when no checkpoint covers the entry, or it is not the one that is covered.
    """
    checkpoint = ledger.newest
    if checkpoint is None or entry.sequence > checkpoint.size:
        raise AuditError(f"no checkpoint covers entry {entry.sequence} yet: run assay audit checkpoint")
    leaves = ledger.leaves()
    if leaves[entry.sequence - 1].hex() != entry.hash:
        raise AuditError(
            f"entry {entry.sequence} is not the one that a checkpoint holds: run assay audit verify"
        )
    kept = json.loads(checkpoint.text)
    text = canonical(
        {
            "checkpoint": kept["checkpoint"],
            "entry": json.loads(entry.content),
            "format": _RECEIPT,
            "inclusion": [part.hex() for part in inclusion_proof(entry.sequence - 1, leaves)],
            "signature": kept["signature"],
        }
    )
    return Receipt(entry.sequence, checkpoint, text + "\n")


def read_receipt(text: str) -> Receipt | None:
    """Return what a receipt proves; None when the text is no receipt.

    Raises
    ------
    AuditError
        RA-E600 when it proves nothing.
    """
    try:
        kept = json.loads(text)
        known = kept["format"] == _RECEIPT
    except (ValueError, KeyError, TypeError):
        known = False
    if not known:
        return None
    try:
        body = {"checkpoint": kept["checkpoint"], "leaves": "", "signature": kept["signature"]}
        checkpoint = read_checkpoint(canonical(body))
        sequence = int(kept["entry"]["sequence"])
        leaf = bytes.fromhex(leaf_hash(canonical(kept["entry"])))
        proof = [bytes.fromhex(part) for part in kept["inclusion"]]
    except (ValueError, KeyError, TypeError) as error:
        raise AuditError(f"the receipt is not whole or not signed: {error}") from error
    if root_through(leaf, sequence - 1, checkpoint.size, proof) != checkpoint.tree.root:
        raise AuditError(f"the receipt does not prove entry {sequence}: its checkpoint has another root")
    return Receipt(sequence, checkpoint, text)
