"""The operational store: runs and cases, reads and writes apart. Money never lives in the lake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from core.kernel.advice import Advice
from core.kernel.audit import AuditEvent
from core.kernel.reads import (
    CaseQuery,
    FaultCount,
    FlowKey,
    FlowTotal,
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
    FlowLine,
    OpenItems,
    RunSummary,
    UsageEstimate,
)
from core.ports.audit import AuditTrail, AuditWrites
from core.ports.case_life import CaseLifeStore
from core.ports.corrections import CorrectionStore
from core.ports.people import PeopleStore
from core.ports.programs import ProgramStore
from core.ports.proposals import ControlSettingsStore, PolicyStore, ProposalStore
from core.ports.suggestions import SuggestionStore

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class RunRecord:
    """Hold everything that one run saves.

    ``findings`` has the contract's findings columns (`core.kernel.records.arrow.FINDINGS_SCHEMA`),
    every row with its ``case_id``; ``event`` is what the audit trail keeps of it; ``advice`` is by case id.
    """

    summary: RunSummary
    event: AuditEvent
    streams: Sequence[StreamVersion]
    controls: Sequence[ControlResult]
    files: Sequence[FileReport]
    findings: pa.Table
    cases: Sequence[Case]
    flow: Sequence[FlowLine] = ()
    estimates: Sequence[UsageEstimate] = ()
    open_items: Sequence[OpenItems] = ()
    advice: Mapping[str, Advice] = field(default_factory=dict)


class RunWrites(Protocol):
    """Keep runs."""

    def save_run(self, record: RunRecord) -> bool:
        """Save one run as a whole or not at all; return False when that ``run_id`` is already saved.

        A case that an earlier run opened keeps its identity, ``status`` and ``opened_at`` and takes the
        new amounts; while each run sees it again, its ``due_at`` never moves later.
        """


class RunReads(Protocol):
    """Read runs. A ``run_id`` that is unknown gives an empty answer."""

    def latest_run(self) -> RunSummary | None:
        """Return the run saved last, None before the first."""

    def run(self, run_id: str) -> RunSummary | None:
        """Return one run, None when it is not kept."""

    def runs(self, limit: int) -> tuple[RunSummary, ...]:
        """Return the runs saved last, newest first."""

    def streams(self, run_id: str) -> tuple[StreamVersion, ...]:
        """Return the run's snapshot, by stream name."""

    def control_results(self, run_id: str) -> tuple[ControlResult, ...]:
        """Return one result for each control of the run, by control id."""

    def file_reports(self, run_id: str) -> tuple[FileReport, ...]:
        """Return one report for each (file, stream) of the run, by path and stream."""

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
        """Return a page of the run's findings, most money first, then by finding id."""

    def count_findings(self, run_id: str, *, case_id: str | None = None, fault: str | None = None) -> int:
        """Count what `findings` pages through."""

    def faults_of_file(self, run_id: str, path: str) -> tuple[FaultCount, ...]:
        """Count the run's findings whose evidence cites rows of a landed file, by fault."""

    def controls_of(self, run_id: str, case_id: str) -> tuple[str, ...]:
        """Return the ids of the controls that found the case in the run, sorted."""

    def reach(self, run_id: str) -> tuple[Reach, ...]:
        """Return how far the findings of each control reach that found something, by control id.

        ``first_seen`` is the ``as_of`` of the first run kept in which that control found anything.
        """

    def flow(
        self, run_id: str, *, by: FlowKey | None = None, point: str | None = None
    ) -> tuple[FlowTotal, ...]:
        """Return what came to each state at each control point, by point, key and state.

        Parameters
        ----------
        by
            Sum for each value of this; None sums each point as a whole.
        point
            Only this control point.
        """

    def estimates(
        self, run_id: str, *, case_id: str | None = None, account_id: str | None = None
    ) -> tuple[UsageEstimate, ...]:
        """Return the run's estimates of usage that is not here yet, most money first, then by account."""

    def open_items(self, run_id: str) -> tuple[OpenItems, ...]:
        """Return what the run's controls wait for, by control id."""

    def source_gaps(self, run_id: str) -> tuple[SourceGap, ...]:
        """Return each source with late or missing files, worst first, then by name."""


class RunStore(RunWrites, RunReads, AuditWrites, Protocol):
    """Keep runs, with what the audit trail says of them, and read them."""


class CaseReads(Protocol):
    """Read cases. The queue holds the cases that the latest run saw."""

    def cases(
        self, query: CaseQuery, *, sort: SortKey = "severity", offset: int, limit: int
    ) -> tuple[Case, ...]:
        """Return a page of the queue.

        ``severity``: worst, then soonest due, then most at stake; ``due``: soonest; ``amount``: most at
        stake; ``opened``: newest; ``worth``: as `core.cases.worth` says. The case id settles ties, so that
        pages never overlap.
        """

    def count_cases(self, queries: Mapping[str, CaseQuery]) -> dict[str, int]:
        """Count what `cases` pages through, for each of several queries, by its name."""

    def totals(self, query: CaseQuery, *, currency: str, due_by: datetime) -> QueueTotals:
        """Sum what `cases` pages through."""

    def by_severity(self, query: CaseQuery, currency: str) -> tuple[SeverityTotal, ...]:
        """Count cases for each severity that has any, worst first; money only of ``currency``."""

    def case(self, case_id: str) -> Case | None:
        """Return one case, also one that the latest run no longer saw."""

    def advice(self, case_id: str) -> Advice | None:
        """Return what the last run that saw a case said of it beside its facts; None when nothing is kept."""

    def advices(self) -> Iterator[Advice]:
        """Return what the latest run said of each of its cases, by case id."""

    def last_seen(self, case_id: str) -> str | None:
        """Return the id of the last run that saw the case."""

    def sightings(self, case_id: str) -> tuple[Sighting, ...]:
        """Return what each run saw of the case, oldest first."""


class Store(
    RunStore,
    CaseReads,
    CaseLifeStore,
    CorrectionStore,
    AuditTrail,
    PeopleStore,
    ProgramStore,
    ProposalStore,
    ControlSettingsStore,
    PolicyStore,
    SuggestionStore,
    Protocol,
):
    """Stand for the whole operational store."""
