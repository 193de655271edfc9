"""Rule 18: lines that are taken as billing has them, what settles a fault, and which payments pay what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal

from core.rating.reference.cycle import Cycles
from core.rating.reference.dataset import Row
from core.rating.reference.lines import Charge

TOLERANCE = Decimal("0.01")  # a smaller remainder is settled


def given_lines(charges: Sequence[Row], cycles: Cycles) -> list[Charge]:
    """Return the lines that no rule predicts and that count in a net as they stand.

    Notes
    -----
    These are estimates with their reversals, and adjustments that a person keyed in, with what takes those
    back. A correction of a wrong line is none of them: that line is expected right, so its correction is not.
    """
    free = {c["charge_id"] for c in charges if c["estimated"] or _is_free_adjustment(c)}
    undoing = {c["charge_id"] for c in charges if c["kind"] == "adjustment" and c.get("corrects") in free}
    return [_as_charge(c, cycles) for c in charges if c["charge_id"] in free | undoing]


def _is_free_adjustment(charge: Row) -> bool:
    return charge["kind"] == "adjustment" and charge.get("corrects") is None


def _as_charge(row: Row, cycles: Cycles) -> Charge:
    columns = {f.name: row[f.name] for f in fields(Charge) if f.name in row}
    return Charge(**columns, cycle=cycles.holding(row["account_id"], row["period_start"]))


def remainder(difference: Decimal, wrong: str, charges: Iterable[Row]) -> Decimal:
    """Return what is left of a difference after the lines that correct the wrong one; 0 means put right."""
    corrected = sum((c["amount"] for c in charges if c.get("corrects") == wrong), Decimal(0))
    left = difference - corrected
    return left if abs(left) >= TOLERANCE else Decimal(0)


def standing_estimates(charges: Sequence[Row]) -> list[str]:
    """Return the ids of the estimated lines that nothing has reversed."""
    estimates = {c["charge_id"]: c for c in charges if c["estimated"] and c.get("corrects") is None}
    for c in charges:
        reversed_line = estimates.get(c.get("corrects") or "")
        if c["estimated"] and reversed_line and c["amount"] == -reversed_line["amount"]:
            del estimates[reversed_line["charge_id"]]
    return sorted(estimates)


def collected(invoices: Sequence[Row], payments: Iterable[Row]) -> Mapping[str, Decimal]:
    """Return what was collected for each invoice.

    Notes
    -----
    A refund is a payment of a negative amount. A payment without an invoice pays the account's open invoices,
    oldest first; what is left over stays on the last one.
    """
    succeeded = [p for p in payments if p["status"] == "succeeded"]
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for payment in succeeded:
        if payment["invoice_id"] is not None:
            paid[payment["invoice_id"]] += payment["amount"]
    by_age = sorted(invoices, key=lambda row: (row["cycle_start"], row["invoice_id"]))
    for payment in sorted(succeeded, key=lambda p: (p["attempted_at"], p["payment_id"])):
        if payment["invoice_id"] is None:
            own = [row for row in by_age if row["account_id"] == payment["account_id"]]
            _spread(payment["amount"], own, paid)
    return paid


def _spread(amount: Decimal, invoices: Sequence[Row], paid: dict[str, Decimal]) -> None:
    still_open = [row for row in invoices if paid[row["invoice_id"]] < row["total"]]
    for row in still_open:
        share = min(amount, row["total"] - paid[row["invoice_id"]])
        paid[row["invoice_id"]] += share
        amount -= share
    if amount and invoices:
        paid[(still_open or invoices)[-1]["invoice_id"]] += amount
