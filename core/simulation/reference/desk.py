"""Carries orders out, each key once, and shows how things stand. Speaks no protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from core.kernel.orders import Order, OrderKind, Value
from core.simulation.reference import billing, papers, payments, subscribers
from core.simulation.reference.refusals import RefusedError
from core.simulation.reference.state import Kept, Row, State

__all__ = ["OtherContentError", "carry_out", "money_of", "standing"]

Effect = Callable[[State, Order], str]

_EFFECTS: Final[Mapping[OrderKind, Effect]] = {
    "add_line": billing.add_line,
    "take_back_line": billing.take_back_line,
    "hold_bill": billing.hold_bill,
    "release_bill": billing.release_bill,
    "reissue_bill": billing.reissue_bill,
    "write_off": billing.write_off,
    "refund": payments.refund,
    "retry_payment": payments.retry_payment,
    "set_plan": subscribers.set_plan,
    "set_identity": subscribers.set_identity,
    "provision": subscribers.provision,
    "block_sim": subscribers.block_sim,
    "unblock_sim": subscribers.unblock_sim,
    "recycle_records": subscribers.recycle_records,
    "request_file": papers.open_ticket,
    "dispute_settlement": papers.open_ticket,
    "open_ticket": papers.open_ticket,
    "close_ticket": papers.close_ticket,
    "send_notice": papers.send_notice,
}


class OtherContentError(RefusedError):
    """Refuse a key that came before with another order."""


def carry_out(state: State, order: Order) -> tuple[str, bool]:
    """Carry an order out unless its key was; return what it made or changed, and whether it was done now.

    Raises
    ------
    RefusedError
        When the order cannot be carried out; nothing was changed.
    OtherContentError
        When the key came before with another order.
    """
    asked = _asked(order)
    with state.change():
        kept = state.kept(order.key)
        if kept is None:
            reference = _EFFECTS[order.kind](state, order)
            state.keep(order.key, order.kind, asked, reference)
            return reference, True
    if (kept.kind, kept.asked) != (order.kind, asked):
        raise OtherContentError("This key came before, with another order.")
    return kept.reference, False


def standing(state: State, name: str, key: str) -> dict[str, Value] | None:
    """Return how a thing stands, by the name of its key; None when there is no such thing."""
    return _STANDINGS[name](state, key)


def _asked(order: Order) -> Row:
    values = {
        name: str(value) if isinstance(value, Decimal) else value for name, value in order.values.items()
    }
    return {"target": dict(order.target), "values": values}


def _bill(state: State, key: str) -> dict[str, Value] | None:
    bill = state.row("invoices", key)
    if bill is None:
        return None
    lines = state.of_invoice("charges", key)
    tax = sum((Decimal(one["amount"]) for one in lines if one["kind"] == "tax"), Decimal())
    return {
        "total": Decimal(bill["total"]),
        "net": billing.bill_sums(state, key)[0],
        "tax": tax,
        "currency": bill["currency"],
        "status": bill["status"],
        "account_id": bill["account_id"],
        "held": bool((state.paper(f"hold:{key}") or {}).get("held")),
        "lines": len(lines),
    }


def _account(state: State, key: str) -> dict[str, Value] | None:
    account = state.row("accounts", key)
    if account is None:
        return None
    owed, unbilled = payments.balance(state, key)
    return {
        "balance": owed,
        "unbilled": unbilled,
        "currency": account["currency"],
        "status": account["status"],
    }


def _payment(state: State, key: str) -> dict[str, Value] | None:
    paid = state.row("payments", key)
    if paid is None:
        return None
    return {
        "amount": payments.left_of(state, paid),
        "currency": paid["currency"],
        "status": paid["status"],
        "invoice_id": paid["invoice_id"],
    }


def _latest(stream: str, *names: str) -> Callable[[State, str], dict[str, Value] | None]:
    def latest(state: State, key: str) -> dict[str, Value] | None:
        periods = state.periods(stream, key)
        return {name: periods[-1][name] for name in names} if periods else None

    return latest


def _sim(state: State, key: str) -> dict[str, Value] | None:
    said = _latest("provisioning", "plan_id", "services", "msisdn", "active_to")(state, key)
    if said is None:
        return None
    active = said.pop("active_to") is None
    return said | {"active": active, "status": "active" if active else "inactive"}


def _record(state: State, key: str) -> dict[str, Value] | None:
    record = state.row("mediation_records", key)
    return {name: record[name] for name in ("status", "subscription_id", "reason")} if record else None


def _ticket(state: State, key: str) -> dict[str, Value] | None:
    ticket = state.paper(key)
    return {name: ticket[name] for name in ("status", "subject", "text")} if ticket else None


_STANDINGS: Final[Mapping[str, Callable[[State, str], dict[str, Value] | None]]] = {
    "invoice_id": _bill,
    "account_id": _account,
    "payment_id": _payment,
    "subscription_id": _latest("subscriptions", "plan_id", "imsi", "msisdn", "status", "valid_from"),
    "imsi": _sim,
    "record_id": _record,
    "ticket_id": _ticket,
}


def money_of(state: State, kept: Kept) -> dict[str, Value]:
    """Return the money that an order has moved, as it stands: of a line net and signed."""
    line = state.row("charges", kept.reference)
    if line is not None:
        return {"amount": Decimal(line["amount"]), "currency": line["currency"]}
    paid = state.row("payments", kept.reference) or state.paper(kept.reference) or {}
    if "amount" not in paid:
        return {}
    return {"amount": abs(Decimal(paid["amount"])), "currency": paid["currency"]}
