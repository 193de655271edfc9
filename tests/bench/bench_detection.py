"""Find what was planted: recall and precision of a whole run, fault by fault, on simulated operators.

``python -m tests.bench.bench_detection [ACCOUNTS] [FAULTS]``: an operator of each profile, with so many of
every planting, is written and run through ``assay run``; its findings are held to the labels beside it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from core.entrypoints.cli import app
from core.simulation.command import run_simulation
from tests.bench.detection import Score, score, show

ACCOUNTS, FAULTS, CYCLES = 400, 6, 3
PROFILES = {"mixed": 21, "business": 22, "roaming-heavy": 23}
"""Profiles with their seeds."""


def main(accounts: int = ACCOUNTS, faults: int = FAULTS) -> None:
    """Print the table of each operator."""
    for profile, seed in PROFILES.items():
        with tempfile.TemporaryDirectory() as folder:
            scores = detect(Path(folder), profile, seed, accounts, faults)
        print(f"\n{profile}, {accounts} accounts, {CYCLES} cycles, seed {seed}, {faults} of every planting")
        show(scores)


def detect(folder: Path, profile: str, seed: int, accounts: int, faults: int) -> list[Score]:
    """Write one operator, run the product on it and score what it found."""
    data, out = folder / "operator", folder / "out"
    run_simulation(data, profile=profile, accounts=accounts, cycles=CYCLES, seed=seed, faults=faults)
    app(["run", str(data), "--out", str(out)], standalone_mode=False)
    return score(folder / "operator-labels.parquet", out / "findings.parquet")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
