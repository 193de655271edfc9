"""Rule 19: the period that each kind of line runs over."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.rows import (
    call,
    data,
    local,
    mediated,
    message,
    parts_of,
    plan,
    product,
    product_grant,
    promotion,
    promotion_grant,
    subscription,
    tariff,
)
from tests.spec.rating.engines import Rate

PRICES = [
    tariff("T1", rate="1", increment=60),
    tariff("T2", service="sms", unit="message"),
    tariff("T3", service="data", unit="mb"),
]
MARCH = (local("2026-03-01 00:00"), local("2026-04-01 00:00"))


def period(line: dict[str, Any]) -> tuple[Any, Any]:
    return line["period_start"], line["period_end"]


@pytest.mark.parametrize(
    ("usage", "end"),
    [
        pytest.param(
            call("2026-03-10 12:00", 90), "2026-03-10 12:01:30", id="a call: not its rounded length"
        ),
        pytest.param(message("2026-03-10 12:00"), "2026-03-10 12:00", id="a message: a moment"),
        pytest.param(data("2026-03-10 12:00", duration_s=600), "2026-03-10 12:10", id="data: its duration"),
    ],
)
def test_a_usage_line_runs_from_its_start_for_its_duration(rate: Rate, usage: dict, end: str) -> None:
    (line,) = rate(tariffs=PRICES, usage=[usage]).usage
    assert period(line) == (local("2026-03-10 12:00"), local(end))


def test_the_duration_of_a_session_is_that_of_its_parts(rate: Rate) -> None:
    parts = parts_of([data("2026-03-10 12:00", duration_s=600), data("2026-03-10 12:10", duration_s=30)])
    (line,) = rate(tariffs=PRICES, usage=parts).usage
    assert period(line) == (local("2026-03-10 12:00"), local("2026-03-10 12:10:30"))


def test_a_start_keeps_its_fraction_of_a_second(rate: Rate) -> None:
    (line,) = rate(tariffs=PRICES, usage=[call("2026-03-10 12:00:00.250000", 60)]).usage
    assert period(line) == (local("2026-03-10 12:00:00.250000"), local("2026-03-10 12:01:00.250000"))


def test_without_its_event_a_call_lasts_its_quantity(rate: Rate) -> None:
    records = [mediated(call("2026-03-10 12:00", 90))]
    (line,) = rate(tariffs=PRICES, usage_events=[], mediation_records=records).usage
    assert period(line) == (local("2026-03-10 12:00"), local("2026-03-10 12:01:30"))


def test_a_recurring_line_runs_over_the_part_of_the_cycle_that_it_pays_for(rate: Rate) -> None:
    rows = [subscription(valid_from="2026-03-11 09:00", valid_to="2026-03-20 10:00")]
    (line,) = rate(plans=[plan(monthly_fee="5.00")], subscriptions=rows).of_kind("recurring")
    assert period(line) == (local("2026-03-11 09:00"), local("2026-03-20 10:00"))


def test_a_recurring_product_does_the_same(rate: Rate) -> None:
    grants = [product_grant(valid_from="2026-03-11 09:00", valid_to="2026-03-20 10:00")]
    (line,) = rate(products=[product()], product_grants=grants).of_kind("recurring")
    assert period(line) == (local("2026-03-11 09:00"), local("2026-03-20 10:00"))


def test_discount_minimum_and_tax_lines_run_over_the_cycle(rate: Rate) -> None:
    bill = rate(
        plans=[plan(monthly_fee="5.00", minimum_spend="50.00")],
        subscriptions=[subscription(valid_from="2026-03-01 00:00")],
        promotions=[promotion()],
        promotion_grants=[promotion_grant()],
    )
    lines = bill.of_kind("discount") + bill.of_kind("one_off") + bill.of_kind("tax")
    assert [period(line) for line in lines] == [MARCH, MARCH, MARCH]


def test_a_one_off_without_an_end_is_a_moment(rate: Rate) -> None:
    grants = [product_grant(valid_from="2026-03-11 09:00")]
    (line,) = rate(products=[product(kind="one_off")], product_grants=grants).of_kind("one_off")
    assert period(line) == (local("2026-03-11 09:00"), local("2026-03-11 09:00"))


def test_a_pass_with_an_end_runs_to_it(rate: Rate) -> None:
    grants = [product_grant(valid_from="2026-03-11 09:00", valid_to="2026-03-13 09:00")]
    (line,) = rate(products=[product(kind="pass")], product_grants=grants).of_kind("one_off")
    assert period(line) == (local("2026-03-11 09:00"), local("2026-03-13 09:00"))


def test_a_tax_of_nothing_has_no_line(rate: Rate) -> None:
    bill = rate(tariffs=[tariff()], usage=[call()])
    assert (bill.of_kind("tax"), bill.invoice()["total"]) == ([], 0)
