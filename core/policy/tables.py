"""A policy as tables for people, and back: what they edit without writing TOML. Checks nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from core.kernel.errors import InputError
from core.kernel.policy import PolicyRow, PolicyTable
from core.policy.document import CONDITIONS, FLAGS, LISTS, Policy

__all__ = ["RISK", "read_tables", "write_tables"]

RISK = "risk"
"""The id of the table of risks."""

_BY_NUMBER = tuple(name for name in CONDITIONS if name not in LISTS and name not in FLAGS)


def read_tables(policy: Policy) -> tuple[PolicyTable, ...]:
    """Return a policy's tables, the one of risks last."""
    checks = (
        PolicyTable(
            check.id, check.asks, tuple(_row(row, row.then, row.says, row.by or "") for row in check.row)
        )
        for check in policy.checks
    )
    risks = tuple(_row(row, row.is_) for row in policy.risks)
    return (*checks, PolicyTable(RISK, "What risk does the case carry?", risks))


def write_tables(tables: Sequence[PolicyTable]) -> str:
    """Return tables as the text of a policy.

    Raises
    ------
    InputError
        RA-E100 when a condition has no name that a policy knows, or is no number where one is asked for.
    """
    lines = ['version = "1"']
    for table in tables:
        is_risk = table.table_id == RISK
        if not is_risk:
            lines += ["", "[[check]]", f"id = {_text(table.table_id)}", f"asks = {_text(table.asks)}"]
        for number, row in enumerate(table.rows, 1):
            lines += ["", "[[risk]]" if is_risk else "[[check.row]]"]
            lines += [
                _condition(name, text, f"{table.table_id}, row {number}") for name, text in row.conditions
            ]
            lines.append(f"{'is' if is_risk else 'then'} = {_text(row.then)}")
            lines += [f"{key} = {_text(said)}" for key, said in (("by", row.by), ("says", row.says)) if said]
    return "\n".join(lines) + "\n"


def _row(row: Any, then: str, says: str = "", by: str = "") -> PolicyRow:
    named = ((name, getattr(row, name)) for name in CONDITIONS)
    return PolicyRow(
        tuple((name, _said(value)) for name, value in named if value is not None), then, says, by
    )


def _said(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _condition(name: str, text: str, place: str) -> str:
    said = text.strip()
    if name in LISTS:
        return f"{name} = [{', '.join(_text(part.strip()) for part in said.split(',') if part.strip())}]"
    if name in FLAGS:
        return f"{name} = {_flag(name, said, place)}"
    if name not in _BY_NUMBER:
        raise InputError(f"{place}: there is no condition called {name}.")
    try:
        return f"{name} = {Decimal(said):f}"
    except ArithmeticError:
        raise InputError(f"{place}: {name} needs a number, not {said!r}.") from None


def _flag(name: str, said: str, place: str) -> str:
    if said.lower() not in {"true", "false"}:
        raise InputError(f"{place}: {name} is true or false, not {said!r}.")
    return said.lower()


def _text(value: str) -> str:
    """Return a TOML string; JSON's escapes are TOML's."""
    return json.dumps(value, ensure_ascii=False)
