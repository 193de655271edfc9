"""The clean operator was priced by somebody else: the SQL engine must come to the same, to the micro-unit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core.kernel.records import STREAMS
from core.lake.session import Session
from core.rating.engine import rate
from tests.builders.operator import OPERATOR, load
from tests.builders.session import open_rows

Row = dict[str, Any]

IDENTITY = [
    "kind",
    "record_id",
    "account_id",
    "subscription_id",
    "product_id",
    "promotion_id",
    "period_start",
]
PRICE = ["invoice_id", "service", "quantity", "free_quantity", "amount", "currency", "plan_id", "tariff_id"]


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    present = [name for name in STREAMS if any(OPERATOR.glob(f"{name}*"))]
    opened = open_rows(*load(present))
    rate(opened, explain=False)
    yield opened
    opened.close()


def rows(session: Session, query: str) -> list[Row]:
    found: list[Row] = session.sql(query).to_arrow_table().to_pylist()
    return found


def by_identity(lines: list[Row]) -> dict[tuple[Any, ...], Row]:
    found = {tuple(line[name] for name in IDENTITY): line for line in lines}
    assert len(found) == len(lines)
    return found


@pytest.fixture(scope="module")
def expected(session: Session) -> dict[tuple[Any, ...], Row]:
    return by_identity(rows(session, "from expected_charges"))


@pytest.fixture(scope="module")
def billed(session: Session) -> dict[tuple[Any, ...], Row]:
    """Every line of billing but those that a person keyed in."""
    return by_identity(rows(session, "from charges where kind <> 'adjustment'"))


def test_the_same_lines_exist(expected: dict[Any, Row], billed: dict[Any, Row]) -> None:
    assert len(billed) == 37_770
    assert expected.keys() == billed.keys()


@pytest.mark.parametrize("column", PRICE)
def test_every_line_has_the_same(column: str, expected: dict[Any, Row], billed: dict[Any, Row]) -> None:
    different = [
        (identity, line[column], billed[identity][column])
        for identity, line in expected.items()
        if line[column] != billed[identity][column]
    ]
    assert different == []


def test_every_line_of_a_session_whose_last_part_came_has_the_same_end(
    session: Session, expected: dict[Any, Row], billed: dict[Any, Row]
) -> None:
    parts = rows(
        session, "select event_id, call_ref, partial_last from usage_events where call_ref is not null"
    )
    ended = {part["call_ref"] for part in parts if part["partial_last"]}
    unended = {part["event_id"] for part in parts if part["call_ref"] not in ended}
    for identity, line in expected.items():
        if line["event_id"] not in unended:
            assert line["period_end"] == billed[identity]["period_end"]


def test_every_invoice_has_the_same_tax_and_total(session: Session, billed: dict[Any, Row]) -> None:
    expected = rows(session, "from expected_invoices")
    actual = rows(session, "select invoice_id, account_id, total from invoices")
    assert {(i["invoice_id"], i["account_id"], i["total"]) for i in expected} == {
        (i["invoice_id"], i["account_id"], i["total"]) for i in actual
    }
    taxes = {line["invoice_id"]: line["amount"] for line in billed.values() if line["kind"] == "tax"}
    assert {i["invoice_id"]: i["tax"] for i in expected} == taxes
    assert all(i["net"] + i["tax"] == i["total"] for i in expected)


def test_nothing_is_left_unpriced(session: Session) -> None:
    assert rows(session, "from unpriced") == []


def test_an_account_and_cycle_alone_cost_what_they_cost_among_all(
    session: Session, expected: dict[Any, Row]
) -> None:
    among_all = {
        line["charge_id"]: line
        for line in expected.values()
        if (line["account_id"], line["cycle"]) == ("A000069", "2026-03-01")
    }
    rate(session, accounts=["A000069"], cycle="2026-03-01", explain=False)
    assert {line["charge_id"]: line for line in rows(session, "from expected_charges")} == among_all
    assert len(among_all) > 100
