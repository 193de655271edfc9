"""What a row of a policy's table can ask of a case, and whether that holds. Answers nothing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from core.kernel.complaints import COMPLAINTS
from core.kernel.faults import ACTIONS, FAULTS, ROOT_CAUSES
from core.kernel.policy import CaseFacts

__all__ = ["CONDITIONS", "FLAGS", "LISTS", "UNPROVEN", "Conditions", "Words", "is_proven", "row_flaw"]

_NAMES: Mapping[str, frozenset[str]] = {
    "fault": COMPLAINTS.union(FAULTS),
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
        *COMPLAINTS,
    }
)
"""Faults that are a matter of what is usual, and what a customer says; arithmetic proves every other."""


def is_proven(facts: CaseFacts) -> bool:
    """Tell whether arithmetic proves everything that a case holds."""
    return UNPROVEN.isdisjoint((facts.fault, *facts.others))


Money = Annotated[Decimal, Field(ge=0)]
Words = Annotated[str, Field(min_length=1, max_length=200)]


class Conditions(BaseModel):
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
        return all(getattr(self, name) is None for name in Conditions.model_fields)

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


CONDITIONS = tuple(Conditions.model_fields)
"""What a row can ask for, by name."""

LISTS = frozenset(_NAMES)
"""Conditions that name one or several."""

FLAGS = frozenset({*_FLAGS, "proven"})
"""Conditions that are true or false."""


def row_flaw(row: Conditions, is_last: bool) -> str | None:
    """Return what is wrong with a row as such, in words; None when nothing is."""
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
