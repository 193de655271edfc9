"""What every store knows of verdicts and keeps of suggested thresholds: the fake, SQLite and PostgreSQL."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from core.cases.life import Asked, take
from core.controls.suggestions import dismiss, succeed
from core.kernel.audit import AuditQuery
from core.kernel.errors import InputError
from core.kernel.reads import MoneyTotal
from core.kernel.suggestions import Share, Suggestion, ThresholdReview
from core.ports.store import Store
from tests.builders.people import actor
from tests.builders.runs import NOW, a_case, a_finding, a_run

ANNA = actor()
DRAWN = "C2345234567ABB"
"""A case whose place is drawn by lot, as its twelfth letter says."""


def a_review(**given: object) -> ThresholdReview:
    suggestion = Suggestion(
        "retry_hours", "96", "120", ("C-1",), ("C-2",), ("C-3",), ("C-4", "C-5"),
        (MoneyTotal("PLN", Decimal("1.25")),), Share(1, 1), Share(1, 0),
    )  # fmt: skip
    facts = {"definition": "D", "verdicts": "V", "suggestion": suggestion} | given
    return ThresholdReview(
        "payment_failed", at=NOW, raised=Share(3, 2), raised_by_lot=Share(1, 1), gone=1, not_asked=2, **facts
    )  # type: ignore[arg-type]


def kept(store: Store, review: ThresholdReview) -> ThresholdReview:
    return store.review_threshold(review.control_id, partial(succeed, found=review, actor=ANNA))


def close(store: Store, case_id: str, step: str = "closed", **facts: object) -> None:
    version = store.lives([case_id])[case_id].version
    asked = Asked(step, ANNA, "looked", facts)  # type: ignore[arg-type]
    store.step_cases({case_id: version}, lambda life: take(life, asked, NOW))


def trail(store: Store) -> list[str]:
    entries = store.audit_entries(AuditQuery(actions=("threshold.*",)), offset=0, limit=9)
    return [entry.event.action for entry in reversed(entries)]


def test_judged_findings_are_those_of_closed_cases_as_the_last_run_saw_them(store: Store) -> None:
    first = [a_finding("F-1", case_id=DRAWN), a_finding("F-2", case_id="C-2")]
    store.save_run(a_run("R-1", cases=[a_case(DRAWN), a_case("C-2")], findings=first))
    second = [
        a_finding("F-2", case_id="C-2"),
        a_finding("F-3", case_id="C-2", amount=Decimal(-7), currency="EUR"),
        a_finding("F-4", case_id="C-2", control_id="another"),
        a_finding("F-5", case_id="C-3"),
    ]
    store.save_run(a_run("R-2", cases=[a_case("C-2"), a_case("C-3")], findings=second))
    assert store.judged_findings("record_not_charged") == ()

    close(store, DRAWN, closing="false_alarm")
    close(store, "C-2", closing="known")

    found = store.judged_findings("record_not_charged")
    assert [(one.run_id, one.case_id, one.finding_id, one.was_right, one.by_lot) for one in found] == [
        ("R-2", "C-2", "F-2", True, False),
        ("R-2", "C-2", "F-3", True, False),
        ("R-1", DRAWN, "F-1", False, True),
    ]
    assert (found[1].subject_id, found[1].amount, found[1].currency) == ("M-F-3", Decimal(-7), "EUR")

    close(store, "C-2", "reopened")
    assert [one.case_id for one in store.judged_findings("record_not_charged")] == [DRAWN]


def test_a_review_comes_back_as_it_was_kept_and_the_newest_counts(store: Store) -> None:
    assert store.threshold_reviews() == ()
    first = kept(store, a_review())
    assert store.threshold_reviews() == (first,)

    second = kept(store, a_review(verdicts="V-2", suggestion=None))

    assert store.threshold_reviews() == (second,)
    assert trail(store) == ["threshold.suggested"]


def test_a_dismissal_is_kept_with_its_entry_or_not_at_all(store: Store) -> None:
    kept(store, a_review())
    refuse = partial(dismiss, verdicts="V", actor=ANNA, reason=" ", now=NOW)
    with pytest.raises(InputError):
        store.review_threshold("payment_failed", refuse)
    assert store.threshold_reviews() == (a_review(),)

    store.review_threshold("payment_failed", partial(dismiss, verdicts="V", actor=ANNA, reason="no", now=NOW))

    (review,) = store.threshold_reviews()
    assert review.dismissal is not None
    assert (review.dismissal.user_id, review.dismissal.at, review.dismissal.reason) == ("analyst", NOW, "no")
    assert trail(store) == ["threshold.suggested", "threshold.suggestion_dismissed"]
