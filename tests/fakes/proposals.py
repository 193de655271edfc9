"""Proposals and settings of controls in memory: the same answers as the store's, by plain loops."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.cases.life import step_of, take
from core.governance.four_eyes import take_back
from core.governance.proposals import decided, proposed
from core.kernel.audit import AuditEntry, AuditEvent, Facts
from core.kernel.case_life import CaseLife
from core.kernel.errors import ConflictError, NotFoundError
from core.kernel.people import Person
from core.kernel.proposals import ControlSettings, Kind, PolicyVersion, Proposal
from core.kernel.results import ControlResult, RunSummary
from core.ports.case_life import Taken
from core.ports.proposals import SetUp


class FakeProposals:
    """Keep proposals in a dictionary and settings in a list; a part of `tests.fakes.store.FakeStore`."""

    record: Callable[[AuditEvent], AuditEntry]
    _people: dict[str, Person]
    latest_run: Callable[[], RunSummary | None]
    control_results: Callable[[str], Sequence[ControlResult]]
    case_evidence: Callable[[str], Facts]
    keep_step: Callable[[str, Callable[[CaseLife], Taken]], CaseLife]
    lives: Callable[[Collection[str]], dict[str, CaseLife]]
    follow_case: Callable[[Proposal], None]

    def __init__(self) -> None:
        super().__init__()
        self._proposals: dict[str, Proposal] = {}
        self._settings: list[ControlSettings] = []
        self._set_up: str | None = None
        self._policies: list[PolicyVersion] = []

    def policy_versions(self) -> tuple[PolicyVersion, ...]:
        return tuple(reversed(self._policies))

    def proposal(self, proposal_id: str) -> Proposal | None:
        return self._proposals.get(proposal_id)

    def waiting(self) -> tuple[Proposal, ...]:
        found = [one for one in self._proposals.values() if one.state == "waiting"]
        return tuple(sorted(found, key=lambda one: (one.expires_at, -(one.amount or 0), one.proposal_id)))

    def decided(self, *, limit: int, kind: Kind | None = None, object_id: str = "") -> tuple[Proposal, ...]:
        found = [
            (one.decision.at, one)
            for one in self._proposals.values()
            if one.decision and (kind is None or (one.kind, one.object_id) == (kind, object_id))
        ]
        found.sort(key=lambda pair: (-pair[0].timestamp(), pair[1].proposal_id))
        return tuple(one for _, one in found)[:limit]

    def evidence(self, kind: Kind, object_id: str) -> Facts:
        if kind == "case":
            return self.case_evidence(object_id)
        if kind == "policy":
            return {"policy": len(self._policies)}
        if kind == "role":
            person = self._people.get(object_id)
            if person is None:
                return {}
            segments = None if person.segments is None else sorted(person.segments)
            return {"role": person.role, "segments": segments, "disabled": person.disabled}
        run = self.latest_run()
        results = self.control_results(run.run_id) if run else ()
        found = [one for one in results if one.control_id == object_id]
        return {"settings": self._version(object_id), "result": _result(found[0]) if found else None}

    def propose(self, kind: Kind, object_id: str, make: Callable[[Facts], Proposal]) -> Proposal:
        proposal = make(self.evidence(kind, object_id))
        if proposal.replaces is not None:
            before = self._find(proposal.replaces)
            after = take_back(before, proposal)
            if after is not before:
                self._proposals[after.proposal_id] = after
                self.record(decided(after))
                self._follow(after)
        self._rehearse(proposal)
        self._proposals[proposal.proposal_id] = proposal
        self.record(proposed(proposal))
        self._follow(proposal)
        return proposal

    def decide(self, proposal_id: str, settle: Callable[[Proposal, Facts], Proposal]) -> Proposal:
        before = self._find(proposal_id)
        after = settle(before, self.evidence(before.kind, before.object_id))
        if before.state != "waiting":
            raise ConflictError("Somebody else has decided this already.")
        self._rehearse(after)
        if after.state == "approved":
            self._apply(after)
        self._proposals[proposal_id] = after
        self.record(decided(after))
        self._follow(after)
        return after

    def control_settings(self) -> tuple[ControlSettings, ...]:
        newest = {one.control_id: one for one in sorted(self._settings, key=lambda one: one.version)}
        return tuple(newest[name] for name in sorted(newest))

    def control_history(self, control_id: str) -> tuple[ControlSettings, ...]:
        found = [one for one in self._settings if one.control_id == control_id]
        return tuple(sorted(found, key=lambda one: -one.version))

    def set_up_hash(self) -> str | None:
        return self._set_up

    def set_up_controls(self, said: SetUp, content_hash: str, now: datetime, event: AuditEvent) -> bool:
        if self._set_up is not None:
            return False
        self._set_up = content_hash
        for name, (values, enabled) in said.items():
            self._settings.append(ControlSettings(name, 1, dict(values), enabled, now))
        self.record(event)
        return True

    def _find(self, proposal_id: str) -> Proposal:
        if proposal_id not in self._proposals:
            raise NotFoundError(f"There is no proposal {proposal_id}.")
        return self._proposals[proposal_id]

    def _rehearse(self, proposal: Proposal) -> None:
        """Refuse what the case refuses before anything is kept, as a transaction does."""
        if proposal.kind == "case":
            if proposal.object_id not in self.lives([proposal.object_id]):
                raise NotFoundError(f"There is no case {proposal.object_id}.")
            _step_of(proposal)(self.lives([proposal.object_id])[proposal.object_id])

    def _follow(self, proposal: Proposal) -> None:
        if proposal.kind == "case":
            self.keep_step(proposal.object_id, _step_of(proposal))
            self.follow_case(proposal)

    def _apply(self, proposal: Proposal) -> None:
        if proposal.kind == "case":
            return
        after: dict[str, Any] = dict(proposal.after)
        if proposal.kind == "role":
            person = self._people[proposal.object_id]
            if person.role != proposal.before["role"]:
                raise ConflictError("The person's role is no longer what it was: propose it again.")
            everybody = self._people | {person.user_id: replace(person, **after)}
            if not any(one.role == "administrator" and not one.disabled for one in everybody.values()):
                raise ConflictError("Nobody could manage people any more: name another administrator first.")
            self._people[person.user_id] = everybody[person.user_id]
            return
        assert proposal.decision is not None
        if proposal.kind == "policy":
            number, since = len(self._policies) + 1, proposal.decision.at
            self._policies.append(PolicyVersion(number, after["text"], since, proposal.proposal_id))
            return
        self._settings.append(
            ControlSettings(
                proposal.object_id,
                self._version(proposal.object_id) + 1,
                after["thresholds"],
                after["enabled"],
                proposal.decision.at,
                proposal.proposal_id,
            )
        )

    def _version(self, control_id: str) -> int:
        return max((one.version for one in self._settings if one.control_id == control_id), default=0)


def _step_of(proposal: Proposal) -> Callable[[CaseLife], Taken]:
    asked, at = step_of(proposal)
    return lambda life: take(life, asked, at)


def _result(one: ControlResult) -> Facts:
    return {
        "outcome": one.outcome,
        "eligible": one.eligible,
        "violations": one.violations,
        "amount": f"{one.amount:.6f}",
    }
