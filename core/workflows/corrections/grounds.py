"""What a correction stands on, looked at again before each order goes out. Sends and keeps nothing.

Policy is not asked anew: what was approved names the plan that policy made (ADR 19). What is asked is whether
that approval is whole, whether the case is still the one that it was about, and whether somebody stopped it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.governance.canonical import canonical
from core.governance.proposals import content_hash
from core.governance.rights import suffices
from core.kernel.corrections import Correction, OrderItem, Switch
from core.kernel.orders import System
from core.kernel.plan import approver_of, plan_in
from core.kernel.proposals import Proposal
from core.ports.corrections import Grounds
from core.workflows.corrections.ledger import MONEY

__all__ = ["Obstacle", "obstacle", "switch_names"]

_HELD_FOR: frozenset[str] = frozenset({"approved", "executing", "stuck"})
"""Where a case stands as long as its correction is under way."""


@dataclass(frozen=True)
class Obstacle:
    """Say what keeps an order from going out.

    Parameters
    ----------
    then
        ``hold``: wait until it is gone; ``turn_back``: take back what was done; ``stop``: a person looks.
    """

    then: Literal["hold", "turn_back", "stop"]
    says: str


def switch_names(correction: Correction, item: OrderItem) -> tuple[str, ...]:
    """Return the names of the switches that stop an order; an action's lets what it did be taken back."""
    system: System = item.order.system
    return ("all", system) if item.undoes is not None else ("all", system, correction.action)


def obstacle(correction: Correction, item: OrderItem, grounds: Grounds) -> Obstacle | None:
    """Return what keeps an order from going out, the gravest first; None when nothing does."""
    if item.undoes is None:
        doubt = _doubt(correction, grounds.proposal)
        if doubt:
            return Obstacle("stop", doubt)
        moved = _moved(correction, grounds)
        if moved:
            return Obstacle("turn_back", moved)
    off = [one for one in grounds.switches if one.name in switch_names(correction, item)]
    return Obstacle("hold", _said(off[0])) if off else None


def _doubt(correction: Correction, proposal: Proposal | None) -> str:
    """Return what is wrong with the approval, in words; empty when nothing is."""
    if proposal is None or proposal.decision is None or proposal.state != "approved":
        return "There is no approval of it."
    if len({correction.content_hash, proposal.content_hash, content_hash(proposal)}) != 1:
        return "What was approved is no longer what is kept: somebody has to look into it."
    decider = proposal.decision.decider
    if decider.user_id in {proposal.proposer.user_id, proposal.on_behalf_of}:
        return "The same person proposed and approved it."
    asked, plan = approver_of(proposal.effect), plan_in(proposal.effect)
    if asked and not suffices(decider.role, asked):
        return f"Policy has another role approve it: {asked.replace('_', ' ')}."
    return plan.barred if plan else ""


def _moved(correction: Correction, grounds: Grounds) -> str:
    """Return how its case has moved on since, in words; looked at until money has moved, which changes it."""
    if grounds.case_state not in _HELD_FOR:
        return "The case was opened again before its correction was carried out."
    money = [one for one in correction.items if one.order.kind in MONEY and one.undoes is None]
    has_moved_money = any(one.sent_at is not None or one.state == "confirmed" for one in money)
    proposal = grounds.proposal
    if has_moved_money or proposal is None or canonical(grounds.evidence) == canonical(proposal.evidence):
        return ""
    return "The case is no longer what was approved: look at it again."


def _said(switch: Switch) -> str:
    what = "Everything" if switch.name == "all" else f"“{switch.name.replace('_', ' ')}”"
    return f"{what} is switched off by {switch.actor_name}: {switch.reason}"
