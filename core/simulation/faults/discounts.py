"""Faults of discounts on monthly fees: over, not earned, missing, another amount. The bill follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pyarrow as pa

from core.simulation.faults.bills import Line, add_lines, cents, full_lines, on_bill, reprice
from core.simulation.faults.model import BILLING, Planting
from core.simulation.faults.shadow import Label, Place, Shadow

__all__ = ["PLANTINGS"]


def promotion_expired(shadow: Shadow, count: int) -> None:
    """Go on giving a discount after the grant or the promotion ended: the end job did not run."""
    places = shadow.choose("expired_offers", count)
    _give(shadow, "promotion_expired", "promotion_expired", places)


def promotion_ineligible(shadow: Shadow, count: int) -> None:
    """Give a discount that the plan does not qualify for; a grant in CRM makes every other one look right."""
    places = shadow.choose("unearned_offers", count)
    granted = places[::2]
    rows = {
        "grant_id": [f"MG{place['subscription_id'][1:]}-x" for place in granted],
        "subscription_id": [place["subscription_id"] for place in granted],
        "promotion_id": [place["promotion_id"] for place in granted],
        "valid_from": pa.array([place["cycle_start"] for place in granted], pa.timestamp("us", "UTC")),
        "valid_to": pa.array([place["cycle_end"] for place in granted], pa.timestamp("us", "UTC")),
    }
    shadow.edit("add_grants", pa.table(rows))
    _give(shadow, "promotion_ineligible", "promotion_ineligible", places)


def promotion_ungranted(shadow: Shadow, count: int) -> None:
    """Give a discount that the plan qualifies for and nobody granted to this customer."""
    places = shadow.choose("ungranted_offers", count)
    _give(shadow, "promotion_ungranted", "promotion_ineligible", places)


def promotion_missing(shadow: Shadow, count: int) -> None:
    """Leave out a discount that was granted and is in force."""
    shadow.keep("discount_places")
    places = shadow.choose("missable_discounts", count)
    shadow.edit("lose_lines", [place["charge_id"] for place in places])
    shadow.label(
        "promotion_missing",
        (
            Label.of(
                place,
                "promotion_missing",
                "promotion_grants",
                place["grant_id"],
                "promotion_not_propagated",
                place["cycle_end"] + timedelta(hours=3),
                amount=place["amount"],
            )
            for place in places
        ),
    )


def promotion_wrong_amount(shadow: Shadow, count: int) -> None:
    """Give half of a discount, or twice as much where the fee bears it."""
    places = shadow.choose("discount_places", count)
    wrong = [
        -cents(min(place["fees"], -place["amount"] * 2)) if twice else cents(place["amount"] / 2)
        for place, twice in zip(places, shadow.rng.random(len(places)) < 0.5, strict=True)
    ]
    wrong = [
        cents(place["amount"] / 2) if amount == place["amount"] else amount
        for place, amount in zip(places, wrong, strict=True)
    ]
    lines = full_lines(shadow, [place["charge_id"] for place in places])
    reprice(
        shadow,
        (lines[place["charge_id"]] | {"amount": amount} for place, amount in zip(places, wrong, strict=True)),
    )
    shadow.label(
        "promotion_wrong_amount",
        (
            Label.of(
                place,
                "promotion_wrong_amount",
                "charges",
                place["charge_id"],
                "promotion_config",
                place["rated_at"],
                amount=place["amount"] - amount,
            )
            for place, amount in zip(places, wrong, strict=True)
        ),
    )


def _give(shadow: Shadow, planted_by: str, fault: str, places: Sequence[Place]) -> None:
    """Add a discount line for each place, and label it."""
    fees = full_lines(shadow, [place["charge_id"] for place in places])
    added = [_discount(fees[place["charge_id"]], place) for place in places]
    add_lines(shadow, added)
    shadow.label(
        planted_by,
        (
            Label.of(
                place,
                fault,
                "charges",
                line["charge_id"],
                "promotion_config",
                line["rated_at"],
                amount=-line["amount"],
            )
            for place, line in zip(places, added, strict=True)
        ),
    )


def _discount(fee: Line, place: Place) -> Line:
    """Build the line of a promotion on one fee, as billing would."""
    due: dict[str, Decimal] = {
        "percent_off": cents(place["amount"] * place["value"] / 100),
        "amount_off": min(place["value"], place["amount"]),
        "fee_waiver": place["amount"],
    }
    line = fee | {
        "charge_id": f"{place['charge_id']}-d",
        "kind": "discount",
        "promotion_id": place["promotion_id"],
        "amount": -due[place["promotion_kind"]],
        "period_start": place["cycle_start"],
        "period_end": place["cycle_end"],
    }
    return on_bill(line, place, place["cycle_end"] + timedelta(hours=2))


PLANTINGS = (
    Planting("promotion_expired", ("promotion_expired",), BILLING, promotion_expired),
    Planting("promotion_ineligible", ("promotion_ineligible",), BILLING, promotion_ineligible),
    Planting("promotion_ungranted", ("promotion_ineligible",), BILLING, promotion_ungranted),
    Planting("promotion_missing", ("promotion_missing",), BILLING, promotion_missing),
    Planting("promotion_wrong_amount", ("promotion_wrong_amount",), BILLING, promotion_wrong_amount),
)
