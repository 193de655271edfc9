"""What another policy would have decided on cases that are there. Changes none of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal

from core.kernel.policy import BackTest, CaseFacts, Move, Route, Ruling
from core.policy.document import Policy
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
    for one in facts:
        old, new = rule(now, one), rule(then, one)
        cases[old.route, new.route] += 1
        money[old.route, new.route] += abs(one.amount)
        for counter, ruling in zip(asked, (old, new), strict=True):
            if ruling.route == "approval":
                counter[ruling.by or ""] += 1
        checks.update(_changed(old, new))
    return BackTest(
        sum(cases.values()),
        tuple(Move(*routes, cases[routes], money[routes]) for routes in sorted(cases)),
        tuple((role, asked[0][role], asked[1][role]) for role in sorted(asked[0].keys() | asked[1].keys())),
        tuple(sorted(checks.items())),
    )


def _changed(old: Ruling, new: Ruling) -> list[str]:
    answers = {check.check_id: check.then for check in old.checks}
    later = {check.check_id: check.then for check in new.checks}
    return [name for name in answers.keys() | later.keys() if answers.get(name) != later.get(name)]
