"""An audit trail with its checkpoints in a folder, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.governance.audit_files import export_lines
from core.governance.checkpoints import Ledger, read_folder
from core.governance.sealing import Sealer
from core.ports.audit import AuditTrail
from tests.builders.audit import ANNA, PIOTR, an_event
from tests.fakes.audit import FakeAuditTrail

AT = datetime(2026, 5, 4, 10, tzinfo=UTC)


@dataclass
class Sealed:
    """Hold a trail, its keys and its checkpoints under one folder."""

    trail: AuditTrail
    root: Path

    @property
    def sealer(self) -> Sealer:
        return Sealer(self.trail, self.root / "keys", self.root / "checkpoints", lambda: AT)

    @property
    def ledger(self) -> Ledger:
        return read_folder(self.root / "checkpoints")

    def tell(self, entries: int) -> Sealed:
        first = (self.trail.audit_head() or (0, AT))[0]
        for number in range(first, first + entries):
            self.trail.record(
                an_event(
                    ("case.decided", "account.viewed", "threshold.changed")[number % 3],
                    actor=(ANNA, PIOTR)[number % 2],
                    object_kind="case",
                    object_id=f"C-{number}",
                    reason=f"żółty, said “no” {number}",
                    before={"amount": f"{number}.10"},
                    after={"amount": f"{number}.20"},
                )
            )
        return self

    def seal(self) -> Sealed:
        self.sealer.seal()
        return self

    def export(self) -> list[bytes]:
        return [line.encode() for line in export_lines(self.trail.audit_lines(), self.ledger, AT)]


def a_sealed_trail(root: Path, *checkpoints: int, trail: AuditTrail | None = None) -> Sealed:
    """Return a trail with so many entries under each of its checkpoints."""
    made = Sealed(trail or FakeAuditTrail(), root)
    for entries in checkpoints:
        made.tell(entries).seal()
    return made
