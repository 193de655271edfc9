"""The questions about the audit trail, and what goes out of it. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from core.api.guard import Guarded, needs
from core.bootstrap import wall_clock
from core.governance.audit_files import Receipt, export_lines, issue, open_export, read_receipt
from core.governance.audit_table import audit_table
from core.governance.checkpoints import Checkpoint, Ledger, read_folder
from core.governance.verify import Verification, verify
from core.kernel.audit import AuditEntry, AuditEvent, AuditQuery, Facts
from core.kernel.errors import InputError, NotFoundError
from core.lake.session import Limits
from core.workflows.rebuild import Progress, Rebuilt, rebuild
from core.workflows.record import FINISHED

__all__ = ["AuditDesk", "AuditPage", "verify_file"]

_PART = 1_000


@dataclass(frozen=True)
class AuditPage:
    """Hold a page of the audit trail, newest first, and how many entries the selection has."""

    entries: tuple[AuditEntry, ...]
    total: int
    offset: int


class AuditDesk(Guarded):
    """Answer about the audit trail; a part of `Assay`."""

    @needs("audit.read", of_all=True)
    def audit_trail(self, query: AuditQuery, *, offset: int = 0, limit: int = 50) -> AuditPage:
        """Return a page of the entries that a query selects.

        Raises
        ------
        AuditError
            RA-E600 when an entry cannot be read any more.
        """
        entries = self._store.audit_entries(query, offset=offset, limit=limit)
        return AuditPage(entries, self._store.count_audit_entries(query), offset)

    @needs("audit.read", of_all=True)
    def audit_entry(self, sequence: int) -> AuditEntry:
        """Return one entry.

        Raises
        ------
        NotFoundError
            RA-E400 when there is none of that sequence.
        """
        entry = self._store.audit_entry(sequence)
        if entry is None:
            raise NotFoundError(f"The audit trail has no entry {sequence}.", fields={"entry": sequence})
        return entry

    @needs("audit.read", of_all=True)
    def audit_choices(self) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...], tuple[str, ...]]:
        """Return what the trail can be narrowed by: (user id, name), actions, kinds of objects."""
        actions, kinds = self._store.audit_words()
        return self._store.audit_actors(), actions, kinds

    @needs("audit.read", of_all=True)
    def verify_audit(self) -> Verification:
        """Compare the whole trail with its checkpoints.

        Raises
        ------
        AuditError
            RA-E600 when the checkpoints do not belong together.
        """
        return verify(self._store.audit_lines(), self._ledger())

    @needs("audit.export", of_all=True)
    def seal_audit(self) -> Checkpoint | None:
        """Sign whatever no checkpoint covers yet; None without any entry.

        Raises
        ------
        AuditError
            RA-E600 when the trail is not what its checkpoints say.
        """
        return self._parts.sealer.seal()

    @needs("audit.export", of_all=True)
    def audit_export(self) -> Iterator[str]:
        """Return the lines of an export of the whole trail, in which this export is an entry too.

        Raises
        ------
        AuditError
            RA-E600 when the trail is not what its checkpoints say.
        """
        self._note("audit.exported", "export", "audit trail")
        self._parts.sealer.seal()
        return export_lines(self._store.audit_lines(), self._ledger(), wall_clock())

    @needs("audit.export", of_all=True)
    def audit_csv(self, query: AuditQuery) -> str:
        """Return the entries that a query selects as CSV, newest first, each row with its hash."""
        narrowed = {name: value for name, value in vars(query).items() if value}
        self._note("audit.exported", "export", "audit trail as CSV", narrowed)
        return "".join(audit_table(self._all(query)))

    @needs("audit.read", of_all=True)
    def audit_receipt(self, sequence: int) -> Receipt:
        """Return the proof that an entry stands in the trail; whoever holds it checks it offline.

        Raises
        ------
        NotFoundError
            RA-E400 when there is no such entry.
        AuditError
            RA-E600 when the trail is not what its checkpoints say.
        """
        entry = self.audit_entry(sequence)
        self._note("audit.receipt_issued", "entry", str(sequence))
        self._parts.sealer.seal()
        return issue(entry, self._ledger())

    @needs("audit.read", of_all=True)
    def rebuild_run(self, sequence: int, progress: Progress) -> Rebuilt:
        """Do the run that an entry tells of again, and compare what comes out.

        Raises
        ------
        NotFoundError
            RA-E400 when there is no such entry.
        InputError
            RA-E100 when it tells of no run.
        LakeError
            RA-E300 when the lake no longer holds a version that the run read.
        """
        entry = self._run_entry(self.audit_entry(sequence))
        rebuilt = rebuild(
            entry, self._parts.lake, self._parts.catalogue, self._parts.policies, Limits(), progress
        )
        outcome = {"same_findings": rebuilt.same_findings, "same_cases": rebuilt.same_cases}
        self._note("run.rebuilt", "run", rebuilt.run_id, {**outcome, "changed": rebuilt.changed})
        return rebuilt

    def _run_entry(self, entry: AuditEntry) -> AuditEntry:
        """Return the entry that tells of the run in full, for one that names the run."""
        if entry.event.object_kind != "run":
            return entry
        of_run = AuditQuery(actions=(FINISHED,), object_kind="run", object_id=entry.event.object_id)
        return next(iter(self._store.audit_entries(of_run, offset=0, limit=1)), entry)

    def _all(self, query: AuditQuery) -> Iterator[AuditEntry]:
        """Yield what a query selects as of now, however the trail grows meanwhile."""
        newest = replace(query, until=query.until or wall_clock())
        offset = 0
        while part := self._store.audit_entries(newest, offset=offset, limit=_PART):
            yield from part
            offset += len(part)

    def _ledger(self) -> Ledger:
        return read_folder(self._parts.settings.checkpoints_dir)

    def _note(self, action: str, kind: str, name: str, context: Facts | None = None) -> None:
        self._store.record(AuditEvent(action, self._actor, kind, name, context=context or {}))


def verify_file(path: Path, checkpoints: Path | None = None) -> Verification | Receipt:
    """Verify an export or a receipt; it takes no installation and no database.

    Parameters
    ----------
    checkpoints
        The folder of checkpoints to hold an export against; None for those that it holds itself.

    Raises
    ------
    InputError
        RA-E100 when the file is neither.
    AuditError
        RA-E600 when a receipt proves nothing, or the checkpoints do not belong together.
    """
    receipt = _receipt(path)
    if receipt is not None:
        return receipt
    lines, ledger = open_export(path)
    return verify(lines, ledger if checkpoints is None else read_folder(checkpoints))


def _receipt(path: Path) -> Receipt | None:
    """Return what a file proves when it holds one line, as receipts do."""
    try:
        with path.open("rb") as file:
            first, rest = file.readline(), file.read(1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    return None if rest else read_receipt(first.decode("utf-8", "replace"))
