"""Verify an export of a million audit entries, beside one bare SHA-256 pass over the same bytes.

`python -m tests.bench.bench_audit`. Seconds are CPU time of one process, as the machine may be busy.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.api import Verification, verify_file
from core.governance.audit_files import export_lines
from core.governance.canonical import utc_text
from core.governance.checkpoints import Checkpoint, Ledger, make
from core.governance.entries import FIRST, leaf_hash, seal
from core.governance.signing import Signer
from core.ports.audit import KeptLine
from tests.builders.audit import ANNA, PIOTR, PSEUDONYMS, an_event

ENTRIES = 1_000_000
EACH = 50_000
LIMIT_S = 30
START = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = _export(Path(folder))
        size = path.stat().st_size
        bare, _ = _timed(lambda: _hash(path))
        took, found = _timed(lambda: verify_file(path))
    assert isinstance(found, Verification)
    assert (found.good, found.entries, found.sealed) == (True, ENTRIES, ENTRIES)
    print(
        f"{ENTRIES:,} entries, {ENTRIES // EACH} checkpoints, {size / 1e6:,.0f} MB: verified in {took:.1f} s "
        f"(limit {LIMIT_S} s), {took / bare:.1f} times a bare SHA-256 pass over the same bytes ({bare:.1f} s)"
    )


def _timed(work: Callable[[], object]) -> tuple[float, object]:
    started = time.process_time()
    done = work()
    return time.process_time() - started, done


def _export(folder: Path) -> Path:
    """Write an export like that of some busy weeks: views, decisions, sign-ins."""
    entries, whole = folder / "entries", folder / "export"
    leaves: list[bytes] = []
    previous = FIRST
    with entries.open("w", encoding="utf-8") as file:
        for number in range(ENTRIES):
            line = _line(number, previous)
            previous = line.hash
            leaves.append(bytes.fromhex(line.hash))
            file.write(f'{{"entry":{line.content},"hash":"{line.hash}"}}\n')
    with whole.open("wb") as out, entries.open("rb") as lines:
        out.writelines(line.encode() for line in export_lines([], _ledger(leaves), START))
        shutil.copyfileobj(lines, out)
    return whole


def _templates() -> list[str]:
    """Return the texts of three entries as they are sealed, to be numbered and chained."""
    events = (
        an_event(
            action,
            actor=actor,
            object_kind="case",
            object_id="C-0123456",
            reason="Checked against the contract",
            before={"status": "open"},
            after={"status": "closed", "amount": "1234.10"},
            context={"run": "R-1"},
        )
        for action, actor in (("case.viewed", ANNA), ("case.decided", PIOTR), ("session.signed_in", ANNA))
    )
    return [seal(event, 1, START, FIRST, PSEUDONYMS).content for event in events]


TEMPLATES = _templates()


def _line(number: int, previous: str) -> KeptLine:
    at = utc_text(START + timedelta(seconds=number))
    content = (
        TEMPLATES[number % 3]
        .replace('"sequence":1,', f'"sequence":{number + 1},')
        .replace(FIRST, previous)
        .replace(utc_text(START), at)
    )
    return KeptLine(content, leaf_hash(content))


def _ledger(leaves: list[bytes]) -> Ledger:
    signer = Signer(b"k" * 32)
    made: list[Checkpoint] = []
    for first in range(0, len(leaves), EACH):
        made.append(make(made[-1] if made else None, leaves[first : first + EACH], START, signer))
    return Ledger(tuple(made))


def _hash(path: Path) -> None:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    digest.digest()


if __name__ == "__main__":
    main()
