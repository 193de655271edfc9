"""What another policy would have decided on the same cases."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from core.policy.back_test import back_test
from core.policy.document import read_policy, shipped_policy
from tests.builders.policy import PLAIN

SHIPPED = shipped_policy()


def test_the_same_policy_changes_nothing() -> None:
    found = back_test(SHIPPED, SHIPPED, [PLAIN, replace(PLAIN, amount=Decimal(-500))])

    assert (found.cases, found.changed, found.checks) == (2, 0, ())


def test_a_lower_limit_is_told_in_cases_money_and_who_would_be_asked() -> None:
    stricter = read_policy(SHIPPED.text.replace("at_most = 50", "at_most = 4", 1))
    cases = [replace(PLAIN, amount=Decimal(amount)) for amount in (-3, -5, -20, -500)]

    found = back_test(SHIPPED, stricter, cases)

    moves = {(move.before, move.after): (move.cases, move.amount) for move in found.moves}
    assert moves == {
        ("approval", "approval"): (1, Decimal(500)),
        ("automatic", "approval"): (2, Decimal(25)),
        ("automatic", "automatic"): (1, Decimal(3)),
    }
    assert (found.changed, found.asked, found.checks) == (2, (("", 1, 3),), (("amount", 2),))
