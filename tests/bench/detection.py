"""Holds findings to labels, fault by fault: what was found, missed, false, and how far amounts lie apart.

``python -m tests.bench.detection LABELS FINDINGS`` prints the table and every miss and false finding. Both
sides are keyed by fault, stream and subject. A finding that nobody planted and that follows from a planted
one (`caused_by`) is counted apart; a look-alike that was found is false.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Key = tuple[str, str, str]
Row = Mapping[str, Any]

_HEAD = {"fault": 26, "planted": 8, "found": 7, "false": 7, "follow": 8, "recall": 9, "precision": 11}
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


def score(labels: Path, findings: Path) -> list[Score]:
    """Compare a run's findings with what was planted; one score a fault, in alphabetical order."""
    planted = {_key(row): row for row in pq.read_table(labels).to_pylist() if row["kind"] == "fault"}
    rows = pq.read_table(findings).to_pylist()
    found = {_key(row): row for row in rows}
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


def total(scores: list[Score]) -> Score:
    """Add up all faults."""
    everything = Score("all")
    for one in scores:
        everything.planted += one.planted
        everything.missed += one.missed
        everything.false += one.false
        everything.follow += one.follow
        everything.unequal += one.unequal
    return everything


def show(scores: list[Score]) -> None:
    """Print one row a fault and one for all."""
    print("".join(f"{title:>{width}}" for title, width in _HEAD.items()) + "  amounts off")
    for one in [*scores, total(scores)]:
        cells = (one.fault, one.planted, one.found, len(one.false), one.follow)
        shares = (f"{one.recall:.1%}", f"{one.precision:.1%}")
        row = zip((*cells, *shares), _HEAD.values(), strict=True)
        print("".join(f"{cell:>{width}}" for cell, width in row) + f"{len(one.unequal):13}")


def details(scores: list[Score], labels: Path) -> None:
    """Print every miss with what planted it, every false finding, and amounts that differ."""
    by: dict[Key, str] = defaultdict(str)
    for row in pq.read_table(labels).to_pylist():
        by[_key(row)] = row["planted_by"]
    for one in scores:
        for key in one.missed:
            print("missed  ", *key, by[key])
        for key in one.false:
            print("false   ", *key, by[key])
        for key, planted, found in one.unequal:
            print("amount  ", *key, by[key], f"planted {planted} found {found}")


def _key(row: Row) -> Key:
    return row["fault"], row["stream"], row["subject_id"]


if __name__ == "__main__":
    _labels, _findings = (Path(argument) for argument in sys.argv[1:3])
    _scores = score(_labels, _findings)
    show(_scores)
    details(_scores, _labels)
