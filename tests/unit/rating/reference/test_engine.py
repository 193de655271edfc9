"""What a run of the reference says beside the bill: doubts, conflicts, reasons, and its own order."""

from __future__ import annotations

import random
from decimal import Decimal

from core.kernel.records import STREAMS
from core.rating.reference import Unpriced, rate
from tests.builders import rows
from tests.builders.rows import allowance, call, forwarded, plan, subscription, tariff


def test_two_rows_of_crm_for_one_sim_are_in_doubt() -> None:
    twice = [subscription("S1"), subscription("S2", imsi="I1", valid_from="2026-02-01 00:00")]
    world = rows.world(subscriptions=twice, tariffs=[tariff()], usage=[call()])
    assert rate(world, rows.settings()).ambiguous == {"S1", "S2"}


def test_the_greater_of_two_rows_at_one_position_is_a_conflict() -> None:
    world = rows.world(tariffs=[tariff("T1"), tariff("T2", rate="1")])
    assert rate(world, rows.settings()).conflicts == {"T2"}


def test_every_row_of_a_ladder_with_tiers_and_slots_is_a_conflict() -> None:
    mixed = [tariff("T1"), tariff("T2", tier_from=10), tariff("T3", slot_from=10), tariff("T9", plan_id="P1")]
    assert rate(rows.world(tariffs=mixed), rows.settings()).conflicts == {"T1", "T2", "T3"}


def test_what_is_not_priced_has_a_reason_and_the_row_at_fault() -> None:
    usage = [call(), call(direction="mt"), call(imsi="I404")]
    wrong = tariff("T7", unit="mb", rate="1", direction="mo")
    result = rate(rows.world(tariffs=[wrong], usage=usage), rows.settings())
    records = [record["record_id"] for record in forwarded(usage)]
    events = [event["event_id"] for event in usage]
    assert set(result.unpriced) == {
        Unpriced(records[0], events[0], "the unit does not fit the service", "T7"),
        Unpriced(records[1], events[1], "no tariff matches"),
        Unpriced(records[2], events[2], "no subscription matches"),
    }


def test_a_row_has_the_columns_of_the_contract_its_event_and_its_explanation() -> None:
    world = rows.world(tariffs=[tariff(rate="1")], usage=[call()])
    (line,) = [c.row() for c in rate(world, rows.settings()).charges if c.kind == "usage"]
    contract = [column.name for column in STREAMS["charges"].columns if column.name != "updated_at"]
    assert list(line) == [*contract, "event_id", "explanation"]


def test_the_order_of_rows_changes_nothing() -> None:
    usage = [call(f"2026-03-{day:02} 12:00", 30 + day) for day in range(1, 29)]
    world = rows.world(
        plans=[plan(monthly_fee="10", minimum_spend="99"), plan("P2")],
        tariffs=[tariff("T1", rate="2"), tariff("T2", rate="1", tier_from=300), tariff("T3", days="sat,sun")],
        allowances=[allowance("AL1", priority=2), allowance("AL2", priority=1, days=None)],
        usage=usage,
    )
    shuffled = {name: random.Random(7).sample(list(found), len(found)) for name, found in world.items()}
    assert rate(shuffled, rows.settings()) == rate(world, rows.settings())


def test_an_empty_dataset_has_an_empty_bill() -> None:
    result = rate({}, rows.settings())
    assert (result.charges, result.invoices) == ((), ())


def test_usage_and_prices_alone_are_enough() -> None:
    usage = [call(seconds=10)]
    charges = rate({"usage_events": usage, "tariffs": [tariff(rate="1")]}, rows.settings()).charges
    assert {line.kind: line.amount for line in charges} == {"usage": Decimal(10), "tax": Decimal("2.30")}
    assert {line.account_id for line in charges} == {"I1"}
