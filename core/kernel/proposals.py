"""What waits for a second person and what became of it. Holds no rule: `core.governance.four_eyes` does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, get_args

from core.kernel.audit import Facts
from core.kernel.people import Actor

__all__ = [
    "KINDS",
    "VERDICTS",
    "ControlSettings",
    "Decision",
    "Kind",
    "PolicyVersion",
    "Proposal",
    "State",
    "Verdict",
]

Kind = Literal["control", "role", "case", "policy"]
"""What is to change: a control's thresholds and switch, a person's role, a case, or who decides cases."""

Verdict = Literal["approved", "returned", "rejected", "withdrawn"]
"""How a proposal ends. The proposer withdraws it, somebody else does the rest."""

State = Literal["waiting", "approved", "returned", "rejected", "withdrawn"]

KINDS: tuple[Kind, ...] = get_args(Kind)
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True)
class Decision:
    """State who ended a proposal, how, when and why."""

    verdict: Verdict
    decider: Actor
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Proposal:
    """Ask a second person for a change; it never changes itself, only its ``decision`` comes.

    Parameters
    ----------
    object_id
        What is to change, as its kind names it: a control's id, a person's user id, a case's id.
    before, after
        The values concerned, by name, as they are and as they are to be.
    effect
        What the change would do, as was worked out when it was proposed.
    evidence
        What the decision stands on, by name; when any of it changes, the proposal is void.
    amount
        The money concerned, without sign, in ``currency``; None where no money is.
    on_behalf_of
        The user id of the person for whom a service proposed it; None where a person did so.
    content_hash
        SHA-256 of all that is approved (`core.governance.four_eyes.content_hash`).
    replaces
        The proposal that this one stands for, which its proposer took back or somebody returned.
    """

    proposal_id: str
    kind: Kind
    object_id: str
    before: Facts
    after: Facts
    effect: Facts
    evidence: Facts
    amount: Decimal | None
    currency: str | None
    proposer: Actor
    on_behalf_of: str | None
    note: str
    proposed_at: datetime
    expires_at: datetime
    content_hash: str
    replaces: str | None = None
    decision: Decision | None = None

    @property
    def state(self) -> State:
        """Return where it stands: waiting until it is decided."""
        return self.decision.verdict if self.decision else "waiting"


@dataclass(frozen=True)
class PolicyVersion:
    """Hold a policy that two people brought about, as a version that is never changed.

    Parameters
    ----------
    number
        Counts from 1; the greatest is in force.
    content
        The policy as it was written.
    """

    number: int
    content: str
    since: datetime
    proposal_id: str


@dataclass(frozen=True)
class ControlSettings:
    """Hold what this operator set for one control, as a version that is never changed.

    Parameters
    ----------
    version
        Counts from 1 for each control; the greatest is in force.
    thresholds
        Their values as text, by name; one that is not named is as it ships.
    proposal_id
        The proposal that two people made it by; None where it was taken in at set-up.
    """

    control_id: str
    version: int
    thresholds: dict[str, str]
    enabled: bool
    since: datetime
    proposal_id: str | None = None
