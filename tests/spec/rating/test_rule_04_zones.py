"""Rule 4: zones come from the serving network and from the longest prefix of the number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.builders.rows import (
    HOME,
    ROAMING,
    call,
    data,
    destination,
    event,
    mediated,
    message,
    network,
    tariff,
)
from tests.spec.rating.engines import Rate

ZONES = [
    tariff("T1", rate="1", destination_zone="national"),
    tariff("T2", rate="2", destination_zone="premium"),
    tariff("T9", rate="9"),
]
PREFIXES = [destination("48", "national"), destination("48900", "premium")]


@pytest.mark.parametrize(
    ("number", "amount"),
    [
        pytest.param("48600100200", 1, id="by its only prefix"),
        pytest.param("48900100200", 2, id="by the longer of two prefixes"),
        pytest.param("48900", 2, id="by a prefix that is the whole number"),
        pytest.param("4890", 1, id="not by a prefix longer than itself"),
        pytest.param("99600100200", 9, id="only by any where no prefix fits"),
        pytest.param(None, 9, id="only by any where there is no number"),
    ],
)
def test_a_number_is_priced(rate: Rate, number: str | None, amount: int) -> None:
    bill = rate(tariffs=ZONES, destinations=PREFIXES, usage=[call(seconds=1, other_party=number)])
    assert bill.amount == amount


@pytest.mark.parametrize(
    "usage",
    [
        pytest.param(data(size=1), id="data"),
        pytest.param(event(service="iot", bytes_up=1, duration_s=1), id="things"),
        pytest.param(call(seconds=1, direction="mt"), id="a received call"),
        pytest.param(message(direction="mt"), id="a received message"),
    ],
)
def test_usage_that_goes_nowhere_matches_only_any(rate: Rate, usage: dict) -> None:
    unit = {"sms": "message", "voice": "second"}.get(usage["service"], "kb")
    named = {"unit": unit, "service": usage["service"], "destination_zone": "national", "rate": "1000"}
    broad = named | {"destination_zone": "any", "rate": "2000"}
    usage = usage | {"other_party": "48600100200"}
    bill = rate(tariffs=[tariff("T1", **named), tariff("T2", **broad)], usage=[usage])
    assert bill.usage[0]["tariff_id"] == "T2"


ROAMING_ZONES = [
    tariff("T1", rate="1", roaming_zone="home"),
    tariff("T2", rate="2", roaming_zone="eu"),
    tariff("T9", rate="9"),
]


@pytest.mark.parametrize(
    ("plmn", "amount"),
    [
        pytest.param(HOME, 1, id="at home on an own network"),
        pytest.param(ROAMING, 2, id="in the zone of a listed network"),
        pytest.param("99999", 9, id="only by any on a network that is not listed"),
    ],
)
def test_usage_is_priced_where_it_took_place(rate: Rate, plmn: str, amount: int) -> None:
    assert rate(tariffs=ROAMING_ZONES, usage=[call(seconds=1, serving_plmn=plmn)]).amount == amount


def test_an_own_network_is_home_even_where_networks_does_not_list_it(rate: Rate) -> None:
    bill = rate(tariffs=ROAMING_ZONES, networks=[network(ROAMING, "eu")], usage=[call(seconds=1)])
    assert bill.amount == Decimal(1)


@pytest.mark.parametrize("zone", ["destination_zone", "roaming_zone"])
def test_no_price_can_name_the_unknown_zone(rate: Rate, zone: str) -> None:
    tariffs = [tariff("T1", rate="1", **{zone: "unknown"}), tariff("T9", rate="9")]
    usage = [call(seconds=1, other_party="99600100200", serving_plmn="99999")]
    assert rate(tariffs=tariffs, usage=usage).amount == Decimal(9)


def test_the_zones_come_from_the_event_and_not_from_mediation(rate: Rate) -> None:
    usage = [call(seconds=1)]
    records = [mediated(usage[0], roaming_zone="eu")]
    bill = rate(tariffs=ROAMING_ZONES, usage_events=usage, mediation_records=records)
    assert bill.amount == Decimal(1)


def test_mediations_zones_count_where_the_event_is_not_there(rate: Rate) -> None:
    usage = [call(seconds=1)]
    records = [mediated(usage[0], roaming_zone="eu")]
    bill = rate(tariffs=ROAMING_ZONES, usage_events=[], mediation_records=records)
    assert bill.amount == Decimal(2)
