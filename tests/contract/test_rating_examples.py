"""Pricing cases of public billing systems, converted to the contract's rows: every fitting one must agree."""

from __future__ import annotations

import json
import math
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.builders import rows
from tests.spec.rating.engines import ENGINES

EXAMPLES = Path(__file__).parents[3] / "shared/data/rating/examples.json"
FITTING = ("direct", "direct_exact")
UNITS = {1: "second", 60: "minute"}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def cases() -> list[Any]:
    if not EXAMPLES.exists():
        return [pytest.param(None, marks=pytest.mark.skip("not run: ../shared is absent"))]
    found = json.loads(EXAMPLES.read_text(), parse_float=Decimal)["cases"]
    return [pytest.param(case, id=case["id"]) for case in found if case["contract_fit"] in FITTING]


def tariffs_of(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one tariff for each rule; a rule holds until the next one of its days begins."""
    return [tariff_of(f"T{n}", rule, rules) for n, rule in enumerate(rules, start=1)]


def tariff_of(tariff_id: str, rule: dict[str, Any], rules: list[dict[str, Any]]) -> dict[str, Any]:
    first, *second = rule["slots"]
    later = [
        other["start"] for other in rules if other["days"] == rule["days"] and other["start"] > rule["start"]
    ]
    return rows.tariff(
        tariff_id,
        days=rule["days"] if rule["days"] == "any" else ",".join(DAYS[day - 1] for day in rule["days"]),
        from_time=rule["start"][:5],
        to_time=min(later, default="00:00:00")[:5],
        connect_fee=rule["connect_fee"],
        rate=first["price"],
        unit=UNITS[first["per"]],
        minimum=first["increment"] if second else 0,
        increment=second[0]["increment"] if second else first["increment"],
    )


def call_of(usage: dict[str, Any]) -> dict[str, Any]:
    """Return the usage as a call; a fraction of a second counts whole on import."""
    if "start" in usage:
        start, end = (datetime.fromisoformat(usage[name]) for name in ("start", "end"))
        return rows.call(start, int((end - start).total_seconds()))
    quantity = usage["seconds"] if "seconds" in usage else usage["qty"]
    start = datetime.fromisoformat(usage.get("at", "2014-03-04T06:00:00Z"))
    return rows.call(start, math.ceil(quantity))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", cases())
def test_a_public_pricing_case_comes_to_its_amount(case: dict[str, Any], engine: str) -> None:
    usage = call_of(case["usage"])
    settings = rows.settings(timezone="UTC", starts_at="2010-01-01 00:00", as_of="2014-04-01 00:00")
    world = rows.world(
        subscriptions=[rows.subscription(valid_from="2010-01-01 00:00")],
        tariffs=[
            t | {"valid_from": rows.local("2010-01-01 00:00")} for t in tariffs_of(case["tariff"]["rules"])
        ],
        usage=[usage],
    )
    expected = case["exact"] if case["contract_fit"] == "direct_exact" else case["expected"]["amount"]
    assert ENGINES[engine](world, settings).amount == Decimal(expected)
