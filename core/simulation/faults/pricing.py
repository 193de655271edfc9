"""Faults of priced usage lines: another price, zone, band, plan or rounding. The bill follows the line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from core.simulation.faults.bills import reprice
from core.simulation.faults.model import BILLING, Planting
from core.simulation.faults.shadow import Label, Place, Shadow

__all__ = ["PLANTINGS"]

_MICRO = Decimal("0.000001")
_FACTORS = ("0.5", "0.8", "1.1", "1.25", "2", "10")
_ROUND = 20
"""A ratio is round when it is a whole number of so many parts."""

_METERED = ("0.5", "2", "0.001")


def stale_rate(shadow: Shadow, count: int) -> None:
    """Price lines by the version of the price list that has ended: the new table never reached rating."""
    _misprice(shadow, "stale_rate", "wrong_rate", "rating_table_stale", _taken_for(shadow, "version", count))


def scaled_rate(shadow: Shadow, count: int) -> None:
    """Break one row of the rating table by one factor."""
    factor = Decimal(str(shadow.rng.choice(_FACTORS)))
    places = shadow.choose("lines_of_one_price", count, factor=factor)
    scaled = [(place["amount"] - place["connect_fee"]) * factor for place in places]
    wrong = [
        {**place, "wrong_amount": place["connect_fee"] + amount.quantize(_MICRO, ROUND_HALF_EVEN)}
        for place, amount in zip(places, scaled, strict=True)
    ]
    _misprice(shadow, "scaled_rate", "wrong_rate", "rating_config", wrong)


def wrong_zone(shadow: Shadow, count: int) -> None:
    """Price lines as if to or from another zone, and say so."""
    _misprice(shadow, "wrong_zone", "wrong_zone", "rating_config", _taken_for(shadow, "zone", count))


def unnamed_zone(shadow: Shadow, count: int) -> None:
    """Price lines by another zone's price without a word: only the amount tells.

    Left out is what a price list broken by a round factor would give too: nobody could tell the two apart.
    """
    places = shadow.choose("misprices", count, _only_amount_differs, mistake="zone")
    wrong = [{**place, "wrong_tariff": place["tariff_id"]} for place in places]
    _misprice(shadow, "unnamed_zone", "wrong_zone", "rating_config", wrong)


def utc_band(shadow: Shadow, count: int) -> None:
    """Price lines by the band that the UTC clock stands in, as if the time zone were not set."""
    places = shadow.choose("utc_bands", count)
    _misprice(shadow, "utc_band", "wrong_time_band", "timezone_config", places)


def swapped_band(shadow: Shadow, count: int) -> None:
    """Price lines by any band but their own: peak and off-peak mixed up."""
    _misprice(shadow, "swapped_band", "wrong_time_band", "rating_config", _taken_for(shadow, "band", count))


def former_plan(shadow: Shadow, count: int) -> None:
    """Price lines after a change of plan on the plan before it."""
    places = shadow.choose("former_plans", count)
    _misprice(shadow, "former_plan", "wrong_plan", "plan_change_not_propagated", places)


def other_plan(shadow: Shadow, count: int) -> None:
    """Price lines on a plan that the line never had."""
    places = shadow.choose("other_plans", count)
    _misprice(shadow, "other_plan", "wrong_plan", "provisioning_error", places)


def wrong_rounding(shadow: Shadow, count: int) -> None:
    """Round the quantity of lines to another increment than the price list says."""
    places = shadow.choose("other_increments", count)
    _misprice(shadow, "wrong_rounding", "wrong_rounding", "rounding_config", places)


def quantity_mismatch(shadow: Shadow, count: int) -> None:
    """Let billing take another quantity for rated than mediation forwarded: halves, doubles, thousandths."""
    places = shadow.choose("misread_quantities", count, factors=[Decimal(text) for text in _METERED])
    _misprice(shadow, "quantity_mismatch", "quantity_mismatch", "rating_config", places)


def zero_rated(shadow: Shadow, count: int) -> None:
    """Charge nothing for lines that nothing makes free."""
    wrong = [{**place, "wrong_amount": Decimal(0)} for place in shadow.choose("payable_lines", count)]
    _misprice(shadow, "zero_rated", "zero_rated", "rating_config", wrong)


def wrong_twice(shadow: Shadow, count: int) -> None:
    """Take calls for another zone and round them otherwise too; both names share the difference."""
    places = shadow.choose("wrong_twice", count)
    _change(shadow, places)
    for place in places:
        by_zone = place["amount"] - place["zone_amount"]
        by_rounding = place["zone_amount"] - place["wrong_amount"]
        shadow.label(
            "wrong_twice",
            (
                _label(place, "wrong_zone", "rating_config", by_zone),
                _label(place, "wrong_rounding", "rounding_config", by_rounding),
            ),
        )


def _taken_for(shadow: Shadow, mistake: str, count: int) -> list[Place]:
    return shadow.choose("misprices", count, mistake=mistake)


def _only_amount_differs(place: Place) -> bool:
    ratio = place["wrong_amount"] / place["amount"] if place["amount"] else Decimal(0)
    is_round = abs(ratio * _ROUND - round(ratio * _ROUND)) * place["amount"] <= _ROUND * _MICRO
    return bool(place["telling"]) and place["wrong_quantity"] == place["quantity"] and not is_round


def _misprice(shadow: Shadow, planted_by: str, fault: str, root_cause: str, places: Sequence[Place]) -> None:
    _change(shadow, places)
    shadow.label(
        planted_by,
        (_label(place, fault, root_cause, place["amount"] - place["wrong_amount"]) for place in places),
    )


def _change(shadow: Shadow, places: Iterable[Place]) -> None:
    """Give lines their wrong amount, and what else a place says is wrong."""
    reprice(
        shadow,
        (
            {
                "charge_id": place["charge_id"],
                "amount": place["wrong_amount"],
                "quantity": place.get("wrong_quantity", place["quantity"]),
                "free_quantity": place["free_quantity"],
                "tariff_id": place.get("wrong_tariff", place["tariff_id"]),
                "plan_id": place.get("wrong_plan", place["plan_id"]),
            }
            for place in places
        ),
    )


def _label(place: Place, fault: str, root_cause: str, amount: Decimal) -> Label:
    return Label.of(place, fault, "charges", place["charge_id"], root_cause, place["rated_at"], amount=amount)


PLANTINGS = tuple(
    Planting(plant.__name__, tuple(faults), BILLING, plant)
    for plant, *faults in (
        (stale_rate, "wrong_rate"),
        (scaled_rate, "wrong_rate"),
        (wrong_zone, "wrong_zone"),
        (unnamed_zone, "wrong_zone"),
        (utc_band, "wrong_time_band"),
        (swapped_band, "wrong_time_band"),
        (former_plan, "wrong_plan"),
        (other_plan, "wrong_plan"),
        (wrong_rounding, "wrong_rounding"),
        (quantity_mismatch, "quantity_mismatch"),
        (zero_rated, "zero_rated"),
        (wrong_twice, "wrong_zone", "wrong_rounding"),
    )
)
