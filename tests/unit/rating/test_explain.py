"""What a care agent reads about a line, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.rating.explain import Step, explain
from core.rating.reference import rate
from tests.builders import rows
from tests.builders.rows import (
    allowance,
    call,
    consent,
    data,
    message,
    plan,
    product,
    product_grant,
    promotion,
    promotion_grant,
    subscription,
    tariff,
)

NAMES = {"P1": "Flex M", "AL1": "Voice 100", "PR1": "Spring", "PD1": "Europe Pass", "PG1": "Europe Pass"}
PLAN = plan("P1", name="Flex M")


def lines(**streams: Any) -> list[Mapping[str, Any]]:
    charges = rate(rows.world(**{"plans": [PLAN], **streams}), rows.settings(currency="EUR")).charges
    march = (rows.local("2026-03-01 00:00"), rows.local("2026-04-01 00:00"))
    return [charge.row() for charge in charges if charge.cycle.start == march[0]]


def told(kind: str = "usage", n: int = 0, **streams: Any) -> tuple[str, ...]:
    found = sorted(
        (line for line in lines(**streams) if line["kind"] == kind), key=lambda c: c["period_start"]
    )
    return explain(found[n], NAMES).sentences


def test_a_call_abroad_with_an_allowance_reads_as_a_short_story() -> None:
    since = {"valid_from": "2026-03-01 00:00"}
    sentences = told(
        tariffs=[tariff("T-17", unit="minute", rate="0.1", increment=60, **since)],
        allowances=[allowance("AL1", quantity=120)],
        usage=[call(seconds=192, serving_plmn=rows.ROAMING)],
    )
    assert sentences == (
        "Called from zone eu to zone national on plan Flex M.",
        "3 min 12 s were rounded up to 4 min.",
        "2 min came out of the allowance Voice 100 (0 min left).",
        "The other 2 min cost €0.10 per minute under tariff T-17, in force since 1 March 2026.",
        "The line comes to €0.20.",
    )


def test_steps_hold_the_values_before_and_after() -> None:
    (line,) = (
        line
        for line in lines(
            tariffs=[tariff("T1", unit="minute", rate="0.1", increment=60)],
            allowances=[allowance("AL1", quantity=120)],
            usage=[call(seconds=192)],
        )
        if line["kind"] == "usage"
    )
    steps = {step.name: step for step in explain(line, NAMES).steps}
    assert steps["rounding"] == Step("rounding", "steps of 1 min", "3 min 12 s", "4 min")
    assert steps["allowance"] == Step(
        "allowance", "2 min from the allowance Voice 100", "2 min", "0 min left"
    )
    assert (steps["price"].before, steps["price"].after, steps["amount"].after) == ("2 min", "€0.20", "€0.20")


def test_a_step_that_did_nothing_has_no_sentence() -> None:
    sentences = told(tariffs=[tariff("T1", rate="0")], usage=[call(seconds=60)])
    assert sentences == (
        "Called from home to zone national on plan Flex M.",
        "1 min cost nothing under tariff T1, in force since 1 January 2024.",
        "The line comes to €0.00.",
    )


def test_a_call_over_a_change_of_price_says_what_each_part_cost() -> None:
    sentences = told(
        tariffs=[
            tariff("T1", unit="minute", rate="0.2", increment=60),
            tariff("T2", unit="minute", rate="0.1", increment=60, from_time="20:00", to_time="08:00"),
        ],
        usage=[call("2026-03-10 19:59", 90)],
    )
    assert sentences[1:5] == (
        "Midnight or a change of price cut it in 2: 1 min under tariff T1, "
        "then 30 s under tariff T2 (20:00 to 08:00).",
        "30 s were rounded up to 1 min.",
        "1 min cost €0.20 per minute under tariff T1, in force since 1 January 2024.",
        "1 min cost €0.10 per minute under tariff T2, in force since 1 January 2024.",
    )


def test_a_minimum_quantity_and_a_connect_fee_are_told() -> None:
    sentences = told(
        tariffs=[tariff("T1", minimum=30, connect_fee="0.05", rate="0")], usage=[call(seconds=10)]
    )
    assert "10 s were charged as at least 30 s." in sentences
    assert "The connection itself costs €0.05." in sentences


def test_tiers_blocks_and_volumes_say_which_count_chose_the_price() -> None:
    usage = [call("2026-03-10 12:00", 60), call("2026-03-11 12:00", 60)]
    tiers = [tariff("T1", rate="2"), tariff("T2", rate="1", tier_from=90)]
    assert told(n=1, tariffs=tiers, usage=usage)[1:4] == (
        "1 min had been charged in the cycle before, and the price goes by that count.",
        "30 s cost €2.00 per second under tariff T1, in force since 1 January 2024.",
        "30 s cost €1.00 per second under tariff T2.",
    )
    blocks = [tariff("T1", rate="3", tier_mode="package", increment=600)]
    assert told(tariffs=blocks, usage=usage)[1:] == (
        "10 min cost €3.00 for each block of 10 min under tariff T1, in force since 1 January 2024.",
        "The line comes to €3.00.",
    )
    assert told(n=1, tariffs=blocks, usage=usage)[1:] == (
        "1 min had been used of this tariff's blocks in the cycle before, "
        "so it fits in a block that is paid for.",
        "The line comes to €0.00.",
    )
    by_volume = [tariff("T1", rate="2", tier_mode="volume")]
    assert (
        told(tariffs=by_volume, usage=usage)[1]
        == "The price goes by the 2 min charged under this tariff in the whole cycle."
    )


def test_a_maximum_charge_and_a_roaming_cap_say_what_they_cut() -> None:
    dear = [tariff("T1", rate="1", max_charge="5")]
    assert "One session costs at most €5.00, so €60.00 became €5.00." in told(tariffs=dear, usage=[call()])
    roaming = {
        "plans": [plan(roaming_cap="10")],
        "tariffs": [tariff(service="data", unit="mb", rate="1")],
        "usage": [data("2026-03-10 12:00", 6 * 10**6, serving_plmn=rows.ROAMING) for _ in range(2)],
    }
    assert told(n=0, **roaming)[:2] == (
        "Data was used in zone eu on plan Flex M.",
        "6 MB cost €1.00 per MB under tariff T1, in force since 1 January 2024.",
    )
    assert "€4.00 was left of the cycle's roaming cap of €10.00, so €6.00 became €4.00." in told(
        n=1, **roaming
    )
    agreed = roaming | {"consents": [consent("2026-03-01 00:00")]}
    assert "The customer had agreed to go past the roaming cap of €10.00, so nothing was cut." in told(
        n=1, **agreed
    )


def test_passes_and_free_units_are_named() -> None:
    sentences = told(
        tariffs=[tariff(rate="1"), tariff("T2", service="sms", unit="message", rate="1")],
        products=[product("PD1", kind="pass", fee="3", service="voice")],
        product_grants=[product_grant("PG1")],
        usage=[call(seconds=60)],
    )
    assert "1 min came out of the pass Europe Pass (without limit)." in sentences
    sentences = told(
        tariffs=[tariff("T2", service="sms", unit="message", rate="1")],
        promotions=[promotion("PR1", kind="free_units", value="1", applies_to="sms")],
        promotion_grants=[promotion_grant("PR1")],
        usage=[message()],
    )
    assert "1 message came out of the free units of promotion Spring (0 messages left)." in sentences


def test_what_is_received_says_where() -> None:
    sentences = told(tariffs=[tariff(rate="0")], usage=[call(direction="mt", serving_plmn=rows.ROAMING)])
    assert sentences[0] == "A call was received in zone eu on plan Flex M."


def test_fees_products_discounts_minimums_and_tax_are_told() -> None:
    bill: dict[str, Any] = {
        "subscriptions": [subscription(valid_from="2026-03-11 00:00")],
        "plans": [plan(monthly_fee="31", prorate=True, minimum_spend="50")],
        "products": [product("PD1", kind="one_off", fee="9.9")],
        "product_grants": [product_grant("PG1", product_id="PD1", valid_from="2026-03-12 00:00")],
        "promotions": [promotion("PR1", kind="percent_off", value="10", applies_to="recurring")],
        "promotion_grants": [promotion_grant("G1", valid_from="2026-03-11 00:00")],
    }
    assert told("recurring", **bill) == (
        "The monthly fee of plan Flex M is €31.00.",
        "It was held on 21 of 31 days, so €21.00 was charged.",
    )
    assert told("discount", **bill) == (
        "Promotion Spring took 10 % off €21.00 of the plan's fee, which is €2.10.",
    )
    assert told("one_off", 0, **bill) == (
        "Plan Flex M has a minimum spend of €50.00 a cycle. Usage, fees and products less discounts came to "
        "€28.80, so €21.20 was added.",
    )
    assert told("one_off", 1, **bill) == ("Europe Pass was bought once, for €9.90.",)
    assert told("tax", **bill) == ("Tax at 23 % of the invoice's net of €50.00 is €11.50.",)


def test_amounts_off_and_waivers_are_told() -> None:
    def discounted(**offer: Any) -> tuple[str, ...]:
        return told(
            "discount",
            plans=[plan(monthly_fee="4")],
            promotions=[promotion("PR1", applies_to="recurring", **offer)],
            promotion_grants=[promotion_grant("G1")],
        )

    assert discounted(kind="amount_off", value="5") == (
        "Promotion Spring takes €5.00 a cycle off the plan's fee; it took €4.00, "
        "as no more than €4.00 of the plan's fee was left.",
    )
    assert discounted(kind="fee_waiver", value="0") == ("Promotion Spring waived the plan's fee, €4.00.",)
