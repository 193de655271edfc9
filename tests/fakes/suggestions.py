"""Reviews of thresholds in memory: the same answers as the store's, by plain loops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.cases.life import was_right
from core.cases.worth import drawn_by_lot
from core.kernel.audit import AuditEntry, AuditEvent
from core.kernel.case_life import CLOSED, CaseLife, CaseStep
from core.kernel.results import Case, Finding
from core.kernel.suggestions import JudgedFinding, ThresholdReview


class FakeSuggestions:
    """Keep reviews in a dictionary; a part of `tests.fakes.store.FakeStore`."""

    record: Callable[[AuditEvent], AuditEntry]
    _cases: dict[str, Case]
    _last_seen: dict[str, str]
    _life: Callable[[str], CaseLife]
    _closing: Callable[[str], CaseStep]
    _findings: Callable[[str, str | None, str | None], list[Finding]]

    def __init__(self) -> None:
        super().__init__()
        self._reviews: dict[str, ThresholdReview] = {}

    def judged_findings(self, control_id: str) -> tuple[JudgedFinding, ...]:
        judged = []
        for case_id in sorted(self._cases):
            if self._life(case_id).state not in CLOSED:
                continue
            step, run_id = self._closing(case_id), self._last_seen[case_id]
            verdict = was_right(step.step, step.facts)
            for one in sorted(self._findings(run_id, case_id, None), key=lambda found: found.finding_id):
                if one.control_id == control_id and verdict is not None:
                    facts = (run_id, case_id, one.finding_id, one.subject_id, one.amount, one.currency)
                    judged.append(JudgedFinding(control_id, *facts, verdict, drawn_by_lot(case_id)))
        return tuple(judged)

    def threshold_reviews(self) -> tuple[ThresholdReview, ...]:
        return tuple(self._reviews[name] for name in sorted(self._reviews))

    def review_threshold(self, control_id: str, settle: Callable[..., Any]) -> ThresholdReview:
        review, event = settle(self._reviews.get(control_id))
        self._reviews[control_id] = review
        if event is not None:
            self.record(event)
        return review
