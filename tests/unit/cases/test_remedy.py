"""What puts a case right, over every action that a control asks for and every state of an invoice."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

from core.cases.remedy import InvoiceState, Situation, remedy
from core.kernel.faults import ACTIONS

STATES: tuple[InvoiceState, ...] = ("draft", "issued", "none")
AMOUNTS = (Decimal(-5), Decimal(0), Decimal(5))


@pytest.mark.parametrize("usual", ACTIONS)
def test_every_action_has_a_reason_and_every_other_a_reason_against_it(usual: str) -> None:
    for invoice, amount in product(STATES, AMOUNTS):
        chosen = remedy(usual, Situation(invoice, amount))

        assert chosen.action in ACTIONS
        assert chosen.because
        assert chosen.action not in {other.action for other in chosen.alternatives}
        assert all(other.action in ACTIONS and other.why_not for other in chosen.alternatives)


@pytest.mark.parametrize(
    ("usual", "invoice", "amount", "action"),
    [
        ("rerate_charge", "draft", -5, "rerate_charge"),
        ("rerate_charge", "issued", -5, "issue_credit"),
        ("rerate_charge", "issued", 5, "rerate_charge"),
        ("remove_charge", "draft", -5, "remove_charge"),
        ("remove_charge", "issued", -5, "issue_credit"),
        ("reissue_invoice", "draft", 5, "hold_invoice"),
        ("reissue_invoice", "issued", 5, "reissue_invoice"),
        ("apply_estimated_charge", "draft", 0, "apply_estimated_charge"),
    ],
)
def test_once_the_invoice_has_left_what_was_paid_too_much_is_given_back(
    usual: str, invoice: InvoiceState, amount: int, action: str
) -> None:
    assert remedy(usual, Situation(invoice, Decimal(amount))).action == action


def test_the_usual_action_is_an_alternative_where_another_is_better() -> None:
    chosen = remedy("rerate_charge", Situation("issued", Decimal(-5)))

    assert chosen.alternatives[0].action == "rerate_charge"
    assert "has left" in chosen.alternatives[0].why_not
