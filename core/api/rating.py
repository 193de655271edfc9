"""Prices datasets and price changes. Answers no question of a page: `Assay` does."""

from __future__ import annotations

from core.api.guard import Guarded, needs
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
    "PricingDesk",
    "PricingGap",
    "PricingReport",
    "PricingRequest",
]


class PricingDesk(Guarded):
    """Price datasets and price changes; a part of `Assay`. Neither lake nor store are touched."""

    @needs("pricing.run", of_all=True)
    def rate_dataset(self, request: PricingRequest, progress: Progress) -> PricingReport:
        """Write every charge that a dataset should lead to.

        Raises
        ------
        InputError
            What `core.workflows.rerating.rerate` raises.
        """
        return rerate(request, Pricing(self._parts.settings.mappings), progress)

    @needs("pricing.run", of_all=True)
    def compare_price_lists(self, request: ChangeRequest, progress: Progress) -> ChangeReport:
        """Price real usage with today's price list and with another.

        Raises
        ------
        InputError
            What `core.workflows.price_change.compare_price_lists` raises.
        """
        return compare(request, Pricing(self._parts.settings.mappings), progress)
