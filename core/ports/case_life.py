"""What people did to cases. Holds no rule: the caller hands them over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from core.kernel.case_life import CaseLife, CaseStep

__all__ = ["CaseLifeStore", "Taken"]

Taken = tuple[CaseLife, CaseStep]
"""A case after a step, and the step."""


class CaseLifeStore(Protocol):
    """Keep where cases stand and every step that led there."""

    def lives(self, case_ids: Collection[str]) -> dict[str, CaseLife]:
        """Return where cases stand, by id; one that is unknown is left out."""

    def case_steps(self, case_id: str) -> tuple[CaseStep, ...]:
        """Return the steps of a case, newest first."""

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
