"""Holds findings to labels, fault by fault: what was found, missed, false, and how far amounts lie apart.

``python -m tests.bench.detection LABELS FINDINGS`` prints the table and every miss and false finding. Both
sides are keyed by fault, stream and subject. A finding that nobody planted and that follows from a planted
one (`caused_by`) is counted apart; a look-alike that was found is false.
"""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Key = tuple[str, str, str]
Row = Mapping[str, Any]

_HEAD = {
    "fault": 26, "n": 7, "missed": 15, "false": 14, "follow": 8, "recall": 10, "precision": 11,
    "amounts off": 13,
}  # fmt: skip
_CENT = Decimal("0.01")


@dataclass
class Score:
    """Count what became of one fault; ``unequal`` holds the found whose amount is a cent or more off."""

    fault: str
    planted: int = 0
    missed: list[Key] = field(default_factory=list)
    false: list[Key] = field(default_factory=list)
    follow: int = 0
    unequal: list[tuple[Key, Decimal, Decimal]] = field(default_factory=list)

    @property
    def found(self) -> int:
        """Return how many of the planted were found."""
        return self.planted - len(self.missed)

    @property
    def recall(self) -> float:
        """Return the share of the planted that was found."""
        return self.found / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        """Return the share of the found that was planted."""
        return self.found / (self.found + len(self.false)) if self.found or self.false else 1.0


def run(data: Path, out: Path, *arguments: str) -> Path:
    """Let the product look at a dataset as people do; return where its findings are."""
    command = [sys.executable, "-m", "core.entrypoints.cli", "run", str(data), "--out", str(out), *arguments]
    subprocess.run(command, check=True, capture_output=True)
    return out / "findings.parquet"


def score(labels: Path, findings: Path) -> list[Score]:
    """Compare a run's findings with what was planted; one score a fault, in alphabetical order.

    Where there is no file of labels, nothing was planted and every finding is false.
    """
    labelled = pq.read_table(labels).to_pylist() if labels.exists() else []
    planted = {key_of(row): row for row in labelled if row["kind"] == "fault"}
    rows = pq.read_table(findings).to_pylist()
    found = {key_of(row): row for row in rows}
    true = {row["finding_id"] for key, row in found.items() if key in planted}
    scores: dict[str, Score] = {}
    for key in sorted(planted.keys() | found.keys()):
        one = scores.setdefault(key[0], Score(key[0]))
        if key in planted:
            one.planted += 1
            if key not in found:
                one.missed.append(key)
            elif abs(found[key]["amount"] - planted[key]["amount"]) >= _CENT:
                one.unequal.append((key, planted[key]["amount"], found[key]["amount"]))
        elif found[key]["caused_by"] in true:
            one.follow += 1
        else:
            one.false.append(key)
    return list(scores.values())


def add(name: str, scores: Iterable[Score]) -> Score:
    """Add up scores under a name."""
    everything = Score(name)
    for one in scores:
        everything.planted += one.planted
        everything.missed += one.missed
        everything.false += one.false
        everything.follow += one.follow
        everything.unequal += one.unequal
    return everything


def add_by_fault(scores: Iterable[Score]) -> list[Score]:
    """Add up the scores of several operators, fault by fault."""
    by: dict[str, list[Score]] = defaultdict(list)
    for one in scores:
        by[one.fault].append(one)
    return [add(fault, by[fault]) for fault in sorted(by)]


def show(scores: list[Score]) -> None:
    """Print one row a fault and one for all; beside a zero of n, what it may be at most: 3/n at 95 %."""
    print("".join(f"{title:>{width}}" for title, width in _HEAD.items()))
    for one in [*scores, add("all", scores)]:
        cells = (
            one.fault,
            f"{one.planted:,}",
            _bounded(len(one.missed), one.planted),
            _bounded(len(one.false), one.found + len(one.false)),
            one.follow,
            f"{one.recall:.2%}",
            f"{one.precision:.2%}",
            len(one.unequal),
        )
        print("".join(f"{cell:>{width}}" for cell, width in zip(cells, _HEAD.values(), strict=True)))


def _bounded(count: int, of: int) -> str:
    return f"0 (≤{3 / of:.1%})" if count == 0 and of >= 3 else str(count)


def details(scores: list[Score], labels: Path) -> None:
    """Print every miss with what planted it, every false finding, and amounts that differ."""
    by: dict[Key, str] = defaultdict(str)
    for row in pq.read_table(labels).to_pylist():
        by[key_of(row)] = row["planted_by"]
    for one in scores:
        for key in one.missed:
            print("missed  ", *key, by[key])
        for key in one.false:
            print("false   ", *key, by[key])
        for key, planted, found in one.unequal:
            print("amount  ", *key, by[key], f"planted {planted} found {found}")


def key_of(row: Row) -> Key:
    """Return what names a finding or a label: fault, stream and subject."""
    return row["fault"], row["stream"], row["subject_id"]


if __name__ == "__main__":
    _labels, _findings = (Path(argument) for argument in sys.argv[1:3])
    _scores = score(_labels, _findings)
    show(_scores)
    details(_scores, _labels)
