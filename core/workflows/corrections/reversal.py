"""How each kind of order is taken back; by the state before it, where it set a state. Sends nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from core.kernel.corrections import OrderItem
from core.kernel.orders import Order, OrderKind, Value

__all__ = ["HARMLESS", "REVERSED_BY", "reversal_of"]

HARMLESS: frozenset[OrderKind] = frozenset({"request_file", "send_notice", "close_ticket"})
"""Orders that change nothing that would have to be taken back."""

REVERSED_BY: Mapping[OrderKind, OrderKind] = {
    "add_line": "take_back_line",
    "take_back_line": "add_line",
    "hold_bill": "release_bill",
    "release_bill": "hold_bill",
    "write_off": "take_back_line",
    "retry_payment": "refund",
    "set_plan": "set_plan",
    "set_identity": "set_identity",
    "provision": "provision",
    "block_sim": "unblock_sim",
    "unblock_sim": "block_sim",
    "open_ticket": "close_ticket",
}
"""The order that takes each back. A bill that was issued again, money that was paid out, records that were
sent through again and a dispute are out of our hands: a person takes them back."""

_NOT_A_STATE = frozenset({"valid_from", "text", "subject", "language", "reason"})

Values = Mapping[str, Value]


def reversal_of(item: OrderItem) -> Order | None:
    """Return the order that takes another back; None where none can, or what it needs is not known."""
    kind = REVERSED_BY.get(item.order.kind)
    if kind is None:
        return None
    parts = _PARTS.get(item.order.kind, _same_target)(item)
    if parts is None:
        return None
    target, values = parts
    return Order(f"{item.order.key}-back", kind, target, values)


def _same_target(item: OrderItem) -> tuple[Mapping[str, str], Values] | None:
    return item.order.target, {}


def _line_back(item: OrderItem) -> tuple[Mapping[str, str], Values] | None:
    """Take back the line that was made, by what the system calls it; a write-off's is a credit."""
    if not item.reference:
        return None
    given = item.order.values
    amount = given["amount"]
    if not isinstance(amount, Decimal):
        return None
    kept = {name: given[name] for name in ("currency", "reason") if name in given}
    target = {**item.order.target, "charge_id": item.reference}
    posted = -amount if item.order.kind == "write_off" else amount
    return target, {"amount": -posted, "corrects": item.reference, **kept}


def _line_again(item: OrderItem) -> tuple[Mapping[str, str], Values] | None:
    given = item.order.values
    amount = given["amount"]
    if not isinstance(amount, Decimal):
        return None
    target = {name: one for name, one in item.order.target.items() if name != "charge_id"}
    corrects = item.reference or item.order.target["charge_id"]
    values: dict[str, Value] = {"amount": -amount, "kind": "adjustment", "estimated": False}
    kept = {name: given[name] for name in ("currency", "reason") if name in given}
    return target, {**values, **kept, "corrects": corrects}


def _money_back(item: OrderItem) -> tuple[Mapping[str, str], Values] | None:
    if not item.reference:
        return None
    target = {**item.order.target, "payment_id": item.reference}
    return target, {name: item.order.values[name] for name in ("amount", "currency")}


def _as_before(item: OrderItem) -> tuple[Mapping[str, str], Values] | None:
    """Set what was set to what it was before; unknown as long as that was not read."""
    if item.before is None:
        return None
    names = [name for name in item.order.values if name not in _NOT_A_STATE] or list(item.before)
    values = {name: item.before[name] for name in names if name in item.before}
    since = {name: item.order.values[name] for name in ("valid_from",) if name in item.order.values}
    return (item.order.target, {**values, **since}) if values else None


Parts = Callable[[OrderItem], tuple[Mapping[str, str], Values] | None]

_PARTS: Mapping[OrderKind, Parts] = {
    "add_line": _line_back,
    "write_off": _line_back,
    "take_back_line": _line_again,
    "retry_payment": _money_back,
    "set_plan": _as_before,
    "set_identity": _as_before,
    "provision": _as_before,
}
