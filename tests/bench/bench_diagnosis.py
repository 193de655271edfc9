"""Hold what cases say to what was planted: cause first and among three, calibration, action, compression.

``python -m tests.bench.bench_diagnosis [ACCOUNTS] [FAULTS] [SEEDS]``: for each seed from 51 on, an operator
of each of two profiles with so many of every planting is written and run through ``assay run``. The shares
in ``core/diagnosis/causes.toml`` were estimated on seeds 41 to 44. *Compressed* is the share of the findings
of one planting that lie in at most three cases without a parent, those of no account apart: a source or a
price is an incident by itself. *Action* is the share of cases, all of whose findings were planted, for which
the action is one that ``tests/golden_actions.toml`` holds right. *Routed right* is the share of cases routed
automatic that may be: every finding planted, and cause, action and money as planted.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from core.adapters.store import open_store
from core.kernel.advice import Advice
from core.simulation.faults import everything
from core.simulation.simulate import simulate
from tests.bench.detection import key_of, run
from tests.builders.audit import PSEUDONYMS
from tests.golden import right_actions

ACCOUNTS, FAULTS_EACH, SEEDS, CYCLES = 120, 8, 3, 3
FIRST_SEED = 51
PROFILES = ("mixed", "consumer")
BINS = 10
TOPS = 3
CENT = Decimal("0.01")

Row = Mapping[str, Any]
HEAD = {"operator": 14, "findings": 9, "n": 7, "first": 8, "of three": 9, "off by": 8,
        "action": 8, "compressed": 11, "automatic": 10, "routed right": 13, "seconds": 8}  # fmt: skip


class Tally:
    """Count what became of labelled findings."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)

    def add(self, label: Row, advice: Advice, cause: str) -> None:
        """Count one finding: its cause, and whether the label's is among its case's first three."""
        right = cause == label["root_cause"]
        suspects = [one.cause for one in advice.diagnosis.suspects]
        self.count["n"] += 1
        self.count["first"] += right
        self.count["three"] += label["root_cause"] in suspects or right
        sure = float(advice.diagnosis.confidence)
        self.bins[min(int(sure * BINS), BINS - 1)].append((sure, right))

    @property
    def error(self) -> float:
        """Return the expected calibration error: how far confidence lies from how often it is right."""
        gaps = (
            abs(sum(sure for sure, _ in one) - sum(right for _, right in one)) for one in self.bins.values()
        )
        return sum(gaps) / max(self.count["n"], 1)

    def merge(self, other: Tally) -> None:
        """Add another tally to this one."""
        self.count += other.count
        for place, found in other.bins.items():
            self.bins[place] += found


def held(folder: Path, out: Path) -> Tally:
    """Hold a run's findings and cases to the labels beside its data."""
    labels = {key_of(row): row for row in pq.read_table(f"{folder}-labels.parquet").to_pylist()}
    cases = {row["case_id"]: row for row in pq.read_table(out / "cases.parquet").to_pylist()}
    tally, planted = Tally(), defaultdict(list)
    labelled: dict[str, list[Row | None]] = defaultdict(list)
    store = open_store(f"sqlite:///{out / 'assay.sqlite'}", PSEUDONYMS)
    kept = ((case_id, store.advice(case_id)) for case_id in cases)
    advice = {case_id: one for case_id, one in kept if one}
    store.close()
    for row in pq.read_table(out / "findings.parquet").to_pylist():
        tally.count["findings"] += 1
        label, case = labels.get(key_of(row)), cases[row["case_id"]]
        is_planted = label is not None and label["kind"] == "fault"
        labelled[case["case_id"]].append(label if is_planted else None)
        if label is None or not is_planted:
            continue
        tally.add(label, advice[case["case_id"]], row["root_cause"])
        if case["account_id"] is not None:
            planted[label["planted_by"]].append(case["parent_case_id"] or case["case_id"])
    for case_id, rows in labelled.items():
        _judge(cases[case_id], rows, advice[case_id], tally)
    for tops in planted.values():
        tally.count["grouped"] += len(tops)
        tally.count["compressed"] += sum(count for _, count in Counter(tops).most_common(TOPS))
    tally.count["automatic"] = sum(case["route"] == "automatic" for case in cases.values())
    tally.count["cases"] = len(cases)
    return tally


def _judge(case: Row, labels: list[Row | None], advice: Advice, tally: Tally) -> None:
    """Count whether a case's action is right, and whether it may go out by itself where it would."""
    known = [label for label in labels if label is not None]
    facts = advice.facts
    right = right_actions(case["fault"], case["amount"], facts.invoice) if facts else ()
    is_right = case["action"] in right
    if right and len(known) == len(labels):
        tally.count["judged"] += 1
        tally.count["action"] += is_right
    if case["route"] == "automatic":
        money = sum((label["amount"] for label in known), Decimal(0))
        tally.count["alone"] += 1
        tally.count["rightly alone"] += (
            len(known) == len(labels)
            and is_right
            and {label["root_cause"] for label in known} == {case["root_cause"]}
            and abs(money - case["amount"]) < CENT
        )


def show(name: str, tally: Tally, seconds: float) -> None:
    """Print one row."""
    count, n = tally.count, max(tally.count["n"], 1)
    cells = (
        name,
        f"{count['findings']:,}",
        f"{count['n']:,}",
        f"{count['first'] / n:.1%}",
        f"{count['three'] / n:.1%}",
        f"{tally.error:.1%}",
        f"{count['action'] / max(count['judged'], 1):.1%}",
        f"{count['compressed'] / max(count['grouped'], 1):.1%}",
        f"{count['automatic'] / max(count['cases'], 1):.1%}",
        f"{count['rightly alone'] / max(count['alone'], 1):.1%}",
        f"{seconds:.0f}",
    )
    print("".join(f"{cell:>{width}}" for cell, width in zip(cells, HEAD.values(), strict=True)), flush=True)


def main(accounts: int = ACCOUNTS, faults: int = FAULTS_EACH, seeds: int = SEEDS) -> None:
    """Print a row for each operator and one for all."""
    print(f"{accounts} accounts, {CYCLES} cycles, {faults} of every planting, seeds from {FIRST_SEED}")
    print("".join(f"{title:>{width}}" for title, width in HEAD.items()), flush=True)
    everyone, total = Tally(), 0.0
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        for profile in PROFILES:
            with tempfile.TemporaryDirectory() as made:
                folder, out = Path(made) / "operator", Path(made) / "out"
                simulate(
                    folder,
                    seed=seed,
                    profile=profile,
                    accounts=accounts,
                    cycles=CYCLES,
                    faults=everything(faults),
                )
                started = time.perf_counter()
                run(folder, out)
                seconds = time.perf_counter() - started
                tally = held(folder, out)
            show(f"{profile}-{seed}", tally, seconds)
            everyone.merge(tally)
            total += seconds
    show("all", everyone, total)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
