"""What people do to cases: take, comment, snooze, close, and propose how one is put right. Holds no rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, get_args

from core.api.approvals import ApprovalView
from core.api.case_groups import CaseGroups
from core.api.guard import needs
from core.bootstrap import wall_clock
from core.cases.correction import Correction, change_of
from core.cases.life import UNDOABLE, Asked, allowed, take
from core.cases.one_matter import head_of
from core.governance.rights import rights_of
from core.kernel.case_life import CaseLife, CaseStep, Closing, StepKind, WaitsFor
from core.kernel.errors import ConflictError, InputError, NotFoundError
from core.kernel.plan import Plan
from core.kernel.proposals import Proposal
from core.policy.plan import plan_of
from core.policy.rule import rule

__all__ = ["CaseDesk", "CaseStanding", "Colleague"]

Hand = Literal["commented", "snoozed", "woken", "paused", "resumed", "closed", "reopened"]
"""What somebody does to a case by hand; the other steps come of an assignment or of a proposal."""

_BY_HAND: frozenset[StepKind] = frozenset(get_args(Hand))


@dataclass(frozen=True)
class Colleague:
    """Name somebody who may work on cases."""

    user_id: str
    name: str


@dataclass(frozen=True)
class CaseStanding:
    """Show where a case stands to whoever asks.

    Parameters
    ----------
    steps
        What was done, newest first.
    proposal
        The correction that waits for a second person; None where none does.
    open_to_me
        The steps that whoever asks may take from here.
    barred
        Why they may take none but a comment, in words; empty where they may.
    undo
        What of their own last step they may take back; None where there is nothing.
    """

    life: CaseLife
    steps: tuple[CaseStep, ...]
    proposal: ApprovalView | None
    open_to_me: frozenset[StepKind]
    barred: str = ""
    undo: CaseStep | None = None


class CaseDesk(CaseGroups):
    """Work on cases; a part of `Assay`."""

    @needs("cases.read")
    def case_standing(self, case_id: str) -> CaseStanding:
        """Return where a case stands, what was done, and what whoever asks may do.

        Raises
        ------
        NotFoundError
            RA-E400 when no run ever opened that case.
        ForbiddenError
            RA-E402 for a case of a segment that whoever asks may not see.
        """
        self._seen_case("cases.read", case_id)
        life, steps = self._store.lives([case_id])[case_id], self._store.case_steps(case_id)
        barred = self._bars(life)
        open_to_me = frozenset[StepKind]()
        if self.may("cases.work") and not barred:
            open_to_me = allowed(life.state) & (_BY_HAND | {"assigned", "proposed", "took_in", "split"})
        if self.may("cases.work"):
            open_to_me |= allowed(life.state) & {"commented"}
        if not self.may("cases.propose"):
            open_to_me -= {"proposed"}
        waiting, undo = self._waiting_for(life, steps), self._undoable(case_id)
        return CaseStanding(life, steps, waiting, open_to_me, barred, undo)

    @needs("cases.work")
    def case_colleagues(self) -> tuple[Colleague, ...]:
        """Return who may work on cases, by name."""
        found = [
            Colleague(one.user_id, one.name)
            for one in self._store.people()
            if not one.disabled and "cases.work" in rights_of(one.role)
        ]
        return tuple(sorted(found, key=lambda one: (one.name, one.user_id)))

    @needs("cases.work")
    def step_cases(
        self,
        seen: Mapping[str, int],
        step: Hand,
        note: str = "",
        *,
        until: datetime | None = None,
        closing: Closing | None = None,
        root_cause: str | None = None,
        waits_for: WaitsFor | None = None,
    ) -> tuple[CaseLife, ...]:
        """Do the same to some cases, to all of them or to none.

        Parameters
        ----------
        seen
            The version of each case as it was shown, by its id.
        until
            How long to snooze.
        closing, root_cause
            Why it is no issue, and what was really wrong where that is known.
        waits_for
            Whom the clock waits for.

        Raises
        ------
        ConflictError
            RA-E401 when somebody did something to one of them meanwhile, or it cannot be done from there.
        ForbiddenError
            RA-E402 for a case of another segment, or one that somebody else works on.
        InputError
            RA-E100 when what belongs to the step is lacking, or it is none that is done by hand.
        NotFoundError
            RA-E400 for a case that there is none of.
        """
        if step not in _BY_HAND:
            raise InputError(f"That a case is {step} is not done by hand.")
        given = {"until": until, "closing": closing, "root_cause": root_cause, "waits_for": waits_for}
        facts = {name: value for name, value in given.items() if value is not None}
        return self._step(seen, Asked(step, self._actor, note, facts), of_others=step == "commented")

    @needs("cases.work")
    def assign_cases(self, seen: Mapping[str, int], owner_id: str | None) -> tuple[CaseLife, ...]:
        """Give some cases to somebody who works on cases; None gives them back to everybody.

        Raises
        ------
        NotFoundError, ConflictError, ForbiddenError
            As `step_cases`; RA-E400 too when nobody who works on cases has that user id.
        """
        owner = next((one for one in self.case_colleagues() if one.user_id == owner_id), None)
        if owner_id is not None and owner is None:
            raise NotFoundError("Nobody who works on cases has that user id.", fields={"user_id": owner_id})
        facts = {"owner_id": owner_id, "owner_name": owner.name if owner else None}
        return self._step(seen, Asked("assigned", self._actor, facts=facts))

    @needs("cases.work")
    def undo_step(self, seen: Mapping[str, int]) -> tuple[CaseLife, ...]:
        """Take back what whoever asks did last to some cases, which are again as they were before.

        Raises
        ------
        ConflictError
            RA-E401 when the last step of one of them was somebody else's or cannot be taken back.
        NotFoundError, ForbiddenError
            As `step_cases`.
        """
        last: dict[str, CaseStep] = {}
        for case_id in seen:
            undo = self._undoable(case_id)
            if undo is None:
                raise ConflictError(f"{case_id}: there is nothing of yours to take back.")
            last[case_id] = undo
        self._check(seen, of_others=True)
        now, heads = wall_clock(), {head_of(step) for step in last.values()}
        if heads != {None}:
            return self._take_back(seen, heads)
        was: dict[str, Mapping[str, Any]] = {one: step.facts["was"] for one, step in last.items()}  # type: ignore[misc]
        return self._store.step_cases(
            seen, lambda life: take(life, Asked("undone", self._actor, facts=was[life.case_id]), now)
        )

    def _undoable(self, case_id: str) -> CaseStep | None:
        """Return what whoever asks did last to a case and may take back; None where there is nothing."""
        last = next(iter(self._store.case_steps(case_id)), None)
        if last is None or last.step not in UNDOABLE or last.actor.user_id != self._actor.user_id:
            return None
        if last.facts.get("takes_back"):
            return None
        head = head_of(last)
        return last if head is None or self._moved_by(head) else None

    @needs("cases.propose")
    def plan_correction(self, case_id: str, wanted: Correction) -> Plan | None:
        """Return what would be done were a correction approved now; None where no run has planned the case.

        Raises
        ------
        NotFoundError, ForbiddenError
            As `step_cases`.
        """
        self._seen_case("cases.propose", case_id)
        return self._plan(case_id, wanted)

    @needs("cases.propose")
    def propose_correction(self, case_id: str, version: int, wanted: Correction, note: str) -> Proposal:
        """Ask a second person to put a case right; nothing changes for the customer until then.

        Parameters
        ----------
        version
            That of the case as it was shown.

        Raises
        ------
        InputError
            RA-E100 without a note, when the amount does not go with the action, or when policy has something
            against it.
        ConflictError
            RA-E401 when the case has moved on since, waits for a decision already, or is closed.
        NotFoundError, ForbiddenError
            As `step_cases`.
        """
        case = self._seen_case("cases.propose", case_id)
        self._check({case_id: version}, of_others=False)
        life = self._store.lives([case_id])[case_id]
        if life.version != version:
            raise ConflictError(f"Somebody has worked on {case_id} meanwhile: look at it again.")
        change = change_of(case, wanted, self._plan(case_id, wanted))
        return self._propose(change, note, self._evidence("case", case_id))

    def _plan(self, case_id: str, wanted: Correction) -> Plan | None:
        """Return how policy has a correction carried out, by what the latest run knows of the case."""
        advice = self._store.advice(case_id)
        facts = advice.facts if advice else None
        if facts is None or facts.timing is None:
            return None
        now = max(facts.timing.now, self._parts.clock().replace(second=0, microsecond=0))
        timing = replace(facts.timing, now=now)
        if timing.issue_at is not None and timing.issue_at <= now:
            timing, facts = replace(timing, issue_at=None), replace(facts, invoice="issued")
        asked = replace(
            facts, action=wanted.action, amount=wanted.amount, root_cause=wanted.root_cause, timing=timing
        )
        policy = self._parts.policy
        return plan_of(policy, asked, rule(policy, asked).by, notify=wanted.notify)

    def _step(
        self, seen: Mapping[str, int], asked: Asked, *, of_others: bool = False
    ) -> tuple[CaseLife, ...]:
        self._check(seen, of_others=of_others)
        now = wall_clock()
        return self._store.step_cases(seen, lambda life: take(life, asked, now))

    def _waiting_for(self, life: CaseLife, steps: Sequence[CaseStep]) -> ApprovalView | None:
        if life.state != "awaiting_approval":
            return None
        proposed = next(step for step in steps if step.step == "proposed")
        proposal = self._store.proposal(str(proposed.facts["proposal"]))
        return self._shown(proposal, wall_clock()) if proposal else None
