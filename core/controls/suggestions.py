"""What becomes of a suggested threshold: kept, taken the place of, or dismissed. Keeps nothing itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from core.governance.canonical import canonical
from core.kernel.audit import AuditEvent, Facts
from core.kernel.errors import ConflictError, InputError
from core.kernel.people import Actor
from core.kernel.suggestions import Dismissal, JudgedFinding, Share, Suggestion, ThresholdReview

__all__ = ["Reviewed", "dismiss", "said", "said_by_lot", "succeed", "verdicts_name"]

Reviewed = tuple[ThresholdReview, AuditEvent | None]
"""A review as it is to be kept, and what the audit trail is told."""

_LONGEST_REASON = 2_000


def said(judged: Iterable[JudgedFinding]) -> Share:
    """Return what people said of the cases that findings are in."""
    return _share({one.case_id: one.was_right for one in judged})


def said_by_lot(judged: Iterable[JudgedFinding]) -> Share:
    """Return what people said of those cases that were drawn by lot."""
    return _share({one.case_id: one.was_right for one in judged if one.by_lot})


def verdicts_name(judged: Iterable[JudgedFinding]) -> str:
    """Return a name for these verdicts on these findings; others have another."""
    told = sorted((one.case_id, one.run_id, one.finding_id, one.was_right) for one in judged)
    return hashlib.sha256(canonical(told).encode()).hexdigest()[:16]


def succeed(before: ThresholdReview | None, found: ThresholdReview, actor: Actor) -> Reviewed:
    """Return a new review in the place of the one before.

    What was dismissed stays dismissed, unless other verdicts suggest something else.
    """
    suggestion = found.suggestion
    if suggestion is None:
        return found, None
    if before is not None and before.definition == found.definition:
        is_same = _change(before.suggestion) == _change(suggestion)
        if before.dismissal is not None and (is_same or before.verdicts == found.verdicts):
            return replace(found, dismissal=before.dismissal), None
        if is_same:
            return found, None
    return found, _told("threshold.suggested", actor, found, suggestion, "")


def dismiss(
    kept: ThresholdReview | None, verdicts: str, actor: Actor, reason: str, now: datetime
) -> Reviewed:
    """Return a review whose suggestion somebody does not want.

    Parameters
    ----------
    verdicts
        Those that the suggestion stood on when it was shown.

    Raises
    ------
    InputError
        RA-E100 without a reason.
    ConflictError
        RA-E401 when there is no such suggestion any more.
    """
    why = reason.strip()
    if not why:
        raise InputError("Say why this is not suggested again.")
    if len(why) > _LONGEST_REASON:
        raise InputError(f"Write at most {_LONGEST_REASON:,} characters.")
    if kept is None or kept.suggestion is None or kept.verdicts != verdicts:
        raise ConflictError("This is not suggested any more: load the page again.")
    if kept.dismissal is not None:
        raise ConflictError(f"{kept.dismissal.name} has dismissed this already.")
    dismissal = Dismissal(actor.user_id, actor.name, now, why)
    event = _told("threshold.suggestion_dismissed", actor, kept, kept.suggestion, why)
    return replace(kept, dismissal=dismissal), event


def _change(suggestion: Suggestion | None) -> tuple[str, str, str] | None:
    return (suggestion.threshold, suggestion.before, suggestion.after) if suggestion else None


def _told(
    action: str, actor: Actor, review: ThresholdReview, suggestion: Suggestion, reason: str
) -> AuditEvent:
    context: Facts = {
        "definition": review.definition,
        "verdicts": review.verdicts,
        "dropped": suggestion.dropped,
        "lost": suggestion.lost,
        "kept_right": len(suggestion.kept_right),
        "kept_wrong": len(suggestion.kept_wrong),
        "money_lost": {one.currency: one.amount for one in suggestion.money_lost},
    }
    return AuditEvent(
        action,
        actor,
        "control",
        review.control_id,
        reason,
        before={suggestion.threshold: suggestion.before},
        after={suggestion.threshold: suggestion.after},
        context=context,
    )


def _share(verdicts: dict[str, bool]) -> Share:
    right = sum(verdicts.values())
    return Share(right, len(verdicts) - right)
