"""What policy says of a case: by the tables that ship, and what no table can allow."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from core.kernel.faults import ACTIONS, FAULTS, ROOT_CAUSES
from core.kernel.policy import CaseFacts
from core.policy.conditions import UNPROVEN
from core.policy.document import read_policy, shipped_policy
from core.policy.rule import rule
from tests.builders.policy import PLAIN

SHIPPED = shipped_policy()


@pytest.mark.parametrize(
    ("changes", "route", "risk"),
    [
        ({}, "automatic", "low"),
        ({"amount": Decimal(-50)}, "automatic", "low"),
        ({"amount": Decimal("-50.01")}, "approval", "low"),
        ({"amount": Decimal(-2000)}, "approval", "high"),
        ({"amount": Decimal(4)}, "automatic", "medium"),
        ({"amount": Decimal(4), "vulnerable": True}, "approval", "high"),
        ({"amount": Decimal(-4), "vulnerable": True}, "automatic", "low"),
        ({"amount": Decimal(4), "age_days": 61}, "approval", "medium"),
        ({"amount": Decimal(4), "too_old_by_law": True}, "recommend", "medium"),
        ({"amount": Decimal(4), "age_days": 181}, "recommend", "medium"),
        ({"fault": "bill_spike"}, "recommend", "low"),
        ({"fault": "adjustment_abuse"}, "recommend", "low"),
        ({"others": ("file_short", "feed_silent")}, "recommend", "low"),
        ({"action": "add_charge"}, "approval", "low"),
        ({"action": "correct_tariff", "amount": Decimal(0)}, "approval", "high"),
        ({"action": "open_dispute", "amount": Decimal(0)}, "recommend", "low"),
        ({"root_cause": "unknown"}, "recommend", "low"),
        ({"root_cause": "internal_misuse"}, "approval", "low"),
        ({"cause_confidence": Decimal("0.79")}, "approval", "low"),
        ({"segment": "wholesale"}, "approval", "low"),
        ({"repeats": 3}, "approval", "low"),
    ],
)
def test_the_policy_that_ships(changes: dict[str, Any], route: str, risk: str) -> None:
    ruling = rule(SHIPPED, replace(PLAIN, **changes))

    assert (ruling.route, ruling.risk) == (route, risk)


def test_every_check_is_told_with_its_answer_and_the_strictest_decides() -> None:
    ruling = rule(SHIPPED, replace(PLAIN, amount=Decimal(-2000)))

    assert [check.check_id for check in ruling.checks] == [check.id for check in SHIPPED.checks]
    assert {check.check_id: check.then for check in ruling.checks if check.then != "pass"} == {
        "amount": "approval"
    }
    assert (ruling.by, ruling.version) == ("supervisor", SHIPPED.version)


FACTS = st.builds(
    CaseFacts,
    fault=st.sampled_from(sorted(FAULTS)),
    root_cause=st.sampled_from(ROOT_CAUSES),
    action=st.sampled_from(ACTIONS),
    amount=st.decimals(-20_000, 20_000, places=2),
    segment=st.sampled_from(["consumer", "business", "wholesale", "iot", None]),
    vulnerable=st.sampled_from([True, False, None]),
    contact_allowed=st.booleans(),
    invoice=st.sampled_from(["draft", "issued", "none"]),
    cause_confidence=st.decimals(0, 1, places=3),
    age_days=st.integers(0, 2_000),
    too_old_by_law=st.booleans(),
    repeats=st.integers(0, 9),
    others=st.lists(st.sampled_from(sorted(FAULTS)), max_size=2).map(tuple),
)
CONDITION = st.sampled_from(
    [
        "at_most = 100", "above = 5", "vulnerable = true", 'direction = ["up"]',
        'direction = ["down", "none"]',
        "proven = true", "proven = false", "cause_at_least = 0.5", "older_than = 90", 'segment = ["iot"]',
        'fault = ["wrong_rate", "bill_spike"]', 'action = ["add_charge"]', "repeats_above = 1",
        'invoice = ["draft"]', "contact_allowed = false", "too_old_by_law = true", 'root_cause = ["unknown"]',
    ]
)  # fmt: skip
THEN = st.sampled_from(["pass", "approval", "block"])


@st.composite
def policies(draw: st.DrawFn) -> str:
    """Draw any policy that can be read: checks with rows of any conditions and answers."""
    text = 'version = "x"\n'
    for number in range(draw(st.integers(1, 3))):
        text += f'[[check]]\nid = "c{"abc"[number]}"\nasks = "?"\n'
        for condition in draw(st.lists(CONDITION, max_size=3)):
            text += f'[[check.row]]\n{condition}\nthen = "{draw(THEN)}"\nsays = "so"\n'
        text += f'[[check.row]]\nthen = "{draw(THEN)}"\nsays = "else"\n'
    return text + '[[risk]]\nis = "low"\n'


@hypothesis(deadline=None)
@given(policies(), FACTS)
def test_whatever_the_tables_say_nothing_unproven_acts_and_no_vulnerable_customer_pays_more_by_itself(
    text: str, facts: CaseFacts
) -> None:
    ruling = rule(read_policy(text), facts)

    usual = not UNPROVEN.isdisjoint((facts.fault, *facts.others))
    if usual or (facts.vulnerable is not False and facts.amount > 0):
        assert ruling.route != "automatic"
    answers = {check.then for check in ruling.checks}
    assert (ruling.route == "automatic") == (answers == {"pass"})
    assert (ruling.route == "recommend") == ("block" in answers)


@pytest.mark.parametrize(
    ("vulnerable", "route"), [(None, "approval"), (True, "approval"), (False, "automatic")]
)
def test_whom_nobody_knows_pays_no_more_by_itself_than_a_vulnerable_customer(
    vulnerable: bool | None, route: str
) -> None:
    text = 'version = "x"\n[[check]]\nid = "all"\nasks = "?"\n[[check.row]]\nthen = "pass"\nsays = "yes"\n'
    lenient = read_policy(text + '[[risk]]\nis = "low"\n')

    assert rule(lenient, replace(PLAIN, amount=Decimal(4), vulnerable=vulnerable)).route == route


@hypothesis(deadline=None)
@given(FACTS)
def test_the_policy_that_ships_answers_every_case(facts: CaseFacts) -> None:
    ruling = rule(SHIPPED, facts)

    assert len(ruling.checks) >= len(SHIPPED.checks)
    assert all(check.says for check in ruling.checks)
