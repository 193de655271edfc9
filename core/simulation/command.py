"""What ``assay simulate`` does with what people type. Makes nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.simulation.faults import DEMO, everything
from core.simulation.simulate import SimulationReport, simulate
from core.simulation.writers import Form

__all__ = ["run_simulation"]

_MIXED: dict[str, Form] = {"payments": "csv", "contacts": "jsonl.gz"}


def run_simulation(
    out: Path,
    *,
    profile: str = "mixed",
    accounts: int = 1_000,
    cycles: int = 6,
    seed: int = 1,
    faults: int = 0,
    progress: Callable[[str, float], None] = lambda _step, _share: None,
) -> SimulationReport:
    """Write a simulated operator with some streams as CSV and JSON Lines, as operators have them.

    Parameters
    ----------
    faults
        How many of each planting; the profile ``demo`` has a plan of its own, which this does not change.

    Raises
    ------
    InputError
        RA-E100 when there is no such profile or a number is out of range.
    """
    plan = DEMO if profile == "demo" else everything(faults)
    return simulate(
        out,
        seed=seed,
        profile=profile,
        accounts=accounts,
        cycles=cycles,
        faults=plan,
        forms=_MIXED,
        progress=progress,
    )
