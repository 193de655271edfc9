"""What a person who knows the trade would do, by fault, direction and whether the invoice has left."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("golden_actions.toml").read_text(encoding="utf-8"))


def right_actions(fault: str, amount: Decimal, invoice: str) -> tuple[str, ...]:
    """Return the actions that are right; none where the table says nothing.

    Parameters
    ----------
    amount
        The case's money, signed as the contract says.
    invoice
        ``draft``, ``issued`` or ``none``.

    Examples
    --------
    >>> right_actions("duplicate_charge", Decimal(-5), "issued")
    ('issue_credit',)
    """
    entry = _table().get(fault, {})
    direction = "none" if not amount else "under" if amount > 0 else "over"
    left = entry.get("left", {}) if invoice == "issued" else {}
    chosen = (left.get(direction), left.get("any"), entry.get(direction), entry.get("any"))
    return tuple(next(filter(None, chosen), ()))
