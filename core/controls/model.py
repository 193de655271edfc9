"""What a control is: its header as data, its SQL, its examples. Reads no file and runs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from core.controls.text_table import Table
from core.kernel.errors import ControlDefinitionError
from core.kernel.faults import ACTIONS, FAULTS, ROOT_CAUSES
from core.kernel.records import STREAMS
from core.kernel.results import Severity

__all__ = ["AREAS", "Control", "Example", "Param", "malformed"]

Area = Literal[
    "product and offer",
    "order and provisioning",
    "network and usage",
    "rating and billing",
    "receivables",
    "finance and accounting",
    "customer",
    "partner",
]
AREAS: tuple[str, ...] = Area.__args__  # type: ignore[attr-defined]  # typing gives a Literal no public way
"""The eight leakage areas of TM Forum GB941D."""

Value = bool | int | Decimal | str
Text = Annotated[str, Field(min_length=1)]


def malformed(path: Path, line: int, problem: str) -> ControlDefinitionError:
    """Return the error that names the file and the line of a mistake in a control."""
    return ControlDefinitionError(
        f"{path.name}, line {line}: {problem}", fields={"file": str(path), "line": line, "problem": problem}
    )


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Param(_Header):
    """Hold one threshold: the value that ships, its unit and what it does."""

    default: Value
    unit: Text
    means: Text


class Example(_Header):
    """Show what a control says about a few rows.

    Parameters
    ----------
    given
        A text table for each stream that matters, or for ``dataset``, ``quarantine`` or
        ``event_context``, which is what ``event_context_of`` says of an event; a column that is left out is
        null, its default, its first choice, 0, false, empty, or the dataset's ``starts_at``.
    expect
        A text table of the violations, each by the columns that matter; empty for a near miss, which must
        have been judged and passed.
    expect_open
        A text table of the open items; None where they do not matter.
    params
        Thresholds for this example only.
    """

    name: Text
    given: Mapping[str, Table]
    expect: Table
    expect_open: Table | None = None
    params: Mapping[str, Value] = {}


class Control(_Header):
    """Ask one question of the data; one row of the answer is one thing wrong with one subject.

    Parameters
    ----------
    reads
        The streams that must be there for the question to be answered.
    consults
        Streams that sharpen the answer and may be absent: they are then empty.
    grain
        What one row of the answer is.
    span
        What an answer about an account follows from: ``account``, its own rows and what all accounts share,
        such as price lists; ``whole``, anything. The first is asked only of accounts with something new.
    unit
        What ``eligible`` counts, as a plural noun.
    eligible
        One select that counts the rows the control can judge.
    open_items
        One select of what the control cannot judge yet, as it may still match until its deadline:
        ``subject_id, account_id, since, due_at``; None for a control that waits for nothing.
    values
        The thresholds in force: the defaults, or what the operator set.
    enabled
        False when the operator switched it off.
    path, sql_line, eligible_line, open_line
        Where the statements start, for messages.
    version
        Hash of the file and of the values in force.
    """

    id: Text
    title: Text
    question: Text
    fault: str
    dimension: Literal["accuracy", "completeness", "consistency", "timeliness", "integrity"]
    area: Area
    kind: Literal["trend", "cross-system", "threshold"]
    mode: Literal["preventive", "detective"]
    severity: Severity
    owner: Text
    reads: tuple[str, ...] = ()
    consults: tuple[str, ...] = ()
    grain: Text
    span: Literal["account", "whole"] = "whole"
    unit: Text
    params: Mapping[str, Param] = {}
    root_cause: str
    action: str
    causes: Annotated[tuple[Text, ...], Field(min_length=1)]
    corrections: Annotated[tuple[Text, ...], Field(min_length=1)]
    source: Text
    eligible: Text
    open_items: Text | None = None
    example: Annotated[tuple[Example, ...], Field(min_length=2)]
    sql: Text
    path: Path
    sql_line: int
    eligible_line: int
    open_line: int
    version: str
    values: Mapping[str, Value] = {}
    enabled: bool = True

    @property
    def stream(self) -> str | None:
        """Return the stream that subjects are in; None when each row says it itself."""
        subject = FAULTS[self.fault].subject
        return None if subject == "any" else subject

    @property
    def looks(self) -> bool:
        """Tell whether it names a cause by looking at each case; otherwise it has one cause for all."""
        return "as root_cause" in self.sql or "    root_cause," in self.sql

    @field_validator("fault")
    @classmethod
    def _fault_is_named(cls, name: str) -> str:
        return _named(name, FAULTS, "fault")

    @field_validator("root_cause")
    @classmethod
    def _cause_is_named(cls, name: str) -> str:
        return _named(name, ROOT_CAUSES, "root cause")

    @field_validator("action")
    @classmethod
    def _action_is_named(cls, name: str) -> str:
        return _named(name, ACTIONS, "action")

    @field_validator("reads", "consults")
    @classmethod
    def _streams_exist(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_named(name, STREAMS, "stream") for name in names)

    @field_validator("example")
    @classmethod
    def _shows_both_sides(cls, examples: tuple[Example, ...]) -> tuple[Example, ...]:
        if {bool(example.expect) for example in examples} != {True, False}:
            raise ValueError('needs at least one violation and one near miss (expect = "")')
        return examples

    @model_validator(mode="after")
    def _dimension_is_the_faults(self) -> Self:
        dimension = FAULTS[self.fault].dimension
        if dimension not in (self.dimension, "expectation"):
            raise ValueError(f"dimension: fault {self.fault} is one of {dimension}")
        return self


def _named(name: str, known: Mapping[str, Any] | tuple[str, ...], what: str) -> str:
    if name not in known:
        raise ValueError(f"there is no {what} called {name!r}")
    return name
