"""How orders are written as resources of TM Forum's Open APIs, and read back. Sends nothing.

Bills and lines are TMF678, accounts TMF666, payments TMF676, products TMF622 and TMF637, services TMF641 and
TMF638, usage TMF635, tickets TMF621, messages TMF681. What a resource has no field for stands among its
``characteristic``, whatever else is changed among its ``relatedEntity``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from core.kernel.orders import Order, OrderKind, Value

__all__ = [
    "FORMS",
    "STANDING_PATHS",
    "Call",
    "Form",
    "Standing",
    "as_values",
    "call_of",
    "order_of",
    "made",
    "made_values",
    "moves_money",
    "shown",
    "standing_of",
]

BILLS = "/tmf-api/customerBillManagement/v5"
ACCOUNTS = "/tmf-api/accountManagement/v5"
PAYMENTS = "/tmf-api/paymentManagement/v4"
PRODUCT_ORDERS, PRODUCTS = "/tmf-api/productOrderingManagement/v5", "/tmf-api/productInventory/v5"
SERVICE_ORDERS, SERVICES = "/tmf-api/serviceOrdering/v4", "/tmf-api/serviceInventory/v5"
USAGE = "/tmf-api/usageManagement/v4"
TICKETS = "/tmf-api/troubleTicket/v5"
MESSAGES = "/tmf-api/communicationManagement/v4"

_EXACT = frozenset({"amount", "total", "net", "tax", "balance", "unbilled"})
_LINE = {
    "account_id": "billingAccount.id",
    "invoice_id": "bill.id",
    "amount": "taxExcludedAmount.value",
    "currency": "taxExcludedAmount.unit",
    "reason": "description",
}
_MONEY = {"amount": "totalAmount.value", "currency": "totalAmount.unit"}
_PAYMENT = {"payment_id": "payment.id", "account_id": "account.id", "invoice_id": "bill.id", **_MONEY}
_PRODUCT = {
    "subscription_id": "productOrderItem.0.product.id",
    "account_id": "billingAccount.id",
    "valid_from": "requestedStartDate",
}
_SERVICE = {"imsi": "serviceOrderItem.0.service.id"}
_STATE = "serviceOrderItem.0.service.state"
_TICKET = {"subject": "name", "text": "description"}
_RATES, _TICKETS = f"{BILLS}/appliedCustomerBillingRate", f"{TICKETS}/troubleTicket"


@dataclass(frozen=True)
class Form:
    """Say how orders of one kind are written.

    Parameters
    ----------
    path
        The collection; with ``names`` the resource of that name in it is changed instead of a new one made.
    fixed
        What tells the kinds of one collection apart.
    fields
        Where in the body a name of target or values stands; ``item.0.id`` goes through a list.
    """

    kind: OrderKind
    path: str
    fixed: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    names: str | None = None


FORMS: tuple[Form, ...] = (
    Form("take_back_line", _RATES, {"type": "reversal"}, {**_LINE, "charge_id": "reversedRate.id"}),
    Form("write_off", _RATES, {"type": "writeOff"}, _LINE),
    Form("add_line", _RATES, {}, {**_LINE, "kind": "type"}),
    Form("hold_bill", f"{BILLS}/customerBill", {"state": "onHold"}, {}, "invoice_id"),
    Form("release_bill", f"{BILLS}/customerBill", {"state": "validated"}, {}, "invoice_id"),
    Form("reissue_bill", f"{BILLS}/customerBillOnDemand", {}, {"invoice_id": "customerBill.id"}),
    Form("refund", f"{PAYMENTS}/refund", {}, _PAYMENT),
    Form("retry_payment", f"{PAYMENTS}/payment", {}, _PAYMENT),
    Form(
        "set_plan",
        f"{PRODUCT_ORDERS}/productOrder",
        {"category": "plan"},
        {**_PRODUCT, "plan_id": "productOrderItem.0.productOffering.id"},
    ),
    Form("set_identity", f"{PRODUCT_ORDERS}/productOrder", {"category": "identity"}, _PRODUCT),
    Form("block_sim", f"{SERVICE_ORDERS}/serviceOrder", {_STATE: "inactive"}, _SERVICE),
    Form("unblock_sim", f"{SERVICE_ORDERS}/serviceOrder", {_STATE: "active"}, _SERVICE),
    Form("provision", f"{SERVICE_ORDERS}/serviceOrder", {}, _SERVICE),
    Form("recycle_records", f"{USAGE}/usage", {"status": "recycled"}, {}, "record_id"),
    Form("request_file", _TICKETS, {"ticketType": "fileRequest"}, _TICKET),
    Form("dispute_settlement", _TICKETS, {"ticketType": "settlementDispute"}, _TICKET),
    Form("open_ticket", _TICKETS, {"ticketType": "problem"}, _TICKET),
    Form("close_ticket", _TICKETS, {"status": "closed"}, {}, "ticket_id"),
    Form(
        "send_notice",
        f"{MESSAGES}/communicationMessage",
        {},
        {"account_id": "receiver.0.id", "text": "content", "subject": "subject"},
    ),
)
_FORMS = {form.kind: form for form in FORMS}
_MADE = ("amount", "currency")


@dataclass(frozen=True)
class Call:
    """Hold one request: ``path`` is the resource, ``collection`` where its key can be looked for."""

    method: str
    path: str
    collection: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Standing:
    """Say where the state of a thing is read, and where in the answer each value stands."""

    path: str
    fields: Mapping[str, str]


_BILL = Standing(
    f"{BILLS}/customerBill",
    {
        "total": "amountDue.value",
        "currency": "amountDue.unit",
        "net": "taxExcludedAmount.value",
        "tax": "taxAmount.value",
        "status": "state",
        "account_id": "billingAccount.id",
    },
)
_ACCOUNT = Standing(
    f"{ACCOUNTS}/billingAccount",
    {
        "balance": "accountBalance.0.amount.value",
        "currency": "accountBalance.0.amount.unit",
        "unbilled": "unbilledAmount.value",
        "status": "state",
    },
)
_PAID = Standing(f"{PAYMENTS}/payment", {**_MONEY, "status": "status", "invoice_id": "bill.id"})
_STANDINGS: dict[str, Standing] = {
    "invoice_id": _BILL,
    "account_id": _ACCOUNT,
    "payment_id": _PAID,
    "subscription_id": Standing(
        f"{PRODUCTS}/product",
        {"plan_id": "productOffering.id", "valid_from": "startDate", "status": "status"},
    ),
    "imsi": Standing(f"{SERVICES}/service", {"status": "state"}),
    "record_id": Standing(f"{USAGE}/usage", {"status": "status"}),
    "ticket_id": Standing(_TICKETS, {"status": "status", **_TICKET}),
}
STANDING_PATHS: Mapping[str, str] = {standing.path: name for name, standing in _STANDINGS.items()}
"""By which name of a key each collection of standings goes."""

_CHANGES: dict[OrderKind, tuple[str, ...]] = {
    "refund": ("payment_id",),
    "retry_payment": ("payment_id", "invoice_id"),
    "set_plan": ("subscription_id",),
    "set_identity": ("subscription_id",),
    "provision": ("imsi",),
    "block_sim": ("imsi",),
    "unblock_sim": ("imsi",),
    "recycle_records": ("record_id",),
    "close_ticket": ("ticket_id",),
}
_LINES: tuple[str, ...] = ("invoice_id", "account_id")
_NOTHING_BEFORE = frozenset({"open_ticket", "request_file", "dispute_settlement", "send_notice"})


def call_of(order: Order) -> Call:
    """Return the request that carries an order out."""
    form = _FORMS[order.kind]
    body: dict[str, Any] = {"externalId": order.key}
    target, values = dict(order.target), dict(order.values)
    name = target.pop(form.names, "") if form.names else ""
    for known, place in form.fields.items():
        for given in (target, values):
            if known in given:
                _put(body, place, _plain(given.pop(known)))
    for place, value in form.fixed.items():
        _put(body, place, value)
    if target:
        body["relatedEntity"] = [{"@referredType": kind, "id": named} for kind, named in target.items()]
    if values:
        body["characteristic"] = [{"name": key, "value": _plain(value)} for key, value in values.items()]
    if form.names:
        return Call("PATCH", f"{form.path}/{_segment(name)}", form.path, body)
    return Call("POST", form.path, form.path, body)


def order_of(path: str, resource: str | None, key: str, body: Mapping[str, Any]) -> Order | None:
    """Return the order that a request asks for; None when it asks for none that there is.

    Parameters
    ----------
    resource
        The name of what is changed; None where something is made.

    Raises
    ------
    ValueError
        When an amount is no number or a part of the body has another shape.
    """
    forms = (form for form in FORMS if form.path == path and (form.names is None) == (resource is None))
    form = next((form for form in forms if _has(body, form.fixed)), None)
    if form is None:
        return None
    named = {form.names: resource} if form.names and resource else {}
    said = {name: _take(body, place) for name, place in form.fields.items()}
    said = {name: value for name, value in said.items() if value is not None}
    target = {name: str(value) for name, value in said.items() if name.endswith("_id") and name != "plan_id"}
    target |= {"imsi": str(said["imsi"])} if "imsi" in said else {}
    target |= {str(one["@referredType"]): str(one["id"]) for one in body.get("relatedEntity", ())}
    values = {name: value for name, value in said.items() if name not in target}
    values |= {str(one["name"]): one["value"] for one in body.get("characteristic", ())}
    return Order(
        key, form.kind, named | target, {name: _exact(name, value) for name, value in values.items()}
    )


def made(kind: OrderKind, values: Mapping[str, Value]) -> dict[str, Any]:
    """Return what a resource shows of the money that an order of a kind has moved."""
    body: dict[str, Any] = {}
    for name in _MADE:
        if name in _FORMS[kind].fields and values.get(name) is not None:
            _put(body, _FORMS[kind].fields[name], _plain(values[name]))
    return body


def moves_money(order: Order) -> bool:
    """Tell whether what an order makes shows an amount."""
    return _MADE[0] in _FORMS[order.kind].fields


def made_values(order: Order, body: Mapping[str, Any]) -> dict[str, Value]:
    """Return the money that an order has moved, by the names of its values, from the resource that it made.

    Raises
    ------
    ValueError
        When an amount is no number.
    """
    said = {name: _take(body, _FORMS[order.kind].fields[name]) for name in _MADE}
    return {name: _exact(name, value) for name, value in said.items() if value is not None}


def standing_of(order: Order) -> tuple[str, Standing] | None:
    """Return what to read of an order's thing, the path with its name; None where nothing stands before."""
    if order.kind in _NOTHING_BEFORE:
        return None
    for name in _CHANGES.get(order.kind, _LINES):
        if name in order.target:
            standing = _STANDINGS[name]
            return f"{standing.path}/{_segment(order.target[name])}", standing
    return None


def shown(name: str, values: Mapping[str, Value]) -> dict[str, Any]:
    """Return the resource that shows the state of a thing, by the name that its key has."""
    body: dict[str, Any] = {}
    fields = _STANDINGS[name].fields
    rest = {}
    for known, value in values.items():
        if known in fields:
            _put(body, fields[known], _plain(value))
        else:
            rest[known] = _plain(value)
    return body | {"characteristic": [{"name": key, "value": value} for key, value in rest.items()]}


def as_values(standing: Standing, body: Mapping[str, Any]) -> dict[str, Value]:
    """Return the state that a resource shows, by the names of an order's values.

    Raises
    ------
    ValueError
        When an amount is no number.
    """
    fields = {name: _take(body, place) for name, place in standing.fields.items()}
    said = {name: value for name, value in fields.items() if value is not None}
    said |= {str(one["name"]): one["value"] for one in body.get("characteristic", ())}
    return {name: _exact(name, value) for name, value in said.items()}


def _segment(name: str) -> str:
    """Return a name as one step of a path, whatever it is made of."""
    return quote(name, safe="").replace(".", "%2E")


def _put(body: dict[str, Any], place: str, value: Any) -> None:
    at: Any = body
    way = place.split(".")
    for step, following in pairwise(way):
        empty: Any = [{}] if following.isdigit() else {}
        at = at[int(step)] if step.isdigit() else at.setdefault(step, empty)
    at[way[-1]] = value


def _take(body: Mapping[str, Any], place: str) -> Any:
    at: Any = body
    for step in place.split("."):
        if step.isdigit():
            at = at[int(step)] if isinstance(at, list) and len(at) > int(step) else None
        else:
            at = at.get(step) if isinstance(at, Mapping) else None
    return at


def _has(body: Mapping[str, Any], fixed: Mapping[str, str]) -> bool:
    return all(_take(body, place) == value for place, value in fixed.items())


def _plain(value: Value) -> str | int | bool | None:
    return format(value, "f") if isinstance(value, Decimal) else value


def _exact(name: str, value: Any) -> Value:
    if name not in _EXACT or value is None:
        return value  # type: ignore[no-any-return]
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(f"{name} is no number: {value}") from error
    if not number.is_finite():
        raise ValueError(f"{name} is no number: {value}")
    return number
