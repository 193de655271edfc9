"""Usage that nobody would expect: a flood, a silence, a thing that behaves like a phone. Bills follow it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from core.simulation.faults.model import NETWORK, Planting
from core.simulation.faults.shadow import Label, Place, Shadow
from core.simulation.faults.usage import add_usage, recount, spread, usage_of

__all__ = ["PLANTINGS"]

_PREMIUM = "49900"


def usage_spike(shadow: Shadow, count: int) -> None:
    """Let subscriptions surf, or call premium numbers, many times as much as ever on one day."""
    places = shadow.choose("spike_places", count)
    models = usage_of(shadow, (place["event_id"] for place in places))
    usage: list[dict[str, Any]] = []
    for place in places:
        model, times = models[place["event_id"]], int(shadow.rng.integers(25, 60))
        start, end = place["file_start"], place["file_end"] - timedelta(hours=1)
        usage += [_again(model, at, shadow) for at in spread(start, end, times)]
    add_usage(shadow, usage)
    shadow.stale |= {place["account_id"] for place in places}
    causes = shadow.rng.choice(["sim_misuse", "customer_behaviour", "unknown"], len(places))
    shadow.label(
        "usage_spike",
        (
            Label.of(
                place,
                "usage_spike",
                "subscriptions",
                f"{place['subscription_id']}@{place['local_date']}",
                str(cause),
                place["received_at"],
            )
            for place, cause in zip(places, causes, strict=True)
        ),
    )


def _again(model: Place, at: Any, shadow: Shadow) -> dict[str, Any]:
    """Repeat a session at another time: longer, and a call to a premium number."""
    seconds = int(shadow.rng.integers(600, 3000))
    if model["service"] == "voice":
        number = f"{_PREMIUM}{shadow.rng.integers(10**6, 10**7)}"
        premium = {"other_party": number, "destination_zone": "premium"}
        return {**model, **premium, "started_at": at, "duration_s": seconds, "quantity": seconds}
    up, down = int(shadow.rng.integers(10**6, 10**7)), int(shadow.rng.integers(10**8, 9 * 10**8))
    volume = {"bytes_up": up, "bytes_down": down, "quantity": up + down}
    return {**model, **volume, "started_at": at, "duration_s": seconds}


def usage_drop(shadow: Shadow, count: int) -> None:
    """Let lively subscriptions do nothing at all for a week; the label is on its first day."""
    places = shadow.choose("drop_places", count)
    lost = [event for place in places for event in place["events"]]
    counts: dict[str, tuple[int, Decimal]] = {}
    for event in lost:
        counts[event["file_id"]] = (counts.get(event["file_id"], (0, Decimal(0)))[0] - 1, Decimal(0))
    shadow.edit("lose_records_of_events", [event["event_id"] for event in lost])
    shadow.edit("lose_events", [event["event_id"] for event in lost])
    recount(shadow, counts)
    shadow.stale |= {place["account_id"] for place in places}
    causes = shadow.rng.choice(["provisioning_error", "element_outage", "unknown"], len(places))
    shadow.label(
        "usage_drop",
        (
            Label.of(
                place,
                "usage_drop",
                "subscriptions",
                f"{place['subscription_id']}@{place['local_date']}",
                str(cause),
                place["known_at"],
            )
            for place, cause in zip(places, causes, strict=True)
        ),
    )


def iot_sim_misuse(shadow: Shadow, count: int) -> None:
    """Let the SIM cards of things call, write and surf in a phone; or report from where they never are."""
    places = shadow.choose("thing_places", count)
    models = usage_of(shadow, (place["event_id"] for place in places))
    usage: list[dict[str, Any]] = []
    for n, place in enumerate(places):
        model = models[place["event_id"]]
        usage += _in_a_phone(shadow, place, model) if n % 2 == 0 else _abroad(shadow, place, model)
    add_usage(shadow, usage)
    shadow.stale |= {place["account_id"] for place in places}
    shadow.label(
        "iot_sim_misuse",
        (
            Label.of(
                place,
                "iot_sim_misuse",
                "subscriptions",
                place["subscription_id"],
                "sim_misuse",
                place["phone_received_at"] if n % 2 == 0 else place["abroad_received_at"],
            )
            for n, place in enumerate(places)
        ),
    )


def _in_a_phone(shadow: Shadow, place: Place, model: Place) -> Sequence[dict[str, Any]]:
    """Make calls from another device in the period of one file of a switch."""
    imei = f"35{shadow.rng.integers(10**12, 10**13)}"
    end = place["phone_end"] - timedelta(hours=1)
    shape = {
        **model,
        "service": "voice",
        "imei": imei,
        "apn": None,
        "source": place["phone_source"],
        "file_id": place["phone_file"],
        "received_at": place["phone_received_at"],
        "bytes_up": 0,
        "bytes_down": 0,
        "destination_zone": "national",
    }
    calls = []
    for at in spread(place["phone_start"], end, int(shadow.rng.integers(4, 12))):
        seconds, number = int(shadow.rng.integers(20, 900)), f"49151{shadow.rng.integers(10**7, 10**8)}"
        calls.append(
            {**shape, "started_at": at, "duration_s": seconds, "quantity": seconds, "other_party": number}
        )
    return calls


def _abroad(shadow: Shadow, place: Place, model: Place) -> Sequence[dict[str, Any]]:
    """Report from a partner's network, in the period of one of its files, at the agreed price."""
    shape = {
        **model,
        "serving_plmn": place["plmn"],
        "cell": f"{place['plmn']}-{shadow.rng.integers(0, 400):04d}",
        "source": place["abroad_source"],
        "file_id": place["abroad_file"],
        "received_at": place["abroad_received_at"],
        "service": "data",
        "roaming_zone": place["zone"],
        "wholesale_charge": _wholesale(place, model["quantity"]),
    }
    end = place["abroad_end"] - timedelta(hours=1)
    times = spread(place["abroad_start"], end, int(shadow.rng.integers(3, 9)))
    return [{**shape, "started_at": at} for at in times]


def _wholesale(place: Place, quantity: int) -> Decimal:
    """Return what the partner may ask for so many bytes, by its price for a gigabyte."""
    step = place["wholesale_step"]
    charged = -(-quantity // step) * step
    exact: Decimal = place["wholesale_rate"] * charged / 1_000_000_000
    return exact.quantize(Decimal("0.000001"), ROUND_HALF_EVEN)


PLANTINGS = (
    Planting("usage_spike", ("usage_spike",), NETWORK, usage_spike),
    Planting("usage_drop", ("usage_drop",), NETWORK, usage_drop),
    Planting("iot_sim_misuse", ("iot_sim_misuse",), NETWORK, iot_sim_misuse),
)
