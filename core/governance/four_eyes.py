"""Four eyes: who may propose and decide which change, and what stands in the way. Keeps nothing.

One function, `objection`, says what stands in the way: the store asks it inside the transaction that decides,
a page asks it to say beforehand why a button is off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from core.governance.admission import PROOF_LASTS
from core.governance.canonical import canonical
from core.governance.proposals import Change, content_hash, make_proposal
from core.governance.rights import Right, granted_by, lacking, rights_held, rights_of, suffices
from core.kernel.audit import Facts
from core.kernel.errors import (
    AssayError,
    ConflictError,
    ForbiddenError,
    FourEyesError,
    InputError,
    ProofNeededError,
)
from core.kernel.people import Actor, Method, Role
from core.kernel.plan import approver_of
from core.kernel.proposals import Decision, Kind, Proposal, Verdict

__all__ = [
    "RULES",
    "Objection",
    "Request",
    "Rule",
    "decide",
    "needs_second_person",
    "objection",
    "propose",
    "take_back",
]


@dataclass(frozen=True)
class Rule:
    """Say how one kind of change is made by two people.

    Parameters
    ----------
    lasts
        How long a proposal waits before it lapses.
    limits
        Up to what amount a role may approve; a role that is not named has no limit.
    prove_from
        The amount from which whoever approves must just have proved who they are; a proposal without an
        amount counts as 0.
    about_a_person
        Whether the object is a person, who then may not decide about themselves.
    """

    propose: Right
    approve: Right
    lasts: timedelta
    limits: Mapping[Role, Decimal]
    prove_from: Decimal
    about_a_person: bool = False


RULES: dict[Kind, Rule] = {
    "control": Rule(
        "settings.propose",
        "settings.approve",
        timedelta(days=7),
        {"supervisor": Decimal(10_000)},
        prove_from=Decimal(1_000),
    ),
    "role": Rule(
        "people.manage", "people.approve", timedelta(days=3), {}, prove_from=Decimal(0), about_a_person=True
    ),
    "case": Rule(
        "cases.propose",
        "cases.approve",
        timedelta(days=7),
        {"supervisor": Decimal(10_000)},
        prove_from=Decimal(1_000),
    ),
    "policy": Rule("settings.propose", "settings.approve", timedelta(days=7), {}, prove_from=Decimal(0)),
}
"""The rule of each kind of change. Amounts are in the operator's home currency."""

Reason = Literal[
    "decided", "own", "on_behalf", "about_you", "not_a_person", "not_yours", "right", "lapsed", "changed",
    "approver", "limit", "proof",
]  # fmt: skip


@dataclass(frozen=True)
class Objection:
    """Say what stands in the way of a decision: which rule, and one sentence for whoever wants to decide."""

    rule: Reason
    sentence: str


@dataclass(frozen=True)
class Request:
    """Ask for a decision.

    Parameters
    ----------
    content_hash
        That of the proposal as whoever decides has seen it.
    proved_at
        When they last proved who they are; None when they never did.
    """

    verdict: Verdict
    actor: Actor
    content_hash: str
    reason: str = ""
    proved_at: datetime | None = None


def propose(
    change: Change,
    actor: Actor,
    note: str,
    *,
    evidence: Facts,
    now: datetime,
    on_behalf_of: Actor | None = None,
    replaces: str | None = None,
) -> Proposal:
    """Return a proposal that waits for a second person.

    Parameters
    ----------
    on_behalf_of
        The person whom a service acts for, with whose rights it does.

    Raises
    ------
    InputError
        RA-E100 without a note, or when nothing would change.
    ForbiddenError
        RA-E402 without the right to propose this kind of change.
    """
    rule = RULES[change.kind]
    if rule.propose not in rights_held(on_behalf_of or actor):
        raise ForbiddenError(lacking(rule.propose), fields={"right": rule.propose})
    return make_proposal(
        change,
        actor,
        note,
        evidence=evidence,
        now=now,
        lasts=rule.lasts,
        on_behalf_of=on_behalf_of.user_id if on_behalf_of else None,
        replaces=replaces,
    )


def objection(proposal: Proposal, request: Request, *, now: datetime, evidence: Facts) -> Objection | None:
    """Return what stands in the way of a decision, the first rule that does; None when nothing does.

    Parameters
    ----------
    now
        This machine's time.
    evidence
        What the decision stands on, as it is at this moment.
    """
    if proposal.decision is not None:
        decider = proposal.decision.decider.name
        return Objection("decided", f"{decider} has {proposal.state} this already.")
    if request.verdict == "withdrawn":
        return _not_theirs(proposal, request.actor)
    return (
        _same_person(proposal, request.actor)
        or _lacks_right(proposal, request.actor)
        or (_bars_approval(proposal, request, now, evidence) if request.verdict == "approved" else None)
    )


def decide(proposal: Proposal, request: Request, *, now: datetime, evidence: Facts) -> Proposal:
    """Return the proposal with its decision.

    To be called inside the transaction that keeps it, tells the audit trail and, on approval, applies the
    change.

    Raises
    ------
    ConflictError
        RA-E401 when it is decided already, has lapsed, or what it says or stands on has changed.
    FourEyesError
        RA-E405 when this person may not decide this proposal.
    ForbiddenError, ProofNeededError
        RA-E402 without the right; RA-E404 when the person must first prove again who they are.
    InputError
        RA-E100 when it is returned or rejected without a reason.
    """
    if len({request.content_hash, proposal.content_hash, content_hash(proposal)}) != 1:
        fields = {"rule": "changed", "proposal": proposal.proposal_id}
        raise ConflictError("The proposal is not what you have seen: load it again.", fields=fields)
    against = objection(proposal, request, now=now, evidence=evidence)
    if against is not None:
        kind = _ERRORS.get(against.rule, FourEyesError)
        raise kind(against.sentence, fields={"rule": against.rule, "proposal": proposal.proposal_id})
    reason = request.reason.strip()
    if request.verdict in {"returned", "rejected"} and not reason:
        raise InputError("Say why: whoever proposed it reads it.")
    return replace(proposal, decision=Decision(request.verdict, request.actor, now, reason))


def take_back(before: Proposal, new: Proposal) -> Proposal:
    """Return a proposal as it is once its proposer proposes another in its place.

    Raises
    ------
    InputError
        RA-E100 when the two are about different things.
    ConflictError
        RA-E401 when it has been approved or rejected.
    FourEyesError
        RA-E405 when it is somebody else's.
    """
    if (before.kind, before.object_id) != (new.kind, new.object_id):
        raise InputError(f"{before.proposal_id} is about something else.")
    reason = f"Replaced by {new.proposal_id}."
    request = Request("withdrawn", new.proposer, before.content_hash, reason)
    if before.state in {"returned", "withdrawn"}:
        against = _not_theirs(before, new.proposer)
        if against is not None:
            raise FourEyesError(against.sentence, fields={"rule": against.rule})
        return before
    return decide(before, request, now=new.proposed_at, evidence={})


def needs_second_person(before: Role | None, after: Role | None, others_who_approve: int) -> bool:
    """Return whether a change of role waits for a second person.

    Parameters
    ----------
    others_who_approve
        How many people besides the actor have a role that approves roles, whether or not they may sign in.
        Until there is one, an installation is being set up.
    """
    powers = {role for role in (before, after) if role is not None and rights_of(role) & _POWERS}
    return before != after and bool(powers) and others_who_approve > 0


_IN_PERSON: frozenset[Method] = frozenset({"local", "oidc", "token"})
"""How somebody comes who may decide: in person, or by a token that they made themselves."""

_POWERS: frozenset[Right] = frozenset({"settings.approve", "people.manage", "people.approve"})
"""Rights over what others do: two people give them and take them away."""

_ERRORS: dict[Reason, type[AssayError]] = {
    "decided": ConflictError,
    "lapsed": ConflictError,
    "changed": ConflictError,
    "right": ForbiddenError,
    "proof": ProofNeededError,
}


def _not_theirs(proposal: Proposal, actor: Actor) -> Objection | None:
    if actor.user_id in {proposal.proposer.user_id, proposal.on_behalf_of}:
        return None
    return Objection("not_yours", f"Only {proposal.proposer.name}, who proposed this, may take it back.")


def _same_person(proposal: Proposal, actor: Actor) -> Objection | None:
    if actor.user_id == proposal.proposer.user_id:
        return Objection("own", "You proposed this, someone else must approve.")
    if actor.user_id == proposal.on_behalf_of:
        return Objection("on_behalf", "This was proposed on your behalf, someone else must approve.")
    if RULES[proposal.kind].about_a_person and actor.user_id == proposal.object_id:
        return Objection("about_you", "This is about you, someone else must approve.")
    if actor.role == "service" or actor.method not in _IN_PERSON:
        return Objection("not_a_person", "Only a person who has signed in may decide.")
    return None


def _lacks_right(proposal: Proposal, actor: Actor) -> Objection | None:
    right = RULES[proposal.kind].approve
    if right in rights_held(actor):
        return None
    if right in rights_of(actor.role):
        return Objection("right", "This token may not decide: sign in to do so.")
    roles = " or ".join(role.replace("_", " ") for role in granted_by(right))
    return Objection("right", f"Another role decides this: {roles}.")


def _bars_approval(proposal: Proposal, request: Request, now: datetime, evidence: Facts) -> Objection | None:
    rule, amount = RULES[proposal.kind], proposal.amount or Decimal(0)
    if now >= proposal.expires_at:
        return Objection("lapsed", "This has waited too long and lapsed; it must be proposed again.")
    if canonical(evidence) != canonical(proposal.evidence):
        return Objection("changed", "What this stands on has changed; it must be proposed again.")
    asked = approver_of(proposal.effect)
    if asked and not suffices(request.actor.role, asked):
        return Objection("approver", f"Policy has another role approve this: {asked.replace('_', ' ')}.")
    limit = rule.limits.get(request.actor.role)
    if limit is not None and amount > limit:
        money = f"{limit:,} {proposal.currency or ''}".strip()
        return Objection("limit", f"Your role approves up to {money}; this is worth more.")
    proved = request.proved_at is not None and now - request.proved_at <= PROOF_LASTS
    if amount >= rule.prove_from and not proved:
        return Objection("proof", "Confirm who you are to approve this.")
    return None
