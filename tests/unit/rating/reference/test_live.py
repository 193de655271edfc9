"""The single-event path follows the same rules as a whole run."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.rating.reference import Charge, LiveRater, Unpriced, rate
from tests.builders import rows
from tests.builders.rows import allowance, call, data, parts_of, plan, promotion, promotion_grant, tariff


def a_busy_month() -> dict[str, Any]:
    usage = [
        call("2026-03-01 12:00", 50),
        *parts_of([data("2026-03-02 12:00", 400_000), data("2026-03-02 12:10", 600_000)]),
        call("2026-03-03 23:59:30", 100),
        data("2026-03-04 12:00", 900_000, serving_plmn=rows.ROAMING),
        data("2026-03-05 12:00", 900_000, serving_plmn=rows.ROAMING),
        call("2026-04-01 12:00", 10),
    ]
    return rows.world(
        plans=[plan(roaming_cap="1")],
        tariffs=[
            tariff("T1", rate="0.2", increment=30, connect_fee="0.1"),
            tariff("T2", rate="0.1", increment=30, connect_fee="0.1", tier_from=100),
            tariff("T3", service="data", unit="mb", rate="0.9"),
        ],
        allowances=[allowance(quantity=20)],
        promotions=[promotion(kind="free_units", value="5", applies_to="voice")],
        promotion_grants=[promotion_grant()],
        usage=usage,
    )


def test_events_one_by_one_come_to_the_lines_of_a_whole_run() -> None:
    world, settings = a_busy_month(), rows.settings()
    live = LiveRater(world, settings)
    given = [line for event in world["usage_events"] if isinstance(line := live.rate(event), Charge)]
    whole = [line for line in rate(world, settings).charges if line.kind == "usage"]
    columns = ("event_id", "quantity", "free_quantity", "amount", "tariff_id", "plan_id", "period_end")
    expected = sorted(([getattr(line, c) for c in columns] for line in whole), key=str)
    assert sorted(([getattr(line, c) for c in columns] for line in given), key=str) == expected
    assert len(given) == 6


def test_a_part_that_is_not_the_last_waits() -> None:
    first, last = parts_of([call("2026-03-10 12:00", 600), call("2026-03-10 12:10", 30)])
    live = LiveRater(rows.world(tariffs=[tariff(rate="1")]), rows.settings())
    assert live.rate(first) is None
    line = live.rate(last)
    assert isinstance(line, Charge)
    assert (line.event_id, line.amount) == (first["event_id"], Decimal(630))


def test_an_event_that_cannot_be_priced_says_why() -> None:
    live = LiveRater(rows.world(tariffs=[]), rows.settings())
    event = call()
    assert live.rate(event) == Unpriced(None, event["event_id"], "no tariff matches")


def test_a_volume_price_is_that_of_the_total_so_far() -> None:
    volume = [
        tariff("T1", rate="5", tier_mode="volume"),
        tariff("T2", rate="1", tier_mode="volume", tier_from=100),
    ]
    live = LiveRater(rows.world(tariffs=volume), rows.settings())
    lines = [live.rate(call(seconds=60)), live.rate(call(seconds=60))]
    assert [line.amount for line in lines if isinstance(line, Charge)] == [Decimal(300), Decimal(60)]
