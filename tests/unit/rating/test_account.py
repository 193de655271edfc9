"""A subscription's lines by themselves are those that it has among all lines of its account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from core.kernel.dataset import DatasetSettings
from core.kernel.period import cycle_period
from core.lake.session import Session
from core.rating.account import AccountRater
from tests.builders import rows
from tests.builders.session import open_rows
from tests.spec.rating.worlds import worlds

Streams = dict[str, list[dict[str, Any]]]

EXAMPLES = 25
SEVERAL = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
SHARED = {"scope": "account", "priority": 1}


def opened(streams: Mapping[str, Sequence[Mapping[str, Any]]], of: DatasetSettings) -> Session:
    session = open_rows(streams, of)
    for stream in ("charges", "invoices"):
        session.table(stream).project("*, 1 as _file, 1 as _row").create_view(f"all_{stream}")
    return session


def as_fleet(streams: Streams) -> Streams:
    """Put all subscriptions on one account that shares what its plans include, and a little more."""
    shared = [
        rows.allowance("AL7", plan_id="P1", service="data", quantity=4000, **SHARED),
        rows.allowance("AL8", plan_id="*", service="voice", direction="mo", quantity=5000, **SHARED),
        rows.allowance("AL9", plan_id="P2", service="voice", quantity=700, **SHARED),
    ]
    included = [row | {"scope": "account"} for row in streams["allowances"][:2]] + streams["allowances"][2:]
    return streams | {
        "subscriptions": [row | {"account_id": "A1"} for row in streams["subscriptions"]],
        "allowances": included + shared[: len(streams["usage_events"]) % 4],
    }


def test_free_units_of_any_service_tie_the_services_of_another_subscription_together() -> None:
    """S2 draws its free units by text and by voice; only what they leave comes out of the shared minutes."""
    streams = rows.world(
        accounts=[rows.account("A1")],
        subscriptions=[rows.subscription("S1"), rows.subscription("S2")],
        tariffs=[rows.tariff("T1", rate="0.01"), rows.tariff("T2", service="sms", unit="message")],
        allowances=[rows.allowance("AL1", quantity=150, **SHARED)],
        promotions=[rows.promotion("PR1", kind="free_units", value="100", applies_to="usage")],
        promotion_grants=[rows.promotion_grant("G1", subscription_id="S2")],
        usage=[
            *(rows.message("2026-03-02 08:00", imsi="I2") for _ in range(40)),
            rows.call("2026-03-02 09:00", 100, imsi="I2"),
            rows.call("2026-03-02 10:00", 130, imsi="I1"),
        ],
    )
    session = opened(streams, rows.settings())
    lines = AccountRater(session).rate("A1", date(2026, 3, 1), "S1").charges
    session.close()
    assert [line.free_quantity for line in lines if line.kind == "usage"] == [150 - (100 - 60)]


def test_of_others_only_what_may_draw_from_the_same_allowance_is_read() -> None:
    streams = rows.world(
        accounts=[rows.account("A1")],
        subscriptions=[
            rows.subscription("S1"),
            rows.subscription("S2"),
            rows.subscription("S3", plan_id="P2"),
        ],
        allowances=[rows.allowance("AL1", plan_id="P1", **SHARED)],
        usage_events=[
            *(rows.call("2026-03-02 09:00", 60, imsi=imsi) for imsi in ("I1", "I2", "I3")),
            rows.message("2026-03-02 08:00", imsi="I1"),
            rows.message("2026-03-02 08:00", imsi="I2"),
        ],
    )
    session = opened(streams, rows.settings())
    period = cycle_period(date(2026, 3, 1), ZoneInfo("Europe/Warsaw"))
    read = AccountRater(session).streams("A1", period, "S1")["usage_events"]
    session.close()
    assert sorted((event["imsi"], event["service"]) for event in read) == [
        ("I1", "sms"),
        ("I1", "voice"),
        ("I2", "voice"),
    ]


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # a world is large; its seed names it
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=SEVERAL,
)
@given(worlds())
def test_what_a_fleet_shares_is_drawn_as_it_is_among_all_its_lines(
    world: tuple[Streams, DatasetSettings],
) -> None:
    streams, of = as_fleet(world[0]), world[1]
    session = opened(streams, of)
    rater = AccountRater(session)
    whole = [line for line in rater.rate("A1").charges if line.subscription_id is not None]
    wanted = {(line.subscription_id, line.cycle) for line in whole}
    for subscription_id, cycle in sorted(wanted, key=str):
        first = cycle.start.astimezone(ZoneInfo(of.timezone)).date()
        expected = [line for line in whole if (line.subscription_id, line.cycle) == (subscription_id, cycle)]
        assert list(rater.rate("A1", first, subscription_id).charges) == expected
    session.close()
