"""Applies a policy to the facts of a case. Keeps nothing and asks nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from core.governance.rights import strictest
from core.kernel.people import Role
from core.kernel.policy import CaseFacts, PolicyCheck, Risk, Route, Ruling, Then
from core.policy.conditions import is_proven
from core.policy.document import CheckTable, Policy
from core.policy.plan import procedure_of, retries_of

__all__ = ["no_softer", "rule"]

_ROUTES: dict[Then, Route] = {"pass": "automatic", "approval": "approval", "block": "recommend"}
_STRICTER: tuple[Then, ...] = ("pass", "approval", "block")

_NEVER = "never"
_ASKS = "Does any rule forbid what the tables allow?"
_PARTS = "parts"
_ASKS_OF_PARTS = "What was said of it before it was merged or split?"
_SAID_OF_PARTS: dict[Route, str] = {
    "approval": "a part of it needed an approval, and so does the whole",
    "recommend": "a part of it was for a person to decide, and so is the whole",
}
_RISKS: tuple[Risk, ...] = get_args(Risk)


def rule(policy: Policy, facts: CaseFacts) -> Ruling:
    """Return what a policy says of a case.

    Notes
    -----
    Whatever the checks say, nothing acts by itself without a fault that arithmetic proves, a vulnerable
    customer never pays more without a person, and no payment is tried again beyond the table of retries.
    """
    checks = [_answer(check, facts) for check in policy.checks]
    then = max((check.then for check in checks), key=_STRICTER.index)
    forbidden = _forbidden(policy, facts) if then == "pass" else None
    if forbidden:
        checks.append(forbidden)
        then = forbidden.then
    risk = next(row.is_ for row in policy.risks if row.holds(facts))
    by = strictest([*(check.by for check in checks), procedure_of(policy, facts).by])
    return Ruling(_ROUTES[then], risk, tuple(checks), by, policy.version)


def no_softer(ruling: Ruling, routes: Sequence[Route], risks: Sequence[Risk], by: Role | None) -> Ruling:
    """Return a ruling on what people have merged or split, no softer than what was said of its parts.

    Parameters
    ----------
    by
        The role that had to approve a part; None where none was named.
    """
    riskiest = max((ruling.risk, *risks), key=_RISKS.index)
    order = list(_ROUTES.values())
    route = max((ruling.route, *routes), key=order.index)
    held = replace(ruling, risk=riskiest, by=strictest([ruling.by, by]))
    if route == ruling.route:
        return held
    then = next(then for then, leads_to in _ROUTES.items() if leads_to == route)
    check = PolicyCheck(_PARTS, _ASKS_OF_PARTS, then, _SAID_OF_PARTS[route], by)
    return replace(held, route=route, checks=(*ruling.checks, check))


def _answer(check: CheckTable, facts: CaseFacts) -> PolicyCheck:
    row = next(row for row in check.row if row.holds(facts))
    return PolicyCheck(check.id, check.asks, row.then, row.says, row.by)


def _forbidden(policy: Policy, facts: CaseFacts) -> PolicyCheck | None:
    """Return what stops a case that every table lets pass; None when nothing does."""
    if not is_proven(facts):
        return PolicyCheck(_NEVER, _ASKS, "block", "no arithmetic proves this fault: a person decides")
    if facts.vulnerable is not False and facts.amount > 0:
        return PolicyCheck(
            _NEVER, _ASKS, "approval", "a vulnerable customer never pays more without a person"
        )
    if retries_of(policy, facts)[1]:
        return PolicyCheck(_NEVER, _ASKS, "block", "policy does not let the payment be tried again")
    return None
