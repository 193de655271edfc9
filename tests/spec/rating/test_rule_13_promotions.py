"""Rule 13: which promotions count in a cycle, and what they take off. March is closed, April is open."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.builders.rows import (
    call,
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

PRICES = [tariff(rate="1"), tariff("T2", service="sms", unit="message", rate="0.10")]


def with_promotion(rate: Rate, grant: dict[str, Any] | None = None, **columns: Any) -> Bill:
    return with_promotions(rate, [promotion(**columns)], [promotion_grant(**(grant or {}))])


def with_promotions(rate: Rate, offers: list[dict], grants: list[dict], **streams: Any) -> Bill:
    """A fee of 50.00, a call of 20.00 and a message of 0.10 in March."""
    defaults = {
        "plans": [plan(monthly_fee="50.00"), plan("P2", monthly_fee="80.00")],
        "tariffs": PRICES,
        "usage": [call(seconds=20), message()],
    }
    return rate(promotions=offers, promotion_grants=grants, **(defaults | streams))


# Whether it counts: the first moment at which grant and promotion are both valid decides


@pytest.mark.parametrize(
    ("grant", "offer", "counts"),
    [
        pytest.param({}, {}, True, id="both from of old"),
        pytest.param({"valid_from": "2026-03-31 23:59"}, {}, True, id="granted in the last minute"),
        pytest.param({"valid_from": "2026-04-01 00:00"}, {}, False, id="granted when it is over"),
        pytest.param({"valid_to": "2026-03-01 00:00:01"}, {}, True, id="ended just after it began"),
        pytest.param({"valid_to": "2026-03-01 00:00"}, {}, False, id="ended when it began"),
        pytest.param({}, {"valid_from": "2026-03-31 23:59"}, True, id="offered in the last minute"),
        pytest.param({}, {"valid_to": "2026-03-01 00:00"}, False, id="offered until it began"),
        pytest.param(
            {"valid_to": "2026-03-10 00:00"},
            {"valid_from": "2026-03-10 00:00"},
            False,
            id="never both at once",
        ),
        pytest.param(
            {"valid_to": "2026-03-10 00:01"}, {"valid_from": "2026-03-10 00:00"}, True, id="both for a minute"
        ),
    ],
)
def test_a_promotion_counts_for_the_whole_cycle_if_it_is_valid_at_all_in_it(
    rate: Rate, grant: dict, offer: dict, counts: bool
) -> None:
    assert with_promotion(rate, grant, **offer).in_march("discount") == [Decimal(-5)] * counts


@pytest.mark.parametrize(("plans", "counts"), [("*", 1), ("P1", 1), ("P2, P1", 1), ("P2,P3", 0)])
def test_a_promotion_is_for_the_plans_that_it_lists(rate: Rate, plans: str, counts: int) -> None:
    assert len(with_promotion(rate, plans=plans).in_march("discount")) == counts


def moving_to_p2(on: str) -> list[dict[str, Any]]:
    return [subscription(plan_id="P1", valid_to=on), subscription(plan_id="P2", valid_from=on)]


@pytest.mark.parametrize(
    ("granted", "amount"),
    [
        pytest.param("2024-01-01 00:00", [Decimal(-13)], id="on an eligible plan: for both plans' fees"),
        pytest.param("2026-03-10 00:00", [], id="on a plan that is not eligible: for none"),
    ],
)
def test_the_plan_at_the_first_moment_decides_for_the_whole_cycle(
    rate: Rate, granted: str, amount: list[Decimal]
) -> None:
    bill = with_promotions(
        rate,
        [promotion(plans="P1")],
        [promotion_grant(valid_from=granted)],
        subscriptions=moving_to_p2("2026-03-10 00:00"),
    )
    assert bill.in_march("discount") == amount


def test_a_promotion_without_a_plan_at_its_first_moment_does_not_count(rate: Rate) -> None:
    bill = with_promotions(
        rate, [promotion()], [promotion_grant()], subscriptions=[subscription(valid_from="2026-03-05 00:00")]
    )
    assert bill.in_march("discount") == []


# What it takes off


@pytest.mark.parametrize(
    ("offer", "amount"),
    [
        pytest.param({"kind": "percent_off", "value": "20"}, "-10.00", id="a share of the plan's fee"),
        pytest.param({"kind": "amount_off", "value": "7.50"}, "-7.50", id="an amount"),
        pytest.param({"kind": "amount_off", "value": "70"}, "-50.00", id="an amount, at most what there is"),
        pytest.param({"kind": "fee_waiver", "value": "0"}, "-50.00", id="the whole fee"),
        pytest.param({"value": "10", "applies_to": "usage"}, "-2.01", id="a share of all usage"),
        pytest.param({"value": "10", "applies_to": "voice"}, "-2.00", id="a share of one service"),
        pytest.param(
            {"kind": "amount_off", "value": "5", "applies_to": "sms"}, "-0.10", id="what one service cost"
        ),
    ],
)
def test_a_promotion_takes_off(rate: Rate, offer: dict[str, Any], amount: str) -> None:
    assert with_promotion(rate, **offer).in_march("discount") == [Decimal(amount)]


@pytest.mark.parametrize("kind", ["percent_off", "fee_waiver"])
def test_products_are_not_what_recurring_means(rate: Rate, kind: str) -> None:
    bill = with_promotions(
        rate,
        [promotion(kind=kind, value="100")],
        [promotion_grant()],
        products=[product(fee="10.00")],
        product_grants=[product_grant()],
    )
    assert bill.in_march("discount") == [Decimal(-50)]


def test_a_discount_is_rounded_half_up_to_cents(rate: Rate) -> None:
    """5 % of 0.10 is half a cent."""
    bill = with_promotion(rate, value="5", applies_to="sms")
    assert bill.in_march("discount") == [Decimal("-0.01")]


def test_the_usage_is_not_rounded_before_the_discount(rate: Rate) -> None:
    """Three messages of 0.0033 come to 0.0099; half of that is 0.00495, not half of 0.01."""
    tariffs = [tariff(service="sms", unit="message", rate="0.0033")]
    bill = with_promotions(
        rate,
        [promotion(value="50", applies_to="usage")],
        [promotion_grant()],
        tariffs=tariffs,
        usage=[message(), message(), message()],
    )
    assert bill.in_march("discount") == []


def test_a_discount_of_nothing_has_no_line(rate: Rate) -> None:
    assert with_promotion(rate, applies_to="data", value="50").in_march("discount") == []


def test_an_open_cycle_has_no_discount_yet(rate: Rate) -> None:
    starts = {line["period_start"] for line in with_promotion(rate).of_kind("discount")}
    assert starts == {local(f"2026-0{month}-01 00:00") for month in (1, 2, 3)}


def test_usage_is_discounted_in_the_cycle_of_its_period(rate: Rate) -> None:
    bill = with_promotion(rate, value="50", applies_to="voice")
    assert [(d["period_start"], d["amount"]) for d in bill.of_kind("discount")] == [
        (local("2026-03-01 00:00"), Decimal(-10))
    ]


def test_the_line_names_its_promotion_and_subscription(rate: Rate) -> None:
    line = with_promotion(rate).of_kind("discount")[0]
    assert (line["promotion_id"], line["subscription_id"]) == ("PR1", "S1")


# Several at once


def test_percent_comes_before_amount_and_each_is_taken_from_what_the_former_left(rate: Rate) -> None:
    offers = [
        promotion("PR1", kind="amount_off", value="5"),
        promotion("PR2", kind="percent_off", value="10"),
        promotion("PR3", kind="percent_off", value="20"),
    ]
    grants = [promotion_grant(f"G{n}", promotion_id=f"PR{n}") for n in (1, 2, 3)]
    bill = with_promotions(rate, offers, grants)
    taken = {d["promotion_id"]: d["amount"] for d in bill.of_kind("discount")}
    assert taken == {"PR2": Decimal(-5), "PR3": Decimal(-9), "PR1": Decimal(-5)}


def test_of_one_kind_the_smaller_grant_id_comes_first(rate: Rate) -> None:
    offers = [promotion("PR1", value="10"), promotion("PR2", value="20")]
    grants = [promotion_grant("G2", promotion_id="PR1"), promotion_grant("G1", promotion_id="PR2")]
    bill = with_promotions(rate, offers, grants)
    taken = {d["promotion_id"]: d["amount"] for d in bill.of_kind("discount")}
    assert taken == {"PR2": Decimal(-10), "PR1": Decimal(-4)}


def test_nothing_more_than_there_is_can_be_taken(rate: Rate) -> None:
    offers = [
        promotion("PR1", kind="amount_off", value="40"),
        promotion("PR2", kind="amount_off", value="40"),
    ]
    grants = [promotion_grant("G1", promotion_id="PR1"), promotion_grant("G2", promotion_id="PR2")]
    bill = with_promotions(rate, offers, grants)
    assert sorted(bill.in_march("discount")) == [Decimal(-40), Decimal(-10)]


def test_a_discount_on_a_service_is_taken_from_what_one_on_all_usage_left(rate: Rate) -> None:
    """10 % of 20.10 leaves 18.00 of the call; half of that is 9.00."""
    offers = [
        promotion("PR1", value="10", applies_to="usage"),
        promotion("PR2", value="50", applies_to="voice"),
    ]
    grants = [promotion_grant("G1", promotion_id="PR1"), promotion_grant("G2", promotion_id="PR2")]
    bill = with_promotions(rate, offers, grants)
    taken = {d["promotion_id"]: d["amount"] for d in bill.of_kind("discount")}
    assert taken == {"PR1": Decimal("-2.01"), "PR2": Decimal("-9.00")}


def test_a_waived_fee_leaves_nothing_for_an_amount_off(rate: Rate) -> None:
    offers = [promotion("PR1", kind="amount_off", value="5"), promotion("PR2", kind="fee_waiver", value="0")]
    grants = [promotion_grant("G1", promotion_id="PR1"), promotion_grant("G2", promotion_id="PR2")]
    assert with_promotions(rate, offers, grants).in_march("discount") == [Decimal(-50)]
