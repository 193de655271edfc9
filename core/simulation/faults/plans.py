"""How many of which faults: the plans that ship. Plants nothing."""

from __future__ import annotations

from collections.abc import Mapping

from core.simulation.faults.library import PLANTINGS, ROWS

__all__ = ["DEMO", "everything"]

DEMO: Mapping[str, int] = {
    # the roaming story
    "partner_outage": 7,
    "late_partner_file": 4,
    "late_element_file": 2,
    "missing_file": 4,
    "wrong_file_total": 4,
    "wrong_partner_price": 2,
    # from the network to billing
    "event_not_mediated": 8,
    "record_suspended": 3,
    "duplicate_event": 3,
    "plan_mismatch": 2,
    "active_not_in_crm": 1,
    # usage lines
    "record_not_charged": 8,
    "stale_rate": 5,
    "wrong_zone": 4,
    "utc_band": 4,
    "former_plan": 2,
    "wrong_rounding": 3,
    "zero_rated": 4,
    "allowance_not_applied": 4,
    "cap_exceeded": 3,
    "usage_charged_twice": 4,
    "estimate_not_reversed": 2,
    "price_gap": 1,
    "price_overlap": 1,
    # fees, discounts, credits
    "recurring_not_charged": 4,
    "recurring_after_end": 2,
    "whole_for_part": 2,
    "fee_charged_twice": 2,
    "promotion_expired": 3,
    "promotion_missing": 4,
    "promotion_wrong_amount": 2,
    "adjustment_abuse": 6,
    # invoices and payments
    "wrong_tax": 2,
    "invoice_total_mismatch": 2,
    "invoice_missing": 1,
    "payment_mismatch": 4,
    "payment_duplicate": 3,
    "payment_failed": 5,
    # what is none any more
    "rate_put_right": 2,
    "duplicate_put_right": 1,
    "estimate_reversed": 2,
    "void_and_reissue": 1,
    ROWS: 6,
}
"""The roaming story of the sample, and some of everything else that happens at every operator."""


def everything(count: int) -> dict[str, int]:
    """Plan the same number of every planting of the library."""
    return dict.fromkeys((*PLANTINGS, ROWS), count)
