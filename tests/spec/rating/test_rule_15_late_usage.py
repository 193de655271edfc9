"""Rule 15: usage that comes late counts where it belongs, and goes on the next invoice that is not issued."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.builders.rows import (
    allowance,
    call,
    data,
    invoice,
    local,
    plan,
    promotion,
    promotion_grant,
    tariff,
)
from tests.spec.rating.engines import Bill, Rate

PER_SECOND = [tariff(rate="1")]
BILLS = [
    invoice("IN2", cycle_start="2026-02-01 00:00", cycle_end="2026-03-01 00:00", issue_at="2026-03-06 06:00"),
    invoice("IN3"),
]


def late(started_at: str, seconds: int, received_at: str, **columns: Any) -> dict[str, Any]:
    """A call that mediation forwards an hour after it was received."""
    return call(started_at, seconds, received_at=received_at, **columns)


FIRST_CAME_LAST = [
    late("2026-03-10 12:00", 60, "2026-03-20 12:00"),
    late("2026-03-11 12:00", 60, "2026-03-11 13:00"),
]


# In which order


def test_allowances_are_drawn_in_order_of_start_however_late_usage_came(rate: Rate) -> None:
    bill = rate(tariffs=PER_SECOND, allowances=[allowance(quantity=60)], usage=FIRST_CAME_LAST)
    assert bill.free == [60, 0]


def test_where_the_dataset_says_so_they_are_drawn_in_order_of_arrival(rate: Rate) -> None:
    bill = rate(
        settings={"allowance_order": "arrival"},
        tariffs=PER_SECOND,
        allowances=[allowance(quantity=60)],
        usage=FIRST_CAME_LAST,
    )
    assert bill.free == [0, 60]


def test_arrival_is_when_it_was_received_where_there_is_no_mediation(rate: Rate) -> None:
    bill = rate(
        settings={"allowance_order": "arrival"},
        tariffs=PER_SECOND,
        allowances=[allowance(quantity=60)],
        usage_events=FIRST_CAME_LAST,
        mediation_records=[],
    )
    assert bill.free == [0, 60]


def test_tiers_count_in_the_same_order(rate: Rate) -> None:
    tariffs = [tariff("T1", rate="5"), tariff("T2", rate="1", tier_from=60)]
    assert rate(tariffs=tariffs, usage=FIRST_CAME_LAST).amounts == [Decimal(300), Decimal(60)]
    arrival = rate(settings={"allowance_order": "arrival"}, tariffs=tariffs, usage=FIRST_CAME_LAST)
    assert arrival.amounts == [Decimal(60), Decimal(300)]


def test_the_roaming_cap_is_used_in_the_same_order(rate: Rate) -> None:
    usage = [
        data("2026-03-10 12:00", 40_000, serving_plmn="26201", received_at="2026-03-20 12:00"),
        data("2026-03-11 12:00", 40_000, serving_plmn="26201"),
    ]
    world = {
        "tariffs": [tariff(service="data", unit="kb", rate="1")],
        "plans": [plan(roaming_cap="50")],
        "usage": usage,
    }
    assert rate(**world).amounts == [Decimal(40), Decimal(10)]
    assert rate(settings={"allowance_order": "arrival"}, **world).amounts == [Decimal(10), Decimal(40)]


def test_packages_are_started_in_the_same_order(rate: Rate) -> None:
    tariffs = [tariff(tier_mode="package", rate="3", increment=120)]
    assert rate(tariffs=tariffs, usage=FIRST_CAME_LAST).amounts == [Decimal(3), Decimal(0)]


# On which invoice


def february_call(rate: Rate, received_at: str, **streams: Any) -> Bill:
    usage = [late("2026-02-20 12:00", 10, received_at)]
    return rate(**({"tariffs": PER_SECOND, "usage": usage, "invoices": BILLS} | streams))


def test_a_line_that_is_rated_in_time_is_on_its_own_cycles_invoice(rate: Rate) -> None:
    bill = february_call(rate, "2026-03-06 05:00")
    assert bill.usage[0]["invoice_id"] == "IN2"
    assert bill.invoice("2026-02-01 00:00")["net"] == Decimal(10)


def test_a_line_that_is_rated_after_the_issue_goes_on_the_next_invoice_that_is_not_issued(rate: Rate) -> None:
    bill = february_call(rate, "2026-03-06 05:01")
    assert bill.usage[0]["invoice_id"] == "IN3"
    assert [(i["invoice_id"], i["net"]) for i in bill.invoices] == [("IN3", Decimal(10))]


def test_after_two_issues_it_goes_on_the_third(rate: Rate) -> None:
    bill = february_call(rate, "2026-04-07 12:00")
    assert bill.usage[0]["invoice_id"] is None
    assert bill.invoices == []


def test_it_keeps_its_own_period(rate: Rate) -> None:
    assert february_call(rate, "2026-03-10 12:00").usage[0]["period_start"] == local("2026-02-20 12:00")


def test_it_draws_the_allowance_of_its_own_cycle(rate: Rate) -> None:
    usage = [late("2026-02-20 12:00", 60, "2026-03-10 12:00"), call("2026-03-12 12:00", 100)]
    bill = rate(tariffs=PER_SECOND, allowances=[allowance()], usage=usage, invoices=BILLS)
    assert bill.free == [60, 100]


def test_it_is_discounted_in_its_own_cycle(rate: Rate) -> None:
    bill = february_call(
        rate,
        "2026-03-10 12:00",
        promotions=[promotion(value="10", applies_to="usage")],
        promotion_grants=[promotion_grant()],
    )
    assert [(d["period_start"], d["amount"]) for d in bill.of_kind("discount")] == [
        (local("2026-02-01 00:00"), Decimal(-1))
    ]


def test_a_bill_that_was_voided_and_made_again_takes_each_line_once(rate: Rate) -> None:
    bill = rate(
        tariffs=PER_SECOND,
        usage=[call("2026-03-10 12:00", 60)],
        invoices=[invoice("IN3R"), invoice("IN3", status="void")],
    )
    assert [line["invoice_id"] for line in bill.usage] == ["IN3R"]
    assert [line["invoice_id"] for line in bill.invoices] == ["IN3R"]
