"""Save one run as a whole: its record, its findings, and the cases that it opened or saw again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Insert, Table, case, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from core.adapters.store.advice import advice_row
from core.adapters.store.case_life import LIFE
from core.adapters.store.tables import (
    case_advice,
    case_sightings,
    cases,
    control_results,
    file_reports,
    findings,
    flow_lines,
    open_counts,
    run_streams,
    runs,
    usage_estimates,
)
from core.kernel.case_life import CLOSED
from core.kernel.results import Case
from core.ports.store import RunRecord

BATCH = 10_000

Seen = tuple[Decimal, int, tuple[str, ...]]
"""The money, the number of findings and the contacts that a run saw in a case."""

UPSERTS: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}

SIGHTED = ("case_id", "run_no", "amount", "findings")

KEPT = ("case_id", "status", "opened_at", "due_at", *LIFE)
"""What a case keeps, or decides by its own rule, when a later run sees it again."""


def save_run(connection: Connection, record: RunRecord) -> bool:
    """Save a run unless its id is known; return whether it was saved."""
    run_id = record.summary.run_id
    if connection.scalar(select(runs.c.run_no).where(runs.c.run_id == run_id)) is not None:
        return False
    previous = connection.scalar(select(func.max(runs.c.run_no)))
    run_no = connection.scalar(insert(runs).values(vars(record.summary)).returning(runs.c.run_no))
    of_run = {"run_no": run_no}
    _fill(connection, insert(run_streams), (of_run | vars(stream) for stream in record.streams))
    _fill(connection, insert(control_results), (of_run | vars(result) for result in record.controls))
    _fill(
        connection,
        insert(file_reports),
        (of_run | vars(report) | {"position": place} for place, report in enumerate(record.files)),
    )
    _fill(
        connection,
        insert(flow_lines),
        (of_run | vars(line) | {"position": place} for place, line in enumerate(record.flow)),
    )
    _fill(
        connection,
        insert(usage_estimates),
        (of_run | vars(one) | {"position": place} for place, one in enumerate(record.estimates)),
    )
    _fill(connection, insert(open_counts), (of_run | vars(items) for items in record.open_items))
    _fill(connection, insert(findings), (of_run | row for row in _rows(record.findings)))
    in_order = sorted(record.cases, key=lambda item: item.case_id)
    _fill(connection, _case_upsert(connection, previous), (_case_row(item, run_no) for item in in_order))
    told = (record.advice[item.case_id] for item in in_order if item.case_id in record.advice)
    _fill(connection, _advice_upsert(connection), map(advice_row, told))
    seen = select(cases.c.case_id, cases.c.last_run, cases.c.amount, cases.c.findings)
    alone = cases.c.last_run == run_no, cases.c.merged_into.is_(None)
    connection.execute(insert(case_sightings).from_select(SIGHTED, seen.where(*alone)))
    return True


def closed_with(connection: Connection, record: RunRecord) -> dict[str, Seen]:
    """Return what each closed case among those of a run was last seen with."""
    columns = cases.c.amount, cases.c.findings, cases.c.contact_ids
    chosen = select(cases.c.case_id, *columns).where(cases.c.status.in_(CLOSED))
    known = {case_id: (amount, found, came) for case_id, amount, found, came in connection.execute(chosen)}
    return {item.case_id: known[item.case_id] for item in record.cases if item.case_id in known}


def _fill(connection: Connection, statement: Insert, rows: Iterable[Mapping[str, Any]]) -> None:
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        connection.execute(statement, batch)


def _rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    for batch in table.to_batches(max_chunksize=BATCH):
        yield from batch.to_pylist()


def _case_row(item: Case, run_no: int | None) -> dict[str, Any]:
    return vars(item) | {"last_run": run_no}


def _case_upsert(connection: Connection, previous: int | None) -> Insert:
    """Open a case, or bring a known one up to date.

    While run after run sees it, its due time never moves later; found again after a gap, it starts anew.
    """
    upsert = UPSERTS[connection.dialect.name](cases)
    new = upsert.excluded
    seen_without_gap = cases.c.last_run == previous
    due_at = case((seen_without_gap & (cases.c.due_at < new.due_at), cases.c.due_at), else_=new.due_at)
    replaced = {column.name: new[column.name] for column in cases.c if column.name not in KEPT}
    return upsert.on_conflict_do_update(index_elements=[cases.c.case_id], set_=replaced | {"due_at": due_at})


def _advice_upsert(connection: Connection) -> Insert:
    upsert = UPSERTS[connection.dialect.name](case_advice)
    return upsert.on_conflict_do_update(
        index_elements=[case_advice.c.case_id], set_={"content": upsert.excluded.content}
    )
