"""Who may decide what: every cell of role, verdict, relation to the proposal, and evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest

from core.governance.four_eyes import RULES, decide, needs_second_person, objection, propose
from core.governance.proposals import Change, content_hash, decided, differences, proposed
from core.kernel.errors import (
    AssayError,
    ConflictError,
    ForbiddenError,
    FourEyesError,
    InputError,
    ProofNeededError,
)
from core.kernel.people import ROLES, Actor, Method, Role
from core.kernel.proposals import KINDS, VERDICTS, Kind, Proposal, Verdict
from tests.builders.proposals import (
    EVIDENCE,
    NOW,
    a_change,
    a_correction,
    a_policy_change,
    a_proposal,
    a_request,
    a_role_change,
    an_actor,
)

PROPOSERS: dict[Kind, set[Role]] = {
    "control": {"analyst", "product_manager", "administrator"},
    "role": {"administrator"},
    "case": {"care_agent", "analyst", "supervisor"},
    "policy": {"analyst", "product_manager", "administrator"},
}
APPROVERS: dict[Kind, set[Role]] = {
    "control": {"supervisor", "product_manager"},
    "role": {"supervisor", "administrator"},
    "case": {"supervisor", "product_manager"},
    "policy": {"supervisor", "product_manager"},
}
CHANGES: dict[Kind, Callable[[], Change]] = {
    "control": a_change,
    "role": lambda: a_role_change("concerned"),
    "case": a_correction,
    "policy": a_policy_change,
}
RELATIONS = ("proposer", "on whose behalf", "concerned", "somebody else")
EVIDENCES = ("as it was", "changed")
CELLS = list(product(KINDS, ROLES, VERDICTS, RELATIONS, EVIDENCES))


def test_every_kind_of_change_has_its_row_in_this_matrix() -> None:
    assert set(RULES) == set(KINDS) == set(PROPOSERS) == set(APPROVERS)


@pytest.mark.parametrize(("kind", "role"), list(product(KINDS, ROLES)))
def test_only_these_roles_may_propose(kind: Kind, role: Role) -> None:
    change = CHANGES[kind]()
    if role in PROPOSERS[kind]:
        assert a_proposal(change, an_actor("ana", role)).state == "waiting"
    else:
        with pytest.raises(ForbiddenError, match="An administrator gives it"):
            a_proposal(change, an_actor("ana", role))


def made_for(kind: Kind) -> Proposal:
    agent = Actor("agent", "Agent", "service", "service")
    behalf = an_actor("behalf", "administrator" if kind == "role" else "analyst")
    return a_proposal(CHANGES[kind](), agent, on_behalf_of=behalf)


def may(kind: Kind, role: Role, verdict: Verdict, relation: str, evidence: str) -> bool:
    """Say by hand what the rules come to."""
    theirs = relation in {"proposer", "on whose behalf"}
    if verdict == "withdrawn":
        return theirs
    if theirs or (kind == "role" and relation == "concerned"):
        return False
    return role in APPROVERS[kind] and (verdict != "approved" or evidence == "as it was")


@pytest.mark.parametrize(("kind", "role", "verdict", "relation", "evidence"), CELLS)
def test_who_decides(kind: Kind, role: Role, verdict: Verdict, relation: str, evidence: str) -> None:
    proposal = made_for(kind)
    ids = dict(zip(RELATIONS, ("agent", "behalf", "concerned", "other"), strict=True))
    actor = an_actor(ids[relation], role)
    request = a_request(proposal, verdict, actor)
    facts = EVIDENCE if evidence == "as it was" else {**EVIDENCE, "settings": 1}

    against = objection(proposal, request, now=NOW, evidence=facts)

    if may(kind, role, verdict, relation, evidence):
        assert against is None
        assert decide(proposal, request, now=NOW, evidence=facts).state == verdict
    else:
        assert against is not None
        with pytest.raises(AssayError) as refused:
            decide(proposal, request, now=NOW, evidence=facts)
        assert refused.value.fields["rule"] == against.rule
        assert str(refused.value) == against.sentence


@pytest.mark.parametrize(
    ("role", "method"),
    [("supervisor", "cli"), ("supervisor", "service"), ("supervisor", "none"), ("service", "local")],
)
def test_whoever_is_no_person_who_signed_in_decides_nothing(role: Role, method: Method) -> None:
    proposal = a_proposal()
    actor = Actor("sue", "Sue", role, method)
    with pytest.raises(FourEyesError, match="a person who has signed in"):
        decide(proposal, a_request(proposal, actor=actor), now=NOW, evidence=EVIDENCE)


def test_a_proposal_says_to_its_proposer_that_someone_else_must_approve() -> None:
    proposal = a_proposal(actor=an_actor("pam", "product_manager"))
    request = a_request(proposal, actor=an_actor("pam", "product_manager"))
    against = objection(proposal, request, now=NOW, evidence=EVIDENCE)
    assert against is not None
    assert against.sentence == "You proposed this, someone else must approve."


def test_a_decided_proposal_is_not_decided_again() -> None:
    proposal = a_proposal()
    approved = decide(proposal, a_request(proposal), now=NOW, evidence=EVIDENCE)
    for verdict in VERDICTS:
        with pytest.raises(ConflictError, match="Sue has approved this already"):
            decide(approved, a_request(approved, verdict), now=NOW, evidence=EVIDENCE)


def test_approving_something_other_than_what_was_seen_is_refused() -> None:
    proposal = a_proposal()
    for seen in ("", "0" * 64, a_proposal().content_hash):
        with pytest.raises(ConflictError, match="not what you have seen"):
            decide(proposal, a_request(proposal, content_hash=seen), now=NOW, evidence=EVIDENCE)


@pytest.mark.parametrize(
    "altered",
    [
        {"after": {"thresholds": {"retry_hours": "999"}, "enabled": True}},
        {"effect": {}},
        {"before": {}},
        {"amount": Decimal(1)},
        {"amount": None},
        {"currency": "PLN"},
        {"object_id": "payment_duplicate"},
        {"kind": "role"},
        {"evidence": {}},
        {"note": "Another."},
        {"proposer": an_actor("eve")},
        {"on_behalf_of": "eve"},
        {"expires_at": NOW + timedelta(days=99)},
        {"proposed_at": NOW + timedelta(days=9)},
        {"replaces": "P-1"},
        {"proposal_id": "P-2"},
    ],
    ids=lambda altered: next(iter(altered)),
)
def test_a_proposal_altered_where_it_is_kept_is_not_approved(altered: dict[str, object]) -> None:
    proposal = a_proposal()
    forged = replace(proposal, **altered)  # type: ignore[arg-type]
    assert content_hash(forged) != proposal.content_hash
    with pytest.raises(ConflictError, match="not what you have seen"):
        decide(forged, a_request(proposal), now=NOW, evidence=EVIDENCE)


def test_the_same_content_has_the_same_hash_however_its_amount_is_written() -> None:
    proposal = a_proposal()
    assert content_hash(replace(proposal, amount=Decimal("120.500000"))) == proposal.content_hash


def test_a_proposal_lapses() -> None:
    proposal = a_proposal()
    for verdict in VERDICTS[1:3]:
        assert decide(proposal, a_request(proposal, verdict), now=proposal.expires_at, evidence=EVIDENCE)
    with pytest.raises(ConflictError, match="lapsed"):
        decide(proposal, a_request(proposal), now=proposal.expires_at, evidence=EVIDENCE)
    just_before = proposal.expires_at - timedelta(microseconds=1)
    request = a_request(proposal, proved_at=just_before)
    assert decide(proposal, request, now=just_before, evidence=EVIDENCE).state == "approved"


@pytest.mark.parametrize(
    ("role", "amount", "allowed"),
    [
        ("supervisor", "10000.000000", True),
        ("supervisor", "10000.000001", False),
        ("product_manager", "999999999.99", True),
    ],
)
def test_a_role_approves_up_to_its_limit(role: Role, amount: str, allowed: bool) -> None:
    proposal = a_proposal(a_change(amount=Decimal(amount)))
    request = a_request(proposal, actor=an_actor("sue", role))
    against = objection(proposal, request, now=NOW, evidence=EVIDENCE)
    assert (against is None) == allowed
    assert against is None or against.sentence == "Your role approves up to 10,000 EUR; this is worth more."
    returned = a_request(proposal, "returned", an_actor("sue", role))
    assert objection(proposal, returned, now=NOW, evidence=EVIDENCE) is None


@pytest.mark.parametrize(
    ("amount", "minutes_ago", "allowed"),
    [
        ("999.999999", None, True),
        ("1000", None, False),
        ("1000", 5, True),
        ("1000", 6, False),
        (None, None, True),
    ],
)
def test_a_large_one_is_approved_only_by_somebody_who_has_just_proved_who_they_are(
    amount: str | None, minutes_ago: int | None, allowed: bool
) -> None:
    proposal = a_proposal(a_change(amount=None if amount is None else Decimal(amount)))
    proved = None if minutes_ago is None else NOW - timedelta(minutes=minutes_ago)
    request = a_request(proposal, proved_at=proved)
    if allowed:
        assert decide(proposal, request, now=NOW, evidence=EVIDENCE).state == "approved"
    else:
        with pytest.raises(ProofNeededError):
            decide(proposal, request, now=NOW, evidence=EVIDENCE)


def test_a_role_is_approved_only_by_somebody_who_has_just_proved_who_they_are() -> None:
    proposal = a_proposal(a_role_change())
    with pytest.raises(ProofNeededError):
        decide(proposal, a_request(proposal, proved_at=None), now=NOW, evidence=EVIDENCE)


@pytest.mark.parametrize("verdict", ["returned", "rejected"])
def test_returning_and_rejecting_need_a_reason(verdict: Verdict) -> None:
    proposal = a_proposal()
    with pytest.raises(InputError, match="Say why"):
        decide(proposal, a_request(proposal, verdict, reason=" "), now=NOW, evidence=EVIDENCE)


def test_proposing_needs_a_reason_and_a_change() -> None:
    how = {"evidence": EVIDENCE, "now": NOW}
    with pytest.raises(InputError, match="Say why"):
        propose(a_change(), an_actor(), "  ", **how)  # type: ignore[arg-type]
    same = a_change(after={"enabled": True, "thresholds": {"retry_hours": "96"}})
    with pytest.raises(InputError, match="Nothing would change"):
        propose(same, an_actor(), "Why not.", **how)  # type: ignore[arg-type]
    switch = a_change(before={"enabled": True}, after={"enabled": 1})
    assert propose(switch, an_actor(), "A number is no switch.", **how)  # type: ignore[arg-type]


def test_a_service_proposes_with_the_rights_of_whom_it_acts_for() -> None:
    agent = an_actor("agent", "service", "service")
    assert a_proposal(actor=agent, on_behalf_of=an_actor()).on_behalf_of == "ana"
    with pytest.raises(ForbiddenError):
        a_proposal(actor=agent, on_behalf_of=an_actor("cara", "care_agent"))
    with pytest.raises(ForbiddenError):
        a_proposal(actor=agent)


@pytest.mark.parametrize(
    ("asked", "role", "allowed"),
    [
        ("supervisor", "supervisor", True),
        ("supervisor", "product_manager", True),
        ("product_manager", "supervisor", False),
        ("product_manager", "product_manager", True),
        (None, "supervisor", True),
    ],
)
def test_a_correction_is_approved_by_the_role_that_its_plan_names_or_one_that_may_more(
    asked: Role | None, role: Role, allowed: bool
) -> None:
    proposal = a_proposal(a_correction(effect={"plan": {"by": asked}}))
    against = objection(
        proposal, a_request(proposal, actor=an_actor("sue", role)), now=NOW, evidence=EVIDENCE
    )

    assert (against is None) == allowed
    if not allowed:
        assert against is not None
        assert (against.rule, against.sentence) == (
            "approver",
            "Policy has another role approve this: product manager.",
        )
        returned = a_request(proposal, "returned", an_actor("sue", role))
        assert objection(proposal, returned, now=NOW, evidence=EVIDENCE) is None


@pytest.mark.parametrize("role", ROLES)
def test_roles_with_power_over_others_are_given_and_taken_by_two(role: Role) -> None:
    powerful = role in {"administrator", "supervisor", "product_manager"}
    assert needs_second_person("care_agent", role, 1) == powerful
    assert needs_second_person(role, "care_agent", 1) == powerful
    assert needs_second_person(None, role, 1) == powerful
    assert needs_second_person(role, None, 1) == powerful
    assert not needs_second_person(role, role, 1)
    assert not needs_second_person("care_agent", role, 0)


def test_the_trail_is_told_both_pairs_of_eyes() -> None:
    proposal = a_proposal()
    event = proposed(proposal)
    assert (event.action, event.actor, event.proposer) == ("threshold.proposed", an_actor(), an_actor())
    assert event.context["content_hash"] == proposal.content_hash

    approved = decided(decide(proposal, a_request(proposal), now=NOW, evidence=EVIDENCE))
    sue = an_actor("sue", "supervisor")
    assert (approved.action, approved.proposer, approved.approver) == ("threshold.changed", an_actor(), sue)
    assert (approved.before, approved.after) == (proposal.before, proposal.after)

    returned = decide(proposal, a_request(proposal, "returned"), now=NOW, evidence=EVIDENCE)
    assert decided(returned).approver is None
    assert decided(returned).reason == "Looked into it."
    with pytest.raises(ValueError, match="waits still"):
        decided(proposal)


def test_differences_name_what_came_went_and_changed() -> None:
    found = differences({"a": 1, "b": {"c": True, "d": "x"}, "e": None}, {"a": 2, "b": {"c": True}, "f": []})
    assert [(one.name, one.before, one.after) for one in found] == [
        ("a", "1", "2"),
        ("b.d", "x", None),
        ("f", None, "[]"),
    ]
