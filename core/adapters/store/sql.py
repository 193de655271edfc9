"""The operational store on a database, SQLite or PostgreSQL: `core.ports.store` in SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Engine, Table, func, select

from core.adapters.store import read, save
from core.adapters.store.advice import read_advice
from core.adapters.store.approvals import SqlProposals
from core.adapters.store.audit import SqlAuditTrail
from core.adapters.store.built import keep_built
from core.adapters.store.case_life import SqlCaseLife, reopen_changed, tell_joined
from core.adapters.store.corrections import SqlCorrections
from core.adapters.store.engine import open_engine, writing
from core.adapters.store.migrate import upgrade
from core.adapters.store.people import SqlPeople
from core.adapters.store.programs import SqlPrograms
from core.adapters.store.regroup import SqlRegrouping, regrouped
from core.adapters.store.suggestions import SqlSuggestions
from core.adapters.store.tables import (
    case_advice,
    cases,
    control_results,
    file_reports,
    findings,
    run_streams,
    runs,
)
from core.cases.worth import weights_of
from core.governance.pseudonyms import Pseudonyms
from core.kernel.advice import Advice
from core.kernel.audit import AuditEntry, AuditEvent, AuditQuery
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
from core.kernel.results import (
    Case,
    ControlResult,
    FileReport,
    Finding,
    OpenItems,
    RunSummary,
    UsageEstimate,
)
from core.ports.audit import KeptLine
from core.ports.store import RunRecord

Record = TypeVar("Record")

LATE = ("file_late",)
MISSING = ("file_missing", "feed_silent")


class SqlStore(
    SqlPeople, SqlPrograms, SqlProposals, SqlCorrections, SqlCaseLife, SqlRegrouping, SqlSuggestions
):
    """Answer and keep what `core.ports.store.Store` says, on one engine.

    Parameters
    ----------
    engine
        From `open_engine`, its database brought up to date by `upgrade`.
    pseudonyms
        What customers are called in the audit trail.
    """

    def __init__(self, engine: Engine, pseudonyms: Pseudonyms) -> None:
        self._engine = engine
        self._audit = SqlAuditTrail(engine, pseudonyms)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def save_run(self, record: RunRecord) -> bool:
        """Save one run as a whole or not at all; False when it is already saved."""
        with writing(self._engine) as connection:
            done = regrouped(connection, record)
            closed = save.closed_with(connection, done.record)
            saved = save.save_run(connection, done.record)
            if saved:
                keep_built(connection, done.built)
                self._audit.append(connection, record.event)
                reopen_changed(connection, self._audit, done.record, closed)
                tell_joined(connection, self._audit, done.record)
            return saved

    def latest_run(self) -> RunSummary | None:
        """Return the run saved last."""
        return next(iter(self.runs(1)), None)

    def run(self, run_id: str) -> RunSummary | None:
        """Return one run, None when it is not kept."""
        chosen = select(*read.RUN_COLUMNS).where(runs.c.run_id == run_id)
        return next(iter(self._records(RunSummary, chosen)), None)

    def runs(self, limit: int) -> tuple[RunSummary, ...]:
        """Return the runs saved last, newest first."""
        chosen = select(*read.RUN_COLUMNS).order_by(runs.c.run_no.desc()).limit(limit)
        return self._records(RunSummary, chosen)

    def streams(self, run_id: str) -> tuple[StreamVersion, ...]:
        """Return the run's snapshot, by stream name."""
        return self._of_run(StreamVersion, run_streams, run_id, by=("stream",))

    def control_results(self, run_id: str) -> tuple[ControlResult, ...]:
        """Return what each control did, by control id."""
        return self._of_run(ControlResult, control_results, run_id, by=("control_id",))

    def file_reports(self, run_id: str) -> tuple[FileReport, ...]:
        """Return what became of each file, by path and stream."""
        return self._of_run(FileReport, file_reports, run_id, by=("path", "stream", "position"))

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
        """Return a page of findings, most money first."""
        chosen = (
            select(*read.FINDING_COLUMNS)
            .where(*read.findings_of(run_id, case_id, fault, stream))
            .order_by(func.abs(findings.c.amount).desc(), findings.c.finding_id)
            .offset(offset)
            .limit(limit)
        )
        return self._records(Finding, chosen)

    def count_findings(self, run_id: str, *, case_id: str | None = None, fault: str | None = None) -> int:
        """Count what `findings` pages through."""
        return self._count(select(func.count()).where(*read.findings_of(run_id, case_id, fault)))

    def faults_of_file(self, run_id: str, path: str) -> tuple[FaultCount, ...]:
        """Count the run's findings that cite a landed file, by fault."""
        return self._records(FaultCount, read.faults_of_file(run_id, path))

    def controls_of(self, run_id: str, case_id: str) -> tuple[str, ...]:
        """Return the controls that found the case, sorted."""
        chosen = select(findings.c.control_id).where(*read.findings_of(run_id, case_id, None)).distinct()
        with self._engine.connect() as connection:
            return tuple(connection.scalars(chosen.order_by(findings.c.control_id)))

    def reach(self, run_id: str) -> tuple[Reach, ...]:
        """Return how far each control's findings reach, by control id."""
        return self._records(Reach, read.reach(run_id))

    def flow(
        self, run_id: str, *, by: FlowKey | None = None, point: str | None = None
    ) -> tuple[FlowTotal, ...]:
        """Return what came to each state at each control point."""
        return self._records(FlowTotal, read.flow(run_id, by, point))

    def estimates(
        self, run_id: str, *, case_id: str | None = None, account_id: str | None = None
    ) -> tuple[UsageEstimate, ...]:
        """Return estimates of usage that is not here yet, most money first."""
        return self._records(UsageEstimate, read.estimates(run_id, case_id, account_id))

    def open_items(self, run_id: str) -> tuple[OpenItems, ...]:
        """Return what controls wait for, by control id."""
        return self._records(OpenItems, read.open_items(run_id))

    def source_gaps(self, run_id: str) -> tuple[SourceGap, ...]:
        """Return sources with late or missing files, worst first."""
        return self._records(SourceGap, read.source_gaps(run_id, LATE, MISSING))

    def cases(
        self, query: CaseQuery, *, sort: SortKey = "severity", offset: int, limit: int
    ) -> tuple[Case, ...]:
        """Return a page of the queue."""
        if sort == "worth":
            return self._records(Case, read.worth_page(query, weights_of(self._handled()), offset, limit))
        return self._records(Case, read.queue_page(query, sort, offset, limit))

    def count_cases(self, queries: Mapping[str, CaseQuery]) -> dict[str, int]:
        """Count what `cases` pages through, for each query."""
        with self._engine.connect() as connection:
            return dict(connection.execute(read.counts(queries)).mappings().one())

    def totals(self, query: CaseQuery, *, currency: str, due_by: datetime) -> QueueTotals:
        """Sum what `cases` pages through."""
        (totals,) = self._records(QueueTotals, read.totals(query, currency, due_by))
        elsewhere = (
            self._records(MoneyTotal, read.stake_elsewhere(query, currency)) if totals.elsewhere else ()
        )
        return replace(totals, elsewhere=elsewhere)

    def by_severity(self, query: CaseQuery, currency: str) -> tuple[SeverityTotal, ...]:
        """Count cases for each severity, worst first."""
        return self._records(SeverityTotal, read.by_severity(query, currency))

    def case(self, case_id: str) -> Case | None:
        """Return one case, also one that is no longer found."""
        chosen = select(*read.CASE_COLUMNS).where(cases.c.case_id == case_id)
        return next(iter(self._records(Case, chosen)), None)

    def advice(self, case_id: str) -> Advice | None:
        """Return what the last run that saw a case said of it."""
        chosen = select(case_advice.c.content).where(case_advice.c.case_id == case_id)
        with self._engine.connect() as connection:
            content = connection.scalar(chosen)
        return None if content is None else read_advice(content)

    def advices(self) -> Iterator[Advice]:
        """Return what the latest run said of each of its cases."""
        chosen = select(case_advice.c.content).join(cases, cases.c.case_id == case_advice.c.case_id)
        alone = cases.c.last_run == read.LATEST_RUN, cases.c.merged_into.is_(None)
        chosen = chosen.where(*alone).order_by(case_advice.c.case_id)
        with self._engine.connect() as connection:
            for (content,) in connection.execution_options(yield_per=1000).execute(chosen):
                yield read_advice(content)

    def last_seen(self, case_id: str) -> str | None:
        """Return the last run that saw the case."""
        chosen = select(runs.c.run_id).join(cases, cases.c.last_run == runs.c.run_no)
        with self._engine.connect() as connection:
            return connection.scalar(chosen.where(cases.c.case_id == case_id))

    def sightings(self, case_id: str) -> tuple[Sighting, ...]:
        """Return what each run saw of the case, oldest first."""
        return self._records(Sighting, read.sightings(case_id))

    def record(self, event: AuditEvent) -> AuditEntry:
        """Append an event that changes nothing."""
        return self._audit.record(event)

    def audit_entries(self, query: AuditQuery, *, offset: int, limit: int) -> tuple[AuditEntry, ...]:
        """Return a page of entries, newest first."""
        return self._audit.entries(query, offset, limit)

    def audit_after(self, sequence: int, query: AuditQuery, *, limit: int) -> tuple[AuditEntry, ...]:
        """Return the first entries after a sequence, oldest first."""
        return self._audit.after(sequence, query, limit)

    def count_audit_entries(self, query: AuditQuery) -> int:
        """Count what `audit_entries` pages through."""
        return self._audit.count(query)

    def audit_entry(self, sequence: int) -> AuditEntry | None:
        """Return one entry."""
        return self._audit.entry(sequence)

    def audit_lines(self, after: int = 0) -> Iterator[KeptLine]:
        """Yield every entry after a sequence as it is kept."""
        return self._audit.lines(after)

    def audit_head(self) -> tuple[int, datetime] | None:
        """Return the sequence and the time of the newest entry."""
        return self._audit.head()

    def audit_actors(self) -> tuple[tuple[str, str], ...]:
        """Return everybody who acted, by name."""
        return self._audit.actors()

    def audit_words(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the actions and the kinds of objects that occur, sorted."""
        return self._audit.words()

    def _of_run(
        self, kind: Callable[..., Record], table: Table, run_id: str, *, by: tuple[str, ...]
    ) -> tuple[Record, ...]:
        columns = [column for column in table.c if column.name not in {"run_no", "position"}]
        chosen = select(*columns).where(table.c.run_no == read.run_number(run_id))
        return self._records(kind, chosen.order_by(*(table.c[name] for name in by)))

    def _count(self, chosen: read.Question) -> int:
        with self._engine.connect() as connection:
            return int(connection.scalar(chosen) or 0)

    def _records(self, kind: Callable[..., Record], chosen: read.Question) -> tuple[Record, ...]:
        with self._engine.connect() as connection:
            return tuple(kind(**row) for row in connection.execute(chosen).mappings())


def open_store(url: str, pseudonyms: Pseudonyms) -> SqlStore:
    """Return the store at an SQLAlchemy URL, its schema brought up to date."""
    engine = open_engine(url)
    upgrade(engine)
    return SqlStore(engine, pseudonyms)
