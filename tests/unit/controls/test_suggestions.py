"""What becomes of a suggestion: told once, dismissed with a reason, back when verdicts suggest another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core.controls.suggestions import dismiss, said, said_by_lot, succeed, verdicts_name
from core.kernel.errors import ConflictError, InputError
from core.kernel.suggestions import Share, Suggestion, ThresholdReview
from tests.builders.people import NOW, actor
from tests.builders.verdicts import judged

ANNA, SERVICE = actor(), actor("service")


def a_suggestion(after: str = "14") -> Suggestion:
    return Suggestion("retry_hours", "10", after, ("C-1",), (), (), ("C-2",), (), Share(), Share())


def a_review(**given: Any) -> ThresholdReview:
    facts: dict[str, Any] = {"definition": "D-1", "verdicts": "V-1", "suggestion": a_suggestion()}
    return ThresholdReview("payment_failed", at=NOW, raised=Share(7, 3), raised_by_lot=Share(), gone=0,
                           not_asked=0, **facts | given)  # fmt: skip


def dismissed() -> ThresholdReview:
    review, _ = dismiss(a_review(), "V-1", ANNA, " The bank says four days. ", NOW)
    return review


def test_a_new_suggestion_is_told_to_the_trail_once() -> None:
    review, event = succeed(None, a_review(), SERVICE)
    assert event is not None
    assert (event.action, event.before, event.after) == (
        "threshold.suggested", {"retry_hours": "10"}, {"retry_hours": "14"},
    )  # fmt: skip
    again = a_review(verdicts="V-2")
    assert succeed(review, again, SERVICE) == (again, None)


def test_where_nothing_is_suggested_nothing_is_told() -> None:
    nothing = a_review(suggestion=None)
    assert succeed(a_review(), nothing, SERVICE) == (nothing, None)


def test_a_dismissal_keeps_who_when_and_why_and_is_told() -> None:
    review, event = dismiss(a_review(), "V-1", ANNA, " The bank says four days. ", NOW)
    assert review.dismissal is not None
    assert (review.dismissal.name, review.dismissal.at) == ("Analyst", NOW)
    assert review.dismissal.reason == "The bank says four days."
    assert event is not None
    assert (event.action, event.reason) == ("threshold.suggestion_dismissed", "The bank says four days.")


def test_what_was_dismissed_stays_so_with_the_same_verdicts_or_the_same_change() -> None:
    before = dismissed()
    for found in (a_review(), a_review(verdicts="V-2"), a_review(suggestion=a_suggestion("15"))):
        review, event = succeed(before, found, SERVICE)
        assert (review, event) == (replace(found, dismissal=before.dismissal), None)


def test_other_verdicts_that_suggest_something_else_bring_it_back() -> None:
    found = a_review(verdicts="V-2", suggestion=a_suggestion("15"))
    review, event = succeed(dismissed(), found, SERVICE)
    assert review.dismissal is None
    assert event is not None


def test_other_thresholds_in_force_make_it_another_suggestion() -> None:
    assert succeed(dismissed(), a_review(definition="D-2"), SERVICE)[0].dismissal is None


def test_dismissing_needs_a_reason_and_what_is_still_suggested() -> None:
    with pytest.raises(InputError, match="Say why"):
        dismiss(a_review(), "V-1", ANNA, " ", NOW)
    for kept in (None, a_review(suggestion=None), a_review(verdicts="V-2")):
        with pytest.raises(ConflictError, match="not suggested any more"):
            dismiss(kept, "V-1", ANNA, "why", NOW)
    with pytest.raises(ConflictError, match="Analyst has dismissed"):
        dismiss(dismissed(), "V-1", ANNA, "why", NOW)


def test_verdicts_count_by_case_and_have_a_name_that_any_change_changes() -> None:
    one, two = judged(1, was_right=True), judged(2, was_right=False, by_lot=True)
    same_case = judged(3, was_right=True, case_id=one.case_id)
    assert said([one, two, same_case]) == Share(1, 1)
    assert said_by_lot([one, two, same_case]) == Share(0, 1)
    names = {verdicts_name(told) for told in ([one, two], [one], [replace(one, was_right=False), two])}
    assert len(names) == 3
    assert verdicts_name([one, two]) == verdicts_name([two, one])
