"""Find what was planted: recall and precision of a whole run, fault by fault, on simulated operators.

``python -m tests.bench.bench_detection [EVENTS] [FAULTS] [SEEDS] [FOLDER]``: for each seed an operator of
every profile with about so many events and so many of every planting, and one of every profile with none, is
written and run through ``assay run``; its findings are held to the labels beside it. What is kept in a folder
is not made again, so that a long measurement can be ended and gone on with.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.simulation.faults import everything
from core.simulation.profiles import PROFILES
from core.simulation.simulate import simulate
from tests.bench.detection import Score, add, add_by_fault, run, score, show

EVENTS, FAULTS_EACH, SEEDS, CYCLES = 30_000, 3, 1, 3
FIRST_SEED = 21
EVENTS_AN_ACCOUNT = {
    "mixed": 580, "consumer": 390, "business": 2_300, "iot": 9_000, "roaming-heavy": 800, "demo": 130,
}  # fmt: skip
"""About how many in three cycles, for each profile."""
FEWEST_ACCOUNTS = 12
BY_STATISTICS = {
    "feed_silent", "adjustment_abuse",
    "bill_spike", "bill_drop", "usage_spike", "usage_drop", "iot_sim_misuse",
}  # fmt: skip
"""Faults that are a matter of what is usual: no promise of 99.5 % is made for them."""

HEAD = {
    "operator": 20, "seed": 5, "accounts": 9, "events": 12, "planted": 8, "missed": 7, "false": 6,
    "seconds": 8,
}  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """Name one operator: what kind, from which seed, with how many of every planting."""

    profile: str
    seed: int
    faults: int

    def __str__(self) -> str:
        return f"{self.profile}-{self.seed}-{self.faults}"


def main(
    events: int = EVENTS, faults: int = FAULTS_EACH, seeds: int = SEEDS, folder: Path | None = None
) -> None:
    """Print a row for each operator, then the table of all that were spoilt."""
    print(f"seeds {FIRST_SEED} to {FIRST_SEED + seeds - 1}, {CYCLES} cycles, {faults} of every planting")
    print("".join(f"{title:>{width}}" for title, width in HEAD.items()), flush=True)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        scores = [
            one for trial in trials(seeds, faults) for one in judge(trial, events, folder or Path(scratch))
        ]
    held = add_by_fault(one for one in scores if one.fault not in BY_STATISTICS)
    print("\nheld to 99.5 %; (≤p): none of n, so at most 3/n at 95 % confidence")
    show(held)
    print("\ntold by statistics")
    show(add_by_fault(one for one in scores if one.fault in BY_STATISTICS))


def trials(seeds: int, faults: int) -> Iterator[Trial]:
    """List the operators: of each profile one without faults, then a spoilt one for each seed."""
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        yield from (Trial(profile, seed, faults) for profile in PROFILES)
    yield from (Trial(profile, FIRST_SEED, 0) for profile in PROFILES)


def judge(trial: Trial, events: int, folder: Path) -> list[Score]:
    """Score one operator, made unless it has been, and print its row."""
    accounts = max(FEWEST_ACCOUNTS, events // EVENTS_AN_ACCOUNT[trial.profile])
    kept = next(folder.glob(f"{trial}-{accounts}-*"), None)
    began = time.perf_counter()
    if kept is None:
        kept = detect(trial, accounts, folder)
    scores = score(kept / "labels.parquet", kept / "findings.parquet")
    sums = add("all", scores)
    cells = (
        trial.profile if trial.faults else f"{trial.profile} clean",
        trial.seed,
        f"{accounts:,}",
        f"{int(kept.name.rsplit('-', 1)[1]):,}",
        sums.planted,
        len(sums.missed),
        len(sums.false),
        f"{time.perf_counter() - began:.0f}",
    )
    row = zip(cells, HEAD.values(), strict=True)
    print("".join(f"{cell:>{width}}" for cell, width in row), flush=True)
    return scores


def detect(trial: Trial, accounts: int, folder: Path) -> Path:
    """Write one operator, run the product on it and keep its labels and findings; return where."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        data, out = Path(scratch) / "operator", Path(scratch) / "out"
        made = simulate(
            data,
            profile=trial.profile,
            accounts=accounts,
            cycles=CYCLES,
            seed=trial.seed,
            faults=everything(trial.faults),
        )
        run(data, out)
        kept = folder / f"{trial}-{accounts}-{made.events}"
        kept.mkdir()
        (out / "findings.parquet").rename(kept / "findings.parquet")
        labels = Path(scratch) / "operator-labels.parquet"
        if labels.exists():
            labels.rename(kept / "labels.parquet")
    return kept


if __name__ == "__main__":
    _folder = Path(sys.argv[4]) if len(sys.argv) > 4 else None
    main(*map(int, sys.argv[1:4]), **({"folder": _folder} if _folder else {}))
