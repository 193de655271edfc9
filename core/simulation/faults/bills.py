"""Puts lines on bills as billing would: which nightly run takes them, on which invoice. Plants nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pyarrow as pa

from core.simulation.faults.shadow import Place, Shadow

__all__ = ["Line", "add_lines", "cents", "full_lines", "on_bill", "reprice"]

Line = dict[str, Any]
"""One row of *charges*, every column by name."""

_MONEY = pa.decimal128(18, 6)


def cents(amount: Decimal) -> Decimal:
    """Round to the currency's cent, half away from zero."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def full_lines(shadow: Shadow, keys: Sequence[str]) -> dict[str, Line]:
    """Return the whole rows of some lines, by id."""
    shadow.session.register("chosen", pa.table({"key": pa.array(keys, pa.string())}))
    return {row["charge_id"]: dict(row) for row in shadow.rows("full_lines")}


def add_lines(shadow: Shadow, lines: Iterable[Mapping[str, Any]]) -> None:
    """Add whole rows to *charges*."""
    schema = shadow.session.sql("select * from charges limit 0").to_arrow_table().schema
    shadow.edit("add_lines", pa.Table.from_pylist([dict(line) for line in lines], schema=schema))


def on_bill(line: Line, place: Place, rated_at: datetime) -> Line:
    """Rate a line at some time and put it on the bill of a place's cycle by the nightly run that follows.

    Parameters
    ----------
    place
        Has ``bill``, ``cycle_end``, ``issue_at`` and ``as_of``; the line is rated before ``issue_at``.
    """
    first_run = place["cycle_end"] + timedelta(hours=3)
    nights = max(0, -(-(rated_at - first_run) // timedelta(days=1)))
    billed_at = min(place["issue_at"], first_run + timedelta(days=nights))
    billed = billed_at <= place["as_of"]
    bill = {"invoice_id": place["bill"] if billed else None, "updated_at": billed_at if billed else rated_at}
    return line | bill | {"rated_at": rated_at}


def reprice(shadow: Shadow, changes: Iterable[Mapping[str, Any]]) -> None:
    """Give usage lines another amount, quantity, free quantity, tariff row or plan.

    Parameters
    ----------
    changes
        Rows with ``charge_id`` and those five columns as they are to be.
    """
    rows = [
        {"key": change["charge_id"], **{name: change[name] for name in _CHANGEABLE}} for change in changes
    ]
    schema = pa.schema([("key", pa.string()), *_CHANGEABLE.items()])
    shadow.edit("reprice_lines", pa.Table.from_pylist(rows, schema=schema))


_CHANGEABLE = {
    "amount": _MONEY,
    "quantity": pa.int64(),
    "free_quantity": pa.int64(),
    "tariff_id": pa.string(),
    "plan_id": pa.string(),
}
