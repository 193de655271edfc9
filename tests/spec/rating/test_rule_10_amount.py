"""Rule 10: one session is one line, an exact fraction rounded once at the end."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.builders.rows import call, data, message, tariff
from tests.spec.rating.engines import Rate


def test_the_connect_fee_is_added_to_the_parts(rate: Rate) -> None:
    bill = rate(tariffs=[tariff(rate="0.10", unit="minute", connect_fee="0.25")], usage=[call(seconds=90)])
    assert bill.amount == Decimal("0.40")


@pytest.mark.parametrize(("unit", "amount"), [("second", "30"), ("minute", "0.5")])
def test_a_call_is_sold_by(rate: Rate, unit: str, amount: str) -> None:
    assert rate(tariffs=[tariff(rate="1", unit=unit)], usage=[call(seconds=30)]).amount == Decimal(amount)


def test_a_message_is_sold_by_the_piece(rate: Rate) -> None:
    assert rate(tariffs=[tariff(service="sms", unit="message", rate="0.09")], usage=[message()]).amount == (
        Decimal("0.09")
    )


@pytest.mark.parametrize(
    ("unit", "size"),
    [
        ("kb", 1_000),
        ("mb", 1_000_000),
        ("gb", 1_000_000_000),
        ("kib", 1_024),
        ("mib", 1_048_576),
        ("gib", 1_073_741_824),
    ],
)
def test_data_is_sold_by(rate: Rate, unit: str, size: int) -> None:
    bill = rate(tariffs=[tariff(service="data", rate="7", unit=unit)], usage=[data(size=3 * size)])
    assert bill.amount == Decimal(21)


@pytest.mark.parametrize(
    ("rate_per_minute", "seconds", "amount"),
    [
        pytest.param("0.000030", 1, "0.000000", id="half a micro-unit goes to the even neighbour, down"),
        pytest.param("0.000030", 3, "0.000002", id="or up"),
        pytest.param("0.000030", 5, "0.000002", id="and down again"),
        pytest.param("0.000031", 1, "0.000001", id="more than half goes up"),
        pytest.param("0.1", 1, "0.001667", id="a third of a cent goes to the nearest"),
    ],
)
def test_an_amount_is_rounded_half_even_to_a_micro_unit(
    rate: Rate, rate_per_minute: str, seconds: int, amount: str
) -> None:
    bill = rate(tariffs=[tariff(rate=rate_per_minute, unit="minute")], usage=[call(seconds=seconds)])
    assert bill.amount == Decimal(amount)


def test_parts_are_summed_before_they_are_rounded(rate: Rate) -> None:
    """Each part is a third of a micro-unit over; rounded one by one they would come to 0.000666."""
    tariffs = [
        tariff("T1", rate="0.000020", unit="minute", tier_from=n, tier_mode="graduated") for n in (0, 1)
    ]
    tariffs[1] |= {"tariff_id": "T2"}
    bill = rate(tariffs=tariffs, usage=[call(seconds=2)])
    assert bill.amount == Decimal("0.000001")


# The most that a session may cost

CAPPED = {"rate": "1", "connect_fee": "3", "max_charge": "10"}


@pytest.mark.parametrize(("seconds", "amount"), [(6, 9), (7, 10), (8, 10), (3600, 10)])
def test_a_session_costs_at_most_its_max_charge_connect_fee_included(
    rate: Rate, seconds: int, amount: int
) -> None:
    assert rate(tariffs=[tariff(**CAPPED)], usage=[call(seconds=seconds)]).amount == amount


def test_the_first_parts_max_charge_holds_for_the_whole_session(rate: Rate) -> None:
    tariffs = [tariff("T1", days="tue", **CAPPED), tariff("T2", days="wed", rate="1", max_charge="1")]
    usage = [call("2026-03-10 23:59:58", 60), call("2026-03-11 12:00", 60)]
    assert rate(tariffs=tariffs, usage=usage).amounts == [Decimal(10), Decimal(1)]


def test_a_max_charge_of_a_later_part_does_not_hold(rate: Rate) -> None:
    tariffs = [tariff("T1", days="tue", rate="1"), tariff("T2", days="wed", rate="1", max_charge="1")]
    assert rate(tariffs=tariffs, usage=[call("2026-03-10 23:59:58", 60)]).amount == Decimal(60)


# Which lines exist


def test_a_session_over_several_parts_is_one_line_with_the_sum_of_its_rounded_parts(rate: Rate) -> None:
    tariffs = [tariff("T1", rate="1", increment=60)]
    (line,) = rate(tariffs=tariffs, usage=[call("2026-03-10 23:59:30", 60)]).usage
    assert (line["quantity"], line["free_quantity"], line["service"]) == (120, 0, "voice")


def test_a_session_that_costs_nothing_has_a_line_too(rate: Rate) -> None:
    (line,) = rate(tariffs=[tariff(rate="0")], usage=[call()]).usage
    assert (line["quantity"], line["amount"]) == (60, 0)


def test_every_forwarded_record_has_a_line_of_its_own(rate: Rate) -> None:
    usage = [call(), call()]
    assert len(rate(tariffs=[tariff(rate="1")], usage=usage).usage) == 2


def test_what_cannot_be_priced_counts_in_no_tier(rate: Rate) -> None:
    tariffs = [
        tariff("T1", rate="5", direction="mo"),
        tariff("T2", rate="1", direction="mo", tier_from=60),
    ]
    usage = [call("2026-03-10 12:00", 60, direction="mt"), call("2026-03-10 13:00", 60)]
    assert rate(tariffs=tariffs, usage=usage).amounts == [Decimal(300)]
