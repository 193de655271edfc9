"""What orders do to tickets and notices: they are kept, and can be read. Nothing is sent to anybody."""

from __future__ import annotations

import hashlib

from core.kernel.orders import Order
from core.simulation.reference.refusals import RefusedError, known, named
from core.simulation.reference.state import State

__all__ = ["close_ticket", "open_ticket", "send_notice"]


def open_ticket(state: State, order: Order) -> str:
    """Open a ticket with those who can answer it: care, a partner, settlement."""
    reference = f"T{hashlib.sha256(order.key.encode()).hexdigest()[:12]}"
    content = {
        "kind": order.kind,
        "status": "open",
        "subject": str(order.values.get("subject") or ""),
        "text": str(order.values.get("text") or ""),
        "about": dict(order.target),
    }
    state.put_paper(reference, "ticket", content)
    return reference


def close_ticket(state: State, order: Order) -> str:
    """Close a ticket."""
    ticket_id = named(order, "ticket_id")
    ticket = state.paper(ticket_id)
    if ticket is None or "subject" not in ticket:
        raise RefusedError(f"There is no ticket {ticket_id}.")
    if ticket["status"] == "closed":
        raise RefusedError(f"{ticket_id} is closed.")
    state.put_paper(ticket_id, "ticket", ticket | {"status": "closed"})
    return ticket_id


def send_notice(state: State, order: Order) -> str:
    """Tell a customer something, in the language that is named or theirs."""
    account = known(state, "accounts", named(order, "account_id"))
    text = str(order.values.get("text") or "")
    if not text:
        raise RefusedError("It does not say what the customer is to be told.")
    reference = f"M{hashlib.sha256(order.key.encode()).hexdigest()[:12]}"
    content = {
        "account_id": account["account_id"],
        "name": account["name"],
        "to": account["email"] or account["phone"] or "",
        "language": order.values.get("language") or account["language"] or "",
        "subject": order.values.get("subject") or "",
        "text": text,
    }
    state.put_paper(reference, "notice", content)
    return reference
