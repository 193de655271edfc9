"""What another policy would have decided on cases that are there. Changes none of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from core.kernel.plan import Plan
from core.kernel.policy import BackTest, CaseFacts, Move, Route, Ruling
from core.policy.document import Policy
from core.policy.plan import plan_of
from core.policy.rule import rule

__all__ = ["back_test"]


def back_test(now: Policy, then: Policy, facts: Iterable[CaseFacts]) -> BackTest:
    """Return what would be decided otherwise.

    Parameters
    ----------
    now, then
        The policy in force and the other one.
    facts
        Of each case.
    """
    cases: Counter[tuple[Route, Route]] = Counter()
    money: dict[tuple[Route, Route], Decimal] = defaultdict(Decimal)
    asked: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    checks: Counter[str] = Counter()
    plans = approvers = 0
    for one in facts:
        old, new = rule(now, one), rule(then, one)
        cases[old.route, new.route] += 1
        money[old.route, new.route] += abs(one.amount)
        for counter, ruling in zip(asked, (old, new), strict=True):
            if ruling.route == "approval":
                counter[ruling.by or ""] += 1
        checks.update(_changed(old, new))
        plans += _done(now, one) != _done(then, one)
        approvers += old.by != new.by
    return BackTest(
        sum(cases.values()),
        tuple(Move(*routes, cases[routes], money[routes]) for routes in sorted(cases)),
        tuple((role, asked[0][role], asked[1][role]) for role in sorted(asked[0].keys() | asked[1].keys())),
        tuple(sorted(checks.items())),
        plans,
        approvers,
    )


def _done(policy: Policy, facts: CaseFacts) -> Plan | None:
    """Return a case's plan without who approves it and the words beside it."""
    plan = plan_of(policy, facts, None)
    return replace(plan, says="", barred="barred" if plan.barred else "") if plan else None


def _changed(old: Ruling, new: Ruling) -> list[str]:
    answers = {check.check_id: check.then for check in old.checks}
    later = {check.check_id: check.then for check in new.checks}
    return [name for name in answers.keys() | later.keys() if answers.get(name) != later.get(name)]
