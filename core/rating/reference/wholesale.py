"""Rule 16: what a roaming partner may ask for one event. Knows no retail price."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from core.rating.reference.dataset import Row, Streams, holds, rows
from core.rating.reference.exact import half_even
from core.rating.reference.ladder import UNIT_SIZES
from core.rating.reference.rounding import round_up
from core.rating.reference.sessions import event_quantity
from core.rating.reference.zones import ANY

TAP = "tap:"


def agreed_rate(event: Row, rates: Sequence[Row]) -> Row | None:
    """Return the partner's rate that is valid at ``started_at``; a named direction wins over ``any``."""
    matching = [
        rate
        for rate in rates
        if rate["service"] == event["service"]
        and rate["direction"] in (event["direction"], ANY)
        and holds(rate["valid_from"], rate["valid_to"], event["started_at"])
    ]
    return max(matching, key=lambda r: (r["direction"] != ANY, r["valid_from"]), default=None)


def wholesale_amount(event: Row, rate: Row) -> Decimal:
    """Return the price of one event at a rate, in the rate's currency."""
    quantity = round_up(event_quantity(event), rate["increment"])
    return half_even(Fraction(rate["rate"]) * quantity / UNIT_SIZES[rate["unit"]], 6)


def wholesale_charges(streams: Streams) -> dict[str, Decimal]:
    """Return the agreed price of each partner event, by ``event_id``; each partial by itself."""
    of_file = {row["file_id"]: row.get("partner_id") for row in rows(streams, "usage_files")}
    rates: dict[str, list[Row]] = defaultdict(list)
    for row in rows(streams, "partner_rates"):
        rates[row["partner_id"]].append(row)
    found = {}
    for event in rows(streams, "usage_events"):
        partner = of_file.get(event["file_id"])
        if partner is None and event["source"].startswith(TAP):
            partner = event["source"].removeprefix(TAP)
        rate = agreed_rate(event, rates.get(partner or "", ()))
        if rate is not None:
            found[event["event_id"]] = wholesale_amount(event, rate)
    return found
