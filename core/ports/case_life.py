"""What people did to cases. Holds no rule: the caller hands them over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from core.kernel.case_life import CaseLife, CaseStep
from core.kernel.reads import CaseQuery, Precedent, Verdicts
from core.kernel.results import Case

__all__ = ["CaseLifeStore", "Plan", "Regrouping", "Taken"]

Taken = tuple[CaseLife, CaseStep]
"""A case after a step, and the step."""


@dataclass(frozen=True)
class Regrouping:
    """Say how cases are merged or split.

    Parameters
    ----------
    take
        Takes the step of each case concerned; a new one begins as nobody's.
    merged
        The case that each is merged into; None for one that stands by itself again.
    split
        The case that findings go to, by finding id; one that there is none of begins with them.
    """

    take: Callable[[CaseLife], Taken]
    merged: Mapping[str, str | None] = field(default_factory=dict)
    split: Mapping[str, str] = field(default_factory=dict)


Plan = Callable[[Mapping[str, Case], Collection[str]], Regrouping]
"""Says how, from the cases as they are and the ids of the findings in them, or refuses."""


class CaseLifeStore(Protocol):
    """Keep where cases stand and every step that led there."""

    def lives(self, case_ids: Collection[str]) -> dict[str, CaseLife]:
        """Return where cases stand, by id; one that is unknown is left out."""

    def case_steps(self, case_id: str) -> tuple[CaseStep, ...]:
        """Return the steps of a case, newest first."""

    def precedents(self, query: CaseQuery, *, limit: int) -> tuple[Precedent, ...]:
        """Return closed cases with the query's faults and causes and how each was closed, newest first.

        Only ``faults``, ``root_causes``, ``except_case`` and ``visible`` of the query count; cases that runs
        no longer see are among them.
        """

    def verdicts(self) -> tuple[Verdicts, ...]:
        """Return what people said of each control's closed cases, by control id.

        An approved correction and a case closed for any reason but a false alarm were right to raise; a
        rejected correction says nothing of the alert. A case counts for each control that found it last.
        """

    def step_cases(self, seen: Mapping[str, int], take: Callable[[CaseLife], Taken]) -> tuple[CaseLife, ...]:
        """Take one step of each of some cases: all of them with their audit entries, or none.

        Parameters
        ----------
        seen
            The version of each case that whoever asks has seen, by its id.

        Returns
        -------
        tuple of CaseLife
            Where they stand now, by case id.

        Raises
        ------
        NotFoundError
            RA-E400 for a case that there is none of.
        ConflictError
            RA-E401 when somebody took another step of one of them meanwhile, with who and which it was.
        """

    def regroup_cases(self, seen: Mapping[str, int], plan: Plan) -> tuple[CaseLife, ...]:
        """Merge cases of the latest run or split one, as `core.cases.regroup` says: as a whole or not at all.

        Every case concerned takes its step, with its audit entry. Runs that follow keep to it.

        Parameters
        ----------
        seen
            The version of each case concerned that whoever asks has seen, by its id.

        Returns
        -------
        tuple of CaseLife
            Where they stand now, by case id; a new one is among them.

        Raises
        ------
        NotFoundError, ConflictError
            As `step_cases`; RA-E401 too for a case that the latest run no longer finds.
        """
