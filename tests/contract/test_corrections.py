"""What every store of corrections does: the fake, SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.governance.four_eyes import decide
from core.kernel.audit import AuditQuery
from core.kernel.corrections import Correction, Switch
from core.kernel.errors import ConflictError, NotFoundError
from core.kernel.orders import Receipt
from core.kernel.people import ASSAY
from core.kernel.proposals import Proposal, Verdict
from core.ports.corrections import CorrectionChange, Grounds
from core.ports.store import Store
from core.workflows.corrections.carry import LEASE, Carrier
from core.workflows.corrections.ledger import imbalance
from core.workflows.corrections.machine import answered, begun
from core.workflows.corrections.told import changed
from tests.builders.audit import ANNA, an_event
from tests.builders.corrections import a_matter, a_plan, proposed
from tests.builders.proposals import a_request, an_actor
from tests.builders.runs import NOW, a_run
from tests.fakes.connectors import FakeSystems

SUE = an_actor("sue", "supervisor")
LATER = NOW + timedelta(hours=1)


def waiting(store: Store, action: str = "rerate_charge", *steps: str) -> Proposal:
    """Keep a case as a run finds it, and a proposal to put it right."""
    matter = a_matter(action)
    case = replace(matter.case, status="new")
    advice = {case.case_id: matter.advice} if matter.advice else {}
    store.save_run(a_run(cases=[case], findings=matter.findings, advice=advice))
    plan = a_plan(action, *steps)  # type: ignore[arg-type]

    def make(evidence: object) -> Proposal:
        return proposed(case, plan, evidence=evidence, now=NOW)

    return store.propose("case", case.case_id, make)


def end(store: Store, proposal: Proposal, verdict: Verdict = "approved") -> Proposal:
    actor = proposal.proposer if verdict == "withdrawn" else SUE
    request = a_request(proposal, verdict, actor)
    return store.decide(proposal.proposal_id, lambda one, seen: decide(one, request, now=NOW, evidence=seen))


def approved_in(store: Store, action: str = "rerate_charge", *steps: str) -> Correction:
    end(store, waiting(store, action, *steps))
    (correction,) = store.corrections(limit=5)
    return correction


def sending(store: Store, one: Correction) -> Correction:
    def move(before: Correction, grounds: Grounds) -> CorrectionChange:
        after = replace(begun(before, NOW, {"amount": Decimal("0.5")}, 24), version=before.version + 1)
        return changed(before, after, grounds, ASSAY, NOW)

    return store.move_correction(one.correction_id, one.version, move)


def actions(store: Store) -> list[str]:
    entries = store.audit_entries(AuditQuery(), offset=0, limit=100)
    return [entry.event.action for entry in reversed(entries)]


def balances(store: Store) -> dict[str, Decimal]:
    return {one.account: one.amount for one in store.balances() if one.amount}


def test_an_empty_store_has_no_correction(store: Store) -> None:
    assert store.correction("K-1") is None
    assert store.corrections(limit=5) == store.balances() == store.switches() == store.postings("K-1") == ()
    assert store.count_corrections() == {}
    assert store.claim_corrections(NOW, LATER, limit=5) == ()
    with pytest.raises(NotFoundError):
        store.move_correction("K-1", 1, lambda one, grounds: None)


def test_an_approval_begins_its_correction_in_the_same_transaction(store: Store) -> None:
    correction = approved_in(store)

    assert store.correction(correction.correction_id) == correction
    assert store.corrections(case_id="C-1", states=["approved"], limit=5) == (correction,)
    assert store.corrections(case_id="C-2", limit=5) == store.corrections(states=["stuck"], limit=5) == ()
    assert [one.order.kind for one in correction.items] == ["take_back_line", "add_line"]
    assert correction.items[0].order.values["amount"] == Decimal(-10)
    assert actions(store)[-3:] == ["correction.approved", "case.approved", "correction.begun"]
    assert store.count_corrections() == {"approved": 1}


def test_what_is_not_approved_begins_nothing_and_goes_back_in_the_ledger(store: Store) -> None:
    proposal = waiting(store)
    assert balances(store) == {"detected": Decimal("-12.50"), "proposed": Decimal("12.50")}

    end(store, proposal, "rejected")

    assert store.corrections(limit=5) == ()
    assert balances(store) == {}


def test_a_change_keeps_orders_postings_audit_entry_and_the_step_of_the_case(store: Store) -> None:
    one = sending(store, approved_in(store))

    kept = store.correction(one.correction_id)
    assert kept == one
    assert kept is not None
    assert kept.items[0].before == {"amount": Decimal("0.5")}
    assert kept.items[0].sent_at == NOW
    assert store.lives(["C-1"])["C-1"].state == "executing"
    assert actions(store)[-2:] == ["correction.sending", "case.executing"]


def test_a_change_on_another_version_changes_nothing(store: Store) -> None:
    one = approved_in(store)
    sending(store, one)
    before = actions(store)

    with pytest.raises(ConflictError):
        sending(store, one)

    assert actions(store) == before


def test_a_change_that_fails_half_way_keeps_nothing(store: Store) -> None:
    one = approved_in(store)
    before = actions(store), store.balances()

    def fails(_one: Correction, _grounds: Grounds) -> CorrectionChange:
        raise ConflictError("no")

    with pytest.raises(ConflictError):
        store.move_correction(one.correction_id, one.version, fails)

    assert (actions(store), store.balances()) == before
    assert store.correction(one.correction_id) == one


def test_grounds_are_those_of_this_moment(store: Store) -> None:
    one = approved_in(store)
    store.set_switch(Switch("billing", "U-1", "Piotr", NOW, "Look first."), an_event("switch.set"))
    seen: list[Grounds] = []

    store.move_correction(one.correction_id, one.version, lambda _, grounds: seen.append(grounds))

    (grounds,) = seen
    assert grounds.proposal == store.proposal(one.proposal_id)
    assert grounds.evidence == store.evidence("case", "C-1")
    assert (grounds.case_state, grounds.switches) == ("approved", store.switches())


def test_one_worker_has_a_correction_in_hand_until_its_lease_ends(store: Store) -> None:
    one = approved_in(store)
    assert store.claim_corrections(NOW - LEASE, LATER, limit=5) == ()

    (first,) = store.claim_corrections(NOW, LATER, limit=5)
    assert store.claim_corrections(NOW, LATER, limit=5) == ()
    assert store.resume_correction(first, LATER) == one

    (second,) = store.claim_corrections(LATER, LATER + LEASE, limit=5)
    assert second.number > first.number
    assert store.resume_correction(first, LATER + LEASE) is None
    store.release_correction(first)
    assert store.resume_correction(second, LATER + LEASE) == one


def test_what_is_given_back_is_looked_at_again_when_it_is_due(store: Store) -> None:
    approved_in(store)
    (claim,) = store.claim_corrections(NOW, LATER, limit=5)

    store.release_correction(claim, LATER)

    assert store.claim_corrections(LATER - LEASE, LATER, limit=5) == ()
    assert len(store.claim_corrections(LATER, LATER + LEASE, limit=5)) == 1
    assert store.resume_correction(claim, LATER) is None


def test_something_is_switched_off_once_and_on_again(store: Store) -> None:
    switch = Switch("refund_payment", "U-1", "Piotr", NOW, "Twice paid out.")
    store.set_switch(switch, an_event("switch.set"))
    store.set_switch(replace(switch, actor_name="Anna"), an_event("switch.set"))
    assert store.switches() == (switch,)

    store.clear_switch("refund_payment", an_event("switch.cleared"))
    store.clear_switch("refund_payment", an_event("switch.cleared"))
    assert store.switches() == ()
    assert actions(store) == ["switch.set", "switch.cleared"]


def test_a_correction_is_carried_out_to_its_end(store: Store) -> None:
    one = approved_in(store, "rerate_charge", "hold_invoice", "correct", "release_invoice")
    now = [NOW]
    systems = FakeSystems(lambda: now[0])
    carrier = Carrier(store, systems, ASSAY, lambda: now[0])

    while (one := store.corrections(limit=1)[0]).state != "settled":
        for claim in store.claim_corrections(now[0], now[0] + LEASE, limit=1):
            carrier.carry(claim)
        now[0] += timedelta(minutes=30)

    kinds = [effect.order.kind for effect in systems.effects]
    assert kinds == ["hold_bill", "take_back_line", "add_line", "release_bill"]
    assert systems.balance() == one.amount
    assert store.lives(["C-1"])["C-1"].state == "settled"
    assert balances(store) == {"detected": Decimal("-12.50"), "settled": Decimal("12.50")}
    assert imbalance(store.postings(one.correction_id)) == {}
    told = [action for action in actions(store) if action.startswith("correction.")]
    assert told.count("correction.settled") == 1
    assert len(told) == one.version + 2  # proposed and approved, then one for each version


def test_a_case_that_a_run_found_otherwise_is_not_corrected_as_approved(store: Store) -> None:
    one = approved_in(store)
    found = replace(a_matter("rerate_charge", "99").case, status="new")
    store.save_run(a_run("R-2", cases=[found], findings=a_matter("rerate_charge", "99").findings))
    systems = FakeSystems(lambda: NOW)

    for claim in store.claim_corrections(NOW, NOW + LEASE, limit=1):
        Carrier(store, systems, ASSAY, lambda: NOW).carry(claim)

    after = store.correction(one.correction_id)
    assert after is not None
    assert (after.state, systems.effects) == ("cancelled", [])
    assert store.lives(["C-1"])["C-1"].state == "reopened"
    assert balances(store) == {}


def test_a_refusal_opens_the_case_again(store: Store) -> None:
    one = sending(store, approved_in(store, "issue_credit"))

    def refuse(before: Correction, grounds: Grounds) -> CorrectionChange:
        after = answered(before, Receipt("refused", says="closed"), NOW)
        return changed(before, replace(after, version=before.version + 1), grounds, ANNA, NOW)

    store.move_correction(one.correction_id, one.version, refuse)

    assert store.lives(["C-1"])["C-1"].state == "reopened"
    assert store.claim_corrections(LATER, LATER + LEASE, limit=5) == ()
