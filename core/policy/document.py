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
from core.kernel.faults import ACTIONS, FAULTS, ROOT_CAUSES
from core.kernel.people import Role
from core.kernel.policy import CaseFacts, Risk, Then

__all__ = [
    "CONDITIONS",
    "FLAGS",
    "LISTS",
    "UNPROVEN",
    "Policy",
    "CheckTable",
    "Row",
    "read_policy",
    "shipped_policy",
]

_NAMES: Mapping[str, frozenset[str]] = {
    "fault": frozenset(FAULTS),
    "root_cause": frozenset(ROOT_CAUSES),
    "action": frozenset(ACTIONS),
    "segment": frozenset({"consumer", "business", "wholesale", "iot"}),
    "direction": frozenset({"up", "down", "none"}),
    "invoice": frozenset({"draft", "issued", "none"}),
}
_FLAGS = ("vulnerable", "contact_allowed", "too_old_by_law")

UNPROVEN = frozenset(
    {
        "adjustment_abuse",
        "feed_silent",
        *(name for name, one in FAULTS.items() if one.dimension == "expectation"),
    }
)
"""Faults that are a matter of what is usual; arithmetic proves every other."""


def is_proven(facts: CaseFacts) -> bool:
    """Tell whether arithmetic proves everything that a case holds."""
    return UNPROVEN.isdisjoint((facts.fault, *facts.others))


Money = Annotated[Decimal, Field(ge=0)]
Words = Annotated[str, Field(min_length=1, max_length=200)]


class _Conditions(BaseModel):
    """Hold what must be so for a row to answer; what is left out does not matter."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

    fault: tuple[str, ...] | None = None
    root_cause: tuple[str, ...] | None = None
    action: tuple[str, ...] | None = None
    segment: tuple[str, ...] | None = None
    direction: tuple[str, ...] | None = None
    invoice: tuple[str, ...] | None = None
    vulnerable: bool | None = None
    contact_allowed: bool | None = None
    too_old_by_law: bool | None = None
    proven: bool | None = None
    at_most: Money | None = None
    above: Money | None = None
    cause_at_least: Annotated[Decimal, Field(ge=0, le=1)] | None = None
    older_than: Annotated[int, Field(ge=0)] | None = None
    repeats_above: Annotated[int, Field(ge=0)] | None = None

    @property
    def asks_nothing(self) -> bool:
        """Tell whether the row always answers."""
        return all(getattr(self, name) is None for name in _Conditions.model_fields)

    def holds(self, facts: CaseFacts) -> bool:
        """Tell whether all conditions hold."""
        for name in _NAMES:
            chosen = getattr(self, name)
            if chosen is not None and getattr(facts, name) not in chosen:
                return False
        for name in _FLAGS:
            wanted = getattr(self, name)
            if wanted is not None and getattr(facts, name) != wanted:
                return False
        if self.proven is not None and is_proven(facts) != self.proven:
            return False
        return self._measures(facts)

    def _measures(self, facts: CaseFacts) -> bool:
        money = abs(facts.amount)
        return (
            (self.at_most is None or money <= self.at_most)
            and (self.above is None or money > self.above)
            and (self.cause_at_least is None or facts.cause_confidence >= self.cause_at_least)
            and (self.older_than is None or facts.age_days > self.older_than)
            and (self.repeats_above is None or facts.repeats > self.repeats_above)
        )


CONDITIONS = tuple(_Conditions.model_fields)
"""What a row can ask for, by name."""

LISTS = frozenset(_NAMES)
"""Conditions that name one or several."""

FLAGS = frozenset({*_FLAGS, "proven"})
"""Conditions that are true or false."""


class Row(_Conditions):
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


class _RiskRow(_Conditions):
    model_config = ConfigDict(frozen=True, extra="forbid")

    is_: Risk = Field(alias="is")


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    check: Annotated[tuple[CheckTable, ...], Field(min_length=1)]
    risk: Annotated[tuple[_RiskRow, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Policy:
    """Hold a policy that can be applied.

    Parameters
    ----------
    text
        As it was written.
    version
        Hash of the text.
    """

    text: str
    version: str
    checks: tuple[CheckTable, ...]
    risks: tuple[_RiskRow, ...]


@cache
def shipped_policy() -> Policy:
    """Return the policy that ships."""
    return read_policy(Path(__file__).with_name("policy.toml").read_text(encoding="utf-8"))


def read_policy(text: str) -> Policy:
    """Read a policy.

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
    return Policy(text, digest, document.check, document.risk)


def _problem(content: Mapping[str, Any], error: ValidationError) -> str:
    first = error.errors()[0]
    where, names = [], [str(part) for part in first["loc"]]
    at: Any = content
    for part in first["loc"]:
        try:
            at = at[part]
        except (KeyError, TypeError):
            at = None
        if isinstance(at, dict) and "id" in at:
            where.append(f"check {at['id']}")
        elif isinstance(part, int):
            where.append(f"row {part + 1}")
    place = ", ".join(where) or "The policy"
    return f"{place}: {names[-1] if names else 'policy'}: {first['msg'].removeprefix('Value error, ')}."


def _flaw(document: _Document) -> str | None:
    """Return the first thing that does not hold together, in words; None when all does."""
    ids = [check.id for check in document.check]
    if len(set(ids)) < len(ids):
        return "Two checks have one id."
    tables: list[tuple[str, Sequence[_Conditions]]] = [
        *((f"check {check.id}", check.row) for check in document.check),
        ("risk", document.risk),
    ]
    for name, rows in tables:
        for number, row in enumerate(rows, 1):
            problem = _row_flaw(row, number == len(rows))
            if problem:
                return f"{name}, row {number}: {problem}"
    return None


def _row_flaw(row: _Conditions, is_last: bool) -> str | None:
    for column, known in _NAMES.items():
        unknown = sorted(set(getattr(row, column) or ()) - known)
        if unknown:
            return f"there is no {column.replace('_', ' ')} called {unknown[0]}"
    if row.at_most is not None and row.above is not None and row.above >= row.at_most:
        return "no amount is above the one and at most the other"
    if is_last and not row.asks_nothing:
        return "the last row has to answer whatever the case: leave out its conditions"
    if not is_last and row.asks_nothing:
        return "it answers every case, so that no row after it ever does: move it to the end"
    return None
