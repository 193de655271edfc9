"""Rows of the reference streams with sensible defaults."""

from __future__ import annotations

from typing import Any

from tests.builders.values import LONG_AGO, Row, as_instants, as_money, local


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
    return as_instants(row | columns)


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
    return as_instants(row | columns)


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
    return as_money(as_instants(row | columns), "minimum_spend", "monthly_fee", "roaming_cap")


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
    return as_money(as_instants(row | columns), "rate", "connect_fee", "max_charge")


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
    return as_instants(row | columns)


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
    return as_money(as_instants(row | columns), "fee")


def product_grant(grant_id: str = "PG1", **columns: Any) -> Row:
    """Return a *product_grants* row."""
    row: Row = {"grant_id": grant_id, "subscription_id": "S1", "product_id": "PD1"}
    return as_instants(row | {"valid_from": LONG_AGO, "valid_to": None} | columns)


def consent(given_at: str, withdrawn_at: str | None = None, subscription_id: str = "S1") -> Row:
    """Return a *consents* row."""
    row: Row = {"subscription_id": subscription_id, "kind": "roaming_cap"}
    return as_instants(row | {"given_at": given_at, "withdrawn_at": withdrawn_at})


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
    return as_money(as_instants(row | columns), "value")


def promotion_grant(grant_id: str = "G1", **columns: Any) -> Row:
    """Return a *promotion_grants* row."""
    row: Row = {"grant_id": grant_id, "subscription_id": "S1", "promotion_id": "PR1"}
    return as_instants(row | {"valid_from": LONG_AGO, "valid_to": None} | columns)


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
    return as_money(as_instants(row | columns), "rate")


def holiday(date: str) -> Row:
    """Return a *holidays* row."""
    return {"date": date, "name": "a holiday"}
