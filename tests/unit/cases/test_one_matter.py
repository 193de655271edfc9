"""What may become one case, and what a case of its own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from core.cases.one_matter import check_merge, check_split, keeps_apart
from core.kernel.errors import ConflictError, InputError
from tests.builders.runs import a_case

MAIN = a_case("C-1")


def test_cases_of_one_account_and_currency_may_be_one_whatever_their_fault_cause_and_cycle() -> None:
    other = a_case("C-2", fault="wrong_rate", root_cause="rating_config", cycle="2026-03-15")
    check_merge([MAIN, other], "C-1")
    assert keeps_apart([MAIN, other], "C-1") is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"account_id": "A-2"}, "2 accounts: a correction goes to one account"),
        ({"currency": "EUR"}, "in EUR and PLN: their money has no one sum"),
        ({"account_id": None}, "about no account"),
        ({"children": 4, "account_id": None}, "is an incident"),
        ({"fault": "customer_contact", "findings": 0}, "what a customer asked: it joins by itself"),
        ({"fault": "payment_mismatch"}, "what was paid, others about what was billed"),
    ],
)
def test_what_one_correction_cannot_put_right_is_refused_in_words(
    given: dict[str, Any], message: str
) -> None:
    other = a_case("C-2", **given)
    with pytest.raises(InputError, match=message):
        check_merge([MAIN, other], "C-1")
    assert keeps_apart([MAIN, other], "C-1") is not None


def test_a_merge_needs_two_cases_and_a_main_one_among_them() -> None:
    with pytest.raises(InputError, match="at least two"):
        check_merge([MAIN], "C-1")
    with pytest.raises(InputError, match="not among"):
        check_merge([MAIN, a_case("C-2")], "C-3")


@pytest.mark.parametrize(
    ("given", "chosen", "message"),
    [
        ({}, [], "Choose the findings"),
        ({}, ["F-1", "F-2"], "Leave at least one"),
        ({"children": 3}, ["F-1"], "An incident is not split"),
        ({"action": "apply_estimated_charge"}, ["F-1"], "the estimate stands for all"),
    ],
)
def test_a_case_is_split_where_something_goes_and_something_stays(
    given: dict[str, Any], chosen: list[str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        check_split(a_case("C-1", amount=Decimal(2), **given), ["F-1", "F-2"], chosen)


def test_a_finding_of_another_case_cannot_be_split_off() -> None:
    with pytest.raises(ConflictError, match="no longer holds"):
        check_split(MAIN, ["F-1", "F-2"], ["F-3"])
