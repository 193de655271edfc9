from __future__ import annotations

import re
from decimal import Decimal

import pytest

from core.cases.group import Key
from core.cases.summarise import summarise
from core.kernel.faults import FAULTS

KEY = Key("A-1", None, "2026-04-15", "rating_config", None, "EUR")


def test_one_finding_is_told_in_the_singular_with_the_credit_it_calls_for() -> None:
    text = summarise(KEY, "duplicate_charge", 1, Decimal("-4218.4"), "issue_credit", Decimal("-4218.4"))

    assert text == (
        "1 charge was made twice in the cycle from 2026-04-15: €4,218.40 over-charged. "
        "Why: rating is set up wrongly. To do: credit the customer, the customer pays €4,218.40 less."
    )


def test_a_case_without_an_account_names_its_scope_and_says_that_no_money_is_known() -> None:
    key = Key(None, "tap:DEUTM", None, "partner_delay", None, "EUR")
    text = summarise(key, "file_late", 12, Decimal(0), "request_partner_file", Decimal(0))

    assert text == (
        "12 usage files are late (tap:DEUTM): no money is known to be at stake. "
        "Why: the partner delivered late. To do: ask the source for the file."
    )


@pytest.mark.parametrize("fault", sorted(FAULTS))
@pytest.mark.parametrize("findings", [1, 1234])
def test_every_number_of_a_summary_is_a_fact(fault: str, findings: int) -> None:
    text = summarise(KEY, fault, findings, Decimal("0.000123"), "add_charge", Decimal("0.000123"))

    numbers = set(re.findall(r"\d[\d,.]*\d|\d", text.replace("2026-04-15", "")))

    assert numbers <= {"0.000123", f"{findings:,}"}
