"""Proposals: made, hashed, compared and told to the audit trail. Decides none: `four_eyes` does."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast

from core.governance.canonical import canonical, plain
from core.kernel.audit import AuditEvent, Facts
from core.kernel.errors import InputError
from core.kernel.people import Actor
from core.kernel.proposals import Kind, Proposal, Verdict

__all__ = [
    "Change",
    "Difference",
    "content_hash",
    "decided",
    "differences",
    "make_proposal",
    "proposed",
    "refused",
]


@dataclass(frozen=True)
class Change:
    """Say what is to change and what it is worth, as `core.kernel.proposals.Proposal` has it."""

    kind: Kind
    object_id: str
    before: Facts
    after: Facts
    amount: Decimal | None = None
    currency: str | None = None
    effect: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """Set a named value before beside the one after; None where there is none."""

    name: str
    before: str | None
    after: str | None


def make_proposal(
    change: Change,
    actor: Actor,
    note: str,
    *,
    evidence: Facts,
    now: datetime,
    lasts: timedelta,
    on_behalf_of: str | None = None,
    replaces: str | None = None,
) -> Proposal:
    """Return a proposal with its content hash.

    Raises
    ------
    InputError
        RA-E100 without a note, or when nothing would change.
    """
    if not note.strip():
        raise InputError("Say why: whoever decides reads it.")
    if canonical(change.before) == canonical(change.after):
        raise InputError("Nothing would change.")
    proposal = Proposal(
        proposal_id=f"P-{secrets.token_hex(6)}",
        kind=change.kind,
        object_id=change.object_id,
        before=_plain(change.before),
        after=_plain(change.after),
        effect=_plain(change.effect),
        evidence=_plain(evidence),
        amount=change.amount,
        currency=change.currency,
        proposer=actor,
        on_behalf_of=on_behalf_of,
        note=note.strip(),
        proposed_at=now,
        expires_at=now + lasts,
        content_hash="",
        replaces=replaces,
    )
    return replace(proposal, content_hash=content_hash(proposal))


def content_hash(proposal: Proposal) -> str:
    """Return SHA-256 over all that is approved: the change, its effect, its evidence and who proposed it."""
    content = {
        "after": proposal.after,
        "amount": _amount(proposal.amount),
        "before": proposal.before,
        "currency": proposal.currency,
        "effect": proposal.effect,
        "evidence": proposal.evidence,
        "expires_at": proposal.expires_at,
        "id": proposal.proposal_id,
        "kind": proposal.kind,
        "note": proposal.note,
        "object": proposal.object_id,
        "on_behalf_of": proposal.on_behalf_of,
        "proposed_at": proposal.proposed_at,
        "proposer": proposal.proposer.user_id,
        "replaces": proposal.replaces,
    }
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def proposed(proposal: Proposal) -> AuditEvent:
    """Return what the audit trail is told when somebody proposes."""
    return _told(proposal, "proposed", proposal.proposer, proposal.note)


def decided(proposal: Proposal) -> AuditEvent:
    """Return what the audit trail is told when a proposal has been decided; when approved, of the change.

    Raises
    ------
    ValueError
        When it waits still.
    """
    decision = proposal.decision
    if decision is None:
        raise ValueError(f"{proposal.proposal_id} waits still")
    if decision.verdict != "approved":
        return _told(proposal, decision.verdict, decision.decider, decision.reason)
    event = _told(proposal, _NAMES[proposal.kind][2], decision.decider, decision.reason)
    return replace(event, approver=decision.decider)


def refused(proposal: Proposal, actor: Actor, verdict: Verdict, sentence: str, rule: object) -> AuditEvent:
    """Return what the audit trail is told when somebody may not decide as they want to."""
    event = _told(proposal, "refused", actor, sentence)
    return replace(event, context={**event.context, "rule": rule, "verdict": verdict})


def differences(before: Facts, after: Facts) -> tuple[Difference, ...]:
    """Return what differs between two sets of values, value by value, by name.

    Examples
    --------
    >>> differences({"result": {"found": 3, "judged": 9}}, {"result": {"found": 4, "judged": 9}})
    (Difference(name='result.found', before='3', after='4'),)
    """
    old, new = dict(_leaves(before)), dict(_leaves(after))
    names = sorted(old.keys() | new.keys())
    return tuple(
        Difference(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)
    )


_NAMES: dict[Kind, tuple[str, str, str]] = {
    "control": ("threshold", "control", "changed"),
    "role": ("role", "person", "changed"),
    "case": ("correction", "case", "approved"),
    "policy": ("policy", "policy", "changed"),
}
"""What the audit trail calls each kind of change and its object, and what an approval does to it."""


def _told(proposal: Proposal, verb: str, actor: Actor, reason: str) -> AuditEvent:
    noun, object_kind, _ = _NAMES[proposal.kind]
    return AuditEvent(
        action=f"{noun}.{verb}",
        actor=actor,
        object_kind=object_kind,
        object_id=proposal.object_id,
        reason=reason,
        before=proposal.before,
        after=proposal.after,
        proposer=proposal.proposer,
        context={
            "amount": proposal.amount,
            "content_hash": proposal.content_hash,
            "currency": proposal.currency,
            "effect": proposal.effect,
            "evidence": proposal.evidence,
            "on_behalf_of": proposal.on_behalf_of,
            "proposal": proposal.proposal_id,
            "replaces": proposal.replaces,
        },
    )


def _amount(amount: Decimal | None) -> str | None:
    """Return one text for one amount, however many noughts it ends in."""
    return None if amount is None else f"{amount:.6f}"


def _plain(facts: Facts) -> Facts:
    return cast("Facts", plain(facts))


def _leaves(facts: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(facts, Mapping):
        for key, value in facts.items():
            yield from _leaves(value, f"{name}.{key}" if name else str(key))
    elif facts is not None:
        said = plain(facts)
        yield name, said if isinstance(said, str) else canonical(said)
