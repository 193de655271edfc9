"""The operational store in memory: the same answers as `core.adapters.store`, by plain loops."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, get_args

from core.kernel.advice import Advice
from core.kernel.case_life import CLOSED, CaseLife
from core.kernel.complaints import COMPLAINTS
from core.kernel.reads import (
    CaseQuery,
    FaultCount,
    FlowKey,
    FlowTotal,
    MoneyTotal,
    QueueTotals,
    Reach,
    SeverityTotal,
    Sighting,
    SortKey,
    SourceGap,
    StreamVersion,
)
from core.kernel.records.arrow import FINDINGS_SCHEMA
from core.kernel.results import (
    Case,
    ControlResult,
    FileReport,
    Finding,
    OpenItems,
    RunSummary,
    Severity,
    UsageEstimate,
)
from core.ports.store import RunRecord
from tests.fakes.audit import FakeAuditTrail
from tests.fakes.case_life import FakeCaseLife
from tests.fakes.corrections import FakeCorrections
from tests.fakes.people import FakePeople
from tests.fakes.programs import FakePrograms
from tests.fakes.proposals import FakeProposals
from tests.fakes.regroup import FakeRegrouping
from tests.fakes.suggestions import FakeSuggestions

RANK = {severity: rank for rank, severity in enumerate(get_args(Severity))}

ORDERS: dict[SortKey, Callable[[Case], Any]] = {
    "severity": lambda case: (RANK[case.severity], case.due_at, -case.at_stake, case.case_id),
    "due": lambda case: (case.due_at, case.case_id),
    "amount": lambda case: (-case.at_stake, case.case_id),
    "opened": lambda case: (-case.opened_at.timestamp(), case.case_id),
}


class FakeStore(
    FakePeople,
    FakePrograms,
    FakeProposals,
    FakeCorrections,
    FakeRegrouping,
    FakeCaseLife,
    FakeSuggestions,
    FakeAuditTrail,
):
    """Keep runs in a list and cases in a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self._records: list[RunRecord] = []
        self._as_saved: list[RunRecord] = []
        self._cases: dict[str, Case] = {}
        self._last_seen: dict[str, str] = {}

    def save_run(self, record: RunRecord) -> bool:
        if self._record(record.summary.run_id):
            return False
        self.record(record.event)
        record = self.regrouped(record)
        closed = self.closed_with(record)
        previous = self._records[-1].summary.run_id if self._records else None
        for case in record.cases:
            known = self._cases.get(case.case_id)
            if known is not None:
                due_at = case.due_at
                if self._last_seen[case.case_id] == previous:
                    due_at = min(due_at, known.due_at)
                case = replace(case, status=known.status, opened_at=known.opened_at, due_at=due_at)
            self._cases[case.case_id] = case
            self._last_seen[case.case_id] = record.summary.run_id
        gone = [
            self._cases[one]
            for one, run in self._last_seen.items()
            if run == previous and self._cases[one].fault in COMPLAINTS
        ]
        self._records.append(record)
        self._as_saved.append(record)
        self.reopen_changed(record, closed)
        self.tell_joined(record, gone)
        return True

    def latest_run(self) -> RunSummary | None:
        return self._records[-1].summary if self._records else None

    def run(self, run_id: str) -> RunSummary | None:
        record = self._record(run_id)
        return record.summary if record else None

    def runs(self, limit: int) -> tuple[RunSummary, ...]:
        return tuple(record.summary for record in reversed(self._records))[:limit]

    def streams(self, run_id: str) -> tuple[StreamVersion, ...]:
        record = self._record(run_id)
        return tuple(sorted(record.streams, key=lambda stream: stream.stream)) if record else ()

    def control_results(self, run_id: str) -> tuple[ControlResult, ...]:
        record = self._record(run_id)
        return tuple(sorted(record.controls, key=lambda result: result.control_id)) if record else ()

    def file_reports(self, run_id: str) -> tuple[FileReport, ...]:
        record = self._record(run_id)
        return tuple(sorted(record.files, key=lambda file: (file.path, file.stream))) if record else ()

    def findings(
        self,
        run_id: str,
        *,
        case_id: str | None = None,
        fault: str | None = None,
        stream: str | None = None,
        offset: int,
        limit: int,
    ) -> tuple[Finding, ...]:
        chosen = self._findings(run_id, case_id, fault)
        chosen = [finding for finding in chosen if stream in {None, finding.stream}]
        chosen.sort(key=lambda finding: (-abs(finding.amount), finding.finding_id))
        return tuple(chosen[offset : offset + limit])

    def count_findings(self, run_id: str, *, case_id: str | None = None, fault: str | None = None) -> int:
        return len(self._findings(run_id, case_id, fault))

    def faults_of_file(self, run_id: str, path: str) -> tuple[FaultCount, ...]:
        cases: dict[str, list[str]] = defaultdict(list)
        for finding in self._findings(run_id, None, None):
            rows = json.loads(finding.evidence).get("rows") or []
            if any(row.get("file") == path for row in rows):
                cases[finding.fault].append(finding.case_id)
        return tuple(FaultCount(fault, len(ids), len(set(ids))) for fault, ids in sorted(cases.items()))

    def controls_of(self, run_id: str, case_id: str) -> tuple[str, ...]:
        return tuple(sorted({finding.control_id for finding in self._findings(run_id, case_id, None)}))

    def reach(self, run_id: str) -> tuple[Reach, ...]:
        found: dict[str, list[Finding]] = defaultdict(list)
        for finding in self._findings(run_id, None, None):
            found[finding.control_id].append(finding)
        return tuple(
            Reach(
                control_id,
                len(found[control_id]),
                len({finding.account_id for finding in found[control_id]} - {None}),
                next(
                    record.summary.as_of
                    for record in self._records
                    if any(r.control_id == control_id and r.violations for r in record.controls)
                ),
            )
            for control_id in sorted(found)
        )

    def flow(
        self, run_id: str, *, by: FlowKey | None = None, point: str | None = None
    ) -> tuple[FlowTotal, ...]:
        record = self._record(run_id)
        sums: dict[tuple[str, str, str | None], list[Any]] = {}
        for line in record.flow if record else ():
            if point in {None, line.point}:
                keys = {"day": str(line.day), "source": line.source, "service": line.service}
                key = None if by is None else keys.get(by, line.partner_id)
                sums.setdefault((line.point, line.state, key), []).append(line)
        ordered = sorted(sums.items(), key=lambda pair: (pair[0][0], pair[0][1], pair[0][2] or ""))
        return tuple(
            FlowTotal(
                place,
                key,
                state,
                sum(line.records for line in lines),
                sum(line.quantity for line in lines),
                sum((line.amount for line in lines), Decimal(0)),
            )
            for (place, state, key), lines in ordered
        )

    def estimates(
        self, run_id: str, *, case_id: str | None = None, account_id: str | None = None
    ) -> tuple[UsageEstimate, ...]:
        record = self._record(run_id)
        found = [
            one
            for one in (record.estimates if record else ())
            if case_id in {None, one.case_id} and account_id in {None, one.account_id}
        ]
        return tuple(sorted(found, key=lambda one: -one.amount))

    def findings_of(self, case_id: str) -> tuple[Finding, ...]:
        return tuple(sorted(self._findings(self._last_seen[case_id], case_id, None), key=_by_id))

    def open_items(self, run_id: str) -> tuple[OpenItems, ...]:
        record = self._record(run_id)
        return tuple(sorted(record.open_items if record else (), key=lambda one: one.control_id))

    def source_gaps(self, run_id: str) -> tuple[SourceGap, ...]:
        late: Counter[str] = Counter()
        missing: Counter[str] = Counter()
        for finding in self._findings(run_id, None, None):
            source = self._cases[finding.case_id].scope
            if source is not None:
                late[source] += finding.fault == "file_late"
                missing[source] += finding.fault in {"file_missing", "feed_silent"}
        gaps = [SourceGap(source, late[source], missing[source]) for source in late]
        gaps = [gap for gap in gaps if gap.late + gap.missing]
        return tuple(sorted(gaps, key=lambda gap: (-(gap.late + gap.missing), gap.source)))

    def cases(
        self, query: CaseQuery, *, sort: SortKey = "severity", offset: int, limit: int
    ) -> tuple[Case, ...]:
        found = self._queue(query)
        in_order = self._in_worth(found) if sort == "worth" else sorted(found, key=ORDERS[sort])
        return tuple(in_order[offset : offset + limit])

    def count_cases(self, queries: Mapping[str, CaseQuery]) -> dict[str, int]:
        return {name: len(self._queue(query)) for name, query in queries.items()}

    def totals(self, query: CaseQuery, *, currency: str, due_by: datetime) -> QueueTotals:
        sums: dict[str, Decimal] = defaultdict(Decimal)
        cases = self._queue(query)
        for case in cases:
            sums[case.currency] += case.at_stake
        amount = sums.pop(currency, Decimal(0))
        due = sum(case.due_at <= due_by for case in cases)
        return QueueTotals(
            len(cases),
            amount,
            due,
            tuple(MoneyTotal(code, sums[code]) for code in sorted(sums) if sums[code]),
        )

    def by_severity(self, query: CaseQuery, currency: str) -> tuple[SeverityTotal, ...]:
        totals = []
        for severity in RANK:
            cases = [case for case in self._queue(query) if case.severity == severity]
            if cases:
                money = sum((case.at_stake for case in cases if case.currency == currency), Decimal(0))
                totals.append(SeverityTotal(severity, len(cases), money))
        return tuple(totals)

    def case(self, case_id: str) -> Case | None:
        return self._cases.get(case_id)

    def _stands_by_itself(self, case: Case) -> bool:
        parent = case.parent_case_id
        return parent is None or (parent in self._cases and self._life(parent).state in CLOSED)

    def advice(self, case_id: str) -> Advice | None:
        told = (record.advice.get(case_id) for record in reversed(self._records))
        return next((one for one in told if one is not None), None)

    def advices(self) -> Iterator[Advice]:
        latest = self._records[-1].advice if self._records else {}
        yield from (latest[case_id] for case_id in sorted(latest) if not self._is_merged(case_id))

    def last_seen(self, case_id: str) -> str | None:
        return self._last_seen.get(case_id)

    def sightings(self, case_id: str) -> tuple[Sighting, ...]:
        return tuple(
            Sighting(run.run_id, run.as_of, run.finished_at, case.amount, case.findings)
            for record in self._as_saved
            for run in (record.summary,)
            for case in record.cases
            if case.case_id == case_id and (case.findings or case.fault in COMPLAINTS)
        )

    def _record(self, run_id: str) -> RunRecord | None:
        return next((record for record in self._records if record.summary.run_id == run_id), None)

    def _findings(self, run_id: str, case_id: str | None, fault: str | None) -> list[Finding]:
        record = self._record(run_id)
        rows = record.findings.select(FINDINGS_SCHEMA.names).to_pylist() if record else []
        found = [Finding(**row) for row in rows]
        return [
            finding
            for finding in found
            if case_id in {None, finding.case_id} and fault in {None, finding.fault}
        ]

    def _queue(self, query: CaseQuery) -> list[Case]:
        latest = self.latest_run()
        return [
            case
            for case_id, case in self._cases.items()
            if latest
            and self._last_seen[case_id] == latest.run_id
            and _meets(case, query)
            and _lives(self._life(case_id), query)
            and (not query.top or self._stands_by_itself(case))
        ]


def _by_id(finding: Finding) -> str:
    return finding.finding_id


def _lives(life: CaseLife, query: CaseQuery) -> bool:
    asleep = (
        query.awake_at is not None
        and life.state == "snoozed"
        and life.snoozed_until is not None
        and life.snoozed_until > query.awake_at
    )
    return all(
        (
            not query.states or life.state in query.states,
            query.owner_id in {None, life.owner_id},
            query.merged_into in {None, life.merged_into},
            not query.unowned or life.owner_id is None,
            not asleep,
        )
    )


def _meets(case: Case, query: CaseQuery) -> bool:
    return all(
        (
            query.text.lower() in case.search_text,
            query.by_name or not query.text or query.text.lower() not in (case.account_name or "").lower(),
            query.visible is None or case.segment in query.visible,
            not query.severities or case.severity in query.severities,
            not query.faults or case.fault in query.faults,
            not query.of_view or case.fault in query.of_view,
            not query.root_causes or case.root_cause in query.root_causes,
            not query.segments or case.segment in query.segments,
            query.desk in {None, case.desk},
            query.account_id in {None, case.account_id},
            query.due_by is None or case.due_at <= query.due_by,
            query.least_at_stake is None or case.at_stake >= query.least_at_stake,
            query.except_case != case.case_id,
            query.parent_id in {None, case.parent_case_id},
        )
    )
