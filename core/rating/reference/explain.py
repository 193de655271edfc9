"""The steps that led to a usage line's amount, as data: strings, numbers and lists only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any

from core.rating.reference.allowances import Draw
from core.rating.reference.amount import Priced
from core.rating.reference.cap import Cut
from core.rating.reference.exact import money_text
from core.rating.reference.ladder import Ladder, PriceList
from core.rating.reference.metering import Metered, MeteredPart
from core.rating.reference.tiers import Segment

TotalInLadder = Callable[[Metered, Ladder], int]


def explanation(
    metered: Metered, priced: Priced, cut: Cut | None, prices: PriceList, total_in_ladder: TotalInLadder
) -> dict[str, Any]:
    """Return what each rule made of one session: plan, cycle, zones, parts, allowances, fee and caps.

    Notes
    -----
    Quantities are in base units, money is text with 6 decimals, dates and times are local. Every engine gives
    the same keys and the same text.
    """
    session = metered.session
    return {
        "subscription_id": metered.subscription.subscription_id,
        "plan_id": metered.subscription.plan_id or None,
        "cycle": prices.clock.local_date(metered.cycle.start).isoformat(),
        "direction": session.direction,
        "roaming_zone": session.roaming_zone,
        "destination_zone": session.destination_zone,
        "quantity": session.quantity,
        "rounded": metered.quantity,
        "free": metered.free,
        "parts": [
            _part(part, segments, _counted(metered, part, total_in_ladder), prices, metered)
            for part, segments in zip(metered.parts, priced.segments, strict=True)
        ],
        "allowances": [_drawn(draw) for draw in metered.draws],
        "connect_fee": money_text(priced.connect_fee),
        "max_charge": None if metered.first.max_charge is None else money_text(metered.first.max_charge),
        "before_roaming_cap": money_text(priced.amount),
        "roaming_cap": _capped(cut),
        "amount": money_text(priced.amount if cut is None else cut.amount),
    }


def _part(
    part: MeteredPart, segments: tuple[Segment, ...], counted: int | None, prices: PriceList, metered: Metered
) -> dict[str, Any]:
    elapsed = part.part.started_at - metered.parts[0].part.started_at
    return {
        "tariff": _version(part.ladder, prices),
        "from_s": int(elapsed.total_seconds()),
        "quantity": part.part.quantity,
        "rounded": part.rounded,
        "free": part.free,
        "counted": counted,
        "prices": [
            _stretch(s) for s in (_blocks(segments) if part.ladder.is_package else segments) if s.quantity
        ],
    }


def _blocks(segments: Iterable[Segment]) -> list[Segment]:
    """Return the blocks of a package with those of one price together."""
    groups = [list(same) for _, same in groupby(segments, lambda segment: segment.tariff_id)]
    return [replace(same[0], quantity=sum(segment.quantity for segment in same)) for same in groups]


def _stretch(segment: Segment) -> dict[str, Any]:
    return {
        "tariff_id": segment.tariff_id,
        "quantity": segment.quantity,
        "rate": money_text(segment.rate),
    }


def _version(ladder: Ladder, prices: PriceList) -> dict[str, Any]:
    """Return which row of the price list stands for the ladder, since when, and what it matched."""
    return {
        "tariff_id": ladder.tariff_id,
        "valid_from": prices.clock.local_date(ladder.valid_from).isoformat(),
        "plan_id": ladder.plan_id,
        "roaming_zone": ladder.roaming_zone,
        "destination_zone": ladder.destination_zone,
        "days": ladder.days,
        "from_time": ladder.from_time,
        "to_time": ladder.to_time,
        "tier_mode": ladder.tier_mode,
        "unit": ladder.unit,
        "increment": ladder.increment,
        "minimum": ladder.minimum,
    }


def _counted(metered: Metered, part: MeteredPart, total_in_ladder: TotalInLadder) -> int | None:
    """Return the count that decides a tier: before the part, or of the whole cycle for a volume price."""
    if part.ladder.is_package:
        return part.in_ladder
    if part.ladder.tier_mode == "volume":
        return total_in_ladder(metered, part.ladder)
    return part.tier if part.ladder.steps[-1].tier_from else None


def _drawn(draw: Draw) -> dict[str, Any]:
    return {
        "pool": draw.allowance.pool[0],
        "id": draw.allowance.allowance_id,
        "before": draw.before,
        "drawn": draw.quantity,
        "left": None if draw.before is None else draw.before - draw.quantity,
    }


def _capped(cut: Cut | None) -> dict[str, Any] | None:
    if cut is None:
        return None
    return {
        "cap": money_text(cut.cap),
        "left_before": money_text(cut.left_before),
        "has_consent": cut.has_consent,
    }
