"""Gathers every planting of the library and runs a plan of them. Writes no file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import pyarrow as pa

from core.lake.sql import load_sql
from core.simulation.faults import (
    adjustments,
    allowances,
    arrivals,
    charging,
    discounts,
    duplicates,
    expectation,
    feeds,
    fees,
    files,
    guiding,
    invoices,
    lines,
    mediation,
    partners,
    payments,
    price_list,
    pricing,
    put_right,
    subscribers,
)
from core.simulation.faults.lookalikes import label_look_alikes
from core.simulation.faults.model import BILLING, COLLECTION, FILES, NETWORK, Planting
from core.simulation.faults.shadow import Label, Shadow

__all__ = ["PLANTINGS", "ROWS", "plant"]

_NETWORK = (files, feeds, mediation, guiding, arrivals, duplicates, partners, subscribers, expectation)
_USAGE_LINES = (lines, charging, pricing, allowances, price_list, put_right)
_BILLS = (fees, discounts, adjustments, invoices, payments)

PLANTINGS: dict[str, Planting] = {
    planting.name: planting for module in (*_NETWORK, *_USAGE_LINES, *_BILLS) for planting in module.PLANTINGS
}
"""Every planting, by name."""

_SAMPLE = 20_000


ROWS = "spoilt_row"
"""Besides these, what `rows.spoil_rows` plants in the files that have been written."""


def plant(shadow: Shadow, plan: Mapping[str, int], salt: str, bill_anew: Callable[[set[str]], None]) -> None:
    """Plant faults, stage by stage, and label them.

    Parameters
    ----------
    plan
        How many of each planting, by name. Places are looked for in at most 20,000 accounts.
    salt
        Picks those accounts.
    bill_anew
        Makes the bills and payments of some accounts again from what mediation forwarded.

    Raises
    ------
    KeyError
        When there is no planting of a name.
    """
    chosen = [(PLANTINGS[name], count) for name, count in plan.items() if count > 0 and name != ROWS]
    if not chosen:
        return
    for stage in (FILES, NETWORK, BILLING, COLLECTION):
        due = sorted((pair for pair in chosen if pair[0].stage == stage), key=lambda pair: pair[0].name)
        if due:
            _look(shadow, salt)
        if due and stage == BILLING:
            _look_at_bills(shadow, salt)
        for planting, count in due:
            planting.plant(shadow, count)
        if stage in (FILES, NETWORK):
            _bill_anew(shadow, bill_anew)
        if due and stage == BILLING:
            _follow(shadow)
    label_look_alikes(shadow)


def _look(shadow: Shadow, salt: str) -> None:
    """Find anew where faults can go."""
    shadow.keep("cycle_places")
    shadow.keep("file_places")
    shadow.keep("places", salt=salt, accounts=_SAMPLE)
    shadow.keep("mediated_sessions")


def _look_at_bills(shadow: Shadow, salt: str) -> None:
    """Find which fees and lines can be wrong, and the prices that a line could be taken for."""
    shadow.keep("fee_places", salt=salt, accounts=_SAMPLE)
    for macro in ("round_macro", "price_macro"):
        shadow.session.execute(load_sql("core.simulation.faults.sql", macro))
    shadow.keep("prices")
    shadow.keep("flat_lines", salt=salt)
    shadow.keep("mispriced")


def _bill_anew(shadow: Shadow, bill_anew: Callable[[set[str]], None]) -> None:
    """Let billing see what is left, and label with what it lacks."""
    if not shadow.stale:
        return
    before = _usage_sums(shadow)
    bill_anew(shadow.stale)
    after = _usage_sums(shadow)
    shadow.reveal()
    for label in shadow.labels:
        if label.amount is None:
            key = (label.account_id, label.cycle)
            label.amount = before.get(key, Decimal(0)) - after.get(key, Decimal(0))
    _name_lines(shadow, [label for label in shadow.labels if label.by_record])
    shadow.stale.clear()


def _name_lines(shadow: Shadow, labels: list[Label]) -> None:
    """Let labels of a record's line have that line as their subject, now that it has its id."""
    shadow.session.register("chosen", pa.table({"key": [label.subject_id for label in labels]}))
    lines = {row["record_id"]: row["charge_id"] for row in shadow.rows("lines_of_records")} if labels else {}
    for label in labels:
        label.subject_id, label.by_record = lines[label.subject_id], False


def _usage_sums(shadow: Shadow) -> dict[tuple[str | None, str | None], Decimal]:
    shadow.session.register("chosen", pa.table({"key": sorted(shadow.stale)}))
    return {(row["account_id"], row["cycle"]): row["amount"] for row in shadow.rows("usage_sums")}


def _follow(shadow: Shadow) -> None:
    """Let tax, totals and payments follow the lines that were spoilt."""
    shadow.keep("changed_bills")
    for edit in ("follow_payments", "follow_invoices", "drop_tax_lines", "follow_tax_lines"):
        shadow.session.execute(load_sql("core.simulation.faults.sql", edit))
