"""Runs, cases and findings for tests: name what matters, the rest has a sensible value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from core.kernel.advice import Advice
from core.kernel.reads import StreamVersion
from core.kernel.records.arrow import FINDINGS_SCHEMA
from core.kernel.results import Case, ControlResult, FileReport, Finding, RunSummary
from core.ports.store import RunRecord
from tests.builders.audit import an_event

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)


def a_finding(finding_id: str = "F-1", **given: Any) -> Finding:
    facts: dict[str, Any] = {
        "control_id": "record_not_charged",
        "fault": "record_not_charged",
        "dimension": "completeness",
        "account_id": "A-1",
        "subscription_id": "S-1",
        "stream": "mediation_records",
        "subject_id": f"M-{finding_id}",
        "occurred_at": NOW - timedelta(days=2),
        "detected_at": NOW,
        "amount": Decimal("1.25"),
        "cycle": "2026-04-15",
        "currency": "PLN",
        "confidence": Decimal(1),
        "root_cause": "unknown",
        "evidence": "{}",
        "caused_by": None,
        "case_id": "C-1",
    }
    return Finding(finding_id, **facts | given)


def findings_table(findings: Sequence[Finding]) -> pa.Table:
    return pa.Table.from_pylist([asdict(finding) for finding in findings], schema=FINDINGS_SCHEMA)


def a_case(case_id: str = "C-1", **given: Any) -> Case:
    facts: dict[str, Any] = {
        "account_id": "A-1",
        "parent_case_id": None,
        "cycle": "2026-04-15",
        "fault": "record_not_charged",
        "root_cause": "unknown",
        "amount": Decimal("1.25"),
        "currency": "PLN",
        "action": "add_charge",
        "action_amount": Decimal("1.25"),
        "risk": "low",
        "route": "recommend",
        "status": "new",
        "summary": "Usage was not billed.",
        "opened_at": NOW,
        "severity": "medium",
        "due_at": NOW + timedelta(hours=72),
        "scope": None,
        "contact_ids": ("K-1",),
        "findings": 1,
        "account_name": "Nordwind Logistics",
        "segment": "business",
        "desk": "billing",
        "confidence": Decimal(1),
        "search_text": f"{case_id.lower()} a-1 nordwind logistics",
    }
    facts |= given
    return Case(case_id, **{"at_stake": abs(facts["amount"])} | facts)


def a_run(
    run_id: str = "R-1",
    *,
    cases: Sequence[Case] = (),
    findings: Sequence[Finding] | pa.Table = (),
    controls: Sequence[ControlResult] = (),
    files: Sequence[FileReport] = (),
    streams: Sequence[StreamVersion] = (),
    advice: Mapping[str, Advice] | None = None,
    **given: Any,
) -> RunRecord:
    table = findings if isinstance(findings, pa.Table) else findings_table(findings)
    facts: dict[str, Any] = {
        "snapshot_id": f"snapshot of {run_id}",
        "operator": "Wisła Telekom",
        "currency": "PLN",
        "timezone": "Europe/Warsaw",
        "as_of": NOW,
        "started_at": NOW,
        "finished_at": NOW + timedelta(seconds=3),
        "findings": table.num_rows,
        "cases": len(cases),
        "amount_at_stake": sum((abs(case.amount) for case in cases), Decimal(0)),
    }
    event = an_event("run.finished", object_kind="run", object_id=run_id)
    summary = RunSummary(run_id, **facts | given)
    return RunRecord(summary, event, streams, controls, files, table, cases, advice=advice or {})


def a_control_result(control_id: str = "file_late", **given: Any) -> ControlResult:
    facts: dict[str, Any] = {
        "outcome": "violated",
        "reason": None,
        "eligible": 10,
        "violations": 1,
        "amount": Decimal(0),
    }
    return ControlResult(control_id, **facts | given)


def a_file_report(path: str = "charges/2026-04.csv", **given: Any) -> FileReport:
    facts: dict[str, Any] = {
        "stream": "charges",
        "rows_read": 10,
        "accepted": 7,
        "quarantined": 1,
        "repeats": 1,
        "superseded": 1,
        "note": "",
    }
    return FileReport(path, **facts | given)
