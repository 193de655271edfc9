"""Where cases stand and what people did to them, in SQL: `core.ports.case_life`."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, fields
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, func, insert, select, update

from core.adapters.store import read
from core.adapters.store.audit import SqlAuditTrail
from core.adapters.store.engine import writing
from core.adapters.store.tables import audit_entries, case_steps, cases, findings, runs
from core.cases.complaint_case import came_again, joined
from core.cases.life import (
    DECIDING,
    Asked,
    joining,
    postponed_by,
    take,
    timed,
    told,
    was_right,
    worked_in,
)
from core.cases.worth import Handled
from core.governance.canonical import canonical
from core.kernel.case_life import CLOSED, CaseLife, CaseStep
from core.kernel.complaints import COMPLAINTS
from core.kernel.errors import ConflictError, NotFoundError
from core.kernel.people import Actor
from core.kernel.reads import CaseQuery, Precedent, Verdicts
from core.kernel.results import Case
from core.ports.case_life import Taken
from core.ports.store import RunRecord

LIFE = ("version", "owner_id", "owner_name", "snoozed_until", "waits_for", "waits_since", "merged_into")
LIFE_COLUMNS = (
    cases.c.case_id,
    cases.c.account_id,
    cases.c.contact_ids,
    cases.c.status,
    *(cases.c[name] for name in LIFE),
)
PERSON = {"user_id": "actor_id", "name": "actor_name", "role": "actor_role", "method": "actor_method"}
_LATER = case_steps.alias("later")
CLOSING = (case_steps.c.case_id == cases.c.case_id) & (
    case_steps.c.version
    == select(func.max(_LATER.c.version))
    .where(_LATER.c.case_id == cases.c.case_id, _LATER.c.after == cases.c.status)
    .where(_LATER.c.before != _LATER.c.after, cases.c.status.in_(CLOSED))
    .scalar_subquery()
)
"""Joins a closed case with the step that closed it last."""

AT_ONCE = 500
"""How many ids one statement names: SQLite bounds them."""


class SqlCaseLife:
    """Keep the life of cases; a part of `core.adapters.store.sql.SqlStore`."""

    _engine: Engine
    _audit: SqlAuditTrail

    def lives(self, case_ids: Collection[str]) -> dict[str, CaseLife]:
        """Return where cases stand."""
        with self._engine.connect() as connection:
            return read_lives(connection, case_ids)

    def case_steps(self, case_id: str) -> tuple[CaseStep, ...]:
        """Return the steps of a case, newest first."""
        chosen = select(case_steps).where(case_steps.c.case_id == case_id)
        with self._engine.connect() as connection:
            rows = connection.execute(chosen.order_by(case_steps.c.version.desc())).mappings()
            return tuple(map(_step, rows))

    def precedents(self, query: CaseQuery, *, limit: int) -> tuple[Precedent, ...]:
        """Return how cases like others were closed, newest first."""
        like_it: list[ColumnElement[bool]] = [
            cases.c.fault.in_(query.faults),
            cases.c.root_cause.in_(query.root_causes),
        ]
        if query.visible is not None:
            like_it.append(cases.c.segment.in_(query.visible))
        if query.except_case is not None:
            like_it.append(cases.c.case_id != query.except_case)
        chosen = select(cases, *(column.label(f"step_{column.name}") for column in case_steps.c))
        chosen = chosen.select_from(cases).join(case_steps, CLOSING).where(*like_it)
        ordered = chosen.order_by(case_steps.c.at.desc(), cases.c.case_id).limit(limit)
        with self._engine.connect() as connection:
            return tuple(map(_precedent, connection.execute(ordered).mappings()))

    def verdicts(self) -> tuple[Verdicts, ...]:
        """Return what people said of each control's closed cases."""
        found = select(findings.c.run_no, findings.c.case_id, findings.c.control_id).distinct().subquery()
        chosen = (
            select(found.c.control_id, case_steps.c.step, case_steps.c.facts, func.count())
            .select_from(cases)
            .join(case_steps, CLOSING)
            .join(found, (found.c.case_id == cases.c.case_id) & (found.c.run_no == cases.c.last_run))
            .group_by(found.c.control_id, case_steps.c.step, case_steps.c.facts)
        )
        counts: dict[str, list[int]] = {}
        with self._engine.connect() as connection:
            for control_id, step, facts, count in connection.execute(chosen):
                verdict = was_right(step, json.loads(facts))
                if verdict is not None:
                    counts.setdefault(control_id, [0, 0])[not verdict] += count
        return tuple(Verdicts(name, *counts[name]) for name in sorted(counts))

    def _handled(self) -> tuple[Handled, ...]:
        """Return how cases were closed, and how long people worked on them."""
        first = select(case_steps.c.case_id, func.min(case_steps.c.at).label("at"))
        begun = first.group_by(case_steps.c.case_id).subquery()
        chosen = (
            select(cases.c.case_id, cases.c.fault, case_steps.c.step, case_steps.c.facts)
            .add_columns(begun.c.at, case_steps.c.at)
            .select_from(cases)
            .join(case_steps, CLOSING)
            .join(begun, begun.c.case_id == cases.c.case_id)
        )
        with self._engine.connect() as connection:
            known = _worked(connection)
            return tuple(
                Handled(fault, was_right(step, json.loads(facts)), known.get(case_id, ended - began))
                for case_id, fault, step, facts, began, ended in connection.execute(chosen)
            )

    def step_cases(self, seen: Mapping[str, int], take: Callable[[CaseLife], Taken]) -> tuple[CaseLife, ...]:
        """Take one step of each of some cases."""
        with writing(self._engine) as connection:
            known = check_versions(connection, seen)
            return tuple(keep_step(connection, self._audit, known[one], take) for one in sorted(seen))


def read_lives(connection: Connection, case_ids: Collection[str]) -> dict[str, CaseLife]:
    """Return where cases stand, by id."""
    wanted, found = sorted(case_ids), {}
    for first in range(0, len(wanted), AT_ONCE):
        chosen = select(*LIFE_COLUMNS).where(cases.c.case_id.in_(wanted[first : first + AT_ONCE]))
        for row in connection.execute(chosen).mappings():
            values = {key: value for key, value in row.items() if key != "status"}
            found[row["case_id"]] = CaseLife(**values, state=row["status"])
    return found


def check_versions(connection: Connection, seen: Mapping[str, int]) -> dict[str, CaseLife]:
    """Return where cases stand; refuse where one has moved on since it was seen, or there is none."""
    known = read_lives(connection, seen)
    for case_id, version in sorted(seen.items()):
        if case_id not in known:
            raise NotFoundError(f"There is no case {case_id}.", fields={"case_id": case_id})
        if known[case_id].version != version:
            raise _meanwhile(connection, case_id)
    return known


def keep_step(
    connection: Connection, audit: SqlAuditTrail, before: CaseLife, take: Callable[[CaseLife], Taken]
) -> CaseLife:
    """Keep a step of a case that was read in this transaction, and tell the audit trail."""
    after, step = take(before)
    step = _timed(connection, step)
    values: dict[str, Any] = {name: getattr(after, name) for name in LIFE} | {"status": after.state}
    this = cases.c.case_id == before.case_id
    later = postponed_by(before, after, step.at)
    if later:
        values["due_at"] = connection.execute(select(cases.c.due_at).where(this)).scalar_one() + later
    connection.execute(update(cases).where(this).values(values))
    connection.execute(insert(case_steps).values(_row(step)))
    audit.append(connection, told(after, step))
    return after


def _timed(connection: Connection, step: CaseStep) -> CaseStep:
    """Return a step with how long whoever took it had worked on the case since they opened it."""
    if step.step not in DECIDING:
        return step
    looks, this = audit_entries.c, case_steps.c.case_id == step.case_id
    looked = select(func.max(looks.time)).where(
        looks.object_id == step.case_id,
        looks.action == "case.viewed",
        looks.actor_id == step.actor.user_id,
        looks.time <= step.at,
    )
    kept = connection.execute(select(case_steps).where(this)).mappings()
    return timed(step, connection.scalar(looked), map(_step, kept))


def _worked(connection: Connection) -> dict[str, timedelta]:
    """Return how long people worked on closed cases, where that was kept, by case id."""
    chosen = select(case_steps.c.case_id, case_steps.c.facts).select_from(cases)
    joined = chosen.join(case_steps, case_steps.c.case_id == cases.c.case_id)
    deciding = joined.where(cases.c.status.in_(CLOSED), case_steps.c.step.in_(DECIDING))
    found: dict[str, timedelta] = {}
    for case_id, facts in connection.execute(deciding):
        worked = worked_in(json.loads(facts))
        if worked is not None:
            found[case_id] = found.get(case_id, timedelta()) + worked
    return found


def reopen_changed(
    connection: Connection,
    audit: SqlAuditTrail,
    record: RunRecord,
    closed: Mapping[str, tuple[Decimal, int, tuple[str, ...]]],
) -> None:
    """Open again each closed case in which a run found something else, or whose customer came again."""
    found = {item.case_id: item for item in record.cases if item.case_id in closed}
    changed = {
        one: item
        for one, item in found.items()
        if (item.amount, item.findings) != closed[one][:2] or came_again(item, closed[one][2])
    }
    for case_id, life in sorted(read_lives(connection, changed).items()):
        item, (amount, findings, contacts) = changed[case_id], closed[case_id]
        facts = {
            "run": record.summary.run_id,
            "amount": {"closed_with": amount, "now": item.amount},
            "findings": {"closed_with": findings, "now": item.findings},
            "contacts": {"closed_with": contacts, "now": item.contact_ids},
        }
        asked = Asked("reopened", record.event.actor, facts=facts)
        keep_step(connection, audit, life, partial(take, asked=asked, now=record.summary.finished_at))


def tell_joined(connection: Connection, audit: SqlAuditTrail, record: RunRecord) -> None:
    """Tell in both cases of each complaint that has joined another one's case since the run before."""
    before = select(func.max(runs.c.run_no)).where(runs.c.run_no < read.LATEST_RUN)
    gone = select(*read.CASE_COLUMNS).where(
        cases.c.last_run == before.scalar_subquery(), cases.c.fault.in_(sorted(COMPLAINTS))
    )
    homes = joined((Case(**row) for row in connection.execute(gone).mappings()), record.cases)
    asked = joining(homes, record.event.actor, record.summary.run_id)
    for case_id, life in sorted(read_lives(connection, asked).items()):
        step = partial(take, asked=asked[case_id], now=record.summary.finished_at)
        keep_step(connection, audit, life, step)


def _meanwhile(connection: Connection, case_id: str) -> ConflictError:
    chosen = select(case_steps).where(case_steps.c.case_id == case_id)
    row = connection.execute(chosen.order_by(case_steps.c.version.desc()).limit(1)).mappings().first()
    if row is None:
        return ConflictError(f"{case_id} was never at that version: look at it again.")
    step = _step(row)
    return ConflictError(
        f"{step.actor.name} has {step.step} {case_id} meanwhile: look at it again.",
        fields={"case_id": case_id, "by": step.actor.name, "step": step.step, "version": step.version},
    )


def _precedent(row: RowMapping) -> Precedent:
    case = Case(**{one.name: row[one.name] for one in fields(Case)})
    step = {name.removeprefix("step_"): value for name, value in row.items() if name.startswith("step_")}
    return Precedent(case, _step(step))


def _row(step: CaseStep) -> dict[str, Any]:
    row = {key: value for key, value in asdict(step).items() if key != "actor"}
    actor = {column: getattr(step.actor, name) for name, column in PERSON.items()}
    return row | actor | {"facts": canonical(step.facts)}


def _step(row: Mapping[Any, Any]) -> CaseStep:
    kept = {key: value for key, value in row.items() if key in CaseStep.__dataclass_fields__}
    actor = Actor(**{name: row[column] for name, column in PERSON.items()})
    return CaseStep(**kept | {"actor": actor, "facts": json.loads(row["facts"])})
