"""The life of cases in memory: the same answers as the store's, by plain loops."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from core.cases.complaint_case import came_again, joined
from core.cases.life import Asked, joining, postponed_by, take, timed, told, was_right, worked_in
from core.cases.worth import LOT_PLACES, PLACE_AT, Handled, drawn_by_lot, weights_of
from core.kernel.audit import AuditEntry, AuditEvent, AuditQuery, Facts
from core.kernel.case_life import CLOSED, CaseLife, CaseStep
from core.kernel.errors import ConflictError, NotFoundError
from core.kernel.reads import CaseQuery, Precedent, Verdicts
from core.kernel.results import Case, RunSummary
from core.ports.case_life import Taken
from core.ports.store import RunRecord


class FakeCaseLife:
    """Keep lives and steps in dictionaries; a part of `tests.fakes.store.FakeStore`."""

    record: Callable[[AuditEvent], AuditEntry]
    audit_entries: Callable[..., tuple[AuditEntry, ...]]
    latest_run: Callable[[], RunSummary | None]
    controls_of: Callable[[str, str], tuple[str, ...]]
    _cases: dict[str, Case]
    _last_seen: dict[str, str]

    def __init__(self) -> None:
        super().__init__()
        self._lives: dict[str, CaseLife] = {}
        self._steps: dict[str, list[CaseStep]] = {}

    def lives(self, case_ids: Collection[str]) -> dict[str, CaseLife]:
        return {one: self._life(one) for one in case_ids if one in self._cases}

    def case_steps(self, case_id: str) -> tuple[CaseStep, ...]:
        return tuple(reversed(self._steps.get(case_id, [])))

    def precedents(self, query: CaseQuery, *, limit: int) -> tuple[Precedent, ...]:
        found = [
            Precedent(case, self._closing(case.case_id))
            for case in self._cases.values()
            if self._life(case.case_id).state in CLOSED
            and case.fault in query.faults
            and case.root_cause in query.root_causes
            and case.case_id != query.except_case
            and (query.visible is None or case.segment in query.visible)
        ]
        found.sort(key=lambda one: (-one.step.at.timestamp(), one.case.case_id))
        return tuple(found[:limit])

    def verdicts(self) -> tuple[Verdicts, ...]:
        counts: dict[str, list[int]] = {}
        for case_id in self._cases:
            if self._life(case_id).state in CLOSED:
                step = self._closing(case_id)
                verdict = was_right(step.step, step.facts)
                for control_id in self.controls_of(self._last_seen[case_id], case_id):
                    if verdict is not None:
                        counts.setdefault(control_id, [0, 0])[not verdict] += 1
        return tuple(Verdicts(name, *counts[name]) for name in sorted(counts))

    def _in_worth(self, cases: list[Case]) -> list[Case]:
        weights = weights_of(self._handled())
        by_worth = sorted(
            (case for case in cases if _lot(case.case_id) is None),
            key=lambda case: (-case.at_stake * weights.by_fault.get(case.fault, weights.other), case.case_id),
        )
        last = max(len(by_worth) - 1, 1)
        places = {case.case_id: place / last for place, case in enumerate(by_worth)}
        places |= {case.case_id: _lot(case.case_id) or 0 for case in cases if case.case_id not in places}
        return sorted(cases, key=lambda case: (places[case.case_id], case.case_id))

    def _handled(self) -> Iterator[Handled]:
        for case_id, case in self._cases.items():
            if self._life(case_id).state in CLOSED:
                step, steps = self._closing(case_id), self._steps[case_id]
                kept = [worked for one in steps if (worked := worked_in(one.facts)) is not None]
                took = sum(kept, timedelta()) if kept else step.at - steps[0].at
                yield Handled(case.fault, was_right(step.step, step.facts), took)

    def _closing(self, case_id: str) -> CaseStep:
        state = self._life(case_id).state
        return next(one for one in reversed(self._steps[case_id]) if one.after == state != one.before)

    def step_cases(self, seen: Mapping[str, int], take: Callable[[CaseLife], Taken]) -> tuple[CaseLife, ...]:
        self.check_versions(seen)
        for case_id in seen:
            take(self._life(case_id))  # what one refuses happens to none
        return tuple(self.keep_step(case_id, take) for case_id in sorted(seen))

    def check_versions(self, seen: Mapping[str, int]) -> None:
        for case_id, version in sorted(seen.items()):
            if case_id not in self._cases:
                raise NotFoundError(f"There is no case {case_id}.")
            if self._life(case_id).version != version:
                raise _meanwhile(self._steps[case_id][-1])

    def keep_step(self, case_id: str, take: Callable[[CaseLife], Taken]) -> CaseLife:
        if case_id not in self._cases:
            raise NotFoundError(f"There is no case {case_id}.")
        before = self._life(case_id)
        after, step = take(before)
        step = timed(step, self._looked(step), self._steps.get(case_id, []))
        case = self._cases[case_id]
        due_at = case.due_at + postponed_by(before, after, step.at)
        self._cases[case_id] = replace(case, status=after.state, due_at=due_at)
        self._lives[case_id] = after
        self._steps.setdefault(case_id, []).append(step)
        self.record(told(after, step))
        return after

    def _looked(self, step: CaseStep) -> datetime | None:
        who = step.actor.user_id
        seen = AuditQuery(actor=who, actions=("case.viewed",), object_id=step.case_id)
        looks = (entry.time for entry in self.audit_entries(seen, offset=0, limit=99))
        return max((at for at in looks if at <= step.at), default=None)

    def case_evidence(self, case_id: str) -> Facts:
        case, run = self._cases.get(case_id), self.latest_run()
        if case is None or run is None or self._last_seen[case_id] != run.run_id:
            return {"found": False}
        facts = {name: getattr(case, name) for name in ("currency", "findings", "fault", "root_cause")}
        return {"amount": f"{case.amount:.6f}", **facts}

    def closed_with(self, run: RunRecord) -> dict[str, Case]:
        ids = [case.case_id for case in run.cases if case.case_id in self._cases]
        return {one: self._cases[one] for one in ids if self._life(one).state in CLOSED}

    def reopen_changed(self, run: RunRecord, closed: Mapping[str, Case]) -> None:
        for case in sorted(run.cases, key=lambda one: one.case_id):
            was = closed.get(case.case_id)
            if was is None:
                continue
            is_same = (was.amount, was.findings) == (case.amount, case.findings)
            if is_same and not came_again(case, was.contact_ids):
                continue
            facts = {
                "run": run.summary.run_id,
                "amount": {"closed_with": was.amount, "now": case.amount},
                "findings": {"closed_with": was.findings, "now": case.findings},
                "contacts": {"closed_with": was.contact_ids, "now": case.contact_ids},
            }
            asked, at = Asked("reopened", run.event.actor, facts=facts), run.summary.finished_at
            self.keep_step(case.case_id, lambda life, asked=asked, at=at: take(life, asked, at))

    def tell_joined(self, run: RunRecord, gone: list[Case]) -> None:
        homes = joined(gone, run.cases)
        steps, at = joining(homes, run.event.actor, run.summary.run_id), run.summary.finished_at
        for case_id, asked in sorted(steps.items()):
            self.keep_step(case_id, lambda life, asked=asked: take(life, asked, at))

    def _life(self, case_id: str) -> CaseLife:
        case = self._cases[case_id]
        life = self._lives.get(case_id) or CaseLife(case_id, case.account_id)
        return replace(life, contact_ids=case.contact_ids)


def _lot(case_id: str) -> float | None:
    """Return the place that was drawn for a case, from 0 to 1; None where its worth decides."""
    if not drawn_by_lot(case_id):
        return None
    first, second = (LOT_PLACES.get(letter, 0) for letter in case_id[PLACE_AT - 1 : PLACE_AT + 1].ljust(2))
    return (first + second / len(LOT_PLACES)) / len(LOT_PLACES)


def _meanwhile(step: CaseStep) -> ConflictError:
    fields = {
        "case_id": step.case_id,
        "by": step.actor.name,
        "step": step.step,
        "version": step.version,
    }
    return ConflictError(f"{step.actor.name} has {step.step} {step.case_id} meanwhile.", fields=fields)
