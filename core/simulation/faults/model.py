"""What a planting is: one way to spoil a dataset, under a name. Plants nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.simulation.faults.shadow import Shadow

__all__ = ["BILLING", "COLLECTION", "FILES", "NETWORK", "Planting"]

FILES, NETWORK, BILLING, COLLECTION = range(4)
"""When to plant: on whole files, on single events and records before bills are made of them, on the lines of
bills, or on bills and payments."""


@dataclass(frozen=True)
class Planting:
    """Name one way to spoil a dataset.

    Parameters
    ----------
    faults
        Names of ``faults.yaml`` that it labels.
    stage
        `FILES`, `NETWORK`, `BILLING` or `COLLECTION`; plantings run in that order.
    plant
        Takes the shadow and how many to plant; plants fewer where there is no more place.
    """

    name: str
    faults: tuple[str, ...]
    stage: int
    plant: Callable[[Shadow, int], None]
