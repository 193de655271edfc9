from __future__ import annotations

import re
from decimal import Decimal

import pytest

from core.cases.group import Key
from core.cases.summarise import summarise
from core.kernel.faults import FAULTS

KEY = Key("A-1", None, "2026-04-15", "rating_config", None, "EUR")


def test_one_finding_is_told_in_the_singular_with_the_credit_it_calls_for() -> None:
    text = summarise(KEY, "duplicate_charge", [Decimal("-4218.4")], "issue_credit", Decimal("-4218.4"))

    assert text == (
        "1 charge was made twice in the cycle from 2026-04-15: €4,218.40 over-charged. "
        "Why: rating is set up wrongly. To do: credit the customer, the customer pays €4,218.40 less."
    )


def test_a_case_without_an_account_names_its_scope_and_says_that_no_money_is_known() -> None:
    key = Key(None, "tap:DEUTM", None, "partner_delay", None, "EUR")
    text = summarise(key, "file_late", [Decimal(0)] * 12, "request_partner_file", Decimal(0))

    assert text == (
        "12 usage files are late (tap:DEUTM): no money is known to be at stake. "
        "Why: the partner delivered late. To do: ask the source for the file."
    )


def test_a_payment_is_collected_not_billed() -> None:
    little = summarise(KEY, "payment_mismatch", [Decimal("2.5")], "open_dispute", Decimal(0))
    much = summarise(KEY, "payment_mismatch", [Decimal("-2.5")], "refund_payment", Decimal("-2.5"))

    assert "€2.50 collected too little" in little
    assert "€2.50 collected too much" in much


def test_amounts_that_cancel_each_other_are_not_called_no_money() -> None:
    text = summarise(KEY, "wrong_rate", [Decimal(5), Decimal(-5)], "rerate_charge", Decimal(0))

    assert "2 charges have the wrong price in the cycle from 2026-04-15: the amounts even out." in text


@pytest.mark.parametrize("fault", sorted(FAULTS))
@pytest.mark.parametrize("findings", [1, 1234])
def test_every_number_of_a_summary_is_a_fact(fault: str, findings: int) -> None:
    amounts = [Decimal("0.000123"), *[Decimal(0)] * (findings - 1)]
    text = summarise(KEY, fault, amounts, "add_charge", Decimal("0.000123"))

    numbers = set(re.findall(r"\d[\d,.]*\d|\d", text.replace("2026-04-15", "")))

    assert numbers <= {"0.000123", f"{findings:,}"}
