"""Whatever people do in whatever order, nothing is in force that one of them brought about alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.adapters.store import open_store
from core.governance.canonical import canonical
from core.governance.four_eyes import RULES, Request, decide, needs_second_person, propose
from core.governance.people import changed
from core.governance.proposals import Change, content_hash
from core.governance.rights import rights_of
from core.kernel.audit import AuditEvent, AuditQuery, Facts
from core.kernel.errors import AssayError
from core.kernel.people import ROLES, Actor, Credential, Person, Role
from core.kernel.proposals import VERDICTS, Kind, Proposal, Verdict
from core.ports.store import Store
from tests.builders.audit import PSEUDONYMS
from tests.builders.people import SYSTEM, a_person
from tests.builders.proposals import NOW
from tests.builders.runs import a_control_result, a_run
from tests.fakes.store import FakeStore
from tests.postgres import new_database

STAFF: dict[str, Role] = {
    "ada": "administrator",
    "sue": "supervisor",
    "pam": "product_manager",
    "ana": "analyst",
}
CONTROLS = ("file_late", "payment_failed")
AGENT = Actor("agent", "Agent", "service", "service")

people = st.sampled_from(sorted(STAFF))
roles = st.sampled_from(ROLES)
amounts = st.sampled_from([None, None, None, Decimal(1_000), Decimal(10_001)])
mostly_the_latest = st.sampled_from([0, 0, 0, 0, 1, 2])
mostly_approved = st.sampled_from(["approved"] * 6 + list(VERDICTS))
mostly_as_seen = st.sampled_from([True] * 7 + [False])


class Office(RuleBasedStateMachine):
    """People with every role, an agent, and a clock; each attempt may succeed or be refused."""

    open_store: Callable[[], Store] = FakeStore

    @initialize()
    def set_up(self) -> None:
        self.store: Store = type(self).open_store()
        self.now = NOW
        self.runs = 0
        self.seen: list[Proposal] = []
        self.proved: dict[str, datetime] = {}
        self.shipped = dict(STAFF)
        self.roles_when: dict[str, dict[str, Role]] = {}
        for user_id, role in STAFF.items():
            event = AuditEvent("person.added", SYSTEM, "person", user_id)
            self.store.add_person(a_person(user_id, role), Credential(user_id), event)

    def teardown(self) -> None:
        close = getattr(getattr(self, "store", None), "close", None)
        if close:
            close()

    def actor(self, user_id: str) -> Actor:
        person = self.person(user_id)
        return Actor(user_id, person.name, person.role, "local")

    def person(self, user_id: str) -> Person:
        person = self.store.person(user_id)
        assert person is not None
        return person

    def ask(self, kind: Kind, object_id: str, actor: Actor, change: Change, **how: object) -> None:
        def make(evidence: Facts) -> Proposal:
            return propose(change, actor, "Why not.", evidence=evidence, now=self.now, **how)  # type: ignore[arg-type]

        try:
            self.seen.append(self.store.propose(kind, object_id, make))
        except AssayError:
            return

    @rule(
        who=people,
        control=st.sampled_from(CONTROLS),
        hours=st.integers(1, 3),
        amount=amounts,
        by_agent=st.booleans(),
    )
    def propose_threshold(
        self, who: str, control: str, hours: int, amount: Decimal | None, by_agent: bool
    ) -> None:
        after = {"thresholds": {"hours": str(hours)}, "enabled": True}
        change = Change("control", control, {"thresholds": {}, "enabled": True}, after, amount, "EUR")
        if by_agent:
            self.ask("control", control, AGENT, change, on_behalf_of=self.actor(who))
        else:
            self.ask("control", control, self.actor(who), change)

    @rule(who=people, whom=people, role=roles)
    def propose_role(self, who: str, whom: str, role: Role) -> None:
        change = Change("role", whom, {"role": self.person(whom).role}, {"role": role})
        self.ask("role", whom, self.actor(who), change)

    @rule(who=people, nth=mostly_the_latest)
    def propose_anew(self, who: str, nth: int) -> None:
        if self.seen:
            old = self.seen[-1 - nth % len(self.seen)]
            change = Change(old.kind, old.object_id, old.before, old.after, old.amount, old.currency)
            self.ask(old.kind, old.object_id, self.actor(who), change, replaces=old.proposal_id)

    @rule(who=people, nth=mostly_the_latest, verdict=mostly_approved, as_seen=mostly_as_seen)
    def decide_one(self, who: str, nth: int, verdict: Verdict, as_seen: bool) -> None:
        if not self.seen:
            return
        made = self.seen[-1 - nth % len(self.seen)]
        actor = self.actor(who)
        request = Request(
            verdict, actor, made.content_hash if as_seen else "0" * 64, "Looked.", self.proved.get(who)
        )
        roles_now = {one.user_id: one.role for one in self.store.people()}
        try:
            self.store.decide(
                made.proposal_id, lambda kept, facts: decide(kept, request, now=self.now, evidence=facts)
            )
            self.roles_when[made.proposal_id] = roles_now
        except AssayError:
            return

    @rule(who=people)
    def prove(self, who: str) -> None:
        self.proved[who] = self.now

    @rule(minutes=st.sampled_from([1, 6, 60 * 24 * 8]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(found=st.integers(0, 2))
    def run_controls(self, found: int) -> None:
        self.runs += 1
        results = [a_control_result(name, violations=found) for name in CONTROLS]
        self.store.save_run(a_run(f"R-{self.runs}", controls=results))

    @rule(who=people, whom=people, role=roles)
    def change_role_directly(self, who: str, whom: str, role: Role) -> None:
        """Do what the facade does where it takes no second person."""
        actor, before = self.actor(who), self.person(whom)
        others = sum(
            "people.approve" in rights_of(one.role) for one in self.store.people() if one.user_id != who
        )
        if "people.manage" not in rights_of(actor.role) or needs_second_person(before.role, role, others):
            return
        after = replace(before, role=role)
        try:
            self.store.change_person(before, after, changed(before, after, self.store.people(), actor))
            self.shipped[whom] = role
        except AssayError:
            return

    @invariant()
    def what_is_in_force_was_approved_by_another_person(self) -> None:
        if not hasattr(self, "store"):
            return
        for control in CONTROLS:
            for version in self.store.control_history(control):
                assert version.proposal_id is not None
                approved = self.approved(version.proposal_id)
                assert canonical(approved.after) == canonical(
                    {"thresholds": version.thresholds, "enabled": version.enabled}
                )

    @invariant()
    def powerful_roles_were_approved_by_another_person(self) -> None:
        if not hasattr(self, "store"):
            return
        powers = {"settings.approve", "people.manage", "people.approve"}
        for person in self.store.people():
            if person.role != self.shipped[person.user_id] and rights_of(person.role) & powers:
                given = self.store.decided(limit=100, kind="role", object_id=person.user_id)
                latest = next(one for one in given if one.state == "approved")
                assert latest.after["role"] == person.role
                self.approved(latest.proposal_id)

    def approved(self, proposal_id: str) -> Proposal:
        """Return an approved proposal, of which every rule of four eyes holds."""
        kept = self.store.proposal(proposal_id)
        assert kept is not None
        assert kept.decision is not None
        decider, then = kept.decision.decider, self.roles_when[proposal_id]
        assert kept.state == "approved"
        assert decider.user_id not in {kept.proposer.user_id, kept.on_behalf_of}
        assert decider.user_id != (kept.object_id if kept.kind == "role" else None)
        assert decider.method == "local"
        assert RULES[kept.kind].approve in rights_of(then[decider.user_id])
        assert kept.content_hash == content_hash(kept)
        assert kept.decision.at < kept.expires_at
        query = AuditQuery(object_id=kept.object_id, actions=("threshold.changed", "role.changed"))
        told = self.store.audit_entries(query, offset=0, limit=1_000)
        assert [one.event.context.get("proposal") for one in told].count(proposal_id) == 1
        return kept


@pytest.mark.parametrize(
    ("kind", "examples"),
    [
        ("fake", 60),
        pytest.param("sqlite", 50, marks=pytest.mark.long),
        pytest.param("postgres", 50, marks=[pytest.mark.long, pytest.mark.postgres]),
    ],
)
def test_no_sequence_of_actions_applies_anything_without_a_second_person(
    kind: str, examples: int, request: pytest.FixtureRequest
) -> None:
    cluster = request.getfixturevalue("postgres_cluster") if kind == "postgres" else ""
    with tempfile.TemporaryDirectory() as folder:
        places = iter(range(10**6))

        def fresh() -> Store:
            url = f"sqlite:///{Path(folder) / f'{next(places)}.sqlite'}"
            if kind == "fake":
                return FakeStore()
            return open_store(new_database(cluster) if cluster else url, PSEUDONYMS)

        machine = type("Office", (Office,), {"open_store": staticmethod(fresh)})
        how = settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(machine, settings=how)
