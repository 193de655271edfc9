"""The clean operator was priced by somebody else: the reference must come to the same, to the micro-unit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from core.kernel.dataset import DatasetSettings
from core.kernel.records import STREAMS
from core.rating.reference import Rating, rate, wholesale_charges
from tests.builders.operator import load

IDENTITY = (
    "kind",
    "record_id",
    "account_id",
    "subscription_id",
    "product_id",
    "promotion_id",
    "plan_id",
    "reason",
    "period_start",
)
PRICE = ("invoice_id", "service", "quantity", "free_quantity", "amount", "currency", "tariff_id")

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def operator() -> tuple[dict[str, Rows], DatasetSettings]:
    return load(STREAMS)


@pytest.fixture(scope="module")
def rating(operator: tuple[dict[str, Rows], DatasetSettings]) -> Rating:
    return rate(*operator)


@pytest.fixture(scope="module")
def billed(operator: tuple[dict[str, Rows], DatasetSettings]) -> Rows:
    """Every line of billing but those that a person keyed in."""
    return [line for line in operator[0]["charges"] if line["kind"] != "adjustment"]


def by_identity(lines: Rows) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {tuple(line[name] for name in IDENTITY): line for line in lines}


def test_the_same_lines_exist(rating: Rating, billed: Rows) -> None:
    expected = by_identity([charge.row() for charge in rating.charges])
    assert len(expected) == len(rating.charges) == len(billed)
    assert expected.keys() == by_identity(billed).keys()


def test_every_line_has_the_same_price(rating: Rating, billed: Rows) -> None:
    actual = by_identity(billed)
    different = [
        (identity, name, charge[name], actual[identity][name])
        for identity, charge in by_identity([c.row() for c in rating.charges]).items()
        for name in PRICE
        if charge[name] != actual[identity][name]
    ]
    assert different == []


def test_every_line_of_a_session_whose_last_part_came_has_the_same_period(
    rating: Rating, billed: Rows, operator: tuple[dict[str, Rows], DatasetSettings]
) -> None:
    events = operator[0]["usage_events"]
    ended = {e["call_ref"] for e in events if e["partial_last"]}
    unended = {e["event_id"] for e in events if e["call_ref"] and e["call_ref"] not in ended}
    actual = by_identity(billed)
    for charge in rating.charges:
        if charge.event_id not in unended:
            line = charge.row()
            assert line["period_end"] == actual[tuple(line[name] for name in IDENTITY)]["period_end"]


def test_every_invoice_has_the_same_tax_and_total(
    rating: Rating, billed: Rows, operator: tuple[dict[str, Rows], DatasetSettings]
) -> None:
    taxes = {line["invoice_id"]: line["amount"] for line in billed if line["kind"] == "tax"}
    actual = {i["invoice_id"]: (i["account_id"], i["total"]) for i in operator[0]["invoices"]}
    expected = {i.invoice_id: (i.account_id, i.total) for i in rating.invoices}
    assert expected == actual
    assert {i.invoice_id: i.tax for i in rating.invoices} == taxes
    assert all(i.net + i.tax == i.total for i in rating.invoices)


def test_nothing_is_left_unpriced_or_in_doubt(rating: Rating) -> None:
    assert (rating.unpriced, rating.ambiguous, rating.conflicts) == ((), frozenset(), frozenset())


def test_every_partner_event_has_the_agreed_wholesale_price(
    operator: tuple[dict[str, Rows], DatasetSettings],
) -> None:
    asked: dict[str, Decimal] = {
        e["event_id"]: e["wholesale_charge"]
        for e in operator[0]["usage_events"]
        if e["wholesale_charge"] is not None
    }
    assert wholesale_charges(operator[0]) == asked
