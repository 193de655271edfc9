"""Rule 16: what a roaming partner may ask for each event."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.builders.rows import call, data, message, partner_rate, parts_of
from tests.spec.rating.engines import Wholesale

ABROAD = {"serving_plmn": "26201", "source": "tap:DEUT1"}


def price_of(wholesale: Wholesale, usage: dict[str, Any], *rates: dict[str, Any]) -> Decimal | None:
    """Return what one event may cost; its partner is DEUT1."""
    return wholesale(usage_events=[usage], partner_rates=list(rates)).get(usage["event_id"])


def test_an_event_costs_its_started_increments(wholesale: Wholesale) -> None:
    agreed = partner_rate(rate="0.06", unit="minute", increment=30)
    assert price_of(wholesale, call(seconds=31, **ABROAD), agreed) == Decimal("0.06")


@pytest.mark.parametrize(
    ("usage", "agreed", "amount"),
    [
        pytest.param(
            message(**ABROAD), {"service": "sms", "unit": "message", "rate": "0.01"}, "0.01", id="sms"
        ),
        pytest.param(
            data(size=2_500, **ABROAD),
            {"service": "data", "unit": "mb", "rate": "2", "increment": 1000},
            "0.006",
            id="data",
        ),
    ],
)
def test_other_services_cost_by_their_unit(
    wholesale: Wholesale, usage: dict, agreed: dict, amount: str
) -> None:
    assert price_of(wholesale, usage, partner_rate(**agreed)) == Decimal(amount)


def test_each_partial_record_is_priced_by_itself(wholesale: Wholesale) -> None:
    parts = parts_of([call("2026-03-10 12:00", 31, **ABROAD), call("2026-03-10 12:01", 31, **ABROAD)])
    prices = wholesale(usage_events=parts, partner_rates=[partner_rate(rate="1", increment=30)])
    assert list(prices.values()) == [Decimal(60), Decimal(60)]


@pytest.mark.parametrize(
    ("seconds", "amount"),
    [(1, "0.000000"), (3, "0.000002"), (5, "0.000002")],
    ids=["down", "up", "down again"],
)
def test_the_price_is_rounded_half_even_to_a_micro_unit(
    wholesale: Wholesale, seconds: int, amount: str
) -> None:
    agreed = partner_rate(rate="0.000030", unit="minute")
    assert price_of(wholesale, call(seconds=seconds, **ABROAD), agreed) == Decimal(amount)


def test_the_rate_that_is_valid_at_the_start_counts(wholesale: Wholesale) -> None:
    old = partner_rate(rate="1", valid_to="2026-03-10 12:00")
    new = partner_rate(rate="2", valid_from="2026-03-10 12:00")
    assert price_of(wholesale, call("2026-03-10 11:59:59", 10, **ABROAD), old, new) == Decimal(10)
    assert price_of(wholesale, call("2026-03-10 12:00", 10, **ABROAD), old, new) == Decimal(20)


def test_a_named_direction_wins_over_any(wholesale: Wholesale) -> None:
    rates = [partner_rate(rate="1", direction="mt"), partner_rate(rate="2", direction="any")]
    assert price_of(wholesale, call(seconds=10, direction="mt", **ABROAD), *rates) == Decimal(10)
    assert price_of(wholesale, call(seconds=10, direction="mo", **ABROAD), *rates) == Decimal(20)


def test_a_call_of_no_length_costs_nothing(wholesale: Wholesale) -> None:
    assert price_of(wholesale, call(seconds=0, **ABROAD), partner_rate(rate="1", increment=60)) == 0


def test_only_what_a_partner_delivered_has_a_wholesale_price(wholesale: Wholesale) -> None:
    assert price_of(wholesale, call(source="msc-01"), partner_rate(rate="1")) is None


def test_without_an_agreed_rate_there_is_no_price(wholesale: Wholesale) -> None:
    other = partner_rate("OTHER", rate="1")
    assert price_of(wholesale, call(**ABROAD), other) is None
