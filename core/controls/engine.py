"""Runs controls over a session and collects what they find. Knows no rule itself.

A rule that the data breaks is a finding; a rule that is malformed is a `ControlDefinitionError`; a rule that
could not be judged is ``not_evaluated`` with the reason. The three are never mixed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.controls.evidence import CAUSE, COLUMNS, problem_with
from core.controls.model import Control, malformed
from core.kernel.records import FINDINGS
from core.kernel.results import ControlResult, OpenItems, Outcome
from core.lake.session import StatementError
from core.lake.sql import load_sql

if TYPE_CHECKING:
    from core.lake.session import Relation, Session

__all__ = [
    "OPEN_ITEM",
    "Progress",
    "answer",
    "ask_open",
    "conclude",
    "count_eligible",
    "count_open",
    "judge",
    "measure",
    "run_controls",
]

Progress = Callable[[str, int, int], None]
"""Told the title of the control that starts, how many are done and how many there are."""

_INTO = "create or replace temp table "

OPEN_ITEM = {
    "control_id": "VARCHAR",
    "subject_id": "VARCHAR",
    "account_id": "VARCHAR",
    "since": "TIMESTAMPTZ",
    "due_at": "TIMESTAMPTZ",
}
"""The columns of the table ``open_items``."""


def run_controls(
    session: Session,
    controls: Sequence[Control],
    *,
    as_of: datetime,
    progress: Progress | None = None,
    value: Callable[[Session], None] | None = None,
) -> tuple[list[ControlResult], Relation]:
    """Ask every control and keep what they find in the session's table ``findings``.

    Parameters
    ----------
    session
        With a relation for each stream, and ``dataset``, ``present_streams``, ``quarantine`` and
        ``event_context_of``.
    controls
        In any order; they run by id. Where two raise one fault of one subject, the first stands. What a
        finding follows from is looked for among the findings of all.
    as_of
        The run's "now", which becomes ``detected_at``.
    value
        Fills ``put_right`` with the amounts, by ``finding_id``, of findings in ``judged`` whose money is
        known only when all are; None to leave amounts as controls say them.

    Returns
    -------
    list of ControlResult
        One for each control, by id.
    Relation
        The findings: the contract's columns in its order, by ``finding_id``; ``case_id`` is null until
        cases are built. Same input, same rows.

    Raises
    ------
    ControlDefinitionError
        RA-E201 when a control's SQL cannot run, or returns what a finding does not have.
    """
    results = judge(session, controls, as_of=as_of, progress=progress, value=value)
    return conclude(session, results)


def judge(
    session: Session,
    controls: Sequence[Control],
    *,
    as_of: datetime,
    progress: Progress | None = None,
    value: Callable[[Session], None] | None = None,
) -> list[ControlResult]:
    """Ask every control and keep what each finds in the session's table ``judged``; as `run_controls`.

    The table ``open_items`` holds what controls cannot judge yet.

    Returns
    -------
    list of ControlResult
        What each could judge; how many violations there are is known after `conclude`.
    """
    columns = {column.name: column.sql_type for column in FINDINGS.columns}
    session.execute(f"{_INTO}judged ({_fields({**columns, **{name: COLUMNS[name] for name in CAUSE}})})")
    session.execute(f"{_INTO}answer_form ({_fields(COLUMNS)})")
    session.execute(f"{_INTO}open_items ({_fields(OPEN_ITEM)})")
    results: list[ControlResult] = []
    in_order = sorted(controls, key=lambda control: control.id)
    for control, result in zip(in_order, measure(session, in_order), strict=True):
        if progress:
            progress(control.title, len(results), len(controls))
        if result.outcome != "not_evaluated":
            answer(session, control)
            query = load_sql("core.controls", "findings")
            session.execute(f"insert into judged by name {query}", _facts(control, as_of))
            _keep_open(session, control)
        results.append(result)
    if value:
        value(session)
        session.execute(load_sql("core.controls", "valued"))
    return results


def ask_open(session: Session, control: Control) -> None:
    """Put what a control cannot judge yet into the session's table ``waiting``; nothing where it never waits.

    Raises
    ------
    ControlDefinitionError
        RA-E201 when the select cannot run, or lacks a column of an open item.
    """
    if not control.open_items:
        return
    _execute(session, control, control.open_items, control.open_line, into="waiting")
    lacking = [name for name in OPEN_ITEM if name not in (*session.table("waiting").columns, "control_id")]
    if lacking:
        raise malformed(control.path, control.open_line, f"the select of open items returns no {lacking[0]}")


def _keep_open(session: Session, control: Control) -> None:
    ask_open(session, control)
    if control.open_items:
        session.execute(
            "insert into open_items select $control_id, subject_id, account_id, since, due_at from waiting",
            {"control_id": control.id},
        )


def measure(
    session: Session, controls: Sequence[Control], known: Mapping[str, int] | None = None
) -> list[ControlResult]:
    """Say of each control how much it can judge, or why nothing; none is asked what is wrong.

    Parameters
    ----------
    known
        How much each control can judge, by id, where that need not be counted.
    """
    present = {name for (name,) in session.execute("select stream from present_streams").fetchall()}
    counted: dict[tuple[str, str], int] = {}
    results: list[ControlResult] = []
    for control in controls:
        reason = _obstacle(control, present)
        asked = (control.eligible, str(control.values) if "$" in control.eligible else "")
        if known is not None and control.id in known:
            counted[asked] = known[control.id]
        elif not reason and asked not in counted:
            counted[asked] = count_eligible(session, control)
        eligible = 0 if reason else counted[asked]
        if not reason and eligible == 0:
            reason = f"There are no {control.unit}."
        outcome: Outcome = "not_evaluated" if reason else "passed"
        results.append(ControlResult(control.id, outcome, reason, eligible, 0, Decimal(0)))
    return results


def conclude(session: Session, results: Sequence[ControlResult]) -> tuple[list[ControlResult], Relation]:
    """Make ``findings`` of what is in ``judged``: one of each subject of a fault, with what it follows from.

    Returns
    -------
    list of ControlResult
        By id, with what each control found.
    Relation
        As `run_controls`.
    """
    columns = {column.name: column.sql_type for column in FINDINGS.columns}
    session.execute(f"{_INTO}findings ({_fields(columns)})")
    session.execute(f"insert into findings by name {load_sql('core.controls', 'new_findings')}")
    by_id = sorted(results, key=lambda result: result.control_id)
    return _outcomes(session, by_id), session.sql("select * from findings order by finding_id")


def count_eligible(session: Session, control: Control) -> int:
    """Count the rows that a control can judge, in its unit."""
    count = _execute(session, control, control.eligible, control.eligible_line)
    return int(count.fetchall()[0][0])


def count_open(session: Session) -> list[OpenItems]:
    """Count the session's table ``open_items`` by control, and what became of its table ``open_before``."""
    rows = session.execute(load_sql("core.controls", "open_counts")).fetchall()
    return [OpenItems(*row) for row in rows]


def answer(session: Session, control: Control) -> None:
    """Put what a control's select returns into the session's table ``answer``.

    Raises
    ------
    ControlDefinitionError
        RA-E201 when the select cannot run, or returns what a finding does not have.
    """
    _execute(session, control, control.sql, control.sql_line, into="answer")
    returned = session.table("answer")
    columns = dict(zip(returned.columns, returned.types, strict=True))
    problem = problem_with(columns, names_stream=control.stream is None)
    if problem:
        raise malformed(control.path, control.sql_line, problem)


def _outcomes(session: Session, results: Sequence[ControlResult]) -> list[ControlResult]:
    """Say of each control what it found, now that it is known what follows from what."""
    found = {
        name: figures for name, *figures in session.execute(load_sql("core.controls", "outcome")).fetchall()
    }
    return [
        replace(
            result,
            outcome="violated",
            violations=found[result.control_id][0],
            amount=found[result.control_id][1],
        )
        if result.control_id in found
        else result
        for result in results
    ]


def _obstacle(control: Control, present: set[str]) -> str | None:
    if not control.enabled:
        return "It is switched off."
    missing = [name for name in control.reads if name not in present]
    return f"The dataset has no {' and no '.join(missing)}." if missing else None


def _facts(control: Control, as_of: datetime) -> dict[str, Any]:
    return {
        "control_id": control.id,
        "fault": control.fault,
        "dimension": control.dimension,
        "stream": control.stream,
        "root_cause": control.root_cause,
        "as_of": as_of,
    }


def _execute(session: Session, control: Control, sql: str, line: int, into: str | None = None) -> Session:
    try:
        statements = session.extract_statements(sql)
        if len(statements) != 1:
            raise malformed(control.path, line, f"one statement is due here, there are {len(statements)}")
        values = {name: _value(control, line, name) for name in statements[0].named_parameters}
        return session.execute(f"{_INTO}{into} as {sql}" if into else sql, values)
    except StatementError as error:
        problem, _, place = str(error).partition("\n\nLINE ")
        inside = re.match(r"\d+", place)
        where = line + int(inside[0]) - 1 if inside else line
        raise malformed(control.path, where, " ".join(problem.split())) from error


def _value(control: Control, line: int, name: str) -> Any:
    if name not in control.values:
        raise malformed(control.path, line, f"there is no threshold called {name}; declare it under params")
    return control.values[name]


def _fields(columns: Mapping[str, str]) -> str:
    return ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
