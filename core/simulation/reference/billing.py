"""What orders do to bills: lines, holds, and totals by rule 14 of the contract. Prices nothing."""

from __future__ import annotations

import hashlib
from decimal import ROUND_HALF_UP, Decimal

from core.kernel.orders import Order
from core.simulation.reference.payments import settle
from core.simulation.reference.rated import rated_line
from core.simulation.reference.refusals import RefusedError, amount_of, known, named
from core.simulation.reference.state import Row, State, instant, text_of

__all__ = [
    "add_line",
    "bill_sums",
    "hold_bill",
    "release_bill",
    "reissue_bill",
    "take_back_line",
    "total_up",
    "write_off",
]

_CENT = Decimal("0.01")
_COPIED = ("service", "plan_id", "tariff_id", "promotion_id", "product_id")
_PERIODS = ("period_start", "period_end")
_KINDS = ("usage", "recurring", "one_off", "discount", "adjustment")


def add_line(state: State, order: Order) -> str:
    """Add a line to the account's draft, or to none yet where it has no draft."""
    account = known(state, "accounts", named(order, "account_id"))
    wrong, record = _behind(state, order)
    kind = str(order.values.get("kind") or "adjustment")
    if kind not in _KINDS:
        raise RefusedError(f"A line of kind {kind} cannot be added.")
    since = (record or {}).get("started_at") or (wrong or {}).get("period_start")
    bill = _draft(state, account["account_id"], order.target.get("invoice_id"), since)
    line = _blank(state, order, account, bill) | {"kind": kind, "corrects": wrong and wrong["charge_id"]}
    source = wrong or record or {}
    line |= {name: source[name] for name in (*_COPIED, "subscription_id") if source.get(name)}
    if record is not None:
        line |= rated_line(state, record)
    elif wrong is not None:
        line |= {name: wrong[name] for name in _PERIODS}
    line |= {name: value for name, value in order.values.items() if name in (*_COPIED, *_PERIODS, "quantity")}
    line |= {"amount": str(amount_of(order)), "estimated": bool(order.values.get("estimated"))}
    return _post(state, line)


def take_back_line(state: State, order: Order) -> str:
    """Reverse what is left of a line by another one that corrects it."""
    wrong = known(state, "charges", named(order, "charge_id"))
    if wrong["kind"] == "tax":
        raise RefusedError("The tax of a bill follows from its lines.")
    corrections = state.corrections_of(wrong["charge_id"])
    rest = sum((Decimal(one["amount"]) for one in corrections), Decimal(wrong["amount"]))
    if rest == 0:
        raise RefusedError(f"Nothing is left of {wrong['charge_id']} to take back.")
    account = known(state, "accounts", wrong["account_id"])
    bill = _draft(state, wrong["account_id"], wrong["invoice_id"], wrong["period_start"])
    line = _blank(state, order, account, bill) | {
        "kind": "usage" if wrong["estimated"] else "adjustment",
        "estimated": wrong["estimated"],
        "corrects": wrong["charge_id"],
        "amount": str(-rest),
    }
    return _post(state, line | {name: wrong[name] for name in (*_COPIED, *_PERIODS, "subscription_id")})


def hold_bill(state: State, order: Order) -> str:
    """Keep a draft from leaving."""
    bill = known(state, "invoices", named(order, "invoice_id"))
    if bill["status"] != "draft":
        raise RefusedError(f"{bill['invoice_id']} has left and cannot be held.")
    state.put_paper(_hold_of(bill), "hold", {"held": True})
    return str(bill["invoice_id"])


def release_bill(state: State, order: Order) -> str:
    """Let a draft go; one whose day has passed leaves at once."""
    bill = known(state, "invoices", named(order, "invoice_id"))
    if bill["status"] != "draft":
        raise RefusedError(f"{bill['invoice_id']} has left already.")
    state.put_paper(_hold_of(bill), "hold", {"held": False})
    if instant(bill["issue_at"]) <= state.now:
        state.put("invoices", bill | {"status": "issued", "issued_at": text_of(state.now)})
    return str(bill["invoice_id"])


def reissue_bill(state: State, order: Order) -> str:
    """Send a bill again whose tax and total say what its lines say; what was paid on it is settled."""
    bill = known(state, "invoices", named(order, "invoice_id"))
    if bill["status"] == "void":
        raise RefusedError(f"{bill['invoice_id']} is void.")
    total_up(state, bill["invoice_id"])
    settle(state, order.key, bill["invoice_id"])
    return str(bill["invoice_id"])


def write_off(state: State, order: Order) -> str:
    """Note that something will not be collected; no bill changes."""
    account = known(state, "accounts", named(order, "account_id"))
    reference = _reference("W", order.key)
    amount, currency = str(amount_of(order)), state.settings.currency
    content = {"account_id": account["account_id"], "amount": amount, "currency": currency}
    state.put_paper(reference, "write_off", content)
    return reference


def total_up(state: State, invoice_id: str) -> None:
    """Set a bill's tax line and total by its lines."""
    bill, (net, tax) = known(state, "invoices", invoice_id), bill_sums(state, invoice_id)
    line = next((one for one in state.of_invoice("charges", invoice_id) if one["kind"] == "tax"), None)
    if line is not None and Decimal(line["amount"]) != tax:
        state.put("charges", line | {"amount": str(tax)})
    elif line is None and tax:
        cycle = {"period_start": bill["cycle_start"], "period_end": bill["cycle_end"]}
        made = _line(state, bill, f"C{invoice_id}-tax") | cycle
        state.put("charges", made | {"kind": "tax", "amount": str(tax), "invoice_id": invoice_id})
    if Decimal(bill["total"]) != net + tax:
        state.put("invoices", bill | {"total": str(net + tax)})


def bill_sums(state: State, invoice_id: str) -> tuple[Decimal, Decimal]:
    """Return the net of a bill's lines and the tax on it, each rounded half-up to cents."""
    lines = state.of_invoice("charges", invoice_id)
    usage = sum((Decimal(one["amount"]) for one in lines if one["kind"] == "usage"), Decimal())
    others = sum((Decimal(one["amount"]) for one in lines if one["kind"] not in {"usage", "tax"}), Decimal())
    net = _cents(usage) + others
    return _cents(net), _cents(net * state.settings.tax_rate)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _behind(state: State, order: Order) -> tuple[Row | None, Row | None]:
    """Return the line that is corrected and the record that is charged; None where there is none."""
    corrects, record_id = order.values.get("corrects"), order.target.get("record_id")
    wrong = known(state, "charges", str(corrects)) if corrects else None
    record = known(state, "mediation_records", record_id) if record_id and wrong is None else None
    return wrong, record


def _draft(state: State, account_id: str, invoice_id: str | None, since: str | None) -> Row | None:
    """Return the draft that a line goes on: the one named, or the next; None while its cycle is open."""
    drafts = [bill for bill in state.of_account("invoices", account_id) if bill["status"] == "draft"]
    if since is not None:
        drafts = [bill for bill in drafts if instant(bill["cycle_end"]) > instant(since)]
    drafts.sort(key=lambda bill: (bill["invoice_id"] != invoice_id, bill["issue_at"]))
    return drafts[0] if drafts else None


def _blank(state: State, order: Order, account: Row, bill: Row | None) -> Row:
    now = text_of(state.now)
    line = _line(state, account, _reference("C", order.key)) | {
        "subscription_id": order.target.get("subscription_id"),
        "invoice_id": bill and bill["invoice_id"],
        "reason": order.values.get("reason"),
        "period_start": bill["cycle_start"] if bill else now,
        "period_end": bill["cycle_end"] if bill else now,
    }
    currency = order.values.get("currency")
    if currency not in {None, line["currency"]}:
        raise RefusedError(f"The account is billed in {line['currency']}, not in {currency}.")
    return line


def _line(state: State, owner: Row, charge_id: str) -> Row:
    nothing = dict.fromkeys(("record_id", "subscription_id", "corrects", "approved_by", "reason", *_COPIED))
    return nothing | {
        "charge_id": charge_id,
        "account_id": owner["account_id"],
        "quantity": 0,
        "free_quantity": 0,
        "currency": owner["currency"],
        "rated_at": text_of(state.now),
        "estimated": False,
        "created_by": "system",
    }


def _post(state: State, line: Row) -> str:
    state.put("charges", line)
    if line["invoice_id"]:
        total_up(state, line["invoice_id"])
    return str(line["charge_id"])


def _hold_of(bill: Row) -> str:
    return f"hold:{bill['invoice_id']}"


def _reference(prefix: str, key: str) -> str:
    return f"{prefix}{hashlib.sha256(key.encode()).hexdigest()[:16]}"
