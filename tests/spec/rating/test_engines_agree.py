"""Two engines, one rule: whatever the prices and the usage, SQL equals the reference, reasons included."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from core.kernel.dataset import DatasetSettings
from tests.spec.rating.engines import Bill, reference_engine, sql_engine
from tests.spec.rating.worlds import worlds

EXAMPLES = 25
SEVERAL = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def lines(bill: Bill) -> dict[str, dict[str, Any]]:
    return {
        line["charge_id"]: {name: value for name, value in line.items() if name != "cycle"}
        for line in bill.charges
    }


def invoices(bill: Bill) -> dict[Any, tuple[Any, ...]]:
    return {
        (i["account_id"], i["cycle_start"]): (i["invoice_id"], i["net"], i["tax"], i["total"])
        for i in bill.invoices
    }


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # a world is large; its seed names it
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # shrinking a world takes minutes and seldom helps
    suppress_health_check=SEVERAL,
)
@given(worlds())
def test_both_engines_give_the_same_lines_reasons_invoices_and_gaps(
    world: tuple[dict[str, list[dict[str, Any]]], DatasetSettings],
) -> None:
    expected, actual = reference_engine(*world), sql_engine(*world)
    assert sorted(actual.unpriced) == sorted(expected.unpriced)
    assert lines(actual) == lines(expected)
    assert invoices(actual) == invoices(expected)
