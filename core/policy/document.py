"""A policy as people write it: read from TOML, checked, and refused with the table and row at fault."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.kernel.errors import InputError
from core.kernel.people import Role
from core.kernel.policy import Risk, Then
from core.policy.conditions import Conditions, Words, row_flaw
from core.policy.procedures import ProcedureRow, RetryRow, procedure_flaw, retry_flaw

__all__ = ["CheckTable", "Policy", "Row", "read_policy", "shipped_policy"]

_TABLES = ("risk", "procedure", "retry")
"""The tables beside the checks, which no check may be called after."""


class Row(Conditions):
    """Answer a check where its conditions hold."""

    then: Then
    says: Words
    by: Role | None = None


class CheckTable(BaseModel):
    """Ask one question of a case; the first row whose conditions hold answers it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(min_length=1, pattern=r"^[a-z_]+$")]
    asks: Words
    row: Annotated[tuple[Row, ...], Field(min_length=1)]


class _RiskRow(Conditions):
    model_config = ConfigDict(frozen=True, extra="forbid")

    is_: Risk = Field(alias="is")


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    check: Annotated[tuple[CheckTable, ...], Field(min_length=1)]
    risk: Annotated[tuple[_RiskRow, ...], Field(min_length=1)]
    procedure: Annotated[tuple[ProcedureRow, ...], Field(min_length=1)] | None = None
    retry: Annotated[tuple[RetryRow, ...], Field(min_length=1)] | None = None


@dataclass(frozen=True)
class Policy:
    """Hold a policy that can be applied.

    Parameters
    ----------
    text
        As it was written.
    version
        Hash of the text.
    filled
        The tables that the text, older than they are, does not have: those that ship stand in for them.
    """

    text: str
    version: str
    checks: tuple[CheckTable, ...]
    risks: tuple[_RiskRow, ...]
    procedures: tuple[ProcedureRow, ...]
    retries: tuple[RetryRow, ...]
    filled: tuple[str, ...] = ()


@cache
def shipped_policy() -> Policy:
    """Return the policy that ships."""
    return read_policy(Path(__file__).with_name("policy.toml").read_text(encoding="utf-8"))


def read_policy(text: str) -> Policy:
    """Read a policy; of procedures and retries that it lacks altogether, it has those that ship.

    Raises
    ------
    InputError
        RA-E100 with the table, the row and what is wrong with it.
    """
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"The policy is not TOML: {error}.") from None
    try:
        document = _Document(**content)
    except ValidationError as error:
        raise InputError(_problem(content, error)) from None
    problem = _flaw(document)
    if problem:
        raise InputError(problem)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Policy(
        text,
        digest,
        document.check,
        document.risk,
        document.procedure or shipped_policy().procedures,
        document.retry or shipped_policy().retries,
        tuple(name for name in ("procedure", "retry") if getattr(document, name) is None),
    )


def _problem(content: Mapping[str, Any], error: ValidationError) -> str:
    first = error.errors()[0]
    at = first["loc"]
    names = [str(part) for part in at if isinstance(part, str)]
    place = _place(content, at) or "The policy"
    return f"{place}: {names[-1] if names else 'policy'}: {first['msg'].removeprefix('Value error, ')}."


def _place(content: Mapping[str, Any], at: Sequence[str | int]) -> str:
    """Return the table and row that a place in a document lies in; empty where it lies in none."""
    if len(at) < 2 or not isinstance(at[1], int):
        return ""
    table, number = str(at[0]), at[1]
    if table in _TABLES:
        return f"{table}, row {number + 1}"
    check = content[table][number]
    named = f"check {check['id']}" if isinstance(check, dict) and "id" in check else f"check {number + 1}"
    return f"{named}, row {at[3] + 1}" if len(at) > 3 and isinstance(at[3], int) else named


def _flaw(document: _Document) -> str | None:
    """Return the first thing that does not hold together, in words; None when all does."""
    ids = [check.id for check in document.check]
    if len(set(ids)) < len(ids):
        return "Two checks have one id."
    taken = next((name for name in ids if name in _TABLES), None)
    if taken:
        return f"check {taken}: another table is called so."
    procedures = document.procedure or ()
    tables: list[tuple[str, Sequence[Conditions]]] = [
        *((f"check {check.id}", check.row) for check in document.check),
        ("risk", document.risk),
        ("procedure", procedures),
    ]
    for name, rows in tables:
        for number, row in enumerate(rows, 1):
            problem = row_flaw(row, number == len(rows))
            if problem:
                return f"{name}, row {number}: {problem}"
    problems = ((number, procedure_flaw(row)) for number, row in enumerate(procedures, 1))
    said = (f"procedure, row {number}: {problem}" for number, problem in problems if problem)
    return next(said, None) or retry_flaw(document.retry or ())
