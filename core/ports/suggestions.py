"""What verdicts say of thresholds. Holds no rule: the caller hands them over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from core.kernel.audit import AuditEvent
from core.kernel.suggestions import JudgedFinding, ThresholdReview

__all__ = ["SuggestionStore"]


class SuggestionStore(Protocol):
    """Read what people judged, and keep for each control what came of looking for a better threshold."""

    def judged_findings(self, control_id: str) -> tuple[JudgedFinding, ...]:
        """Return the findings of a control in closed cases with a verdict, by case and finding.

        A case is taken as the last run that saw it did; verdicts count as `core.ports.case_life` says.
        """

    def threshold_reviews(self) -> tuple[ThresholdReview, ...]:
        """Return the last review of each control, by control id."""

    def review_threshold(
        self,
        control_id: str,
        settle: Callable[[ThresholdReview | None], tuple[ThresholdReview, AuditEvent | None]],
    ) -> ThresholdReview:
        """Keep what ``settle`` makes of the review that is kept of a control, and the entry that it tells."""
