"""What the reference operator refuses, and how orders are read. Changes nothing."""

from __future__ import annotations

from decimal import Decimal

from core.kernel.orders import Order
from core.simulation.reference.state import Row, State

__all__ = ["RefusedError", "amount_of", "known", "named"]


class RefusedError(Exception):
    """Refuse an order in words for people; nothing was changed."""


def named(order: Order, *names: str) -> str:
    """Return what an order changes, by the first of some names."""
    found = next((order.target[name] for name in names if order.target.get(name)), None)
    if found is None:
        raise RefusedError(f"It does not say which {' or '.join(name.replace('_', ' ') for name in names)}.")
    return found


def known(state: State, stream: str, key: str) -> Row:
    """Return the row of a key."""
    row = state.row(stream, key)
    if row is None:
        raise RefusedError(f"There is no {key} among {stream.replace('_', ' ')}.")
    return row


def amount_of(order: Order) -> Decimal:
    """Return an order's amount."""
    amount = order.values.get("amount")
    if not isinstance(amount, Decimal):
        raise RefusedError("It does not say how much.")
    if abs(amount) >= 10**9 or amount != amount.quantize(Decimal("0.000001")):
        raise RefusedError(f"{amount} is no amount that a line can have.")
    return amount
