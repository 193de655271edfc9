"""Prices datasets and price changes. Answers no question of a page: `Assay` does."""

from __future__ import annotations

from core.settings import Settings
from core.workflows.assurance import Progress
from core.workflows.rerating import Pricing, PricingReport, PricingRequest, rerate

__all__ = ["PricingReport", "PricingRequest", "rate_dataset"]


def rate_dataset(request: PricingRequest, settings: Settings, progress: Progress) -> PricingReport:
    """Write every charge that a dataset should lead to; neither lake nor store of the settings are touched.

    Raises
    ------
    InputError
        What `core.workflows.rerating.rerate` raises.
    """
    return rerate(request, Pricing(settings.mappings), progress)
