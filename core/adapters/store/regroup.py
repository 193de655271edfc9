"""Merging and splitting cases in SQL, now and in every run that follows. Rules: `core.cases.regroup`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from core.adapters.store import built, read
from core.adapters.store.approval_tables import policies
from core.adapters.store.audit import SqlAuditTrail
from core.adapters.store.case_life import AT_ONCE, check_versions, keep_step, read_lives
from core.adapters.store.engine import writing
from core.adapters.store.tables import cases, findings, runs, split_findings
from core.cases.regroup import Moves, Regrouped, emptied, regroup, with_children
from core.cases.regrouped_run import RegroupedRun, regroup_run
from core.kernel.case_life import CaseLife
from core.kernel.errors import ConflictError
from core.kernel.results import Case, Finding
from core.policy.document import Policy, read_policy, shipped_policy
from core.ports.case_life import Plan, Regrouping
from core.ports.store import RunRecord

__all__ = ["SqlRegrouping", "regrouped"]


class SqlRegrouping:
    """Merge and split cases; a part of `core.adapters.store.sql.SqlStore`."""

    _engine: Engine
    _audit: SqlAuditTrail

    def regroup_cases(self, seen: Mapping[str, int], plan: Plan) -> tuple[CaseLife, ...]:
        """Merge or split cases as a plan says."""
        with writing(self._engine) as connection:
            check_versions(connection, seen)
            run_no = connection.scalar(select(func.max(runs.c.run_no))) or 0
            before = _in_run(connection, run_no, seen)
            lost = sorted(seen.keys() - before.keys())
            if lost:
                raise ConflictError(f"The latest run no longer finds {lost[0]}.", fields={"case_id": lost[0]})
            found = _findings_of(connection, run_no, seen)
            asked = plan(before, [one.finding_id for one in found])
            _regroup(connection, run_no, before, found, asked)
            lives = read_lives(connection, {*seen, *asked.split.values()})
            return tuple(keep_step(connection, self._audit, lives[one], asked.take) for one in sorted(lives))


def regrouped(connection: Connection, record: RunRecord) -> RegroupedRun:
    """Return a run that is about to be saved, as people have merged and split what it finds."""
    moves = _moves(connection)
    if not moves.merged and not moves.split:
        return RegroupedRun(record, {})
    return regroup_run(record, moves, _policy(connection))


def _regroup(
    connection: Connection,
    run_no: int,
    before: Mapping[str, Case],
    found: Sequence[Finding],
    asked: Regrouping,
) -> None:
    """Move findings, and bring every case up to date that they came from, went to or belong under."""
    kept = _moves(connection)
    into = {**kept.merged, **asked.merged}
    moves = Moves(
        {one: main for one, main in into.items() if main is not None}, {**kept.split, **asked.split}
    )
    known = built.read_built(connection, {one.case_id for one in found}, before)
    done = regroup(known, found, moves, _policy(connection))
    after = {
        one: done.cases[one] if one in done.cases else emptied(before[one])
        for one in {*before, *asked.split.values()}
    }
    built.keep_cases(connection, run_no, after, done.advice)
    built.forget_built(connection, [one for one in known if after.get(one) is known[one][0]])
    _keep_split(connection, asked.split)
    _move(connection, run_no, found, done)
    for parent in sorted({case.parent_case_id or "" for case in (*before.values(), *after.values())} - {""}):
        _recount(connection, run_no, parent)


def _moves(connection: Connection) -> Moves:
    merged = select(cases.c.case_id, cases.c.merged_into).where(cases.c.merged_into.is_not(None))
    split = select(split_findings.c.finding_id, split_findings.c.case_id)
    return Moves(
        {row.case_id: row.merged_into for row in connection.execute(merged)},
        {row.finding_id: row.case_id for row in connection.execute(split)},
    )


def _policy(connection: Connection) -> Policy:
    content = connection.scalar(select(policies.c.content).order_by(policies.c.number.desc()).limit(1))
    return shipped_policy() if content is None else read_policy(content)


def _in_run(connection: Connection, run_no: int, case_ids: Collection[str]) -> dict[str, Case]:
    return {
        row["case_id"]: Case(**row)
        for some in _batches(sorted(case_ids))
        for row in connection.execute(
            select(*read.CASE_COLUMNS).where(cases.c.case_id.in_(some), cases.c.last_run == run_no)
        ).mappings()
    }


def _findings_of(connection: Connection, run_no: int, case_ids: Collection[str]) -> list[Finding]:
    """Return the findings of cases, each in the case that the run put it in."""
    columns = [column for column in read.FINDING_COLUMNS if column.name != "case_id"]
    built_in = func.coalesce(findings.c.moved_from, findings.c.case_id).label("case_id")
    return [
        Finding(**row)
        for some in _batches(sorted(case_ids))
        for row in connection.execute(
            select(*columns, built_in).where(findings.c.run_no == run_no, findings.c.case_id.in_(some))
        ).mappings()
    ]


def _move(connection: Connection, run_no: int, found: Sequence[Finding], done: Regrouped) -> None:
    """Put every finding in its case, and keep where the run had put it."""
    ways: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in found:
        ways[one.case_id, done.case_of[one.finding_id]].append(one.finding_id)
    for (built_in, now), ids in sorted(ways.items()):
        values = {"case_id": now, "moved_from": built_in if built_in != now else None}
        for some in _batches(sorted(ids)):
            these = findings.c.run_no == run_no, findings.c.finding_id.in_(some)
            connection.execute(update(findings).where(*these).values(values))


def _keep_split(connection: Connection, split: Mapping[str, str]) -> None:
    for some in _batches(sorted(split)):
        connection.execute(delete(split_findings).where(split_findings.c.finding_id.in_(some)))
        rows = [{"finding_id": one, "case_id": split[one]} for one in some]
        connection.execute(insert(split_findings), rows)


def _recount(connection: Connection, run_no: int, parent_id: str) -> None:
    """Let an incident count the cases that belong to it now, and stand for their money."""
    parent = _in_run(connection, run_no, [parent_id]).get(parent_id)
    if parent is None:
        return
    inside = select(*read.CASE_COLUMNS).where(cases.c.parent_case_id == parent_id, cases.c.last_run == run_no)
    children = [Case(**row) for row in connection.execute(inside).mappings()]
    own = select(func.count()).where(findings.c.run_no == run_no, findings.c.case_id == parent_id)
    now = with_children(parent, children, has_findings=bool(connection.scalar(own)))
    built.keep_cases(connection, run_no, {parent_id: now}, {})


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[first : first + AT_ONCE] for first in range(0, len(ids), AT_ONCE))
