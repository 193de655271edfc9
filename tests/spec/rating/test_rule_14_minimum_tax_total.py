"""Rule 14: minimum spend, net, tax and total of an invoice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.builders.rows import (
    account,
    call,
    charge,
    invoice,
    local,
    message,
    plan,
    product,
    product_grant,
    promotion,
    promotion_grant,
    subscription,
    tariff,
)
from tests.spec.rating.engines import Bill, Rate

PRICES = [tariff(rate="1"), tariff("T2", service="sms", unit="message", rate="0.005")]
IN_MARCH = {"valid_from": "2026-03-02 12:00", "valid_to": "2026-03-30 12:00"}


def bound(rate: Rate, minimum: str = "28.00", **streams: Any) -> Bill:
    plans = [plan(minimum_spend=minimum, monthly_fee="9.00"), plan("P2", monthly_fee="9.00")]
    return rate(**({"plans": plans, "tariffs": PRICES} | streams))


# Minimum spend


def test_a_one_off_line_lifts_the_subscription_to_the_minimum(rate: Rate) -> None:
    bill = bound(rate, usage=[call(seconds=10)])
    (line,) = [c for c in bill.of_kind("one_off") if c["period_start"] == local("2026-03-01 00:00")]
    assert (line["amount"], line["subscription_id"], line["product_id"]) == (Decimal(9), "S1", None)
    assert (line["reason"], line["plan_id"]) == ("minimum spend", "P1")


@pytest.mark.parametrize(("seconds", "lines"), [(18, [Decimal(1)]), (19, []), (20, [])])
def test_who_spends_the_minimum_gets_no_line(rate: Rate, seconds: int, lines: list[Decimal]) -> None:
    assert bound(rate, usage=[call(seconds=seconds)]).in_march("one_off") == lines


def test_who_uses_nothing_at_all_is_lifted_too(rate: Rate) -> None:
    bill = rate(plans=[plan(minimum_spend="28.00", monthly_fee="0")])
    assert bill.in_march("one_off") == [Decimal(28)]


def test_products_of_every_kind_count(rate: Rate) -> None:
    products = [product("PD1", fee="3.00"), product("PD2", kind="one_off", fee="4.00")]
    grants = [
        product_grant("PG1", product_id="PD1", **IN_MARCH),
        product_grant("PG2", product_id="PD2", **IN_MARCH),
    ]
    bill = bound(rate, products=products, product_grants=grants)
    assert bill.in_march("one_off") == [Decimal(28 - 9 - 3 - 4), Decimal(4)]


def test_discounts_are_taken_off_before(rate: Rate) -> None:
    offers = [promotion(kind="amount_off", value="5")]
    bill = bound(rate, promotions=offers, promotion_grants=[promotion_grant()])
    assert bill.in_march("one_off") == [Decimal(28 - 9 + 5)]


def test_the_usage_is_summed_and_rounded_half_up_first(rate: Rate) -> None:
    """Three messages of half a cent are 0.015, which counts as 0.02."""
    bill = bound(rate, usage=[message(), message(), message()])
    assert bill.in_march("one_off") == [Decimal("18.98")]


@pytest.mark.parametrize(
    ("first", "second", "lines"),
    [
        pytest.param("P2", "P1", [Decimal(28 - 18)], id="moved to: whole, not by the day"),
        pytest.param("P1", "P2", [], id="left: not at all"),
    ],
)
def test_the_plan_at_the_cycles_last_moment_decides(
    rate: Rate, first: str, second: str, lines: list[Decimal]
) -> None:
    rows = [
        subscription(plan_id=first, valid_to="2026-03-31 23:59"),
        subscription(plan_id=second, valid_from="2026-03-31 23:59"),
    ]
    assert bound(rate, subscriptions=rows).in_march("one_off") == lines


def test_who_left_before_the_cycles_end_is_not_lifted(rate: Rate) -> None:
    assert bound(rate, subscriptions=[subscription(valid_to="2026-03-31 23:59")]).in_march("one_off") == []


def test_an_open_cycle_is_not_lifted_yet(rate: Rate) -> None:
    starts = {line["period_start"] for line in bound(rate).of_kind("one_off")}
    assert starts == {local(f"2026-0{month}-01 00:00") for month in (1, 2, 3)}


def test_each_subscription_is_lifted_by_itself(rate: Rate) -> None:
    usage = [call(seconds=100)]
    bill = bound(rate, subscriptions=[subscription("S1"), subscription("S2")], usage=usage)
    (line,) = [c for c in bill.of_kind("one_off") if c["period_start"] == local("2026-03-01 00:00")]
    assert (line["subscription_id"], line["amount"]) == ("S2", Decimal(19))


# Net, tax and total


def test_the_total_is_net_and_tax(rate: Rate) -> None:
    bill = rate(plans=[plan(monthly_fee="10.00")])
    march = bill.invoice()
    assert (march["net"], march["tax"], march["total"]) == (Decimal(10), Decimal("2.30"), Decimal("12.30"))
    assert bill.in_march("tax") == [Decimal("2.30")]


def test_the_tax_line_is_for_the_account(rate: Rate) -> None:
    bill = rate(plans=[plan(monthly_fee="10.00")], invoices=[invoice()])
    line = bill.of_kind("tax")[-1]
    assert (line["account_id"], line["subscription_id"], line["invoice_id"]) == ("A1", None, "IN1")


def test_an_invoice_has_the_lines_of_every_subscription(rate: Rate) -> None:
    bill = rate(plans=[plan(monthly_fee="10.00")], subscriptions=[subscription("S1"), subscription("S2")])
    assert bill.invoice()["net"] == Decimal(20)


def test_each_account_has_invoices_of_its_own(rate: Rate) -> None:
    bill = rate(
        accounts=[account("A1"), account("A2")],
        plans=[plan(monthly_fee="10.00")],
        subscriptions=[subscription("S1"), subscription("S2", account_id="A2")],
    )
    march = [i for i in bill.invoices if i["cycle_start"] == local("2026-03-01 00:00")]
    assert [(i["account_id"], i["net"]) for i in march] == [("A1", Decimal(10)), ("A2", Decimal(10))]


def test_the_usage_net_is_rounded_half_up_before_the_tax(rate: Rate) -> None:
    """2.175 of usage is 2.18; 23 % of that is 0.5014."""
    tariffs = [tariff(rate="2.175")]
    march = rate(tariffs=tariffs, usage=[call(seconds=1)]).invoice()
    assert (march["net"], march["tax"], march["total"]) == (
        Decimal("2.18"),
        Decimal("0.50"),
        Decimal("2.68"),
    )


def test_the_usage_is_rounded_before_other_lines_are_added(rate: Rate) -> None:
    """0.005 of usage is 0.01; with a fee of 10.005 that is 10.015, and 10.02 on the invoice."""
    bill = rate(
        tariffs=PRICES,
        usage=[message()],
        products=[product(kind="one_off", fee="10.005")],
        product_grants=[product_grant(**IN_MARCH)],
    )
    assert bill.invoice()["net"] == Decimal("10.02")


def test_usage_lines_are_summed_before_they_are_rounded(rate: Rate) -> None:
    march = rate(tariffs=PRICES, usage=[message() for _ in range(4)]).invoice()
    assert march["net"] == Decimal("0.02")


@pytest.mark.parametrize(
    ("fee", "tax"),
    [
        pytest.param("0.50", "0.12", id="half a cent of tax is a cent"),
        pytest.param("1.50", "0.35", id="half a cent of tax is a cent after an even one too"),
        pytest.param("0.49", "0.11", id="less than half is none"),
    ],
)
def test_tax_is_rounded_half_up_to_cents(rate: Rate, fee: str, tax: str) -> None:
    assert rate(plans=[plan(monthly_fee=fee)]).invoice()["tax"] == Decimal(tax)


def test_discounts_and_minimum_count_in_the_net(rate: Rate) -> None:
    offers = [promotion(kind="amount_off", value="5")]
    bill = bound(rate, promotions=offers, promotion_grants=[promotion_grant()])
    assert bill.invoice()["net"] == Decimal(28)


def test_what_a_person_keyed_in_counts_in_the_net_of_its_invoice(rate: Rate) -> None:
    bill = rate(
        plans=[plan(monthly_fee="10.00")],
        invoices=[invoice()],
        charges=[charge(amount="-4.00", reason="goodwill")],
    )
    march = bill.invoice()
    assert (march["net"], march["tax"], march["total"]) == (Decimal(6), Decimal("1.38"), Decimal("7.38"))


def test_an_open_cycle_has_neither_tax_nor_invoice(rate: Rate) -> None:
    bill = rate(plans=[plan(monthly_fee="10.00")])
    starts = [local(f"2026-0{month}-01 00:00") for month in (1, 2, 3)]
    assert [i["cycle_start"] for i in bill.invoices] == starts
    assert [line["period_start"] for line in bill.of_kind("tax")] == starts


def test_a_cycle_is_closed_at_the_moment_when_the_next_begins(rate: Rate) -> None:
    bill = rate(plans=[plan(monthly_fee="10.00")], settings={"as_of": "2026-04-01 00:00"})
    assert bill.invoice()["net"] == Decimal(10)


def test_a_cycle_without_any_line_has_no_invoice(rate: Rate) -> None:
    assert rate(invoices=[invoice()]).invoices == []


def test_no_line_is_on_an_invoice_of_an_open_cycle(rate: Rate) -> None:
    early = [invoice("IN2", cycle_start="2026-04-01 00:00", cycle_end="2026-05-01 00:00")]
    bill = rate(tariffs=PRICES, usage=[call("2026-04-02 12:00")], invoices=early)
    assert bill.usage[0]["invoice_id"] is None
