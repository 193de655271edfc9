"""What another policy would have decided on the same cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from core.kernel.plan import Timing
from core.policy.back_test import back_test
from core.policy.document import read_policy, shipped_policy
from tests.builders.policy import PLAIN

SHIPPED = shipped_policy()


def test_the_same_policy_changes_nothing() -> None:
    found = back_test(SHIPPED, SHIPPED, [PLAIN, replace(PLAIN, amount=Decimal(-500))])

    assert (found.cases, found.changed, found.checks) == (2, 0, ())


def test_other_steps_and_another_approver_are_counted_though_no_route_changes() -> None:
    timing = Timing(datetime(2026, 11, 27, 8, tzinfo=UTC), ("Europe/Warsaw",))
    rated = replace(PLAIN, invoice="issued", timing=timing)
    cases = [rated, replace(rated, amount=Decimal(3)), replace(rated, action="write_off", amount=Decimal(0))]
    later = SHIPPED.text.replace("lead_hours = 48", "lead_hours = 72")
    named = SHIPPED.text.replace(
        'by = "supervisor"\nsays = "it reaches beyond one bill: a', 'by = "product_manager"\nsays = "a'
    )

    found = back_test(SHIPPED, read_policy(later), cases)
    assert (found.changed, found.plans, found.approvers) == (0, 1, 0)
    found = back_test(SHIPPED, read_policy(named), cases)
    assert (found.changed, found.plans, found.approvers) == (0, 0, 1)
    assert found.asked == (("product_manager", 0, 1), ("supervisor", 1, 0))


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
