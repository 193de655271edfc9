"""Rows of the contract with sensible defaults, for tests that state only what they are about.

One account `A1` with one subscription `S1` on plan `P1` and SIM `I1`, in Warsaw, cycles from the first of
the month. Times are local wall clock in text, as ``"2026-03-10 12:00"``; ``+1`` at the end means the second
pass of a repeated hour. Numbers that begin with 48 are national, with 49 in zone eu; network 26099 is home,
26201 in zone eu.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from core.kernel.dataset import DatasetSettings

Row = dict[str, Any]
Instant = datetime | str

WARSAW = ZoneInfo("Europe/Warsaw")
LONG_AGO = "2024-01-01 00:00"
NOON = "2026-03-10 12:00"
NATIONAL, ABROAD = "48600100200", "4915112345678"
HOME, ROAMING = "26099", "26201"

_numbers = count(1)


def local(wall: str, zone: ZoneInfo = WARSAW) -> datetime:
    """Return the instant of a local wall-clock time."""
    text, _, fold = wall.partition("+")
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=int(fold or 0)).astimezone(UTC)


def _instants(row: Row) -> Row:
    times = (
        "valid_",
        "started_at",
        "received_at",
        "mediated_at",
        "given_at",
        "withdrawn_at",
        "active_",
        "issue",
    )
    return {
        k: local(v) if isinstance(v, str) and k.startswith((*times, "cycle_", "attempted_at")) else v
        for k, v in row.items()
    }


def _money(row: Row, *names: str) -> Row:
    return row | {n: Decimal(row[n]) for n in names if row.get(n) is not None}


def settings(**changes: Any) -> DatasetSettings:
    """Return the dataset's settings: January to the morning of 10 April 2026."""
    values: Row = {
        "operator": "Test Telekom",
        "home_tadig": "POLWT",
        "home_plmns": (HOME,),
        "currency": "PLN",
        "timezone": "Europe/Warsaw",
        "tax_rate": Decimal("0.23"),
        "as_of": local("2026-04-10 12:00"),
        "starts_at": local("2026-01-01 00:00"),
        "calling_code": "48",
    } | changes
    for name in ("as_of", "starts_at"):
        if isinstance(values[name], str):
            values[name] = local(values[name])
    return DatasetSettings(**values)


def account(account_id: str = "A1", **columns: Any) -> Row:
    """Return an *accounts* row."""
    row: Row = {
        "account_id": account_id,
        "name": account_id,
        "segment": "consumer",
        "status": "active",
        "bill_cycle_day": 1,
        "currency": "PLN",
        "country": "PL",
        "language": None,
        "email": None,
        "phone": None,
        "contact_allowed": True,
        "vulnerable": False,
        "opened_at": local(LONG_AGO),
        "closed_at": None,
    }
    return row | columns


def subscription(subscription_id: str = "S1", **columns: Any) -> Row:
    """Return a *subscriptions* row; the SIM of S1 is I1, of S2 I2 and so on."""
    number = subscription_id.removeprefix("S")
    row: Row = {
        "subscription_id": subscription_id,
        "account_id": "A1",
        "msisdn": f"4860000000{number}",
        "imsi": f"I{number}",
        "plan_id": "P1",
        "status": "active",
        "valid_from": LONG_AGO,
        "valid_to": None,
    }
    return _instants(row | columns)


def sim(imsi: str = "I1", **columns: Any) -> Row:
    """Return a *provisioning* row."""
    row: Row = {
        "imsi": imsi,
        "msisdn": "48600000001",
        "plan_id": "P1",
        "services": "voice,sms,data",
        "sim_use": "customer",
        "active_from": LONG_AGO,
        "active_to": None,
    }
    return _instants(row | columns)


def plan(plan_id: str = "P1", **columns: Any) -> Row:
    """Return a *plans* row: no fee, no cap, no minimum."""
    row: Row = {
        "plan_id": plan_id,
        "name": plan_id,
        "kind": "postpaid",
        "currency": "PLN",
        "minimum_spend": None,
        "monthly_fee": "0",
        "prorate": False,
        "fee_timing": "arrears",
        "roaming_cap": None,
        "valid_from": LONG_AGO,
        "valid_to": None,
    }
    return _money(_instants(row | columns), "minimum_spend", "monthly_fee", "roaming_cap")


def tariff(tariff_id: str = "T1", **columns: Any) -> Row:
    """Return a *tariffs* row: for every plan, voice, anywhere and always, by the second."""
    row: Row = {
        "tariff_id": tariff_id,
        "plan_id": "*",
        "service": "voice",
        "direction": "any",
        "destination_zone": "any",
        "roaming_zone": "any",
        "days": "any",
        "from_time": "00:00",
        "to_time": "00:00",
        "tier_from": 0,
        "tier_mode": "graduated",
        "slot_from": 0,
        "max_charge": None,
        "unit": "second",
        "rate": "0",
        "increment": 1,
        "minimum": 0,
        "connect_fee": "0",
        "valid_from": LONG_AGO,
        "valid_to": None,
    }
    return _money(_instants(row | columns), "rate", "connect_fee", "max_charge")


def allowance(allowance_id: str = "AL1", **columns: Any) -> Row:
    """Return an *allowances* row: for every plan, voice anywhere, 100 seconds for each subscription."""
    row: Row = {
        "allowance_id": allowance_id,
        "plan_id": "*",
        "service": "voice",
        "direction": "any",
        "destination_zone": "any",
        "roaming_zone": "any",
        "quantity": 100,
        "scope": "subscription",
        "priority": 1,
        "valid_from": LONG_AGO,
        "valid_to": None,
    }
    return _instants(row | columns)


def product(product_id: str = "PD1", **columns: Any) -> Row:
    """Return a *products* row: a recurring add-on of 10.00."""
    row: Row = {
        "product_id": product_id,
        "name": product_id,
        "kind": "recurring",
        "fee": "10.00",
        "prorate": False,
        "service": None,
        "destination_zone": "any",
        "roaming_zone": "any",
        "quantity": None,
        "duration_hours": None,
        "valid_from": LONG_AGO,
        "valid_to": None,
    }
    return _money(_instants(row | columns), "fee")


def product_grant(grant_id: str = "PG1", **columns: Any) -> Row:
    """Return a *product_grants* row."""
    row: Row = {"grant_id": grant_id, "subscription_id": "S1", "product_id": "PD1"}
    return _instants(row | {"valid_from": LONG_AGO, "valid_to": None} | columns)


def consent(given_at: str, withdrawn_at: str | None = None, subscription_id: str = "S1") -> Row:
    """Return a *consents* row."""
    row: Row = {"subscription_id": subscription_id, "kind": "roaming_cap"}
    return _instants(row | {"given_at": given_at, "withdrawn_at": withdrawn_at})


def promotion(promotion_id: str = "PR1", **columns: Any) -> Row:
    """Return a *promotions* row: 10 % off the plan's fee, whatever the plan."""
    row: Row = {
        "promotion_id": promotion_id,
        "name": promotion_id,
        "kind": "percent_off",
        "value": "10",
        "applies_to": "recurring",
        "plans": "*",
        "valid_from": LONG_AGO,
        "valid_to": None,
    }
    return _money(_instants(row | columns), "value")


def promotion_grant(grant_id: str = "G1", **columns: Any) -> Row:
    """Return a *promotion_grants* row."""
    row: Row = {"grant_id": grant_id, "subscription_id": "S1", "promotion_id": "PR1"}
    return _instants(row | {"valid_from": LONG_AGO, "valid_to": None} | columns)


def network(plmn: str, zone: str, partner_id: str | None = None) -> Row:
    """Return a *networks* row."""
    return {"plmn": plmn, "zone": zone, "partner_id": partner_id}


def destination(prefix: str, zone: str) -> Row:
    """Return a *destinations* row."""
    return {"prefix": prefix, "zone": zone}


def partner_rate(partner_id: str = "DEUT1", **columns: Any) -> Row:
    """Return a *partner_rates* row: voice in any direction, by the second."""
    row: Row = {
        "partner_id": partner_id,
        "service": "voice",
        "direction": "any",
        "unit": "second",
        "rate": "0",
        "increment": 1,
        "currency": "EUR",
        "valid_from": LONG_AGO,
        "valid_to": None,
    }
    return _money(_instants(row | columns), "rate")


def holiday(date: str) -> Row:
    """Return a *holidays* row."""
    return {"date": date, "name": "a holiday"}


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
    return _money(_instants(row | columns), "total")


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
    return _money(row | columns, "amount")


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
    return _money(_instants(row | columns), "amount")


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
    row = _instants(row | columns)
    return _instants({"received_at": row["started_at"] + timedelta(hours=1)} | row)


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
    return _instants(row | columns)


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


def world(**streams: Any) -> dict[str, list[Row]]:
    """Return a dataset of rows by stream: what is given, and the defaults of the rest.

    ``usage`` stands for *usage_events* that mediation forwards.
    """
    usage = streams.pop("usage", [])
    return {
        "accounts": [account()],
        "subscriptions": [subscription()],
        "plans": [plan(), plan("P2")],
        "networks": [network(HOME, "home"), network(ROAMING, "eu", "DEUT1")],
        "destinations": [destination("48", "national"), destination("49", "eu")],
        "usage_events": usage,
        "mediation_records": forwarded(usage),
    } | streams
