"""What verdicts say of a control's thresholds: alerts that people judged, and the change that they speak for.

Does not look for the change: `core.controls.tuning` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import sqrt

from core.kernel.reads import MoneyTotal

__all__ = ["Dismissal", "JudgedFinding", "Share", "Suggestion", "ThresholdReview"]

_Z = 1.959964
"""The standard normal's 97.5 % point: intervals hold the truth in 19 of 20 samples."""


@dataclass(frozen=True)
class Share:
    """Count alerts that people judged: right to raise, or false alarms.

    Examples
    --------
    >>> one = Share(8, 2)
    >>> one.precision, [round(edge, 2) for edge in one.interval]
    (0.8, [0.49, 0.94])
    """

    right: int = 0
    wrong: int = 0

    @property
    def judged(self) -> int:
        """Return how many were judged."""
        return self.right + self.wrong

    @property
    def precision(self) -> float | None:
        """Return the share of right alerts; None where none was judged."""
        return self.right / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float]:
        """Return between what the share lies with 95 % confidence (Wilson); anything before any verdict."""
        if not self.judged:
            return (0.0, 1.0)
        share, of, square = self.right / self.judged, self.judged, _Z * _Z
        centre = share + square / (2 * of)
        reach = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of))
        low, high = ((centre + way * reach) / (1 + square / of) for way in (-1, 1))
        return (max(low, 0.0), min(high, 1.0))


@dataclass(frozen=True)
class JudgedFinding:
    """Hold one finding of a closed case: what the last run that saw the case found, and what people said.

    ``by_lot`` says whether the case stood where a lot put it, whatever its worth.
    """

    control_id: str
    run_id: str
    case_id: str
    finding_id: str
    subject_id: str
    amount: Decimal
    currency: str
    was_right: bool
    by_lot: bool


@dataclass(frozen=True)
class Suggestion:
    """Suggest another value of one threshold.

    Parameters
    ----------
    threshold, before, after
        Its name, its value in force and the suggested one, as text.
    dropped, lost
        Cases that would no longer be raised: false alarms, and confirmed ones.
    kept_wrong, kept_right
        Cases that would still be raised: false alarms, and confirmed ones.
    money_lost
        Money, without sign, of the confirmed findings that would no longer be raised, also where their
        case still would be.
    lot_before, lot_after
        The cases among all of these that were drawn by lot, as raised now and as raised then.
    """

    threshold: str
    before: str
    after: str
    dropped: tuple[str, ...]
    lost: tuple[str, ...]
    kept_wrong: tuple[str, ...]
    kept_right: tuple[str, ...]
    money_lost: tuple[MoneyTotal, ...]
    lot_before: Share
    lot_after: Share

    @property
    def all_before(self) -> Share:
        """Return every judged case as raised now."""
        return Share(len(self.lost) + len(self.kept_right), len(self.dropped) + len(self.kept_wrong))

    @property
    def all_after(self) -> Share:
        """Return every judged case as raised then."""
        return Share(len(self.kept_right), len(self.kept_wrong))


@dataclass(frozen=True)
class Dismissal:
    """State who does not want a suggestion, since when and why."""

    user_id: str
    name: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class ThresholdReview:
    """Hold what came of looking for a better threshold of a control.

    Parameters
    ----------
    definition
        The control's version, with the thresholds in force, that was looked at.
    verdicts
        Names the verdicts that it stands on; others have another name.
    raised, raised_by_lot
        The judged cases that the control raises as it stands, and those among them that were drawn by lot.
    gone
        Judged cases that it does not raise any more as it stands.
    not_asked
        Judged cases of runs whose data is not there to be asked again.
    """

    control_id: str
    definition: str
    verdicts: str
    at: datetime
    raised: Share
    raised_by_lot: Share
    gone: int
    not_asked: int
    suggestion: Suggestion | None = None
    dismissal: Dismissal | None = None
