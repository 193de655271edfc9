"""Faults of what mediation hands to billing: another subscription, another quantity, an unknown place."""

from __future__ import annotations

import pyarrow as pa

from core.simulation.faults.model import NETWORK, Planting
from core.simulation.faults.shadow import Label, Place, Shadow

__all__ = ["PLANTINGS"]

_STRANGE_PREFIXES = ("7495", "7727", "8835", "9705", "99932")


def guided_to_wrong_account(shadow: Shadow, count: int) -> None:
    """Put usage on another subscription than its own, mostly of another account, which then pays for it."""
    places = shadow.choose("sessions_past_deadline", count)
    pairs = _with_wrong_owners(shadow, places)
    rows = pa.table(
        {
            "key": [place["event_id"] for place, _ in pairs],
            "subscription_id": [wrong["subscription_id"] for _, wrong in pairs],
            "imsi": [wrong["imsi"] for _, wrong in pairs],
        }
    )
    shadow.edit("guide_records", rows)
    shadow.disguise("swap_sims", rows)
    shadow.stale |= {row["account_id"] for pair in pairs for row in pair}
    causes = shadow.rng.choice(["mediation_config", "crm_error", "provisioning_error"], len(pairs))
    shadow.label(
        "guided_to_wrong_account",
        (
            Label.of(
                wrong,
                "guided_to_wrong_account",
                "mediation_records",
                place["record_id"],
                str(cause),
                place["mediated_at"],
                amount=None,
            )
            for (place, wrong), cause in zip(pairs, causes, strict=True)
        ),
    )


def _with_wrong_owners(shadow: Shadow, places: list[Place]) -> list[tuple[Place, Place]]:
    """Find for each usage a subscription that could be taken for its own, on an account without a fault."""
    asked = pa.table(
        {
            "key": [place["event_id"] for place in places],
            "started_at": pa.array([place["started_at"] for place in places], pa.timestamp("us", "UTC")),
            "account_id": [place["account_id"] for place in places],
            "subscription_id": [place["subscription_id"] for place in places],
            "within_account": [n % 3 == 2 for n in range(len(places))],
        }
    )
    shadow.session.register("chosen", asked)
    of_event = {row["event_id"]: row for row in shadow.rows("wrong_owners")}
    pairs = [(place, of_event[place["event_id"]]) for place in places if place["event_id"] in of_event]
    return [(place, wrong) for place, wrong in pairs if wrong["same_account"] or shadow.take(wrong)]


def quantity_mismatch(shadow: Shadow, count: int) -> None:
    """Hand billing another quantity than was measured: twice, half, a minute too much, in other units."""
    places = shadow.choose("measurable_sessions", count)
    ways = shadow.rng.integers(0, 3, len(places))
    quantities = [_mismeasure(place, way) for place, way in zip(places, ways, strict=True)]
    rows = pa.table({"key": [place["event_id"] for place in places], "quantity": quantities})
    shadow.edit("requantify_records", rows)
    shadow.disguise("requantify_events", rows)
    shadow.stale |= {place["account_id"] for place in places}
    shadow.label(
        "mediated_quantity",
        (
            Label.of(
                place,
                "quantity_mismatch",
                "charges",
                place["record_id"],
                "mediation_config",
                place["rated_at"],
                amount=None,
                by_record=True,
            )
            for place in places
        ),
    )


def _mismeasure(place: Place, way: int) -> int:
    measured = int(place["measured"])
    if way == 0:
        return measured * 2
    if way == 1:
        return measured // 2
    if place["service"] == "voice":
        return measured // 60 * 60 + 120
    return measured + max(measured * 24 // 1000, 250_000)


def not_priced(shadow: Shadow, count: int) -> None:
    """Let usage go to a number, or take place on a network, that no list has: no tariff matches it."""
    places = shadow.choose("sessions_for_unknown", count)
    strange = [_STRANGE_PREFIXES[n] for n in shadow.rng.integers(0, len(_STRANGE_PREFIXES), len(places))]
    plmns = [
        place["serving_plmn"] if place["at_home"] else f"{place['serving_plmn'][:3]}98" for place in places
    ]
    rows = pa.table(
        {
            "key": [place["event_id"] for place in places],
            "at_home": [place["at_home"] for place in places],
            "other_party": [
                prefix + place["other_party"][5:] if place["at_home"] else place["other_party"]
                for place, prefix in zip(places, strange, strict=True)
            ],
            "serving_plmn": plmns,
            "cell": [f"{plmn}-{place['cell'][-4:]}" for place, plmn in zip(places, plmns, strict=True)],
        }
    )
    shadow.edit("move_abroad", rows)
    shadow.edit("rezone_records", rows)
    shadow.stale |= {place["account_id"] for place in places}
    shadow.label(
        "unknown_place",
        (
            Label.of(
                place,
                "not_priced",
                "mediation_records",
                place["record_id"],
                "rating_table_stale",
                place["mediated_at"],
            )
            for place in places
        ),
    )


PLANTINGS = (
    Planting("guided_to_wrong_account", ("guided_to_wrong_account",), NETWORK, guided_to_wrong_account),
    Planting("mediated_quantity", ("quantity_mismatch",), NETWORK, quantity_mismatch),
    Planting("unknown_place", ("not_priced",), NETWORK, not_priced),
)
