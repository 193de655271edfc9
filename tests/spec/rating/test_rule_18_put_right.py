"""Rule 18: corrections, refunds, payments and estimates, as far as a right bill depends on them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.rating.reference.put_right import collected, remainder, standing_estimates
from tests.builders.rows import (
    allowance,
    call,
    charge,
    invoice,
    local,
    payment,
    plan,
    promotion,
    promotion_grant,
    tariff,
)
from tests.spec.rating.engines import Rate

PER_SECOND = [tariff(rate="1")]
ESTIMATE = charge(
    "C1",
    kind="usage",
    service="voice",
    subscription_id="S1",
    quantity=30,
    amount="30",
    estimated=True,
    period_start=local("2026-03-10 12:00"),
)
REVERSAL = ESTIMATE | {"charge_id": "C2", "amount": Decimal(-30), "corrects": "C1"}


# What settles a fault


@pytest.mark.parametrize(
    ("corrections", "left"),
    [
        pytest.param([], "-2.50", id="nothing: the whole difference is left"),
        pytest.param(["-2.50"], "0", id="a line of the whole difference"),
        pytest.param(["-2.00", "-0.50"], "0", id="lines that sum to it"),
        pytest.param(["-2.00"], "-0.50", id="a line of less: the rest is left"),
        pytest.param(["-2.495"], "0", id="a line that lacks less than a cent"),
        pytest.param(["-2.49"], "-0.01", id="a line that lacks a cent: it is left"),
        pytest.param(["-3.00"], "0.50", id="a line of more: what is too much is left"),
    ],
)
def test_a_fault_is_settled_by(corrections: list[str], left: str) -> None:
    lines = [charge(f"C{n}", amount=amount, corrects="C0") for n, amount in enumerate(corrections, 1)]
    assert remainder(Decimal("-2.50"), "C0", lines) == Decimal(left)


def test_a_correction_of_another_line_settles_nothing() -> None:
    assert remainder(Decimal(5), "C0", [charge("C1", amount="5", corrects="C9")]) == Decimal(5)


def test_a_correction_counts_in_no_expected_net_because_its_line_is_expected_right(rate: Rate) -> None:
    bill = rate(
        plans=[plan(monthly_fee="10.00")],
        invoices=[invoice()],
        charges=[charge("C1", amount="-4.00", corrects="C0")],
    )
    assert bill.invoice()["net"] == Decimal(10)


def test_taking_back_a_goodwill_counts_like_the_goodwill(rate: Rate) -> None:
    bill = rate(
        plans=[plan(monthly_fee="10.00")],
        invoices=[invoice()],
        charges=[charge("C1", amount="-4.00"), charge("C2", amount="4.00", corrects="C1")],
    )
    assert bill.invoice()["net"] == Decimal(10)


# Estimates


def test_an_estimate_counts_in_the_net_of_the_bill_that_it_is_on(rate: Rate) -> None:
    bill = rate(plans=[plan(monthly_fee="10.00")], invoices=[invoice()], charges=[ESTIMATE])
    assert bill.invoice()["net"] == Decimal(40)


def test_an_estimate_is_rounded_with_the_usage(rate: Rate) -> None:
    """Twice half a cent is a cent; each by itself would be two."""
    half_a_cent = [ESTIMATE | {"charge_id": name, "amount": Decimal("0.005")} for name in ("C1", "C2")]
    bill = rate(plans=[plan(monthly_fee="10.00")], invoices=[invoice()], charges=half_a_cent)
    assert bill.invoice()["net"] == Decimal("10.01")


def test_an_estimate_draws_no_allowance_and_is_not_expected_itself(rate: Rate) -> None:
    bill = rate(
        tariffs=PER_SECOND,
        allowances=[allowance(quantity=100)],
        usage=[call("2026-03-20 12:00", 100)],
        invoices=[invoice()],
        charges=[ESTIMATE],
    )
    assert bill.free == [100]


def test_a_reversed_estimate_leaves_the_usage_alone(rate: Rate) -> None:
    bill = rate(
        tariffs=PER_SECOND, usage=[call(seconds=25)], invoices=[invoice()], charges=[ESTIMATE, REVERSAL]
    )
    assert bill.invoice()["net"] == Decimal(25)


def test_a_discount_on_usage_looks_at_estimates_too(rate: Rate) -> None:
    bill = rate(
        invoices=[invoice()],
        charges=[ESTIMATE],
        promotions=[promotion(value="10", applies_to="usage")],
        promotion_grants=[promotion_grant()],
    )
    assert bill.in_march("discount") == [Decimal(-3)]


def test_a_minimum_spend_looks_at_estimates_too(rate: Rate) -> None:
    bill = rate(plans=[plan(minimum_spend="50.00")], invoices=[invoice()], charges=[ESTIMATE])
    assert bill.in_march("one_off") == [Decimal(20)]


def test_an_estimate_stands_until_a_line_negates_it() -> None:
    assert standing_estimates([ESTIMATE]) == ["C1"]
    assert standing_estimates([ESTIMATE, REVERSAL]) == []
    assert standing_estimates([ESTIMATE, REVERSAL | {"amount": Decimal(-29)}]) == ["C1"]
    assert standing_estimates([ESTIMATE, REVERSAL | {"estimated": False}]) == ["C1"]


# Payments

OPEN = [
    invoice("IN2", total="20.00", cycle_start="2026-02-01 00:00", cycle_end="2026-03-01 00:00"),
    invoice("IN3", total="30.00"),
]


def test_several_payments_add_up() -> None:
    paid = collected(
        OPEN,
        [payment("PY1", amount="12.00", invoice_id="IN3"), payment("PY2", amount="18.00", invoice_id="IN3")],
    )
    assert paid["IN3"] == Decimal(30)


def test_a_refund_is_a_payment_of_its_own_that_gives_back() -> None:
    refund = payment("PY2", amount="-30.00", invoice_id="IN3", refund_of="PY1")
    assert collected(OPEN, [payment("PY1", amount="30.00", invoice_id="IN3"), refund])["IN3"] == 0


def test_only_what_succeeded_is_collected() -> None:
    failed = [payment("PY1", amount="30.00", invoice_id="IN3", status=s) for s in ("failed", "pending")]
    assert collected(OPEN, failed).get("IN3", 0) == 0


def test_a_payment_without_an_invoice_pays_the_open_ones_oldest_first() -> None:
    paid = collected(OPEN, [payment(amount="35.00", invoice_id=None)])
    assert (paid["IN2"], paid["IN3"]) == (Decimal(20), Decimal(15))


def test_an_invoice_that_is_paid_is_not_open() -> None:
    named = payment("PY2", amount="20.00", invoice_id="IN2", attempted_at="2026-04-09 12:00")
    paid = collected(OPEN, [payment("PY1", amount="30.00", invoice_id=None), named])
    assert (paid["IN2"], paid["IN3"]) == (Decimal(20), Decimal(30))


def test_what_is_left_over_stays_on_the_last_open_invoice() -> None:
    assert collected(OPEN, [payment(amount="60.00", invoice_id=None)])["IN3"] == Decimal(40)


def test_a_payment_of_another_account_pays_nothing_here() -> None:
    assert dict(collected(OPEN, [payment(amount="60.00", invoice_id=None, account_id="A2")])) == {}
