"""Prices datasets and price changes. Answers no question of a page: `Assay` does."""

from __future__ import annotations

from core.settings import Settings
from core.workflows.assurance import Progress
from core.workflows.price_change import ChangeReport, ChangeRequest, NetChange
from core.workflows.price_change import compare_price_lists as compare
from core.workflows.rerating import (
    LineTotal,
    Pricing,
    PricingGap,
    PricingReport,
    PricingRequest,
    rerate,
)

__all__ = [
    "ChangeReport",
    "ChangeRequest",
    "LineTotal",
    "NetChange",
    "PricingGap",
    "PricingReport",
    "PricingRequest",
    "compare_price_lists",
    "rate_dataset",
]


def rate_dataset(request: PricingRequest, settings: Settings, progress: Progress) -> PricingReport:
    """Write every charge that a dataset should lead to; neither lake nor store of the settings are touched.

    Raises
    ------
    InputError
        What `core.workflows.rerating.rerate` raises.
    """
    return rerate(request, Pricing(settings.mappings), progress)


def compare_price_lists(request: ChangeRequest, settings: Settings, progress: Progress) -> ChangeReport:
    """Price real usage with today's price list and with another; lake and store are not touched.

    Raises
    ------
    InputError
        What `core.workflows.price_change.compare_price_lists` raises.
    """
    return compare(request, Pricing(settings.mappings), progress)
