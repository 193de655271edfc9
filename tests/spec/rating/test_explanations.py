"""Each line says what led to its amount, in the same words whichever engine made it."""

from __future__ import annotations

from typing import Any

from tests.builders import rows
from tests.builders.rows import (
    allowance,
    call,
    consent,
    data,
    plan,
    product,
    product_grant,
    promotion,
    promotion_grant,
    subscription,
    tariff,
)
from tests.spec.rating.engines import Bill, Rate


def told(bill: Bill) -> list[dict[str, Any]]:
    return [line["explanation"] for line in bill.usage]


def test_a_line_names_whose_it_is_where_it_was_and_when(rate: Rate) -> None:
    bill = rate(
        tariffs=[tariff(rate="1")], usage=[call(serving_plmn=rows.ROAMING, other_party=rows.NATIONAL)]
    )
    (steps,) = told(bill)
    assert (steps["subscription_id"], steps["plan_id"], steps["cycle"]) == ("S1", "P1", "2026-03-01")
    assert (steps["direction"], steps["roaming_zone"], steps["destination_zone"]) == ("mo", "eu", "national")


def test_a_price_names_the_version_of_the_tariff_that_won(rate: Rate) -> None:
    prices = [
        tariff("T1", rate="1", valid_to="2026-03-01 00:00"),
        tariff("T2", rate="2", valid_from="2026-03-01 00:00", days="mon,tue", from_time="08:00", increment=6),
    ]
    (steps,) = told(rate(tariffs=prices, usage=[call("2026-03-10 12:00", 10)]))
    (part,) = steps["parts"]
    assert part["tariff"] == {
        "tariff_id": "T2",
        "valid_from": "2026-03-01",
        "plan_id": "*",
        "roaming_zone": "any",
        "destination_zone": "any",
        "days": "mon,tue",
        "from_time": "08:00",
        "to_time": "00:00",
        "tier_mode": "graduated",
        "unit": "second",
        "increment": 6,
        "minimum": 0,
    }
    assert (part["quantity"], part["rounded"], part["free"], part["counted"]) == (10, 12, 0, None)
    assert part["prices"] == [{"tariff_id": "T2", "quantity": 12, "rate": "2.000000"}]


def test_a_call_past_a_tier_is_told_rate_by_rate_and_from_where(rate: Rate) -> None:
    prices = [
        tariff("T1", rate="2", connect_fee="0.5"),
        tariff("T2", rate="1", connect_fee="0.5", tier_from=60),
    ]
    usage = [call("2026-03-10 12:00", 50), call("2026-03-11 12:00", 60)]
    first, second = told(rate(tariffs=prices, allowances=[allowance(quantity=45)], usage=usage))
    assert first["allowances"] == [
        {"pool": "subscription", "id": "AL1", "before": 45, "drawn": 45, "left": 0}
    ]
    assert (first["parts"][0]["counted"], second["parts"][0]["counted"]) == (0, 5)
    assert second["parts"][0]["prices"] == [
        {"tariff_id": "T1", "quantity": 55, "rate": "2.000000"},
        {"tariff_id": "T2", "quantity": 5, "rate": "1.000000"},
    ]
    assert (second["connect_fee"], second["amount"]) == ("0.500000", "115.500000")


def test_blocks_of_a_package_are_told_with_what_was_used_before(rate: Rate) -> None:
    prices = [tariff(rate="3", tier_mode="package", increment=100)]
    usage = [call("2026-03-10 12:00", 150), call("2026-03-11 12:00", 70)]
    first, second = told(rate(tariffs=prices, usage=usage))
    assert [p["prices"][0]["quantity"] for s in (first, second) for p in s["parts"]] == [200, 100]
    assert (first["parts"][0]["counted"], second["parts"][0]["counted"]) == (0, 150)


def test_a_volume_price_is_told_with_the_total_that_decides(rate: Rate) -> None:
    prices = [
        tariff("T1", rate="3", tier_mode="volume"),
        tariff("T2", rate="1", tier_mode="volume", tier_from=100),
    ]
    usage = [call("2026-03-10 12:00", 90), call("2026-03-11 12:00", 70)]
    steps = told(rate(tariffs=prices, usage=usage))
    assert [s["parts"][0]["counted"] for s in steps] == [160, 160]
    assert [s["parts"][0]["prices"][0]["tariff_id"] for s in steps] == ["T2", "T2"]


def test_the_parts_of_a_call_say_when_each_begins(rate: Rate) -> None:
    prices = [
        tariff("T1", rate="2", unit="minute", increment=60),
        tariff("T2", rate="1", from_time="20:00", to_time="08:00", unit="minute", increment=60),
    ]
    (steps,) = told(rate(tariffs=prices, usage=[call("2026-03-10 19:59", 90)]))
    assert [(p["tariff"]["tariff_id"], p["from_s"], p["quantity"]) for p in steps["parts"]] == [
        ("T1", 0, 60),
        ("T2", 60, 30),
    ]


def test_free_units_and_passes_say_what_they_gave_and_what_is_left(rate: Rate) -> None:
    bill = rate(
        tariffs=[tariff(rate="1"), tariff("T2", service="data", unit="kb", rate="1")],
        promotions=[promotion(kind="free_units", value="40", applies_to="voice")],
        promotion_grants=[promotion_grant()],
        products=[product(kind="pass", service="data", roaming_zone="any")],
        product_grants=[product_grant()],
        usage=[call("2026-03-10 12:00", 10), data("2026-03-10 13:00", 5)],
    )
    by_promotion, by_pass = told(bill)
    assert by_promotion["allowances"][0] | {"id": ""} == {
        "pool": "promotion",
        "id": "",
        "before": 40,
        "drawn": 10,
        "left": 30,
    }
    assert by_pass["allowances"][0] | {"id": ""} == {
        "pool": "pass",
        "id": "",
        "before": None,
        "drawn": 5,
        "left": None,
    }


def test_a_cap_says_what_was_left_of_it(rate: Rate) -> None:
    def roaming(day: str) -> dict[str, Any]:
        return data(f"2026-03-{day} 12:00", 6000, serving_plmn=rows.ROAMING)

    bill = rate(
        plans=[plan(roaming_cap="10")],
        consents=[consent("2026-03-12 00:00")],
        tariffs=[tariff(service="data", unit="kb", rate="1")],
        usage=[roaming("10"), roaming("11"), roaming("12"), data("2026-03-13 12:00", 1000)],
    )
    capped = [(s["before_roaming_cap"], s["roaming_cap"], s["amount"]) for s in told(bill)]
    assert capped == [
        ("6.000000", cap("10.000000"), "6.000000"),
        ("6.000000", cap("4.000000"), "4.000000"),
        ("6.000000", cap("0.000000", has_consent=True), "6.000000"),
        ("1.000000", None, "1.000000"),
    ]


def cap(left_before: str, has_consent: bool = False) -> dict[str, Any]:
    return {"cap": "10.000000", "left_before": left_before, "has_consent": has_consent}


def test_fees_discounts_minimums_and_tax_say_what_they_are_made_of(rate: Rate) -> None:
    bill = rate(
        subscriptions=[subscription(valid_from="2026-03-11 00:00")],
        plans=[plan(monthly_fee="31", prorate=True, minimum_spend="50")],
        promotions=[promotion(kind="percent_off", value="10", applies_to="recurring")],
        promotion_grants=[promotion_grant("G1", valid_from="2026-03-11 00:00")],
    )
    by_kind = {
        line["charge_id"].split(":")[0]: line["explanation"]
        for line in bill.charges
        if line["period_end"] <= rows.local("2026-04-01 00:00")
    }
    assert by_kind == {
        "recurring": {"fee": "31.000000", "prorated": True, "days": 21, "days_in_cycle": 31},
        "discount": {
            "grant_id": "G1",
            "kind": "percent_off",
            "value": "10.000000",
            "applies_to": "recurring",
            "base": "21.000000",
        },
        "minimum": {"minimum_spend": "50.000000", "spent": "18.900000"},
        "tax": {"net": "50.000000", "tax_rate": "0.230000"},
    }
