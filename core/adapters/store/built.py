"""What a run itself made of cases whose findings people moved, and what they are now. Opens no connection."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from core.adapters.store.advice import advice_row, read_advice
from core.adapters.store.case_life import LIFE
from core.adapters.store.save import UPSERTS
from core.adapters.store.tables import built_cases, case_advice, cases
from core.cases.regroup import Told
from core.governance.canonical import canonical
from core.kernel.advice import Advice
from core.kernel.results import Case

__all__ = ["forget_built", "keep_built", "keep_cases", "read_built"]

_MONEY = ("amount", "action_amount", "confidence", "at_stake")
_TIMES = ("opened_at", "due_at")
_STAYS = frozenset({"case_id", "status", "opened_at", *LIFE})
"""What moving findings changes of no case that is there already."""


def keep_built(connection: Connection, built: Mapping[str, Told]) -> None:
    """Keep what a run that was just saved made of cases, in place of what an earlier run did."""
    connection.execute(delete(built_cases))
    _insert(connection, built)


def forget_built(connection: Connection, case_ids: Collection[str]) -> None:
    """Forget what the run made of cases that are as it made them again."""
    connection.execute(delete(built_cases).where(built_cases.c.case_id.in_(sorted(case_ids))))


def read_built(
    connection: Connection, case_ids: Collection[str], untouched: Mapping[str, Case]
) -> dict[str, Told]:
    """Return what the latest run made of cases; one that nobody has touched is that, and is kept as it is."""
    kept = {
        row.case_id: _told(row.content)
        for row in connection.execute(select(built_cases))
        if row.case_id in case_ids
    }
    fresh = {one: (untouched[one], _advice(connection, one)) for one in sorted(set(case_ids) - kept.keys())}
    _insert(connection, fresh)
    return {**kept, **fresh}


def keep_cases(
    connection: Connection, run_no: int, after: Mapping[str, Case], advice: Mapping[str, Advice]
) -> None:
    """Keep what cases of a run are now, the new ones too; where they stand with people stays."""
    for case_id in sorted(after):
        upsert = UPSERTS[connection.dialect.name](cases).values(vars(after[case_id]) | {"last_run": run_no})
        new = {column.name: upsert.excluded[column.name] for column in cases.c if column.name not in _STAYS}
        connection.execute(upsert.on_conflict_do_update(index_elements=[cases.c.case_id], set_=new))
        if case_id in advice:
            row = advice_row(advice[case_id])
            told = UPSERTS[connection.dialect.name](case_advice).values(row)
            connection.execute(told.on_conflict_do_update(index_elements=[case_advice.c.case_id], set_=row))


def _insert(connection: Connection, built: Mapping[str, Told]) -> None:
    rows = [{"case_id": one, "content": _content(*built[one])} for one in sorted(built)]
    if rows:
        connection.execute(insert(built_cases), rows)


def _advice(connection: Connection, case_id: str) -> Advice | None:
    content = connection.scalar(select(case_advice.c.content).where(case_advice.c.case_id == case_id))
    return None if content is None else read_advice(content)


def _content(case: Case, advice: Advice | None) -> str:
    return canonical(
        {"case": asdict(case), "advice": None if advice is None else advice_row(advice)["content"]}
    )


def _told(content: str) -> Told:
    kept: dict[str, Any] = json.loads(content)
    case, advice = kept["case"], kept["advice"]
    exact = {name: Decimal(case[name]) for name in _MONEY}
    times = {name: datetime.fromisoformat(case[name]) for name in _TIMES}
    whole = Case(**case | exact | times | {"contact_ids": tuple(case["contact_ids"])})
    return whole, None if advice is None else read_advice(advice)
