"""The ledger of corrections in double entry: what was detected, and how far it has come. Keeps nothing.

Whatever moves is debited to one account and credited to another, so that the ledger sums to zero in each
currency. ``detected`` is where money comes from and goes back to; only ``settled`` counts as put right.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from core.kernel.corrections import Correction, LedgerAccount, Posting
from core.kernel.orders import OrderKind

__all__ = ["imbalance", "moved", "postings", "stage"]

MONEY: frozenset[OrderKind] = frozenset(
    {"add_line", "take_back_line", "refund", "retry_payment", "write_off"}
)


def stage(correction: Correction) -> LedgerAccount:
    """Return the account that a correction's money stands on."""
    if correction.state == "settled":
        return "written_off" if correction.action == "write_off" else "settled"
    if correction.state == "reversed":
        return "reversed"
    if correction.state in {"refused", "cancelled"}:
        return "detected"
    asked = [one for one in correction.items if one.order.kind in MONEY and one.undoes is None]
    is_out = asked and any(one.state in {"done", "confirmed", "reversed"} for one in asked)
    return "executed" if is_out else "approved"


def postings(before: Correction, after: Correction, at: datetime) -> tuple[Posting, ...]:
    """Return what is posted when a correction moves on; nothing while its money stays where it is."""
    return moved(after, stage(before), stage(after), at)


def moved(
    correction: Correction, source: LedgerAccount, target: LedgerAccount, at: datetime
) -> tuple[Posting, ...]:
    """Return the two postings that move a correction's money from one account to another."""
    amount = abs(correction.amount)
    if source == target or not amount:
        return ()
    rest = (correction.currency, correction.side, at)
    return (
        Posting(correction.correction_id, target, amount, *rest),
        Posting(correction.correction_id, source, -amount, *rest),
    )


def imbalance(posted: Iterable[Posting]) -> dict[str, Decimal]:
    """Return by how much postings do not sum to zero, by currency; empty when they do.

    Examples
    --------
    >>> imbalance([])
    {}
    """
    sums: dict[str, Decimal] = {}
    for one in posted:
        sums[one.currency] = sums.get(one.currency, Decimal(0)) + one.amount
    return {currency: amount for currency, amount in sums.items() if amount}
