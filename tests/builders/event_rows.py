"""Rows of the event streams with sensible defaults: usage, what mediation made of it, and bills."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from tests.builders.values import HOME, NATIONAL, NOON, Instant, Row, as_instants, as_money, local

_numbers = count(1)


def usage_file(file_id: str = "F1", **columns: Any) -> Row:
    """Return a *usage_files* row: the calls of 10 March, accepted."""
    row: Row = {
        "file_id": file_id,
        "source": "msc-01",
        "partner_id": None,
        "sequence": 1,
        "period_start": local("2026-03-10 00:00"),
        "period_end": local("2026-03-11 00:00"),
        "created_at": local("2026-03-11 00:10"),
        "received_at": "2026-03-11 00:20",
        "record_count": 1,
        "kind": "element",
        "checksum": None,
        "total_charge": None,
        "currency": None,
        "status": "accepted",
    }
    return as_instants(row | columns)


def event(**columns: Any) -> Row:
    """Return a *usage_events* row: a call of one minute to a national number, at noon on Tuesday 10 March."""
    number = next(_numbers)
    row: Row = {
        "event_id": f"E{number:06}",
        "source": "msc-01",
        "file_id": "F1",
        "file_position": number,
        "service": "voice",
        "direction": "mo",
        "imsi": "I1",
        "msisdn": "48600000001",
        "other_party": NATIONAL,
        "serving_plmn": HOME,
        "cell": None,
        "started_at": "2026-03-10 12:00",
        "duration_s": 60,
        "bytes_up": 0,
        "bytes_down": 0,
        "call_ref": None,
        "partial_sequence": None,
        "partial_last": None,
        "imei": None,
        "apn": None,
        "cause_code": None,
        "utc_offset_min": None,
        "wholesale_charge": None,
    }
    row = as_instants(row | columns)
    return as_instants({"received_at": row["started_at"] + timedelta(hours=1)} | row)


def call(started_at: Instant = NOON, seconds: int = 60, **columns: Any) -> Row:
    """Return a call."""
    return event(started_at=started_at, duration_s=seconds, **columns)


def message(started_at: Instant = NOON, **columns: Any) -> Row:
    """Return an SMS."""
    return event(service="sms", started_at=started_at, duration_s=0, **columns)


def data(started_at: Instant = NOON, size: int = 1_000_000, **columns: Any) -> Row:
    """Return a data session of so many bytes, a quarter of them sent."""
    sent = size // 4
    given = {"service": "data", "duration_s": 10, "other_party": None, "source": "pgw-01"}
    return event(
        **(given | {"started_at": started_at, "bytes_up": sent, "bytes_down": size - sent} | columns)
    )


def parts_of(events: Sequence[Row], call_ref: str = "CR1", ends: bool = True) -> list[Row]:
    """Return events made the parts of one session; the last one ends it unless it is still under way."""
    return [
        e | {"call_ref": call_ref, "partial_sequence": n, "partial_last": ends and n == len(events)}
        for n, e in enumerate(events, start=1)
    ]


def mediated(usage: Row, **columns: Any) -> Row:
    """Return the *mediation_records* row that forwards an event, an hour after it was received."""
    size = {"voice": usage["duration_s"], "sms": 1}.get(
        usage["service"], usage["bytes_up"] + usage["bytes_down"]
    )
    row: Row = {
        "record_id": usage["event_id"].replace("E", "R", 1),
        "event_id": usage["event_id"],
        "subscription_id": "S1",
        "service": usage["service"],
        "direction": usage["direction"],
        "destination_zone": None,
        "roaming_zone": None,
        "started_at": usage["started_at"],
        "quantity": size,
        "status": "forwarded",
        "reason": None,
        "mediated_at": usage["received_at"] + timedelta(hours=1),
    }
    return as_instants(row | columns)


def forwarded(events: Iterable[Row]) -> list[Row]:
    """Return what mediation makes of events: one record for each session whose last part is in."""
    sessions: dict[str, list[Row]] = defaultdict(list)
    for e in events:
        sessions[e["call_ref"] or e["event_id"]].append(e)
    records = []
    for parts in sessions.values():
        if parts[0]["call_ref"] is None or parts[-1]["partial_last"]:
            wholes = [mediated(part)["quantity"] for part in parts]
            records.append(mediated(parts[0], quantity=sum(wholes)))
    return records


def invoice(invoice_id: str = "IN1", **columns: Any) -> Row:
    """Return an *invoices* row: the draft of March, planned for 6 April."""
    row: Row = {
        "invoice_id": invoice_id,
        "account_id": "A1",
        "cycle_start": "2026-03-01 00:00",
        "cycle_end": "2026-04-01 00:00",
        "issue_at": "2026-04-06 06:00",
        "issued_at": None,
        "total": "0",
        "currency": "PLN",
        "status": "draft",
    }
    return as_money(as_instants(row | columns), "total")


def charge(charge_id: str = "C1", **columns: Any) -> Row:
    """Return a *charges* row as billing has it: an adjustment on the invoice of March."""
    row: Row = {
        "charge_id": charge_id,
        "record_id": None,
        "account_id": "A1",
        "subscription_id": None,
        "invoice_id": "IN1",
        "kind": "adjustment",
        "service": None,
        "quantity": 0,
        "free_quantity": 0,
        "amount": "0",
        "currency": "PLN",
        "plan_id": None,
        "tariff_id": None,
        "promotion_id": None,
        "product_id": None,
        "corrects": None,
        "approved_by": None,
        "period_start": local("2026-03-20 12:00"),
        "period_end": local("2026-03-20 12:00"),
        "rated_at": local("2026-03-20 12:00"),
        "estimated": False,
        "created_by": "agent-01",
        "reason": None,
    }
    return as_money(row | columns, "amount")


def usage_charge(charge_id: str, record: Row, amount: str, **columns: Any) -> Row:
    """Return billing's line for a voice record, by tariff T1 on plan P1, on the invoice of March."""
    line = {
        "kind": "usage",
        "service": "voice",
        "quantity": record["quantity"],
        "record_id": record["record_id"],
        "subscription_id": "S1",
        "plan_id": "P1",
        "tariff_id": "T1",
        "period_start": record["started_at"],
        "period_end": record["started_at"],
        "rated_at": record["mediated_at"],
        "created_by": "system",
    }
    return charge(charge_id, **(line | {"amount": amount} | columns))


def payment(payment_id: str = "PY1", **columns: Any) -> Row:
    """Return a *payments* row that succeeded."""
    row: Row = {
        "payment_id": payment_id,
        "invoice_id": "IN1",
        "account_id": "A1",
        "amount": "0",
        "currency": "PLN",
        "method": "card",
        "gateway": None,
        "gateway_ref": None,
        "refund_of": None,
        "attempted_at": "2026-04-08 12:00",
        "status": "succeeded",
        "failure_code": None,
    }
    return as_money(as_instants(row | columns), "amount")
