"""What orders do to payments: refunds and further attempts. Touches no line of a bill."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from core.kernel.orders import Order
from core.simulation.reference.refusals import RefusedError, amount_of, known, named
from core.simulation.reference.state import Row, State, text_of

__all__ = ["balance", "left_of", "refund", "retry_payment", "settle"]

_FOR_GOOD = ("expired_card", "stolen_card", "closed_account")
"""Why a card is declined again, however often it is tried."""


def refund(state: State, order: Order) -> str:
    """Give a payment, or a part of it, back the way it came."""
    paid = known(state, "payments", named(order, "payment_id"))
    amount = abs(amount_of(order))
    if paid["status"] != "succeeded":
        raise RefusedError(f"{paid['payment_id']} was not collected: it is {paid['status']}.")
    if not 0 < amount <= left_of(state, paid):
        raise RefusedError(f"{left_of(state, paid)} of {paid['payment_id']} can be given back.")
    return _pay(state, order.key, paid, {"amount": str(-amount), "refund_of": paid["payment_id"]})


def retry_payment(state: State, order: Order) -> str:
    """Try a failed payment again; what fails for good is declined."""
    failed = _failed(state, order)
    if failed["failure_code"] in _FOR_GOOD:
        raise RefusedError(f"The bank declines it again: {failed['failure_code'].replace('_', ' ')}.")
    reference = _pay(state, order.key, failed, {"refund_of": None})
    bill = state.row("invoices", str(failed["invoice_id"]))
    if bill is not None and bill["status"] in {"issued", "overdue"} and _due(state, bill) <= 0:
        state.put("invoices", bill | {"status": "paid"})
    return reference


def settle(state: State, key: str, invoice_id: str) -> None:
    """Collect what a bill that was paid now comes to more, or give back what it comes to less."""
    bill = known(state, "invoices", invoice_id)
    paid = [one for one in state.of_invoice("payments", invoice_id) if left_of(state, one) > 0]
    due = _due(state, bill)
    if bill["status"] != "paid" or not paid or not due:
        return
    last = max(paid, key=lambda one: (left_of(state, one), one["payment_id"]))
    _pay(state, key, last, {"amount": str(due), "refund_of": last["payment_id"] if due < 0 else None})


def left_of(state: State, paid: Row) -> Decimal:
    """Return what of a payment was collected and not given back."""
    if paid["status"] != "succeeded":
        return Decimal()
    given = state.corrections_of(paid["payment_id"])
    return sum((Decimal(one["amount"]) for one in given), Decimal(paid["amount"]))


def balance(state: State, account_id: str) -> tuple[Decimal, Decimal]:
    """Return what an account owes by bills that have left, and what stands on none yet, net."""
    billed = [
        one for one in state.of_account("invoices", account_id) if one["status"] not in {"draft", "void"}
    ]
    paid = [one for one in state.of_account("payments", account_id) if one["status"] == "succeeded"]
    owed = sum((Decimal(one["total"]) for one in billed), Decimal())
    collected = sum((Decimal(one["amount"]) for one in paid), Decimal())
    lines = [one for one in state.of_account("charges", account_id) if one["invoice_id"] is None]
    return owed - collected, sum((Decimal(one["amount"]) for one in lines), Decimal())


def _failed(state: State, order: Order) -> Row:
    if order.target.get("payment_id"):
        tried = known(state, "payments", order.target["payment_id"])
    else:
        bill = known(state, "invoices", named(order, "payment_id", "invoice_id"))
        attempts = sorted(
            state.of_invoice("payments", bill["invoice_id"]), key=lambda one: str(one["attempted_at"])
        )
        if not attempts:
            raise RefusedError(f"Nobody has tried to pay {bill['invoice_id']}.")
        tried = attempts[-1]
    later = (one for one in state.of_account("payments", tried["account_id"]) if _settles(one, tried))
    if tried["status"] != "failed" or next(later, None) is not None:
        raise RefusedError(f"{tried['payment_id']} has not failed, or was paid since.")
    return tried


def _settles(one: Row, tried: Row) -> bool:
    is_same = one["invoice_id"] == tried["invoice_id"] and one["amount"] == tried["amount"]
    is_later = str(one["attempted_at"]) > str(tried["attempted_at"])
    return bool(is_same and is_later and one["status"] == "succeeded")


def _due(state: State, bill: Row) -> Decimal:
    towards = [one for one in state.of_invoice("payments", bill["invoice_id"]) if not one["refund_of"]]
    return Decimal(bill["total"]) - sum((left_of(state, one) for one in towards), Decimal())


def _pay(state: State, key: str, like: Row, changes: Row) -> str:
    reference = f"P{hashlib.sha256(key.encode()).hexdigest()[:16]}"
    paid = like | {
        "payment_id": reference,
        "gateway_ref": reference.lower(),
        "attempted_at": text_of(state.now),
        "status": "succeeded",
        "failure_code": None,
    }
    state.put("payments", paid | changes)
    return reference
