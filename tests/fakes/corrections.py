"""Corrections in memory: the same answers as the store's, by plain loops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from datetime import datetime
from decimal import Decimal

from core.kernel.advice import Advice
from core.kernel.audit import AuditEntry, AuditEvent, Facts
from core.kernel.case_life import CaseLife
from core.kernel.corrections import ENDED, Balance, Correction, CorrectionState, Posting, Switch
from core.kernel.errors import ConflictError, NotFoundError
from core.kernel.proposals import Proposal
from core.kernel.results import Case, Finding
from core.ports.case_life import Taken
from core.ports.corrections import Claim, CorrectionChange, Grounds, Move
from core.workflows.corrections.begin import following
from core.workflows.corrections.matter import Matter


class FakeCorrections:
    """Keep corrections in a dictionary; a part of `tests.fakes.store.FakeStore`."""

    record: Callable[[AuditEvent], AuditEntry]
    proposal: Callable[[str], Proposal | None]
    case_evidence: Callable[[str], Facts]
    lives: Callable[[Collection[str]], dict[str, CaseLife]]
    keep_step: Callable[[str, Callable[[CaseLife], Taken]], CaseLife]
    case: Callable[[str], Case | None]
    advice: Callable[[str], Advice | None]
    findings_of: Callable[[str], tuple[Finding, ...]]

    def __init__(self) -> None:
        super().__init__()
        self._corrections: dict[str, Correction] = {}
        self._due: dict[str, datetime | None] = {}
        self._leases: dict[str, tuple[int, datetime | None]] = {}
        self._postings: list[Posting] = []
        self._switches: dict[str, Switch] = {}

    def correction(self, correction_id: str) -> Correction | None:
        return self._corrections.get(correction_id)

    def corrections(
        self, *, states: Collection[CorrectionState] = (), case_id: str | None = None, limit: int
    ) -> tuple[Correction, ...]:
        found = [
            one
            for one in self._corrections.values()
            if (not states or one.state in states) and case_id in {None, one.case_id}
        ]
        found.sort(key=lambda one: (-one.made_at.timestamp(), one.correction_id))
        return tuple(found[:limit])

    def count_corrections(self) -> dict[CorrectionState, int]:
        return dict(Counter(one.state for one in self._corrections.values()))

    def claim_corrections(self, now: datetime, until: datetime, *, limit: int) -> tuple[Claim, ...]:
        found = []
        for one, due_at in self._due.items():
            number, held_until = self._leases.get(one, (0, None))
            if due_at is not None and due_at <= now and (held_until is None or held_until <= now):
                found.append((due_at, one, number + 1))
        claims = [Claim(one, number) for _, one, number in sorted(found)[:limit]]
        for claim in claims:
            self._leases[claim.correction_id] = (claim.number, until)
        return tuple(claims)

    def resume_correction(self, claim: Claim, until: datetime) -> Correction | None:
        number, held_until = self._leases.get(claim.correction_id, (0, None))
        if number != claim.number or held_until is None:
            return None
        self._leases[claim.correction_id] = (number, until)
        return self._corrections[claim.correction_id]

    def release_correction(self, claim: Claim, due_at: datetime | None = None) -> None:
        number, held_until = self._leases.get(claim.correction_id, (0, None))
        if number == claim.number and held_until is not None:
            self._leases[claim.correction_id] = (number, None)
            if due_at is not None:
                self._due[claim.correction_id] = due_at

    def move_correction(self, correction_id: str, version: int, move: Move) -> Correction:
        before = self._corrections.get(correction_id)
        if before is None:
            raise NotFoundError(f"There is no correction {correction_id}.")
        if before.version != version:
            raise ConflictError(f"{correction_id} has moved on.")
        change = move(before, self.grounds_of(before))
        if change is None:
            return before
        self._keep(change)
        return change.correction

    def postings(self, correction_id: str) -> tuple[Posting, ...]:
        return tuple(one for one in self._postings if one.correction_id == correction_id)

    def balances(self) -> tuple[Balance, ...]:
        sums: dict[tuple[str, str, str], Decimal] = {}
        for one in self._postings:
            key = (one.account, one.currency, one.side)
            sums[key] = sums.get(key, Decimal(0)) + one.amount
        return tuple(Balance(*key, amount) for key, amount in sorted(sums.items()))  # type: ignore[arg-type]

    def switches(self) -> tuple[Switch, ...]:
        return tuple(self._switches[name] for name in sorted(self._switches))

    def set_switch(self, switch: Switch, event: AuditEvent) -> None:
        if switch.name not in self._switches:
            self._switches[switch.name] = switch
            self.record(event)

    def clear_switch(self, name: str, event: AuditEvent) -> None:
        if self._switches.pop(name, None) is not None:
            self.record(event)

    def follow_case(self, proposal: Proposal) -> None:
        case_id = proposal.object_id
        follow = following(proposal, lambda: self._matter(case_id), self.lives([case_id])[case_id].state)
        self._postings += follow.postings
        if follow.begun is not None:
            self._keep(follow.begun)

    def grounds_of(self, correction: Correction) -> Grounds:
        life = self.lives([correction.case_id]).get(correction.case_id)
        proposal = self.proposal(correction.proposal_id)
        evidence = self.case_evidence(correction.case_id)
        return Grounds(proposal, evidence, life.state if life else None, self.switches())

    def _keep(self, change: CorrectionChange) -> None:
        one = change.correction
        self._corrections[one.correction_id] = one
        self._due[one.correction_id] = one.due_at if one.state not in ENDED | {"stuck"} else None
        self._postings += change.postings
        self.record(change.event)
        if change.take is not None:
            self.keep_step(one.case_id, change.take)

    def _matter(self, case_id: str) -> Matter:
        case = self.case(case_id)
        assert case is not None
        return Matter(case, self.findings_of(case_id), self.advice(case_id))
