"""What the sign of a fault's money means: on the bill, or of what was paid. Formats nothing."""

from __future__ import annotations

from decimal import Decimal

from core.kernel.faults import FAULTS

__all__ = ["is_collected", "money_direction"]

_BILLED = ("under-billed", "over-charged")
_COLLECTED = ("collected too little", "collected too much")


def is_collected(fault: str) -> bool:
    """Tell whether a fault's money is what was paid, not what stands on the bill before tax."""
    return fault in FAULTS and FAULTS[fault].subject == "payments"


def money_direction(fault: str, amount: Decimal) -> str:
    """Return the words for an amount that is not zero.

    Examples
    --------
    >>> money_direction("payment_mismatch", Decimal("13.84"))
    'collected too little'
    """
    too_little, too_much = _COLLECTED if is_collected(fault) else _BILLED
    return too_little if amount > 0 else too_much
