"""How good the data is, stream by stream and dimension by dimension, from what controls found. Reads nothing.

A check's score is the share of the rows it judged with nothing wrong; a cell is as good as its worst check,
since many good rows elsewhere do not mend a bad one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from core.controls.model import AREAS, Control
from core.kernel.results import ControlResult, FileReport, Outcome

__all__ = ["DIMENSIONS", "Area", "Check", "Score", "coverage", "scorecard"]

DIMENSIONS = ("accuracy", "completeness", "consistency", "timeliness", "integrity")
"""The five dimensions of data quality, in the order in which people read them."""

_REJECTED = "row_rejected"
_PLACES = Decimal("0.000001")


@dataclass(frozen=True)
class Check:
    """State what one control says about one stream.

    ``score`` is between 0 and 1, rounded down so that only a faultless check has 1; None where nothing was
    judged. ``amount`` is signed, in home currency, and sums what follows from no other finding.
    """

    control_id: str
    stream: str
    dimension: str
    outcome: Outcome
    reason: str | None
    judged: int
    found: int
    amount: Decimal

    @property
    def score(self) -> Decimal | None:
        """Return the share of judged rows that nothing is wrong with."""
        if not self.judged:
            return None
        share = 1 - Decimal(min(self.found, self.judged)) / Decimal(self.judged)
        return share.quantize(_PLACES, ROUND_FLOOR)


@dataclass(frozen=True)
class Score:
    """Hold one cell: a stream and a dimension with its checks, the worst first."""

    stream: str
    dimension: str
    checks: tuple[Check, ...]

    @property
    def value(self) -> Decimal | None:
        """Return the score of the worst check; None where none could judge."""
        return min((check.score for check in self.checks if check.score is not None), default=None)


@dataclass(frozen=True)
class Area:
    """Count the controls of one leakage area by what they did in a run."""

    name: str
    passed: int
    violated: int
    not_evaluated: int
    amount: Decimal


def scorecard(
    controls: Iterable[Control], results: Iterable[ControlResult], files: Iterable[FileReport]
) -> tuple[Score, ...]:
    """Return a score for each stream and dimension that a control speaks about, by stream.

    Parameters
    ----------
    controls
        The catalogue; a result whose control has left it is not counted.
    files
        What was read: rows in quarantine count against the integrity of their stream.
    """
    known = {control.id: control for control in controls}
    cells: dict[tuple[str, str], list[Check]] = defaultdict(list)
    for result in results:
        control = known.get(result.control_id)
        if control is not None and control.stream is not None:
            cells[control.stream, control.dimension].append(_check(control, control.stream, result))
    for stream, (read, rejected) in _rows_by_stream(files).items():
        outcome: Outcome = "violated" if rejected else "passed"
        check = Check(_REJECTED, stream, "integrity", outcome, None, read, rejected, Decimal(0))
        cells[stream, "integrity"].append(check)
    return tuple(
        Score(stream, dimension, tuple(sorted(checks, key=_worst_first)))
        for (stream, dimension), checks in sorted(cells.items())
    )


def coverage(controls: Iterable[Control], results: Sequence[ControlResult]) -> tuple[Area, ...]:
    """Return what the controls of each leakage area did, in the order of TM Forum GB941D."""
    areas = {control.id: control.area for control in controls}
    return tuple(
        _area(name, [result for result in results if areas.get(result.control_id) == name]) for name in AREAS
    )


def _area(name: str, results: Sequence[ControlResult]) -> Area:
    outcomes = [result.outcome for result in results]
    return Area(
        name,
        passed=outcomes.count("passed"),
        violated=outcomes.count("violated"),
        not_evaluated=outcomes.count("not_evaluated"),
        amount=sum((result.amount for result in results), Decimal(0)),
    )


def _check(control: Control, stream: str, result: ControlResult) -> Check:
    return Check(
        control.id,
        stream,
        control.dimension,
        result.outcome,
        result.reason,
        result.eligible,
        result.violations,
        result.amount,
    )


def _rows_by_stream(files: Iterable[FileReport]) -> Mapping[str, tuple[int, int]]:
    rows: dict[str, tuple[int, int]] = {}
    for file in files:
        read, rejected = rows.get(file.stream, (0, 0))
        rows[file.stream] = (read + file.rows_read, rejected + file.quarantined)
    return {stream: counts for stream, counts in rows.items() if counts[0]}


def _worst_first(check: Check) -> tuple[Decimal, int, str]:
    return (Decimal(2) if check.score is None else check.score, -check.found, check.control_id)
