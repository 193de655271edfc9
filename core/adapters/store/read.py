"""The questions that the operational store answers, as SQLAlchemy statements. Opens no connection."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    String,
    case,
    cast,
    false,
    func,
    literal,
    null,
    select,
    true,
    type_coerce,
)

from core.adapters.store.tables import (
    case_sightings,
    cases,
    control_results,
    findings,
    flow_lines,
    open_counts,
    runs,
    usage_estimates,
)
from core.adapters.store.types import Money
from core.cases.worth import LOT_AT, LOT_LETTER, LOT_PLACES, PLACE_AT, Weights
from core.kernel.case_life import CLOSED
from core.kernel.reads import CaseQuery, FlowKey, SortKey
from core.kernel.results import Case

Question = Select[*tuple[Any, ...]]

CASE_COLUMNS = [cases.c[field.name] for field in fields(Case)]
FINDING_COLUMNS = [column for column in findings.c if column.name not in {"run_no", "moved_from"}]
RUN_COLUMNS = [column for column in runs.c if column.name != "run_no"]

MONEY = Money()
STAKE_SUM = func.sum(cases.c.at_stake, type_=MONEY)
CLOSED_PARENTS = cases.alias("parents")
LATEST_RUN = select(func.max(runs.c.run_no)).scalar_subquery()

SORT_COLUMNS = (cases.c.case_id, cases.c.severity, cases.c.due_at, cases.c.at_stake, cases.c.opened_at)

ORDERS: dict[SortKey, tuple[tuple[str, bool], ...]] = {
    "severity": (("severity", False), ("due_at", False), ("at_stake", True), ("case_id", False)),
    "due": (("due_at", False), ("case_id", False)),
    "amount": (("at_stake", True), ("case_id", False)),
    "opened": (("opened_at", True), ("case_id", False)),
}
"""The columns that each order sorts by, and whether each falls."""


def run_number(run_id: str) -> Any:
    """Return the run's number as a subquery; null for an unknown run, which matches nothing."""
    return select(runs.c.run_no).where(runs.c.run_id == run_id).scalar_subquery()


def queue_conditions(query: CaseQuery) -> list[ColumnElement[bool]]:
    """Return what a case must meet to be in the queue and in the selection."""
    return [cases.c.last_run == LATEST_RUN, *narrowing(query)]


def narrowing(query: CaseQuery) -> list[ColumnElement[bool]]:
    """Return what a case of the queue must meet; always true when nothing is asked."""
    conditions: list[ColumnElement[bool]] = [true()]
    for column, choices in (
        (cases.c.severity, query.severities),
        (cases.c.fault, query.faults),
        (cases.c.fault, query.of_view),
        (cases.c.root_cause, query.root_causes),
        (cases.c.segment, query.segments),
        (cases.c.status, query.states),
    ):
        if choices:
            conditions.append(column.in_(choices))
    for column, value in (
        (cases.c.desk, query.desk),
        (cases.c.account_id, query.account_id),
        (cases.c.owner_id, query.owner_id),
        (cases.c.parent_case_id, query.parent_id),
        (cases.c.merged_into, query.merged_into),
    ):
        if value is not None:
            conditions.append(column == value)
    if query.visible is not None:
        conditions.append(cases.c.segment.in_(query.visible))
    conditions.extend(_wording(query))
    conditions.extend(_standing(query))
    if query.due_by is not None:
        conditions.append(cases.c.due_at <= query.due_by)
    if query.least_at_stake is not None:
        conditions.append(cases.c.at_stake >= query.least_at_stake)
    if query.except_case is not None:
        conditions.append(cases.c.case_id != query.except_case)
    return conditions


def _standing(query: CaseQuery) -> list[ColumnElement[bool]]:
    """Return what is asked of who works on a case, whether it sleeps and whether it stands by itself."""
    conditions: list[ColumnElement[bool]] = []
    if query.top:
        parents = select(CLOSED_PARENTS.c.case_id).where(
            CLOSED_PARENTS.c.children > 0, CLOSED_PARENTS.c.status.in_(CLOSED)
        )
        conditions.append(cases.c.parent_case_id.is_(None) | cases.c.parent_case_id.in_(parents))
    if query.unowned:
        conditions.append(cases.c.owner_id.is_(None))
    if query.awake_at is not None:
        asleep = (cases.c.status == "snoozed") & (cases.c.snoozed_until > query.awake_at)
        conditions.append(~func.coalesce(asleep, false()))
    return conditions


def _wording(query: CaseQuery) -> list[ColumnElement[bool]]:
    """Return what the text of a query asks; a customer's name may be out of bounds."""
    if not query.text:
        return []
    found = cases.c.search_text.contains(query.text.lower(), autoescape=True)
    if query.by_name:
        return [found]
    name = func.lower(func.coalesce(cases.c.account_name, ""))
    return [found, ~name.contains(query.text.lower(), autoescape=True)]


def queue_page(query: CaseQuery, sort: SortKey, offset: int, limit: int) -> Question:
    """Select one page of the queue.

    What an index cannot find is sought in the narrow ``ix_cases_queue`` first; only the page's own rows are
    then read in full.
    """
    keys: FromClause = cases
    if (
        query.text
        or query.faults
        or query.of_view
        or query.root_causes
        or query.segments
        or query.visible is not None
    ):
        keys = (
            select(*SORT_COLUMNS).where(*queue_conditions(query)).cte("matched").prefix_with("materialized")
        )
        chosen = select(keys.c.case_id)
    else:
        chosen = select(cases.c.case_id).where(*queue_conditions(query))
    page = chosen.order_by(*_order(keys, sort)).offset(offset).limit(limit)
    return select(*CASE_COLUMNS).where(cases.c.case_id.in_(page)).order_by(*_order(cases, sort))


def worth_page(query: CaseQuery, weights: Weights, offset: int, limit: int) -> Question:
    """Select one page of the queue, in the order in which cases repay the work (`core.cases.worth`)."""
    stake = type_coerce(cases.c.at_stake, BigInteger)
    weight: ColumnElement[int] = literal(weights.other)
    if weights.by_fault:
        weight = case(weights.by_fault, value=cases.c.fault, else_=weights.other)
    by_lot = func.substr(cases.c.case_id, LOT_AT, 1) == LOT_LETTER
    rank = func.percent_rank().over(partition_by=by_lot, order_by=[(stake * weight).desc(), cases.c.case_id])
    first, second = (
        case(LOT_PLACES, value=func.substr(cases.c.case_id, PLACE_AT + turn, 1), else_=0) for turn in (0, 1)
    )
    lot = (first + second / literal(float(len(LOT_PLACES)))) / literal(float(len(LOT_PLACES)))
    place = case((by_lot, lot), else_=rank).label("place")
    placed = select(cases.c.case_id, place).where(*queue_conditions(query)).cte("placed")
    page = select(placed).order_by(placed.c.place, placed.c.case_id).offset(offset).limit(limit).cte("page")
    chosen = select(*CASE_COLUMNS).join(page, page.c.case_id == cases.c.case_id)
    return chosen.order_by(page.c.place, cases.c.case_id)


def _order(keys: FromClause, sort: SortKey) -> list[ColumnElement[Any]]:
    return [keys.c[name].desc() if falls else keys.c[name] for name, falls in ORDERS[sort]]


def totals(query: CaseQuery, currency: str, due_by: datetime) -> Question:
    """Select the count, the money at stake in one currency, what is due, and how many are in another."""
    at_home = cases.c.currency == currency
    elsewhere = ~at_home & (cases.c.at_stake > 0)
    return select(
        func.count().label("cases"),
        _stake(at_home).label("amount"),
        func.count().filter(cases.c.due_at <= due_by).label("due"),
        func.count().filter(elsewhere).label("elsewhere"),
    ).where(*queue_conditions(query))


def stake_elsewhere(query: CaseQuery, currency: str) -> Question:
    """Select the money at stake in each other currency."""
    chosen = select(cases.c.currency, STAKE_SUM.label("amount"))
    chosen = chosen.where(*queue_conditions(query), cases.c.currency != currency, cases.c.at_stake > 0)
    return chosen.group_by(cases.c.currency).order_by(cases.c.currency)


def counts(queries: Mapping[str, CaseQuery]) -> Question:
    """Select one count for each query, in one pass over the queue."""
    each = (func.count().filter(*narrowing(query)).label(name) for name, query in queries.items())
    return select(*each).where(cases.c.last_run == LATEST_RUN)


def by_severity(query: CaseQuery, currency: str) -> Question:
    """Select counts and the money at stake in one currency, one row for each severity."""
    in_currency = func.coalesce(STAKE_SUM.filter(cases.c.currency == currency), literal(Decimal(0), MONEY))
    chosen = select(cases.c.severity, func.count().label("cases"), in_currency.label("amount")).where(
        *queue_conditions(query)
    )
    return chosen.group_by(cases.c.severity).order_by(cases.c.severity)


def findings_of(
    run_id: str, case_id: str | None, fault: str | None, stream: str | None = None
) -> list[ColumnElement[bool]]:
    """Return what a finding of the run must meet."""
    asked = ((findings.c.case_id, case_id), (findings.c.fault, fault), (findings.c.stream, stream))
    narrowed = [column == value for column, value in asked if value is not None]
    return [findings.c.run_no == run_number(run_id), *narrowed]


def faults_of_file(run_id: str, path: str) -> Question:
    """Select how many findings of each fault name a file in their evidence."""
    cited = f'"file":{json.dumps(path, ensure_ascii=False)}'
    return (
        select(
            findings.c.fault,
            func.count().label("findings"),
            func.count(findings.c.case_id.distinct()).label("cases"),
        )
        .where(findings.c.run_no == run_number(run_id), findings.c.evidence.contains(cited, autoescape=True))
        .group_by(findings.c.fault)
        .order_by(findings.c.fault)
    )


def reach(run_id: str) -> Question:
    """Select findings and accounts of each control, with the first run in which it found anything."""
    first = (
        select(control_results.c.control_id, func.min(control_results.c.run_no).label("run_no"))
        .where(control_results.c.violations > 0)
        .group_by(control_results.c.control_id)
        .subquery()
    )
    return (
        select(
            findings.c.control_id,
            func.count().label("findings"),
            func.count(findings.c.account_id.distinct()).label("accounts"),
            runs.c.as_of.label("first_seen"),
        )
        .join(first, first.c.control_id == findings.c.control_id)
        .join(runs, runs.c.run_no == first.c.run_no)
        .where(findings.c.run_no == run_number(run_id))
        .group_by(findings.c.control_id, runs.c.as_of)
        .order_by(findings.c.control_id)
    )


FLOW_KEYS: dict[FlowKey, ColumnElement[Any]] = {
    "day": cast(flow_lines.c.day, String),
    "source": flow_lines.c.source,
    "service": flow_lines.c.service,
    "partner": flow_lines.c.partner_id,
}


def flow(run_id: str, by: FlowKey | None, point: str | None) -> Question:
    """Select sums of the flow for each point, key and state."""
    key = null() if by is None else FLOW_KEYS[by]
    columns = (flow_lines.c.point, key.label("key"), flow_lines.c.state)
    chosen = select(
        *columns,
        cast(func.sum(flow_lines.c.records), BigInteger).label("records"),
        cast(func.sum(flow_lines.c.quantity), BigInteger).label("quantity"),
        func.sum(flow_lines.c.amount, type_=MONEY).label("amount"),
    ).where(flow_lines.c.run_no == run_number(run_id))
    if point is not None:
        chosen = chosen.where(flow_lines.c.point == point)
    groups = (flow_lines.c.point, flow_lines.c.state, *(() if by is None else (key,)))
    return chosen.group_by(*groups).order_by(*groups)


def open_items(run_id: str) -> Question:
    """Select what controls wait for, by control id."""
    columns = [column for column in open_counts.c if column.name != "run_no"]
    chosen = select(*columns).where(open_counts.c.run_no == run_number(run_id))
    return chosen.order_by(open_counts.c.control_id)


def estimates(run_id: str, case_id: str | None, account_id: str | None) -> Question:
    """Select estimates of usage that is not here yet, most money first."""
    columns = [column for column in usage_estimates.c if column.name not in {"run_no", "position"}]
    chosen = select(*columns).where(usage_estimates.c.run_no == run_number(run_id))
    for column, value in ((usage_estimates.c.case_id, case_id), (usage_estimates.c.account_id, account_id)):
        if value is not None:
            chosen = chosen.where(column == value)
    return chosen.order_by(usage_estimates.c.amount.desc(), usage_estimates.c.position)


def source_gaps(run_id: str, late: tuple[str, ...], missing: tuple[str, ...]) -> Question:
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


def sightings(case_id: str) -> Question:
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


def _stake(condition: ColumnElement[bool]) -> ColumnElement[Decimal]:
    return func.coalesce(STAKE_SUM.filter(condition), literal(Decimal(0), MONEY), type_=MONEY)
