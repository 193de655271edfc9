"""Whether what a system says of itself is what an order meant. Asks no system."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from core.kernel.orders import Order, OrderKind, Value

__all__ = ["differs", "is_compared"]

_WORDS = frozenset({"corrects", "estimated", "kind", "language", "reason", "subject", "text", "valid_from"})
"""Values that say how or why, which a system may keep in words of its own."""

_MUST: Mapping[OrderKind, frozenset[str]] = {
    "add_line": frozenset({"amount", "currency"}),
    "take_back_line": frozenset({"amount"}),
    "refund": frozenset({"amount", "currency"}),
    "retry_payment": frozenset({"amount", "currency"}),
    "write_off": frozenset({"amount", "currency"}),
    "set_plan": frozenset({"plan_id"}),
}
"""What a system has to say before money counts as moved, or a plan as set."""


def is_compared(order: Order) -> bool:
    """Tell whether an order sets anything that can be compared; else its receipt has to do."""
    return bool(order.values.keys() - _WORDS)


def differs(order: Order, seen: Mapping[str, Value]) -> str:
    """Return what is not as an order meant it, in words; empty when all is.

    Examples
    --------
    >>> order = Order("K-1", "refund", {}, {"amount": Decimal("5.00"), "currency": "EUR"})
    >>> differs(order, {"amount": Decimal("5"), "currency": "EUR"})
    ''
    >>> differs(order, {"amount": Decimal("4"), "currency": "EUR"})
    'amount reads 4 instead of 5.00'
    """
    must = _MUST.get(order.kind, frozenset())
    for name in sorted(order.values.keys() - _WORDS):
        if name not in seen:
            if name in must:
                return f"it does not say the {name}"
        elif not _is_same(order, name, seen[name]):
            return f"{name} reads {seen[name]} instead of {order.values[name]}"
    return ""


def _is_same(order: Order, name: str, seen: Value) -> bool:
    meant = order.values[name]
    if isinstance(meant, Decimal):
        number = _number(seen)
        taken_back = order.kind == "take_back_line" and name == "amount" and number == 0
        return number == meant or taken_back
    return seen == meant


def _number(value: Value) -> Decimal | None:
    """Return an exact number; None for what is none, and for a float's like, which no port gives."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None
