"""Rule 12: monthly fees, and products that recur, come once or are a pass. March 2026 has 31 days."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.builders.rows import invoice, local, plan, product, product_grant, subscription
from tests.spec.rating.engines import Bill, Rate

FEE = {"monthly_fee": "31.00", "prorate": True}


def with_plan(rate: Rate, *rows: dict[str, Any], **fee: Any) -> Bill:
    plans = [plan(**(FEE | fee)), plan("P2", **(FEE | {"monthly_fee": "62.00"} | fee))]
    return rate(plans=plans, subscriptions=list(rows) or [subscription()])


def test_each_cycle_has_a_line_of_the_monthly_fee_the_open_one_too(rate: Rate) -> None:
    lines = with_plan(rate, prorate=False).of_kind("recurring")
    starts = [f"2026-0{month}-01 00:00" for month in (1, 2, 3, 4)]
    assert [line["period_start"] for line in lines] == [local(start) for start in starts]
    assert {(line["amount"], line["plan_id"], line["product_id"]) for line in lines} == {
        (Decimal("31.00"), "P1", None)
    }


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "amount"),
    [
        pytest.param("2026-03-11 00:00", None, "21.00", id="from its first day"),
        pytest.param("2026-03-11 23:59:59", None, "21.00", id="a day in part counts whole"),
        pytest.param("2024-01-01 00:00", "2026-03-11 00:00", "10.00", id="up to the day before its end"),
        pytest.param("2024-01-01 00:00", "2026-03-11 00:00:01", "11.00", id="the last day in part too"),
        pytest.param("2026-03-11 09:00", "2026-03-11 10:00", "1.00", id="an hour is a day"),
        pytest.param("2026-03-29 00:00", "2026-03-30 00:00", "1.00", id="a day of 23 hours is a day"),
        pytest.param("2024-01-01 00:00", None, "31.00", id="a whole cycle is the whole fee"),
    ],
)
def test_a_prorated_fee_is_for_the_local_days_on_the_plan(
    rate: Rate, valid_from: str, valid_to: str | None, amount: str
) -> None:
    bill = with_plan(rate, subscription(valid_from=valid_from, valid_to=valid_to))
    assert bill.in_march("recurring") == [Decimal(amount)]


def test_a_prorated_fee_is_rounded_half_up_to_cents(rate: Rate) -> None:
    """1 of 31 days of 0.155 is exactly half a cent."""
    bill = with_plan(rate, subscription(valid_from="2026-03-31 00:00"), monthly_fee="0.155")
    assert bill.in_march("recurring") == [Decimal("0.01")]


def test_a_plan_change_in_the_middle_of_a_day_counts_that_day_twice(rate: Rate) -> None:
    rows = [
        subscription(plan_id="P1", valid_to="2026-03-11 12:00"),
        subscription(plan_id="P2", valid_from="2026-03-11 12:00"),
    ]
    assert with_plan(rate, *rows).in_march("recurring") == [Decimal(11), Decimal(42)]


def test_without_prorate_every_plan_period_pays_the_whole_fee(rate: Rate) -> None:
    rows = [
        subscription(plan_id="P1", valid_to="2026-03-11 12:00"),
        subscription(plan_id="P2", valid_from="2026-03-11 12:00", valid_to="2026-03-20 12:00"),
        subscription(plan_id="P1", valid_from="2026-03-20 12:00"),
    ]
    bill = with_plan(rate, *rows, prorate=False)
    assert bill.in_march("recurring") == [Decimal(31), Decimal(62), Decimal(31)]


@pytest.mark.parametrize("prorate", [True, False])
def test_touching_rows_on_one_plan_are_one_period(rate: Rate, prorate: bool) -> None:
    """A new SIM does not divide a fee."""
    rows = [
        subscription(imsi="I1", valid_to="2026-03-11 12:00"),
        subscription(imsi="I8", valid_from="2026-03-11 12:00"),
    ]
    assert with_plan(rate, *rows, prorate=prorate).in_march("recurring") == [Decimal(31)]


def test_rows_with_a_gap_between_them_are_two_periods(rate: Rate) -> None:
    rows = [
        subscription(valid_to="2026-03-11 12:00"),
        subscription(valid_from="2026-03-11 12:01"),
    ]
    assert with_plan(rate, *rows).in_march("recurring") == [Decimal(11), Decimal(21)]


def test_a_suspended_period_pays(rate: Rate) -> None:
    assert with_plan(rate, subscription(status="suspended")).in_march("recurring") == [Decimal(31)]


def test_a_plan_that_begins_after_now_pays_nothing_yet(rate: Rate) -> None:
    bill = with_plan(rate, subscription(valid_from="2026-04-20 00:00"))
    assert bill.of_kind("recurring") == []


def test_a_known_end_after_now_counts(rate: Rate) -> None:
    """April has 30 days; 16 of them on the plan."""
    bill = with_plan(rate, subscription(valid_to="2026-04-17 00:00"), monthly_fee="30.00")
    assert bill.of_kind("recurring")[-1]["amount"] == Decimal(16)


# In advance


def test_a_fee_in_arrears_is_on_its_own_cycles_invoice(rate: Rate) -> None:
    bill = with_plan(rate, subscription(valid_from="2026-03-01 00:00"), monthly_fee="30.00")
    assert bill.invoice("2026-03-01 00:00")["net"] == Decimal(30)


def test_a_fee_in_advance_is_on_the_invoice_of_the_cycle_before(rate: Rate) -> None:
    """April's 16 days of 30 are on March's invoice, March's 31 of 31 on February's."""
    rows = [subscription(valid_from="2026-03-01 00:00", valid_to="2026-04-17 00:00")]
    bill = with_plan(rate, *rows, monthly_fee="30.00", fee_timing="advance")
    assert bill.invoice("2026-02-01 00:00")["net"] == Decimal(30)
    assert bill.invoice("2026-03-01 00:00")["net"] == Decimal(16)


def test_a_fee_in_advance_keeps_the_period_that_it_pays_for(rate: Rate) -> None:
    bill = rate(plans=[plan(fee_timing="advance", **FEE)], invoices=[invoice()])
    line = bill.of_kind("recurring")[-1]
    assert (line["period_start"], line["invoice_id"]) == (local("2026-04-01 00:00"), "IN1")


# Products


def with_product(rate: Rate, grant: dict[str, Any], **columns: Any) -> Bill:
    return rate(products=[product(**columns)], product_grants=[product_grant(**grant)])


@pytest.mark.parametrize(
    ("prorate", "amount"),
    [pytest.param(True, "21.00", id="by the day"), pytest.param(False, "31.00", id="whole")],
)
def test_a_recurring_product_is_charged_like_a_plan_while_granted(
    rate: Rate, prorate: bool, amount: str
) -> None:
    grant = {"valid_from": "2026-03-11 15:00", "valid_to": "2026-04-01 00:00"}
    (line,) = with_product(rate, grant, fee="31.00", prorate=prorate).of_kind("recurring")
    assert (line["amount"], line["product_id"], line["plan_id"]) == (Decimal(amount), "PD1", None)


@pytest.mark.parametrize("kind", ["one_off", "pass"])
def test_a_one_off_or_a_pass_is_charged_once_when_it_is_granted(rate: Rate, kind: str) -> None:
    grant = {"valid_from": "2026-03-20 15:00", "valid_to": "2026-04-05 15:00"}
    (line,) = with_product(rate, grant, kind=kind, service="voice", prorate=True).of_kind("one_off")
    assert (line["amount"], line["product_id"]) == (Decimal("10.00"), "PD1")
    assert line["period_start"] == local("2026-03-20 15:00")


def test_a_product_is_on_the_invoice_of_the_cycle_in_which_it_was_granted(rate: Rate) -> None:
    bill = with_product(rate, {"valid_from": "2026-03-31 23:59:59"}, kind="one_off")
    assert bill.invoice()["net"] == Decimal("10.00")


def test_a_product_granted_after_now_is_not_charged_yet(rate: Rate) -> None:
    assert with_product(rate, {"valid_from": "2026-04-20 12:00"}, kind="one_off").charges == []


def test_a_fee_of_nothing_has_no_line(rate: Rate) -> None:
    bill = rate(plans=[plan(monthly_fee="0")], products=[product(fee="0")], product_grants=[product_grant()])
    assert bill.charges == []
