"""A reference operator over a few rows, served over real HTTP on a free port."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import uvicorn

from core.kernel.dataset import DatasetSettings
from core.kernel.records import STREAMS
from core.simulation.reference import State
from core.simulation.reference.app import create_reference
from core.simulation.reference.state import Row

TOKEN = "let-me-in"
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
SETTINGS = DatasetSettings(
    operator="Inselfunk",
    home_tadig="DEUIF",
    home_plmns=("26298",),
    currency="EUR",
    timezone="UTC",
    tax_rate=Decimal("0.19"),
    as_of=NOW,
    starts_at=datetime(2026, 1, 1, tzinfo=UTC),
    calling_code="49",
)
_LINE: Row = dict.fromkeys(
    ("record_id", "subscription_id", "corrects", "approved_by", "reason", "service", "plan_id", "tariff_id")
    + ("promotion_id", "product_id")
) | {
    "account_id": "A1",
    "currency": "EUR",
    "quantity": 0,
    "free_quantity": 0,
    "period_start": "2026-02-01T00:00:00Z",
    "period_end": "2026-03-01T00:00:00Z",
    "rated_at": "2026-03-01T02:00:00Z",
    "estimated": False,
    "created_by": "system",
    "invoice_id": "I-DRAFT",
}


def a_line(charge_id: str, amount: str, **given: Any) -> tuple[str, Row]:
    return "charges", {**_LINE, "charge_id": charge_id, "kind": "usage", "amount": amount, **given}


def a_bill(invoice_id: str, total: str, status: str = "draft", **given: Any) -> tuple[str, Row]:
    bill = {
        "invoice_id": invoice_id,
        "account_id": "A1",
        "cycle_start": "2026-02-01T00:00:00Z",
        "cycle_end": "2026-03-01T00:00:00Z",
        "issue_at": "2026-03-05T00:00:00Z",
        "issued_at": None,
        "total": total,
        "currency": "EUR",
        "status": status,
    }
    return "invoices", bill | given


def a_payment(payment_id: str, amount: str, status: str = "succeeded", **given: Any) -> tuple[str, Row]:
    paid = {
        "payment_id": payment_id,
        "invoice_id": "I-PAID",
        "account_id": "A1",
        "amount": amount,
        "currency": "EUR",
        "method": "card",
        "gateway": "pay",
        "gateway_ref": None,
        "refund_of": None,
        "attempted_at": "2026-02-10T00:00:00Z",
        "status": status,
        "failure_code": None,
    }
    return "payments", paid | given


ACCOUNT: tuple[str, Row] = (
    "accounts",
    {
        "account_id": "A1",
        "name": "Frauke Möller",
        "currency": "EUR",
        "language": "de",
        "email": "frauke@example.com",
        "phone": None,
        "status": "active",
    },
)
SUBSCRIPTION: tuple[str, Row] = (
    "subscriptions",
    {
        "subscription_id": "S1",
        "account_id": "A1",
        "msisdn": "49151",
        "imsi": "262981",
        "plan_id": "P-S",
        "status": "active",
        "valid_from": "2026-01-01T00:00:00Z",
        "valid_to": None,
    },
)
SIM: tuple[str, Row] = (
    "provisioning",
    {
        "imsi": "262981",
        "msisdn": "49151",
        "plan_id": "P-S",
        "services": "voice,sms,data",
        "sim_use": "customer",
        "active_from": "2026-01-01T00:00:00Z",
        "active_to": None,
    },
)
RECORD: tuple[str, Row] = (
    "mediation_records",
    {
        "record_id": "R1",
        "event_id": "E1",
        "subscription_id": "S1",
        "service": "voice",
        "direction": "mo",
        "started_at": "2026-02-03T10:00:00Z",
        "quantity": 60,
        "status": "suspended",
        "reason": "no rule",
        "mediated_at": "2026-02-03T11:00:00Z",
    },
)
ROWS = (
    ACCOUNT,
    SUBSCRIPTION,
    SIM,
    RECORD,
    a_bill("I-DRAFT", "11.90"),
    a_line("C1", "4.004"),
    a_line("C2", "6.001"),
    a_line("C-TAX", "1.90", kind="tax"),
    a_bill("I-PAID", "20.00", "paid", issued_at="2026-02-05T00:00:00Z"),
    a_line("C3", "16.81", invoice_id="I-PAID"),
    a_line("C-TAX2", "3.19", kind="tax", invoice_id="I-PAID"),
    a_payment("P1", "20.00"),
    a_bill("I-OPEN", "5.00", "overdue", issued_at="2026-02-05T00:00:00Z"),
    a_payment("P2", "5.00", "failed", invoice_id="I-OPEN", failure_code="insufficient_funds"),
    a_payment("P3", "5.00", "failed", invoice_id="I-OLD", failure_code="expired_card"),
)


def _key(stream: str, row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in STREAMS[stream].key)


def a_reference(*more: tuple[str, Row], file: Path | None = None) -> State:
    """Return a database of an operator with one customer; a row of the same key stands for the first."""
    state = State(file)
    rows = {(stream, _key(stream, row)): (stream, row) for stream, row in (*ROWS, *more)}
    state.load(SETTINGS, "nowhere", rows.values())
    return state


@dataclass(frozen=True)
class Served:
    """Hold a reference operator that answers at an address."""

    state: State
    url: str


@contextmanager
def served(state: State) -> Iterator[Served]:
    """Serve it in a thread of its own until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_reference(state, TOKEN)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    give_up = time.monotonic() + 20
    while not server.started and time.monotonic() < give_up:
        time.sleep(0.02)
    try:
        yield Served(state, f"http://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        thread.join(10)
