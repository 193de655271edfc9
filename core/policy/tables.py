"""A policy as tables for people, and back: what they edit without writing TOML. Checks nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from core.kernel.errors import InputError
from core.kernel.policy import PolicyRow, PolicyTable
from core.policy.conditions import CONDITIONS, FLAGS, LISTS
from core.policy.document import Policy
from core.policy.procedures import MORE

__all__ = ["NEVER", "RISK", "read_tables", "write_tables"]

RISK = "risk"
"""The id of the table of risks."""

NEVER = "never"
"""Stands in the table of retries where a payment is not tried again."""

_CODE = "failure_code"
_LISTS = LISTS | {_CODE}
_FLAGS = FLAGS | {"owed"}
_TEXTS = frozenset({"told", "hours"})
_BY_NUMBER = frozenset({*CONDITIONS, *MORE}) - _LISTS - _FLAGS - _TEXTS

_HEADS = {"check": "[[check.row]]", "risk": "[[risk]]", "procedure": "[[procedure]]", "retry": "[[retry]]"}
_ANSWERS = {"check": "then", "risk": "is", "procedure": "steps", "retry": "after_hours"}


def read_tables(policy: Policy) -> tuple[PolicyTable, ...]:
    """Return a policy's tables: the checks, then risks, procedures and retries."""
    checks = (
        PolicyTable(one.id, one.asks, tuple(_row(row, row.then) for row in one.row), "check", CONDITIONS)
        for one in policy.checks
    )
    risks = tuple(_row(row, row.is_) for row in policy.risks)
    procedures = tuple(_row(row, _said(row.steps)) for row in policy.procedures)
    retries = tuple(_row(row, _hours(row.after_hours)) for row in policy.retries)
    return (
        *checks,
        PolicyTable(RISK, "What risk does the case carry?", risks, "risk", CONDITIONS),
        PolicyTable("procedure", "How is an action carried out?", procedures, "procedure", CONDITIONS, MORE),
        PolicyTable("retry", "When is a failed payment tried again?", retries, "retry", (_CODE,)),
    )


def write_tables(tables: Sequence[PolicyTable]) -> str:
    """Return tables as the text of a policy.

    Raises
    ------
    InputError
        RA-E100 when something has no name that a policy knows, or is no number where one is asked for.
    """
    lines = ['version = "1"']
    for table in tables:
        kind = table.kind
        if kind == "check":
            lines += ["", "[[check]]", f"id = {_text(table.table_id)}", f"asks = {_text(table.asks)}"]
        for number, row in enumerate(table.rows, 1):
            place = f"{table.table_id}, row {number}"
            lines += ["", _HEADS[kind]]
            lines += [_value(name, text, place) for name, text in (*row.conditions, *row.more)]
            lines.append(f"{_ANSWERS[kind]} = {_answer(kind, row.then, place)}")
            lines += [f"{key} = {_text(said)}" for key, said in (("by", row.by), ("says", row.says)) if said]
    return "\n".join(lines) + "\n"


def _row(row: Any, then: str) -> PolicyRow:
    return PolicyRow(
        tuple(_named(row, (*CONDITIONS, _CODE))),
        then,
        getattr(row, "says", ""),
        getattr(row, "by", None) or "",
        tuple(one for one in _named(row, MORE) if one != ("owed", "false")),
    )


def _named(row: Any, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    values = ((name, getattr(row, name, None)) for name in names)
    return ((name, _said(value)) for name, value in values if value is not None)


def _said(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _hours(hours: Sequence[int]) -> str:
    return ", ".join(map(str, hours)) or NEVER


def _answer(kind: str, said: str, place: str) -> str:
    if kind == "procedure":
        return _list(said)
    if kind != "retry":
        return _text(said)
    if said.strip().lower() == NEVER:
        return "[]"
    return f"[{', '.join(_number('after_hours', part, place) for part in _parts(said))}]"


def _value(name: str, text: str, place: str) -> str:
    said = text.strip()
    if name in _LISTS:
        return f"{name} = {_list(said)}"
    if name in _FLAGS:
        return f"{name} = {_flag(name, said, place)}"
    if name in _TEXTS:
        return f"{name} = {_text(said)}"
    if name not in _BY_NUMBER:
        raise InputError(f"{place}: there is no condition called {name}.")
    return f"{name} = {_number(name, said, place)}"


def _number(name: str, said: str, place: str) -> str:
    try:
        return f"{Decimal(said):f}"
    except ArithmeticError:
        raise InputError(f"{place}: {name} needs a number, not {said!r}.") from None


def _flag(name: str, said: str, place: str) -> str:
    if said.lower() not in {"true", "false"}:
        raise InputError(f"{place}: {name} is true or false, not {said!r}.")
    return said.lower()


def _parts(said: str) -> list[str]:
    return [part.strip() for part in said.split(",") if part.strip()]


def _list(said: str) -> str:
    return f"[{', '.join(map(_text, _parts(said)))}]"


def _text(value: str) -> str:
    """Return a TOML string; JSON's escapes are TOML's."""
    return json.dumps(value, ensure_ascii=False)
