"""An order written as a TM Forum resource is read back as the same order, whatever is asked of whatever."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from core.kernel.orders import ORDERS, Order, OrderKind, Value
from core.kernel.tmf import as_values, call_of, order_of, shown, standing_of

TARGET = {
    "account_id": "A1",
    "invoice_id": "I1",
    "charge_id": "C1",
    "payment_id": "P1",
    "subscription_id": "S1",
    "imsi": "262991",
    "file_id": "F1",
    "record_id": "R1",
    "ticket_id": "T1",
}
VALUES: dict[str, Value] = {
    "amount": Decimal("-1.500000"),
    "currency": "EUR",
    "corrects": "C0",
    "estimated": True,
    "plan_id": "P-M",
    "valid_from": "2026-03-01T00:00:00Z",
    "text": "Guten Tag",
    "subject": "Ihre Rechnung",
}


@pytest.mark.parametrize("kind", ORDERS)
def test_what_is_written_is_read_back(kind: OrderKind) -> None:
    order = Order("K-1", kind, TARGET, VALUES | ({"kind": "usage"} if kind == "add_line" else {}))

    call = call_of(order)

    assert call.body["externalId"] == "K-1"
    resource = call.path.removeprefix(call.collection).removeprefix("/") or None
    assert order_of(call.collection, resource, "K-1", call.body) == order


def test_a_line_has_its_money_and_its_account_where_the_bill_interface_has_them() -> None:
    call = call_of(Order("K-1", "add_line", {"account_id": "A1"}, VALUES | {"kind": "adjustment"}))

    assert call.method == "POST"
    assert call.path == "/tmf-api/customerBillManagement/v5/appliedCustomerBillingRate"
    assert call.body["taxExcludedAmount"] == {"value": "-1.500000", "unit": "EUR"}
    assert call.body["billingAccount"] == {"id": "A1"}


def test_a_bill_is_held_by_changing_its_state() -> None:
    call = call_of(Order("K-1", "hold_bill", {"invoice_id": "I1"}))

    assert (call.method, call.path) == ("PATCH", "/tmf-api/customerBillManagement/v5/customerBill/I1")
    assert call.body == {"externalId": "K-1", "state": "onHold"}


def test_a_state_that_is_shown_is_read_by_the_names_of_values() -> None:
    standing = standing_of(Order("K-1", "hold_bill", {"invoice_id": "I1"}))
    assert standing is not None
    said: dict[str, Value] = {"total": Decimal("11.90"), "currency": "EUR", "status": "draft", "held": False}

    assert as_values(standing[1], shown("invoice_id", said)) == said


@pytest.mark.parametrize("bad", ["many", "NaN", "Infinity"])
def test_an_amount_that_is_no_number_is_refused(bad: str) -> None:
    call = call_of(Order("K-1", "refund", {"payment_id": "P1"}, {"currency": "EUR"}))
    body: dict[str, Any] = call.body | {"totalAmount": {"value": bad}}

    with pytest.raises(ValueError, match="no number"):
        order_of(call.collection, None, "K-1", body)
