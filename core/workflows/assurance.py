"""The assurance run: from a folder of files to findings and cases. Orders the stages; holds no rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from core.cases.estimates import read_estimates
from core.controls.engine import OPEN_ITEM, conclude, count_open
from core.controls.model import Control
from core.controls.reconcile import read_flow
from core.events.dataset import open_dataset
from core.events.enrich import enrich
from core.events.land import take_in
from core.kernel.people import Actor
from core.kernel.reads import StreamVersion
from core.kernel.results import Case, ControlResult, FileReport, RunSummary
from core.lake.owner import claim
from core.lake.reports import file_reports
from core.lake.schemas import SCHEMAS
from core.lake.session import Limits, Session
from core.lake.snapshot import Snapshot, open_snapshot, pin
from core.lake.tables import Lake
from core.lake.views import settle_versions
from core.policy.document import Policy, shipped_policy
from core.ports.store import RunRecord, RunStore
from core.workflows.export import export, exported_run
from core.workflows.identity import code_version, controls_version, identify
from core.workflows.record import of_run, repeated
from core.workflows.remains import keep, recall
from core.workflows.renew import Renewal
from core.workflows.stages import find_anew, make_cases
from core.workflows.trace import trace

__all__ = ["RunOutcome", "RunRequest", "Workshop", "assure"]

Progress = Callable[[str, int, int], None]

_NONE_OPEN = pa.table({name: pa.array([], pa.string()) for name in OPEN_ITEM})


@dataclass(frozen=True)
class RunRequest:
    """Say what to run.

    Parameters
    ----------
    dataset
        The folder that the operator handed over.
    out
        Where ``findings.parquet`` and ``cases.parquet`` go; None for nowhere.
    mapping
        A column mapping; None for the one beside the data or one that ships.
    as_of
        Another "now" than the dataset's.
    """

    dataset: Path
    out: Path | None = None
    mapping: Path | None = None
    as_of: datetime | None = None


@dataclass(frozen=True)
class RunOutcome:
    """State what a run took in and found."""

    summary: RunSummary
    files: tuple[FileReport, ...]
    controls: tuple[ControlResult, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True)
class Workshop:
    """Hold what a run works with, and who has it done."""

    actor: Actor
    lake_dir: Path
    mappings: Path
    controls: Sequence[Control]
    store: RunStore
    limits: Limits = Limits()
    policy: Policy = field(default_factory=shipped_policy)


def assure(request: RunRequest, workshop: Workshop, progress: Progress) -> RunOutcome:
    """Take a dataset in, run every control over it, build cases and keep the result.

    Returns
    -------
    RunOutcome
        The same for the same data, "now" and definitions; the store keeps one run of each, and what it has
        is not worked out again.

    Raises
    ------
    InputError
        RA-E100 and below when the folder, its settings or its mapping cannot be used.
    LakeError
        RA-E300 when the lake holds another operator.
    """
    started = datetime.now(UTC)
    dataset = open_dataset(request.dataset, request.mapping, workshop.mappings)
    if request.as_of is not None:
        dataset = replace(dataset, settings=dataset.settings.at(request.as_of))
    lake = Lake(workshop.lake_dir, SCHEMAS)
    claim(lake.root, dataset.settings)
    take_in(lake, dataset, workshop.limits, progress)
    snapshot = pin(lake, dataset.settings)
    run = f"R-{identify(snapshot, workshop.controls, workshop.policy.version)}"
    known = workshop.store.run(run)
    if known and (request.out is None or exported_run(request.out) == run):
        workshop.store.record(repeated(workshop.actor, run))
        files, controls = workshop.store.file_reports(run), workshop.store.control_results(run)
        return RunOutcome(known, files, controls, dataset.ignored)
    with open_snapshot(lake, snapshot, workshop.limits) as session:
        record = _judge(session, lake, snapshot, workshop, started, progress)
        keep(lake.root, session, snapshot, _definitions(workshop.controls))
    if request.out is not None:
        export(request.out, run, record.findings, record.cases)
    if not workshop.store.save_run(record):
        workshop.store.record(repeated(workshop.actor, run))
    return RunOutcome(record.summary, tuple(record.files), tuple(record.controls), dataset.ignored)


def _judge(
    session: Session,
    lake: Lake,
    snapshot: Snapshot,
    workshop: Workshop,
    started: datetime,
    progress: Progress,
) -> RunRecord:
    controls = workshop.controls
    results = _find(session, lake, snapshot, workshop, progress)
    settings = snapshot.settings
    built = make_cases(session, controls, workshop.policy, settings, progress)
    cases, findings = built.cases, built.findings
    estimates = read_estimates(session, findings)
    snapshot_id = identify(snapshot, controls, workshop.policy.version)
    summary = RunSummary(
        run_id=f"R-{snapshot_id}",
        snapshot_id=snapshot_id,
        operator=settings.operator,
        currency=settings.currency,
        timezone=settings.timezone,
        as_of=settings.as_of.astimezone(UTC),
        started_at=started,
        finished_at=datetime.now(UTC),
        findings=findings.num_rows,
        cases=len(cases),
        amount_at_stake=_at_stake(cases, settings.currency),
    )
    files = file_reports(session)
    event = of_run(workshop.actor, snapshot, controls, workshop.policy, summary, files, findings, cases)
    streams = _streams(session, snapshot)
    flow, waiting = read_flow(session), count_open(session)
    return RunRecord(
        summary, event, streams, results, files, findings, cases, flow, estimates, waiting, built.advice
    )


def _find(
    session: Session, lake: Lake, snapshot: Snapshot, workshop: Workshop, progress: Progress
) -> list[ControlResult]:
    """Fill what `core.workflows.remains.TABLES` names and ``findings``, with no more work than is new."""
    controls = workshop.controls
    settle_versions(session, snapshot.settings)
    enrich(session)
    last = recall(lake.root)
    session.register("open_before", last.tables["open_items"] if last else _NONE_OPEN)
    if last and last.definitions == _definitions(controls):
        renewal = Renewal(session, lake, snapshot, last, controls, workshop.limits, progress)
        renewed = renewal.find()
        if renewed is not None:
            results, _ = conclude(session, renewed)
            trace(session, renewal.places())
            return _remembered(session, results)
    return _remembered(session, find_anew(session, controls, snapshot.settings, progress))


def _remembered(session: Session, results: list[ControlResult]) -> list[ControlResult]:
    """Leave how much each control could judge in the session, for the next run; return the results."""
    rows = [{"control_id": one.control_id, "eligible": one.eligible} for one in results]
    schema = pa.schema([("control_id", pa.string()), ("eligible", pa.int64())])
    session.register("eligible_now", pa.Table.from_pylist(rows, schema=schema))
    session.execute("create or replace temp table eligible as from eligible_now")
    return results


def _definitions(controls: Sequence[Control]) -> str:
    return f"{code_version()}|{controls_version(controls)}"


def _at_stake(cases: Sequence[Case], currency: str) -> Decimal:
    return sum((abs(case.amount) for case in cases if case.currency == currency), Decimal(0))


def _streams(session: Session, snapshot: Snapshot) -> list[StreamVersion]:
    present = session.execute("SELECT stream FROM present_streams ORDER BY 1").fetchall()
    return [
        StreamVersion(
            name,
            snapshot.versions.get(name, 0),
            session.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0],  # noqa: S608 - a declared name
        )
        for (name,) in present
    ]
