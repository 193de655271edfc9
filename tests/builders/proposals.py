"""Proposals for tests: a threshold that an analyst wants raised, unless the test says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from core.governance.four_eyes import Request, propose
from core.governance.proposals import Change
from core.kernel.people import Actor, Method, Role
from core.kernel.proposals import Proposal, Verdict

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
EVIDENCE = {"definition": "d1", "result": {"eligible": 240, "violations": 3}, "settings": 0}


def an_actor(user_id: str = "ana", role: Role = "analyst", method: Method = "local") -> Actor:
    return Actor(user_id, user_id.capitalize(), role, method)


def a_change(**given: Any) -> Change:
    values = {
        "kind": "control",
        "object_id": "payment_failed",
        "before": {"thresholds": {"retry_hours": "96"}, "enabled": True},
        "after": {"thresholds": {"retry_hours": "192"}, "enabled": True},
        "amount": Decimal("120.50"),
        "currency": "EUR",
        "effect": {
            "appears": {"findings": 0, "amount": "0"},
            "vanishes": {"findings": 2, "amount": "120.50"},
        },
    }
    return Change(**{**values, **given})


def a_role_change(user_id: str = "bo", after: Role = "supervisor") -> Change:
    return Change("role", user_id, {"role": "analyst"}, {"role": after})


def a_correction(case_id: str = "C-1", amount: str = "-12.50", **given: Any) -> Change:
    after = {"action": "issue_credit", "amount": amount, "reason": "wrong_rate", "notify": True}
    values = {"amount": abs(Decimal(amount)), "currency": "EUR", **given}
    return Change("case", case_id, {"amount": "0"}, after, **values)


def a_policy_change(text: str = "another") -> Change:
    return Change("policy", "cases", {"text": "as it ships"}, {"text": text})


def a_proposal(change: Change | None = None, actor: Actor | None = None, **given: Any) -> Proposal:
    chosen = change or a_change()
    default = an_actor("ada", "administrator") if chosen.kind == "role" else an_actor()
    how = {"evidence": EVIDENCE, "now": NOW, **given}
    return propose(chosen, actor or default, "The partner pays weekly.", **how)


def a_request(
    proposal: Proposal, verdict: Verdict = "approved", actor: Actor | None = None, **given: Any
) -> Request:
    values = {"content_hash": proposal.content_hash, "reason": "Looked into it.", "proved_at": NOW, **given}
    return Request(verdict, actor or an_actor("sue", "supervisor"), **values)
