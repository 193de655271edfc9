"""What keeps an order from going out, looked at in the moment before it would."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.kernel.corrections import Correction, Switch
from core.kernel.orders import System
from core.kernel.people import ASSAY
from core.ports.operator import Connector, Connectors
from core.workflows.corrections.carry import LEASE, Carrier
from core.workflows.corrections.grounds import obstacle, switch_names
from tests.builders.audit import an_event
from tests.builders.proposals import an_actor
from tests.builders.runs import NOW
from tests.contract.test_corrections import actions, approved_in
from tests.fakes.connectors import FakeSystems
from tests.fakes.store import FakeStore


class Nothing:
    """Reach no system."""

    def of(self, system: System) -> Connector | None:
        return None


def carry(store: FakeStore, connectors: Connectors, minutes: int = 0) -> Correction:
    now = NOW + timedelta(minutes=minutes)
    for claim in store.claim_corrections(now, now + LEASE, limit=5):
        Carrier(store, connectors, ASSAY, lambda: now).carry(claim)
    return store.corrections(limit=1)[0]


def test_without_a_connector_it_waits_and_says_so_once() -> None:
    store = FakeStore()
    approved_in(store)

    one = carry(store, Nothing())
    told = actions(store)
    again = carry(store, Nothing(), 5)

    assert (one.state, one.version) == ("approved", 2)
    assert "No connector to billing" in one.says
    assert (again, actions(store)) == (one, told)
    assert carry(store, FakeSystems(lambda: NOW), 10).state == "settled"


@pytest.mark.parametrize("name", ["all", "billing", "rerate_charge"])
def test_what_is_switched_off_waits_until_it_is_switched_on(name: str) -> None:
    store, systems = FakeStore(), FakeSystems(lambda: NOW)
    approved_in(store)
    store.set_switch(Switch(name, "U-1", "Piotr", NOW, "Look first."), an_event())

    held = carry(store, systems)
    assert (held.state, systems.effects) == ("approved", [])
    assert "switched off by Piotr: Look first." in held.says

    store.clear_switch(name, an_event())
    assert carry(store, systems, 5).state == "settled"


def test_another_switch_stops_nothing() -> None:
    store = FakeStore()
    approved_in(store)
    store.set_switch(Switch("payments", "U-1", "Piotr", NOW, "Look first."), an_event())
    assert carry(store, FakeSystems(lambda: NOW)).state == "settled"


def test_an_actions_switch_lets_what_it_did_be_taken_back() -> None:
    store = FakeStore()
    one = approved_in(store)
    item = one.items[0]
    assert "rerate_charge" in switch_names(one, item)
    assert "rerate_charge" not in switch_names(one, replace(item, undoes=9))


def test_nothing_goes_out_on_an_approval_that_is_not_whole() -> None:
    store = FakeStore()
    one = approved_in(store)
    grounds = store.grounds_of(one)
    proposal = grounds.proposal
    assert proposal is not None
    assert proposal.decision is not None
    own = replace(proposal, decision=replace(proposal.decision, decider=proposal.proposer))
    others = replace(proposal, after={**proposal.after, "amount": "99"})
    lower = replace(proposal, effect={**proposal.effect, "plan": {"by": "product_manager"}})
    weak = replace(lower, decision=replace(proposal.decision, decider=an_actor("sue", "analyst")))
    for broken in (None, replace(proposal, decision=None), own, others, lower, weak):
        problem = obstacle(one, one.items[0], replace(grounds, proposal=broken))
        assert problem is not None
        assert problem.then == "stop"
    assert obstacle(one, one.items[0], grounds) is None


def test_a_case_that_was_opened_again_is_not_corrected() -> None:
    store = FakeStore()
    one = approved_in(store)
    problem = obstacle(one, one.items[0], replace(store.grounds_of(one), case_state="reopened"))
    assert problem is not None
    assert problem.then == "turn_back"


def test_once_money_has_moved_the_case_may_look_otherwise() -> None:
    store = FakeStore()
    one = approved_in(store)
    grounds = replace(store.grounds_of(one), evidence={"found": False})
    moved = one.with_item(replace(one.items[0], state="confirmed", sent_at=NOW))
    assert obstacle(moved, moved.items[1], grounds) is None
    assert obstacle(one, one.items[0], grounds) is not None
