"""Rule 2: the bill cycle runs from local midnight of ``bill_cycle_day`` to the next one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.builders.rows import account, allowance, call, local, plan, tariff
from tests.spec.rating.engines import Rate

PER_SECOND = [tariff(rate="1")]


def test_a_cycle_ends_at_local_midnight(rate: Rate) -> None:
    """The allowance of 100 seconds begins anew with the cycle: 22:00 UTC in summer is midnight in Warsaw."""
    usage = [call("2026-03-31 23:59:00", 30), call("2026-03-31 23:59:59", 100), call("2026-04-01 00:00", 100)]
    bill = rate(tariffs=PER_SECOND, allowances=[allowance(quantity=100)], usage=usage)
    assert bill.free == [30, 70, 100]
    assert usage[2]["started_at"].hour == 22


def test_a_cycle_begins_on_the_accounts_own_day(rate: Rate) -> None:
    usage = [call("2026-03-14 23:59:59", 100), call("2026-03-15 00:00", 100)]
    bill = rate(
        accounts=[account(bill_cycle_day=15)], tariffs=PER_SECOND, allowances=[allowance()], usage=usage
    )
    assert bill.free == [100, 100]


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-02-28 00:00", "2026-03-28 00:00", 28 * 24),
        ("2026-03-28 00:00", "2026-04-28 00:00", 31 * 24 - 1),
    ],
)
def test_a_cycle_with_a_short_day_is_an_hour_shorter(rate: Rate, start: str, end: str, hours: int) -> None:
    bill = rate(accounts=[account(bill_cycle_day=28)], plans=[plan(monthly_fee="5")])
    (line,) = [c for c in bill.of_kind("recurring") if c["period_start"] == local(start)]
    assert line["period_end"] == local(end)
    assert (line["period_end"] - line["period_start"]).total_seconds() == hours * 3600


def test_a_cycle_that_began_before_the_dataset_is_not_judged(rate: Rate) -> None:
    usage = [call("2026-01-14 12:00"), call("2026-01-15 12:00")]
    bill = rate(
        accounts=[account(bill_cycle_day=15)],
        plans=[plan(monthly_fee="5")],
        tariffs=PER_SECOND,
        usage=usage,
        settings={"as_of": "2026-02-20 12:00"},
    )
    assert [line["event_id"] for line in bill.usage] == [usage[1]["event_id"]]
    assert {line["period_start"] for line in bill.of_kind("recurring")} == {
        local("2026-01-15 00:00"),
        local("2026-02-15 00:00"),
    }


def test_an_account_that_crm_does_not_list_begins_its_cycle_on_the_first(rate: Rate) -> None:
    usage = [call("2026-03-31 12:00", 100), call("2026-04-01 12:00", 100)]
    bill = rate(accounts=[], tariffs=PER_SECOND, allowances=[allowance()], usage=usage)
    assert bill.amounts == [Decimal(0), Decimal(0)]
