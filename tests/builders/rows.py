"""Rows of the contract with sensible defaults, for tests that state only what they are about.

One account `A1` with one subscription `S1` on plan `P1` and SIM `I1`, in Warsaw, cycles from the first of
the month. Times are local wall clock in text, as ``"2026-03-10 12:00"``; ``+1`` at the end means the second
pass of a repeated hour. Numbers that begin with 48 are national, with 49 in zone eu; network 26099 is home,
26201 in zone eu.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.kernel.dataset import DatasetSettings
from tests.builders.event_rows import (
    call,
    charge,
    data,
    event,
    forwarded,
    invoice,
    mediated,
    message,
    parts_of,
    payment,
    usage_charge,
    usage_file,
)
from tests.builders.reference_rows import (
    account,
    allowance,
    consent,
    destination,
    holiday,
    network,
    partner_rate,
    plan,
    product,
    product_grant,
    promotion,
    promotion_grant,
    sim,
    subscription,
    tariff,
)
from tests.builders.values import (
    ABROAD,
    HOME,
    LONG_AGO,
    NATIONAL,
    NOON,
    ROAMING,
    WARSAW,
    Row,
    local,
)

__all__ = [
    "ABROAD",
    "HOME",
    "LONG_AGO",
    "NATIONAL",
    "NOON",
    "ROAMING",
    "WARSAW",
    "account",
    "allowance",
    "call",
    "charge",
    "consent",
    "data",
    "destination",
    "event",
    "forwarded",
    "holiday",
    "invoice",
    "local",
    "mediated",
    "message",
    "network",
    "partner_rate",
    "parts_of",
    "payment",
    "plan",
    "product",
    "product_grant",
    "promotion",
    "promotion_grant",
    "settings",
    "sim",
    "subscription",
    "tariff",
    "usage_charge",
    "usage_file",
    "world",
]


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
