"""Merging cases that are one matter and splitting one that holds two. Holds no rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.api.case_access import CaseAccess
from core.api.guard import needs
from core.bootstrap import wall_clock
from core.cases.life import allowed
from core.cases.one_matter import Asker, head_of, keeps_apart, merge, parts_of, split, take_back
from core.kernel.case_life import OPEN, CaseLife, CaseStep
from core.kernel.errors import ConflictError
from core.kernel.reads import CaseQuery
from core.kernel.results import Case

__all__ = ["CaseGroups", "MergeOffer"]

_OFFERED = 50
"""The most cases that are offered to be merged with one."""


@dataclass(frozen=True)
class MergeOffer:
    """Hold the cases that one can be merged with, those like it first, and where each stands."""

    cases: tuple[Case, ...]
    lives: Mapping[str, CaseLife]


class CaseGroups(CaseAccess):
    """Merge and split cases; a part of `Assay`."""

    @needs("cases.work")
    def merge_offer(self, case_id: str) -> MergeOffer:
        """Return the other open cases of the account that a case could be merged with.

        Raises
        ------
        NotFoundError, ForbiddenError
            As `merge_cases`.
        """
        case = self._seen_case("cases.work", case_id)
        states = tuple(state for state in OPEN if "merged" in allowed(state))
        query = self._within(CaseQuery(account_id=case.account_id, except_case=case_id, states=states))
        found = self._store.cases(query, sort="amount", offset=0, limit=_OFFERED) if case.account_id else ()
        lives = self._store.lives([one.case_id for one in found])
        fitting = [one for one in found if keeps_apart((case, one), case_id) is None]
        fitting.sort(key=lambda one: (one.fault, one.root_cause) != (case.fault, case.root_cause))
        offered = [one for one in fitting if not self._bars(lives[one.case_id])]
        return MergeOffer(self._veil().cases(offered), {one.case_id: lives[one.case_id] for one in offered})

    @needs("cases.work")
    def merge_cases(self, seen: Mapping[str, int], main_id: str, note: str) -> tuple[CaseLife, ...]:
        """Make one case of several that are one matter: all of them, or none.

        Parameters
        ----------
        seen
            The version of each case as it was shown, by its id, the main one among them.
        main_id
            The case that holds the findings of all from now on.
        note
            Why they are one matter.

        Raises
        ------
        InputError
            RA-E100 without a note, or for cases that one correction cannot put right.
        ConflictError
            RA-E401 when somebody did something to one of them meanwhile, one waits for a decision or is
            closed, or the latest run no longer finds it.
        ForbiddenError
            RA-E402 for a case of another segment, or one that somebody else works on.
        NotFoundError
            RA-E400 for a case that there is none of.
        """
        self._check(seen, of_others=False)
        return self._store.regroup_cases(seen, merge(seen, main_id, self._asker(note)))

    @needs("cases.work")
    def split_case(
        self, case_id: str, version: int, finding_ids: Collection[str], note: str
    ) -> tuple[CaseLife, ...]:
        """Make a case of its own of some findings of one; the rest stays.

        Returns
        -------
        tuple of CaseLife
            Where the case and the new one stand, by case id.

        Raises
        ------
        InputError
            RA-E100 without a note, when nothing would go or stay, or for what is only decided as a whole.
        ConflictError, ForbiddenError, NotFoundError
            As `merge_cases`; RA-E401 too for a finding that is not in the case any more.
        """
        self._check([case_id], of_others=False)
        plan = split(case_id, version, finding_ids, self._asker(note))
        return self._store.regroup_cases({case_id: version}, plan)

    def _take_back(self, seen: Mapping[str, int], heads: Collection[str | None]) -> tuple[CaseLife, ...]:
        """Take one merge or split back, whichever of its cases it is asked for."""
        head = next(iter(heads)) if len(heads) == 1 else None
        step = self._moved_by(head) if head else None
        if step is None:
            raise ConflictError("Take back one merge or split at a time.")
        concerned = {step.case_id: step.version, **parts_of(step)}
        self._check(concerned, of_others=True)
        last = {one: self._store.case_steps(one)[0] for one in concerned}
        return self._store.regroup_cases({**concerned, **seen}, take_back(last, self._asker("Taken back.")))

    def _moved_by(self, head: str) -> CaseStep | None:
        """Return a case's last step where it is a merge or split of whoever asks, and nothing came after."""
        step = next(iter(self._store.case_steps(head)), None)
        if step is None or head_of(step) != head or step.actor.user_id != self._actor.user_id:
            return None
        lives = self._store.lives(parts_of(step))
        stands = {one: life.version for one, life in lives.items()}
        return step if stands == parts_of(step) else None

    def _asker(self, note: str) -> Asker:
        return Asker(self._actor, note, wall_clock())
