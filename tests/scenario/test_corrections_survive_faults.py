"""One decision, one effect, whatever fails: thousands of seeded faults and kills on a virtual clock."""

from __future__ import annotations

import random
import subprocess
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from core.kernel.audit import AuditEvent, Facts
from core.kernel.case_life import CaseLife
from core.kernel.corrections import ENDED, Correction, Switch
from core.kernel.errors import ConflictError
from core.kernel.faults import ACTIONS
from core.kernel.orders import Order
from core.kernel.people import ASSAY
from core.kernel.plan import StepName
from core.kernel.proposals import Proposal
from core.ports.case_life import Taken
from core.ports.corrections import Claim, CorrectionChange, Grounds
from core.workflows.corrections.by_hand import moved_by_hand, open_moves
from core.workflows.corrections.carry import LEASE, Carrier, Point
from core.workflows.corrections.ledger import imbalance, stage
from core.workflows.corrections.matter import Matter
from core.workflows.corrections.told import changed
from tests.builders.audit import ANNA, an_event
from tests.builders.corrections import a_matter, a_plan, approved
from tests.builders.runs import NOW
from tests.fakes.connectors import FIRST, FakeSystems, Fault
from tests.fakes.corrections import FakeCorrections

FAULTS = 2_000
MANY = 30_000
SEED = 20_260_504

SEND: tuple[Fault, ...] = (
    "lost_answer", "lost_request", "slow", "busy", "down", "refused", "wrong_amount",
)  # fmt: skip
READ: tuple[Fault, ...] = ("stale_read", "no_read")


CALLS: dict[str, tuple[Fault, ...]] = {"send": SEND, "find": ("cannot_tell",), "read": READ}


class KilledError(BaseException):
    """Stand for a process that is gone: nothing that catches errors catches it."""


class World(FakeCorrections):
    """Hold one correction, the systems that it changes, and everything that goes wrong."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.rng = random.Random(seed)
        self.now = NOW
        self.faults = Counter[str]()
        self.events: list[AuditEvent] = []
        self.likely = self.rng.choice((0.0, 0.1, 0.3, 0.6))
        self.systems = FakeSystems(lambda: self.now, self._fault, life_hours=self.rng.choice((1, 24)))
        self.life = CaseLife("C-1", "A-1", state="approved")
        self.matter, self.approval = self._decided()
        self.follow_case(replace(self.approval, decision=None))
        self.follow_case(self.approval)

    def _decided(self) -> tuple[Matter, Proposal]:
        action = self.rng.choice(ACTIONS)
        matter = a_matter(action)
        steps: tuple[StepName, ...] = self.rng.choice(
            (
                ("correct",),
                ("hold_invoice", "correct", "release_invoice"),
                ("hold_invoice", "correct", "notify_customer", "release_invoice"),
                ("correct", "notify_customer"),
            )
        )
        if action == "retry_payment":
            steps = ("correct", "correct", "correct")
        return matter, _approved(action, steps)

    def record(self, event: AuditEvent) -> Any:  # type: ignore[override]
        self.events.append(event)

    def proposal(self, proposal_id: str) -> Proposal | None:  # type: ignore[override]
        return self.approval

    def lives(self, case_ids: Collection[str]) -> dict[str, CaseLife]:  # type: ignore[override]
        return {"C-1": self.life}

    def case_evidence(self, case_id: str) -> Facts:  # type: ignore[override]
        return self.approval.evidence

    def keep_step(self, case_id: str, take: Callable[[CaseLife], Taken]) -> CaseLife:  # type: ignore[override]
        self.life, _ = take(self.life)
        return self.life

    def _matter(self, case_id: str) -> Matter:
        return self.matter

    def _keep(self, change: CorrectionChange) -> None:
        super()._keep(change)
        self.check(change.correction)

    @property
    def only(self) -> Correction:
        return next(iter(self._corrections.values()))

    def happens(self, what: str, likely: float) -> bool:
        hit = self.rng.random() < likely
        self.faults[what] += hit
        return hit

    def _fault(self, call: str, order: Order) -> Fault:
        if self.rng.random() >= self.likely:
            return ""
        fault: Fault = (
            self.rng.choice(SEND)
            if call == "send"
            else "cannot_tell"
            if call == "find"
            else self.rng.choice(READ)
        )
        self.faults[fault] += 1
        if fault == "slow":
            self.now += timedelta(seconds=self.rng.choice((5, 60, 600)))
        return fault

    def at(self, point: Point) -> None:
        """Kill the process, or let it sleep while another takes its work over, now and then."""
        if self.happens("killed", self.likely / 3):
            raise KilledError
        if point in {"after_intent", "after_call"} and self.happens("overtaken", self.likely / 6):
            self.now += LEASE + timedelta(seconds=1)
            self.work(Carrier(self, self.systems, ASSAY, lambda: self.now))

    def work(self, carrier: Carrier) -> None:
        for claim in self.claim_corrections(self.now, self.now + LEASE, limit=1):
            carrier.carry(claim)

    def run(self) -> None:
        carrier = Carrier(self, self.systems, ASSAY, lambda: self.now, self.at)
        for _ in range(400):
            if self.only.state in ENDED:
                return
            self.interfere()
            try:
                self.work(carrier)
            except KilledError:
                self.now += timedelta(seconds=self.rng.choice((1, 130)))
            self.pass_time()
        raise AssertionError(f"it never ends: {self.only}")

    def interfere(self) -> None:
        if self.only.state == "stuck":
            self.by_hand()
        if self.happens("switched_off", self.likely / 20):
            name = self.rng.choice(("all", "billing", self.only.action))
            self.set_switch(Switch(name, "U-1", "Piotr", self.now, "Look first."), an_event("switch.set"))
        elif self._switches and self.rng.random() < 0.5:
            self.clear_switch(next(iter(self._switches)), an_event("switch.cleared"))

    def by_hand(self) -> None:
        move = self.rng.choice(open_moves(self.only))

        def kept(one: Correction, grounds: Grounds) -> CorrectionChange:
            after = moved_by_hand(one, move, "Looked there.", self.now)
            return changed(one, replace(after, version=one.version + 1), grounds, ANNA, self.now)

        self.faults[f"by_hand_{move}"] += 1
        self.move_correction(self.only.correction_id, self.only.version, kept)

    def pass_time(self) -> None:
        one = self.only
        due_at = self._due[one.correction_id] or self.now
        self.now = max(self.now + timedelta(seconds=1), due_at, self._leases_end())
        if self.happens("long_outage", self.likely / 15):
            self.now += timedelta(hours=25)

    def _leases_end(self) -> datetime:
        ends = [held for _, held in self._leases.values() if held is not None]
        return max(ends, default=self.now)

    def check(self, one: Correction) -> None:
        """Hold what must hold after each step."""
        assert imbalance(self._postings) == {}  # I1
        keys = Counter(effect.key for effect in self.systems.effects)
        assert not keys or max(keys.values()) == 1  # I2
        changes = [event for event in self.events if event.object_kind == "correction"]
        assert len(changes) == one.version  # I4
        standing = {
            account: sum(p.amount for p in self._postings if p.account == account)
            for account in {p.account for p in self._postings}
        }
        if one.amount:
            assert standing[stage(one)] == (abs(one.amount) if stage(one) != "detected" else 0)
        for item in one.items:
            assert item.sends == 0 or item.sent_at is not None
            if item.state == "planned":
                assert item.order.key not in keys  # I3: nothing goes out before its intent is kept

    def check_end(self) -> None:
        one, hands = self.only, any(name.startswith("by_hand") for name in self.faults)
        done = Counter(effect.key for effect in self.systems.effects)
        for at, order in self.systems.sent:
            first = min(when for when, other in self.systems.sent if other.key == order.key)
            assert at - first < timedelta(hours=self.systems.key_life_hours), "sent past its key's life"
        tries = {}
        for item in one.items:
            tries.setdefault(item.tries_of or -item.position, []).append(done[item.order.key])
        assert all(sum(each) <= 1 for each in tries.values()), "a payment was collected twice"
        if hands:
            return
        if one.state == "settled":  # I5
            needed = [i for i in one.items if i.is_needed and i.state not in {"skipped", "refused"}]
            assert all(done[i.order.key] == 1 and i.state == "confirmed" for i in needed)
            assert self.life.state == "settled"
        else:  # I6
            assert self.systems.balance() == 0
            assert all(
                value == FIRST[name] for state in self.systems.state.values() for name, value in state.items()
            )
            assert self.life.state == "reopened"


@cache
def _approved(action: str, steps: tuple[StepName, ...]) -> Proposal:
    return approved(a_matter(action), a_plan(action, *steps))


def faulted(seed: int, wanted: int) -> Counter[str]:
    """Run worlds, each from its own seed, until so many faults have happened."""
    total, world_seed = Counter[str](), seed
    while total.total() < wanted:
        world = World(world_seed)
        try:
            world.run()
            world.check_end()
        except (AssertionError, ConflictError, ValueError) as broken:
            commit = subprocess.run(
                ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False,
                cwd=Path(__file__).parent,
            ).stdout.strip()  # fmt: skip
            raise AssertionError(f"seed={world_seed} commit={commit}: {world.only}") from broken
        total += world.faults
        world_seed += 1
    return total


def test_two_thousand_faults_leave_every_correction_with_one_effect_or_none() -> None:
    happened = faulted(SEED, FAULTS)
    assert {
        "killed",
        "overtaken",
        "switched_off",
        "long_outage",
        "cannot_tell",
        *SEND,
        *READ,
    } <= happened.keys()


@pytest.mark.long
def test_thirty_thousand_faults_leave_every_correction_with_one_effect_or_none() -> None:
    assert faulted(SEED + 1_000_000, MANY).total() >= MANY


def test_a_seed_gives_the_same_world_again() -> None:
    first, second = World(7), World(7)
    first.run()
    second.run()
    assert (first.only, first.faults, first.now) == (second.only, second.faults, second.now)


def test_the_simulator_notices_an_effect_done_twice() -> None:
    world = next(world for world in map(World, range(99)) if world.only.items)
    world.run()
    world.systems.effects += world.systems.effects[:1]
    with pytest.raises(AssertionError, match="== 1"):
        world.check(world.only)


def test_a_claim_that_was_overtaken_no_longer_counts() -> None:
    world = World(3)
    (old,) = world.claim_corrections(NOW + timedelta(days=9), NOW + timedelta(days=9) + LEASE, limit=1)
    (new,) = world.claim_corrections(NOW + timedelta(days=10), NOW + timedelta(days=11), limit=1)
    assert new == Claim(old.correction_id, old.number + 1)
    assert world.resume_correction(old, NOW) is None
