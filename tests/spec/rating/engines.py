"""The bill that an engine makes of a few rows; every engine must make the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.kernel.dataset import DatasetSettings
from core.rating import engine, reference
from tests.builders import rows
from tests.builders.session import open_rows

Row = dict[str, Any]


@dataclass(frozen=True)
class Bill:
    """What an engine must give: lines, invoices (account, cycle, net, tax, total), unpriced events."""

    charges: Sequence[Row]
    invoices: Sequence[Row]
    unpriced: Sequence[str]

    @property
    def usage(self) -> list[Row]:
        """The usage lines in order of time."""
        return sorted(self.of_kind("usage"), key=lambda line: (line["period_start"], line["event_id"]))

    @property
    def amounts(self) -> list[Decimal]:
        """What each usage line costs, in order of time."""
        return [line["amount"] for line in self.usage]

    @property
    def free(self) -> list[int]:
        """What of each usage line is free, in order of time."""
        return [line["free_quantity"] for line in self.usage]

    @property
    def amount(self) -> Decimal:
        """What the only usage line costs."""
        (line,) = self.usage
        return Decimal(line["amount"])

    def of_kind(self, kind: str) -> list[Row]:
        """The lines of a kind, in order of time."""
        found = [line for line in self.charges if line["kind"] == kind]
        return sorted(found, key=lambda line: (line["period_start"], line["subscription_id"] or ""))

    def in_march(self, kind: str) -> list[Decimal]:
        """The amounts of the lines of a kind whose period begins in March."""
        first, end = rows.local("2026-03-01 00:00"), rows.local("2026-04-01 00:00")
        return [line["amount"] for line in self.of_kind(kind) if first <= line["period_start"] < end]

    def invoice(self, cycle_start: str = "2026-03-01 00:00") -> Row:
        """The only invoice of a cycle."""
        (found,) = [i for i in self.invoices if i["cycle_start"] == rows.local(cycle_start)]
        return found


def reference_engine(streams: Mapping[str, Sequence[Row]], settings: DatasetSettings) -> Bill:
    rating = reference.rate(streams, settings)
    invoices = [
        {
            "account_id": i.account_id,
            "cycle_start": i.cycle.start,
            "invoice_id": i.invoice_id,
            "net": i.net,
            "tax": i.tax,
            "total": i.total,
        }
        for i in rating.invoices
    ]
    unpriced = [u.event_id for u in rating.unpriced]
    return Bill([charge.row() for charge in rating.charges], invoices, unpriced)


def sql_engine(streams: Mapping[str, Sequence[Row]], settings: DatasetSettings) -> Bill:
    session = open_rows(streams, settings)
    engine.rate(session)
    charges, invoices, unpriced = (
        session.sql(f"from {name}").to_arrow_table().to_pylist()
        for name in ("expected_charges", "expected_invoices", "unpriced")
    )
    session.close()
    for line in charges:
        line["explanation"] = json.loads(line["explanation"])
    return Bill(charges, invoices, [row["event_id"] for row in unpriced])


ENGINES: dict[str, Callable[[Mapping[str, Sequence[Row]], DatasetSettings], Bill]] = {
    "reference": reference_engine,
    "sql": sql_engine,
}

WHOLESALE_ENGINES: dict[str, Callable[[Mapping[str, Sequence[Row]]], Mapping[str, Decimal]]] = {
    "reference": reference.wholesale_charges,
}

Rate = Callable[..., Bill]
Wholesale = Callable[..., Mapping[str, Decimal]]
