"""Rule 7: usage is charged in whole increments, the first part for at least the minimum."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.builders.rows import call, data, message, tariff
from tests.spec.rating.engines import Rate


@pytest.mark.parametrize(
    ("seconds", "increment", "minimum", "charged"),
    [
        pytest.param(61, 60, 0, 120, id="a started increment counts whole"),
        pytest.param(60, 60, 0, 60, id="a full increment is not rounded up"),
        pytest.param(1, 1, 30, 30, id="a short call counts as the minimum"),
        pytest.param(31, 1, 30, 31, id="past the minimum only increments count"),
        pytest.param(61, 60, 90, 120, id="the increments exceed the minimum"),
        pytest.param(10, 60, 90, 90, id="the minimum is not rounded to increments"),
        pytest.param(0, 60, 60, 0, id="nothing is charged as nothing, whatever the minimum"),
    ],
)
def test_a_call_is_charged_as(rate: Rate, seconds: int, increment: int, minimum: int, charged: int) -> None:
    tariffs = [tariff(rate="1", increment=increment, minimum=minimum)]
    bill = rate(tariffs=tariffs, usage=[call(seconds=seconds)])
    assert (bill.usage[0]["quantity"], bill.amount) == (charged, Decimal(charged))


def test_a_call_of_no_length_pays_no_connect_fee(rate: Rate) -> None:
    bill = rate(tariffs=[tariff(rate="1", connect_fee="0.50")], usage=[call(seconds=0)])
    assert bill.amounts == [Decimal(0)]


def test_data_is_rounded_in_bytes(rate: Rate) -> None:
    tariffs = [tariff(service="data", unit="mb", rate="1", increment=1000)]
    bill = rate(tariffs=tariffs, usage=[data(size=1_000_001)])
    assert (bill.usage[0]["quantity"], bill.amount) == (1_001_000, Decimal("1.001"))


def test_messages_may_be_sold_by_the_dozen(rate: Rate) -> None:
    bill = rate(tariffs=[tariff(service="sms", unit="message", rate="0.01", increment=12)], usage=[message()])
    assert (bill.usage[0]["quantity"], bill.amount) == (12, Decimal("0.12"))


def test_packages_do_not_round_quantities(rate: Rate) -> None:
    tariffs = [tariff(tier_mode="package", rate="1", increment=60, minimum=60)]
    assert rate(tariffs=tariffs, usage=[call(seconds=10)]).usage[0]["quantity"] == 10
