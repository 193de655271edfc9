"""The questions that the operational store answers, as SQLAlchemy statements. Opens no connection."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select

from core.adapters.store.tables import case_sightings, cases, findings, runs
from core.adapters.store.types import Money
from core.kernel.reads import CaseQuery, SortKey

CASE_COLUMNS = [column for column in cases.c if column.name not in {"at_stake", "last_run"}]
FINDING_COLUMNS = [column for column in findings.c if column.name != "run_no"]
RUN_COLUMNS = [column for column in runs.c if column.name != "run_no"]

MONEY = Money()
STAKE_SUM = func.sum(cases.c.at_stake, type_=MONEY)
LATEST_RUN = select(func.max(runs.c.run_no)).scalar_subquery()

ORDERS: dict[SortKey, tuple[ColumnElement[Any], ...]] = {
    "severity": (cases.c.severity, cases.c.due_at, cases.c.at_stake.desc(), cases.c.case_id),
    "due": (cases.c.due_at, cases.c.case_id),
    "amount": (cases.c.at_stake.desc(), cases.c.case_id),
    "opened": (cases.c.opened_at.desc(), cases.c.case_id),
}


def run_number(run_id: str) -> Any:
    """Return the run's number as a subquery; null for an unknown run, which matches nothing."""
    return select(runs.c.run_no).where(runs.c.run_id == run_id).scalar_subquery()


def queue_conditions(query: CaseQuery) -> list[ColumnElement[bool]]:
    """Return what a case of the queue must meet."""
    conditions: list[ColumnElement[bool]] = [cases.c.last_run == LATEST_RUN]
    for column, choices in (
        (cases.c.severity, query.severities),
        (cases.c.fault, query.faults),
        (cases.c.root_cause, query.root_causes),
        (cases.c.segment, query.segments),
    ):
        if choices:
            conditions.append(column.in_(choices))
    for column, value in ((cases.c.desk, query.desk), (cases.c.account_id, query.account_id)):
        if value is not None:
            conditions.append(column == value)
    if query.text:
        conditions.append(cases.c.search_text.contains(query.text.lower(), autoescape=True))
    if query.due_by is not None:
        conditions.append(cases.c.due_at <= query.due_by)
    if query.least_at_stake is not None:
        conditions.append(cases.c.at_stake >= query.least_at_stake)
    if query.except_case is not None:
        conditions.append(cases.c.case_id != query.except_case)
    return conditions


def queue_page(query: CaseQuery, sort: SortKey, offset: int, limit: int) -> Select[Any]:
    """Select one page of the queue."""
    chosen = select(*CASE_COLUMNS).where(*queue_conditions(query))
    return chosen.order_by(*ORDERS[sort]).offset(offset).limit(limit)


def at_stake(query: CaseQuery) -> Select[Any]:
    """Select the money at stake, one row for each currency."""
    chosen = select(cases.c.currency, STAKE_SUM.label("amount"))
    return chosen.where(*queue_conditions(query)).group_by(cases.c.currency).order_by(cases.c.currency)


def by_severity(query: CaseQuery, currency: str) -> Select[Any]:
    """Select counts and the money at stake in one currency, one row for each severity."""
    in_currency = func.coalesce(STAKE_SUM.filter(cases.c.currency == currency), literal(Decimal(0), MONEY))
    chosen = select(cases.c.severity, func.count().label("cases"), in_currency.label("amount")).where(
        *queue_conditions(query)
    )
    return chosen.group_by(cases.c.severity).order_by(cases.c.severity)


def findings_of(run_id: str, case_id: str | None, fault: str | None) -> list[ColumnElement[bool]]:
    """Return what a finding of the run must meet."""
    conditions: list[ColumnElement[bool]] = [findings.c.run_no == run_number(run_id)]
    if case_id is not None:
        conditions.append(findings.c.case_id == case_id)
    if fault is not None:
        conditions.append(findings.c.fault == fault)
    return conditions


def source_gaps(run_id: str, late: tuple[str, ...], missing: tuple[str, ...]) -> Select[Any]:
    """Select how many files each source delivered late or not at all, worst first."""
    is_late, is_missing = findings.c.fault.in_(late), findings.c.fault.in_(missing)
    count_late, count_missing = func.count().filter(is_late), func.count().filter(is_missing)
    return (
        select(cases.c.scope.label("source"), count_late.label("late"), count_missing.label("missing"))
        .join(findings, findings.c.case_id == cases.c.case_id)
        .where(findings.c.run_no == run_number(run_id), is_late | is_missing, cases.c.scope.is_not(None))
        .group_by(cases.c.scope)
        .order_by(func.count().desc(), cases.c.scope)
    )


def sightings(case_id: str) -> Select[Any]:
    """Select what each run saw of a case, oldest first."""
    return (
        select(
            runs.c.run_id,
            runs.c.as_of,
            runs.c.finished_at,
            case_sightings.c.amount,
            case_sightings.c.findings,
        )
        .join(case_sightings, case_sightings.c.run_no == runs.c.run_no)
        .where(case_sightings.c.case_id == case_id)
        .order_by(runs.c.run_no)
    )
