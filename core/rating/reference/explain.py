"""The steps that led to a usage line's amount, as data: strings, numbers and lists only."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.rating.reference.amount import Priced
from core.rating.reference.metering import Metered, MeteredPart
from core.rating.reference.tiers import Segment


def explanation(metered: Metered, priced: Priced, charged: Decimal) -> dict[str, Any]:
    """Return what each rule made of one session: plan, cycle, zones, parts, allowances, fee and caps."""
    session = metered.session
    return {
        "subscription_id": metered.subscription.subscription_id,
        "plan_id": metered.subscription.plan_id,
        "cycle_start": metered.cycle.start.isoformat(),
        "destination_zone": session.destination_zone,
        "roaming_zone": session.roaming_zone,
        "quantity": session.quantity,
        "parts": [_part(p, s) for p, s in zip(metered.parts, priced.segments, strict=True)],
        "allowances": [
            {"allowance_id": d.allowance_id, "drawn": d.quantity, "left": d.left} for d in metered.draws
        ],
        "connect_fee": str(priced.connect_fee),
        "max_charge": None if metered.first.max_charge is None else str(metered.first.max_charge),
        "before_roaming_cap": str(priced.amount),
        "amount": str(charged),
    }


def _part(part: MeteredPart, segments: tuple[Segment, ...]) -> dict[str, Any]:
    ladder = part.ladder
    return {
        "ladder": ladder.tariff_id,
        "started_at": part.part.started_at.isoformat(),
        "quantity": part.part.quantity,
        "increment": ladder.increment,
        "rounded": part.rounded,
        "free": part.free,
        "tier_mode": ladder.tier_mode,
        "tier_before": part.in_ladder if ladder.is_package else part.tier,
        "prices": [
            {"tariff_id": s.tariff_id, "quantity": s.quantity, "rate": str(s.rate), "unit": ladder.unit}
            for s in segments
        ],
    }
