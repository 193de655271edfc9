"""What every store of proposals does: the fake, SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.governance.four_eyes import Request, decide
from core.kernel.audit import AuditEvent, AuditQuery, Facts
from core.kernel.errors import AssayError, ConflictError, FourEyesError, NotFoundError
from core.kernel.people import Actor
from core.kernel.proposals import Proposal, Verdict
from core.ports.store import Store
from tests.builders.people import SYSTEM, a_person, keep
from tests.builders.proposals import (
    NOW,
    a_change,
    a_proposal,
    a_request,
    a_role_change,
    an_actor,
)
from tests.builders.runs import a_control_result, a_run

SUE = an_actor("sue", "supervisor")
FOUND = a_control_result("payment_failed", eligible=240, violations=3, amount=Decimal("12.5"))


def asked(store: Store, change: Any = None, actor: Actor | None = None, **given: Any) -> Proposal:
    """Propose a change, on the evidence that the store has."""
    chosen = change or a_change()

    def make(evidence: Facts) -> Proposal:
        return a_proposal(chosen, actor, **{"evidence": evidence, **given})

    return store.propose(chosen.kind, chosen.object_id, make)


def settle(request: Request) -> Callable[[Proposal, Facts], Proposal]:
    return lambda proposal, evidence: decide(proposal, request, now=NOW, evidence=evidence)


def end(store: Store, proposal: Proposal, verdict: Verdict = "approved", actor: Actor = SUE) -> Proposal:
    return store.decide(proposal.proposal_id, settle(a_request(proposal, verdict, actor)))


def trail(store: Store) -> list[str]:
    entries = store.audit_entries(AuditQuery(), offset=0, limit=100)
    return [entry.event.action for entry in reversed(entries)]


def test_an_empty_store_has_no_proposal(store: Store) -> None:
    assert store.proposal("P-1") is None
    assert store.waiting() == store.decided(limit=5) == store.control_settings() == ()
    assert store.control_history("payment_failed") == ()
    assert store.set_up_hash() is None
    assert store.evidence("control", "payment_failed") == {"settings": 0, "result": None}
    assert store.evidence("role", "nobody") == {}
    with pytest.raises(NotFoundError):
        store.decide("P-1", lambda proposal, _: proposal)


def test_a_proposal_comes_back_as_it_was_made(store: Store) -> None:
    hostile = "'; drop table proposals; -- \u202e\x00 <b>ł</b>"
    agent = Actor("agent", "Agent 'x'", "service", "service")
    change = a_change(
        after={"thresholds": {"retry_hours": hostile}, "enabled": False}, amount=Decimal("0.000001")
    )
    made = asked(store, change, agent, on_behalf_of=an_actor())

    assert store.proposal(made.proposal_id) == made
    assert store.waiting() == (made,)
    assert made.on_behalf_of == "ana"
    assert trail(store) == ["threshold.proposed"]


def test_an_approved_threshold_is_in_force_with_its_approval(store: Store) -> None:
    made = asked(store)

    approved = end(store, made)

    assert approved.state == "approved"
    assert store.proposal(made.proposal_id) == approved
    assert store.waiting() == ()
    assert store.decided(limit=5) == (approved,)
    (settings,) = store.control_settings()
    assert (settings.version, settings.thresholds, settings.enabled) == (1, {"retry_hours": "192"}, True)
    assert (settings.since, settings.proposal_id) == (NOW, made.proposal_id)
    assert trail(store) == ["threshold.proposed", "threshold.changed"]
    entry = store.audit_entries(AuditQuery(), offset=0, limit=1)[0].event
    assert entry.proposer is not None
    assert entry.approver is not None
    assert (entry.proposer.user_id, entry.approver.user_id) == ("ana", "sue")
    assert entry.context["content_hash"] == made.content_hash


def test_each_approval_makes_the_next_version_and_keeps_those_before(store: Store) -> None:
    for hours in ("100", "110", "120"):
        end(store, asked(store, a_change(after={"thresholds": {"retry_hours": hours}, "enabled": True})))

    assert [one.thresholds["retry_hours"] for one in store.control_history("payment_failed")] == [
        "120",
        "110",
        "100",
    ]
    assert [one.version for one in store.control_settings()] == [3]


@pytest.mark.parametrize("verdict", ["returned", "rejected", "withdrawn"])
def test_what_is_not_approved_changes_nothing(store: Store, verdict: Verdict) -> None:
    made = asked(store)

    ended = end(store, made, verdict, an_actor() if verdict == "withdrawn" else SUE)

    assert store.proposal(made.proposal_id) == ended
    assert ended.state == verdict
    assert store.control_settings() == ()
    assert trail(store) == ["threshold.proposed", f"threshold.{verdict}"]


def test_a_decision_is_made_once(store: Store) -> None:
    made = asked(store)
    end(store, made)

    for verdict in ("approved", "returned", "rejected"):
        with pytest.raises(ConflictError):
            end(store, made, verdict)  # type: ignore[arg-type]

    assert [one.version for one in store.control_settings()] == [1]
    assert trail(store) == ["threshold.proposed", "threshold.changed"]


def test_a_caller_that_judges_a_decided_proposal_anew_still_changes_nothing(store: Store) -> None:
    made = asked(store)
    approved = end(store, made)

    with pytest.raises(ConflictError):
        store.decide(made.proposal_id, lambda *_: approved)

    assert [one.version for one in store.control_settings()] == [1]


def test_a_refused_decision_leaves_nothing_behind(store: Store) -> None:
    made = asked(store)

    with pytest.raises(FourEyesError):
        end(store, made, "approved", an_actor())

    assert store.waiting() == (made,)
    assert trail(store) == ["threshold.proposed"]


def test_a_new_version_voids_what_waits_for_the_same_control(store: Store) -> None:
    first, second = asked(store), asked(store, a_change(after={"thresholds": {}, "enabled": False}))
    end(store, first)

    with pytest.raises(ConflictError, match="changed"):
        end(store, second)

    assert end(store, second, "rejected").state == "rejected"


def test_another_result_of_the_control_voids_what_waits(store: Store) -> None:
    store.save_run(a_run("R-1", controls=[FOUND]))
    same, other = asked(store), asked(store)
    assert store.evidence("control", "payment_failed") == {
        "settings": 0,
        "result": {"outcome": "violated", "eligible": 240, "violations": 3, "amount": "12.500000"},
    }
    store.save_run(a_run("R-2", controls=[FOUND, a_control_result("cap")]))
    assert store.evidence("control", "payment_failed") == same.evidence

    store.save_run(a_run("R-3", controls=[a_control_result("payment_failed", eligible=241, violations=3)]))

    for made in (same, other):
        with pytest.raises(ConflictError, match="changed"):
            end(store, made)


def test_a_proposal_replaces_one_that_its_proposer_takes_back_with_it(store: Store) -> None:
    first = asked(store)

    second = asked(store, a_change(amount=Decimal(7)), replaces=first.proposal_id)

    assert store.waiting() == (second,)
    kept = store.proposal(first.proposal_id)
    assert kept is not None
    assert kept.decision is not None
    assert (kept.state, kept.decision.reason) == ("withdrawn", f"Replaced by {second.proposal_id}.")
    assert trail(store) == ["threshold.proposed", "threshold.withdrawn", "threshold.proposed"]
    with pytest.raises(ConflictError):
        end(store, first)


def test_a_returned_proposal_can_be_proposed_anew(store: Store) -> None:
    first = asked(store)
    end(store, first, "returned")
    second = asked(store, replaces=first.proposal_id)
    assert store.waiting() == (second,)


@pytest.mark.parametrize("verdict", ["approved", "rejected"])
def test_what_was_approved_or_rejected_is_not_replaced(store: Store, verdict: Verdict) -> None:
    first = asked(store)
    end(store, first, verdict)
    with pytest.raises(ConflictError):
        asked(store, replaces=first.proposal_id)
    assert store.waiting() == ()


def test_nobody_replaces_what_somebody_else_proposed(store: Store) -> None:
    first = asked(store)
    for verdict in (None, "returned"):
        if verdict:
            end(store, first, verdict)  # type: ignore[arg-type]
        with pytest.raises(FourEyesError):
            asked(store, actor=an_actor("pam", "product_manager"), replaces=first.proposal_id)
    with pytest.raises(NotFoundError):
        asked(store, replaces="P-none")


def test_what_lapses_first_waits_first_then_what_is_worth_most(store: Store) -> None:
    made = {
        name: asked(store, a_change(object_id=name, amount=amount), now=NOW + timedelta(days=days))
        for name, amount, days in (
            ("late", Decimal(900), 1),
            ("small", Decimal(1), 0),
            ("large", Decimal(500), 0),
            ("none", None, 0),
        )
    }
    assert [one.object_id for one in store.waiting()] == ["large", "small", "none", "late"]
    end(store, made["small"], "rejected")
    assert [one.object_id for one in store.decided(limit=5)] == ["small"]
    assert store.decided(limit=5, kind="control", object_id="large") == ()


def test_an_approved_role_counts_at_once(store: Store) -> None:
    for person in (a_person("bo"), a_person("ada", "administrator")):
        keep(store, person)
    made = asked(store, a_role_change("bo"))

    end(store, made)

    assert store.person("bo") == a_person("bo", "supervisor")
    assert trail(store)[-2:] == ["role.proposed", "role.changed"]


def test_a_role_that_is_no_longer_what_it_was_is_not_changed_whatever_evidence_is_handed_over(
    store: Store,
) -> None:
    keep(store, a_person("bo"))
    made = asked(store, a_role_change("bo"))
    store.change_person(
        a_person("bo"), a_person("bo", "auditor"), AuditEvent("role.changed", SYSTEM, "person", "bo")
    )
    request = a_request(made, "approved", SUE)

    with pytest.raises(ConflictError, match="no longer what it was"):
        store.decide(made.proposal_id, lambda kept, _: decide(kept, request, now=NOW, evidence=kept.evidence))

    person = store.person("bo")
    assert person is not None
    assert person.role == "auditor"
    assert store.waiting() == (made,)


@pytest.mark.parametrize("change", ["role", "disabled", "segments"])
def test_a_role_waits_for_the_person_as_they_were(store: Store, change: str) -> None:
    keep(store, a_person("ada", "administrator"))
    keep(store, a_person("bo"))
    made = asked(store, a_role_change("bo"))
    values = {"role": "auditor", "disabled": True, "segments": frozenset({"iot"})}
    changed = a_person("bo", **{change: values[change]})
    store.change_person(a_person("bo"), changed, AuditEvent("person.changed", SYSTEM, "person", "bo"))

    with pytest.raises(ConflictError, match="changed"):
        end(store, made)

    assert store.person("bo") == changed


def test_the_last_administrator_stays_even_when_two_agree(store: Store) -> None:
    for user_id in ("ada", "alf"):
        keep(store, a_person(user_id, "administrator"))
    changes = [a_role_change(user_id, "auditor") for user_id in ("ada", "alf")]
    made = [
        asked(store, type(change)("role", change.object_id, {"role": "administrator"}, change.after))
        for change in changes
    ]
    end(store, made[0])
    with pytest.raises(ConflictError, match="Nobody could manage people"):
        end(store, made[1])
    assert store.person("alf") == a_person("alf", "administrator")
    assert store.waiting() == (made[1],)


def test_the_file_of_thresholds_is_taken_in_once(store: Store) -> None:
    event = AuditEvent("threshold.set_up", SYSTEM, "control", "")
    said = {"payment_failed": ({"retry_hours": "48"}, True), "file_late": ({}, False)}

    assert store.set_up_controls(said, "hash-1", NOW, event)
    assert not store.set_up_controls({"cap": ({}, False)}, "hash-2", NOW, event)

    assert store.set_up_hash() == "hash-1"
    late, failed = store.control_settings()
    assert (late.control_id, late.version, late.enabled, late.proposal_id) == ("file_late", 1, False, None)
    assert (failed.thresholds, failed.enabled) == ({"retry_hours": "48"}, True)
    assert trail(store) == ["threshold.set_up"]
    end(store, asked(store))
    assert [one.version for one in store.control_history("payment_failed")] == [2, 1]


def test_a_file_without_thresholds_is_taken_in_too(store: Store) -> None:
    assert store.set_up_controls({}, "nothing", NOW, AuditEvent("threshold.set_up", SYSTEM, "control", ""))
    assert store.set_up_hash() == "nothing"
    assert store.control_settings() == ()


def test_an_error_in_the_caller_keeps_nothing(store: Store) -> None:
    made = asked(store)

    def fail(*_: object) -> Proposal:
        raise AssayError("no")

    with pytest.raises(AssayError):
        store.decide(made.proposal_id, fail)
    with pytest.raises(AssayError):
        store.propose("control", "payment_failed", fail)
    assert store.waiting() == (made,)
    assert trail(store) == ["threshold.proposed"]
