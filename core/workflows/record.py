"""What the audit trail keeps of a run: all that its result is a function of, and hashes of the result."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

from core.controls.model import Control
from core.governance.canonical import canonical
from core.kernel.audit import AuditEvent
from core.kernel.people import Actor
from core.kernel.results import Case, FileReport, RunSummary
from core.lake.snapshot import Snapshot
from core.policy.document import Policy
from core.workflows.identity import code_version, controls_version

__all__ = ["FINISHED", "cases_hash", "findings_hash", "of_run", "repeated"]

FINISHED, REPEATED = "run.finished", "run.repeated"


def of_run(
    actor: Actor,
    snapshot: Snapshot,
    controls: Sequence[Control],
    policy: Policy,
    summary: RunSummary,
    files: Iterable[FileReport],
    findings: pa.Table,
    cases: Iterable[Case],
) -> AuditEvent:
    """Tell of a run so that it can be done again from what is told and the lake's versions."""
    reports = tuple(files)
    return AuditEvent(
        action=FINISHED,
        actor=actor,
        object_kind="run",
        object_id=summary.run_id,
        after={
            "findings": summary.findings,
            "cases": summary.cases,
            "amount_at_stake": summary.amount_at_stake,
            "currency": summary.currency,
            "files": len({report.path for report in reports}),
            "rows_read": sum(report.rows_read for report in reports),
            "rows_quarantined": sum(report.quarantined for report in reports),
        },
        context={
            "versions": snapshot.versions,
            "unfinished": sorted(snapshot.unfinished),
            "settings": snapshot.settings.model_dump(mode="json"),
            "controls": {control.id: _in_force(control) for control in controls},
            "policy": policy.version,
            "controls_hash": controls_version(controls),
            "code_hash": code_version(),
            "findings_hash": findings_hash(findings),
            "cases_hash": cases_hash(cases),
        },
    )


def repeated(actor: Actor, run_id: str) -> AuditEvent:
    """Tell of a run that was asked for again and whose result was already there."""
    return AuditEvent(action=REPEATED, actor=actor, object_kind="run", object_id=run_id)


def findings_hash(findings: pa.Table) -> str:
    """Return SHA-256 over every finding as canonical JSON, a line each, in the table's order."""
    digest = hashlib.sha256()
    for batch in findings.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            _add(digest, row)
    return digest.hexdigest()


def cases_hash(cases: Iterable[Case]) -> str:
    """Return SHA-256 over every case as canonical JSON, a line each, by id."""
    digest = hashlib.sha256()
    for case in sorted(cases, key=lambda one: one.case_id):
        _add(digest, vars(case))
    return digest.hexdigest()


def _in_force(control: Control) -> dict[str, object]:
    return {"version": control.version, "enabled": control.enabled, "values": control.values}


def _add(digest: hashlib._Hash, row: Mapping[str, object]) -> None:
    digest.update(canonical(row).encode() + b"\n")
