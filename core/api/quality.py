"""The questions about the data's quality and the controls that judge it. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.api.control_cards import ControlCard, ControlLine, card_of
from core.api.guard import Guarded, needs
from core.controls.scorecard import Area, Check, coverage, scorecard
from core.kernel.reads import FlowKey, FlowTotal, Reach, Verdicts
from core.kernel.results import OpenItems, RunSummary

__all__ = ["OpenLine", "Quality", "QualityCell", "QualityCheck", "QualityQuestions", "TrendPoint"]

_RUNS_BACK = 12


@dataclass(frozen=True)
class TrendPoint:
    """State a cell's score in one run."""

    as_of: datetime
    score: Decimal


@dataclass(frozen=True)
class QualityCheck:
    """Hold a check with its control and, where it found anything, how far that reaches."""

    check: Check
    card: ControlCard
    reach: Reach | None


@dataclass(frozen=True)
class QualityCell:
    """Hold the score of one stream in one dimension, its checks worst first, and its trend, oldest first.

    ``score`` is None where no check could judge; ``trend`` has one point for each of the last runs.
    """

    stream: str
    dimension: str
    score: Decimal | None
    checks: tuple[QualityCheck, ...]
    trend: tuple[TrendPoint, ...]

    @property
    def failing(self) -> tuple[QualityCheck, ...]:
        """Return the checks that found something."""
        return tuple(check for check in self.checks if check.check.found)


@dataclass(frozen=True)
class OpenLine:
    """Hold what one control waits for; ``card`` is None when it is no longer in force."""

    count: OpenItems
    card: ControlCard | None


@dataclass(frozen=True)
class Quality:
    """Say how good the data of a run is, and what its controls cover."""

    run: RunSummary
    cells: tuple[QualityCell, ...]
    areas: tuple[Area, ...]


class QualityQuestions(Guarded):
    """Answer about data quality and controls; a part of `Assay`."""

    @property
    def _cards(self) -> dict[str, ControlCard]:
        return {control.id: card_of(control) for control in self._parts.controls}

    @needs("controls.read")
    def control_results(self) -> tuple[ControlLine, ...]:
        """Return what each control did in the latest run, by control id."""
        return self._control_lines()

    def _control_lines(self) -> tuple[ControlLine, ...]:
        run, cards = self._store.latest_run(), self._cards
        results = self._store.control_results(run.run_id) if run else ()
        return tuple(ControlLine(result, cards.get(result.control_id)) for result in results)

    @needs("controls.read")
    def control_cards(self) -> tuple[ControlCard, ...]:
        """Return every control in force, by id."""
        return tuple(self._cards.values())

    @needs("controls.read")
    def control_reach(self) -> tuple[Reach, ...]:
        """Return how far the findings of each control reach in the latest run, by control id."""
        run = self._store.latest_run()
        return self._store.reach(run.run_id) if run else ()

    @needs("controls.read")
    def verdicts(self) -> tuple[Verdicts, ...]:
        """Return what people said of each control's closed cases, by control id."""
        return self._store.verdicts()

    @needs("quality.read")
    def flow(self, *, by: FlowKey | None = None, point: str | None = None) -> tuple[FlowTotal, ...]:
        """Return what became of the business between network and payment, as `core.ports.store` says."""
        run = self._store.latest_run()
        return self._store.flow(run.run_id, by=by, point=point) if run else ()

    @needs("quality.read")
    def open_items(self) -> tuple[OpenLine, ...]:
        """Return what the latest run's controls wait for, soonest deadline first."""
        run, cards = self._store.latest_run(), self._cards
        counts = self._store.open_items(run.run_id) if run else ()
        lines = [OpenLine(count, cards.get(count.control_id)) for count in counts]
        return tuple(sorted(lines, key=lambda line: (line.count.next_due is None, str(line.count.next_due))))

    @needs("quality.read")
    def quality(self) -> Quality | None:
        """Return the scorecard and the coverage of the latest run; None before the first."""
        runs = self._store.runs(_RUNS_BACK)
        if not runs:
            return None
        latest = runs[0]
        results = self._store.control_results(latest.run_id)
        reach = {row.control_id: row for row in self._store.reach(latest.run_id)}
        trends, catalogue, cards = self._trends(runs), self._parts.controls, self._cards
        scores = scorecard(catalogue, results, self._store.file_reports(latest.run_id))
        cells = tuple(
            QualityCell(
                score.stream,
                score.dimension,
                score.value,
                tuple(
                    QualityCheck(check, cards[check.control_id], reach.get(check.control_id))
                    for check in score.checks
                ),
                tuple(trends.get((score.stream, score.dimension), ())),
            )
            for score in scores
        )
        return Quality(latest, cells, coverage(catalogue, results))

    def _trends(self, runs: Sequence[RunSummary]) -> dict[tuple[str, str], list[TrendPoint]]:
        points: dict[tuple[str, str], list[TrendPoint]] = {}
        for run in reversed(runs):
            results, files = self._store.control_results(run.run_id), self._store.file_reports(run.run_id)
            for score in scorecard(self._parts.controls, results, files):
                if score.value is not None:
                    place = points.setdefault((score.stream, score.dimension), [])
                    place.append(TrendPoint(run.as_of, score.value))
        return points
