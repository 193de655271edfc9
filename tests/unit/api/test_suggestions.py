"""Suggested thresholds: from verdicts by way of two people to a run that finds fewer false alerts."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.api import LEAST_JUDGED, Assay, Closing, RunRequest, Share, ThresholdAdvice, ThresholdReview
from core.kernel.audit import AuditEvent, AuditQuery
from core.kernel.errors import ConflictError, InputError, NotFoundError
from core.kernel.reads import CaseQuery
from tests.builders.installation import installation
from tests.builders.landing import parquet_bytes
from tests.builders.paid_twice import CONTROL, judge, paid_twice
from tests.builders.people import facade
from tests.builders.rows import account, invoice, payment, settings, world


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("paid_twice")
    paid_twice(home)
    return home


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    shutil.copytree(template, tmp_path / "home")
    return tmp_path / "home"


def run(home: Path) -> int:
    """Run again; return how many payments were found to be made twice."""
    outcome = facade(home, "service").run_dataset(RunRequest(home / "dataset"), lambda *_: None)
    return next(one.violations for one in outcome.controls if one.control_id == CONTROL)


def advice(asked: Assay) -> ThresholdAdvice:
    found = asked.threshold_advice(CONTROL)
    assert found is not None
    return found


def told(home: Path, *actions: str) -> Sequence[AuditEvent]:
    entries = facade(home, "auditor")._parts.store.audit_entries(
        AuditQuery(actions=actions), offset=0, limit=9
    )
    return [entry.event for entry in entries]


def test_with_no_verdicts_nothing_is_looked_for(home: Path) -> None:
    found = advice(facade(home))
    assert (found.state, found.said, found.review) == ("few", Share(0, 0), None)
    assert found.said.judged < LEAST_JUDGED
    with pytest.raises(ConflictError, match="not verdicts enough"):
        facade(home).look_for_threshold(CONTROL)


def test_verdicts_suggest_a_threshold_that_two_people_bring_about_and_the_next_run_uses(home: Path) -> None:
    judge(home)
    assert advice(facade(home)).state == "not_looked"

    review = facade(home).look_for_threshold(CONTROL)

    suggestion = review.suggestion
    assert suggestion is not None
    assert (suggestion.threshold, suggestion.before, suggestion.after) == ("days_apart", "7", "5")
    assert (suggestion.all_before, suggestion.all_after) == (Share(7, 5), Share(7, 0))
    assert (suggestion.lost, suggestion.money_lost) == ((), ())
    assert facade(home).suggested_thresholds() == (CONTROL,)
    assert advice(facade(home)).state == "suggested"
    threshold = next(one for one in facade(home).control_cards() if one.control_id == CONTROL).thresholds[0]
    assert threshold.value == "7", "a suggestion sets nothing"

    made = facade(home).propose_thresholds(CONTROL, {"days_apart": suggestion.after}, True, "As suggested.")
    facade(home, "supervisor").decide(made.proposal_id, "approved", made.content_hash)
    assert run(home) == 7

    assert advice(facade(home)).state == "none"
    assert facade(home).suggested_thresholds() == ()


def test_a_run_looks_by_itself_where_verdicts_are_new(home: Path) -> None:
    judge(home)
    run(home)
    found = advice(facade(home))
    assert (found.state, found.is_newer) == ("suggested", False)
    assert [event.actor.role for event in told(home, "threshold.suggested")] == ["service"]
    run(home)
    assert len(told(home, "threshold.suggested")) == 1


def test_after_the_change_alerts_that_are_raised_no_more_are_counted_apart(home: Path) -> None:
    judge(home)
    made = facade(home).propose_thresholds(CONTROL, {"days_apart": "5"}, True, "As suggested.")
    facade(home, "supervisor").decide(made.proposal_id, "approved", made.content_hash)
    run(home)

    review = facade(home).look_for_threshold(CONTROL)

    assert (review.raised, review.gone, review.not_asked) == (Share(7, 0), 5, 0)
    assert advice(facade(home)).state == "none"


def test_what_is_dismissed_comes_back_only_when_new_verdicts_suggest_something_else(home: Path) -> None:
    judge(home)
    review = facade(home).look_for_threshold(CONTROL)
    with pytest.raises(InputError, match="Say why"):
        facade(home).dismiss_suggestion(CONTROL, review.verdicts, "")
    facade(home).dismiss_suggestion(CONTROL, review.verdicts, "The bank books late.")

    assert advice(facade(home)).state == "dismissed"
    assert facade(home).suggested_thresholds() == ()
    assert facade(home).look_for_threshold(CONTROL).dismissal is not None
    (event,) = told(home, "threshold.suggestion_dismissed")
    assert (event.actor.user_id, event.reason) == ("analyst", "The bank books late.")

    reopen(home, review)
    judge(home)
    run(home)
    assert advice(facade(home)).state == "dismissed"

    reopen(home, review)
    assert advice(facade(home)).is_newer
    judge(home, false_from=6)
    run(home)
    found = advice(facade(home))
    assert found.state == "suggested"
    assert found.review is not None
    assert found.review.suggestion is not None
    assert found.review.suggestion.after == "6"


def reopen(home: Path, review: ThresholdReview) -> None:
    """Open the cases again that a review holds to be false alarms."""
    assert review.suggestion is not None
    lives = facade(home)._parts.store.lives(review.suggestion.dropped)
    seen = {case_id: life.version for case_id, life in lives.items()}
    facade(home, "supervisor").step_cases(seen, "reopened")


def test_a_run_whose_data_is_gone_is_left_out_and_its_cases_counted(home: Path) -> None:
    judge(home)
    shutil.rmtree(home / "lake" / "payments")
    review = facade(home).look_for_threshold(CONTROL)
    assert (review.raised, review.not_asked, review.suggestion) == (Share(0, 0), 12, None)


def test_what_only_waits_longer_is_spared_once_a_later_run_has_seen_it_settled(tmp_path: Path) -> None:
    """Seven payments failed long ago; four failed 108 hours before the run, and come in eight hours after."""
    names = [f"A{number}" for number in range(11)]
    bills = [invoice(f"I-{one}", account_id=one, total="50", status="overdue",
                     cycle_start="2026-02-01 00:00", issued_at="2026-03-06 06:00")
             for one in names]  # fmt: skip
    failed = [
        payment(f"P-{one}", account_id=one, invoice_id=f"I-{one}", amount="50", status="failed",
                failure_code="issuer_timeout",
                attempted_at="2026-03-20 10:00" if at < 7 else "2026-04-06 00:00")
        for at, one in enumerate(names)
    ]  # fmt: skip
    streams = world(accounts=[account(one) for one in names], invoices=bills, payments=failed)
    asked = installation(tmp_path, streams, settings())
    store = asked._parts.store
    for case in store.cases(CaseQuery(faults=("payment_failed",)), offset=0, limit=20):
        if case.account_id is None:
            continue  # the incident that they are
        closing: Closing = "known" if int(case.account_id[1:]) < 7 else "false_alarm"
        facade(tmp_path, "supervisor").step_cases({case.case_id: 0}, "closed", "Asked.", closing=closing)

    review = asked.look_for_threshold("payment_failed")
    assert (review.raised, review.suggestion) == (Share(7, 4), None)

    settled = [
        payment(f"Q-{one}", account_id=one, invoice_id=f"I-{one}", amount="50",
                attempted_at="2026-04-10 20:00")
        for one in names[7:]
    ]  # fmt: skip
    payments = tmp_path / "dataset" / "payments"
    payments.mkdir()
    (tmp_path / "dataset" / "payments.parquet").rename(payments / "1.parquet")
    (payments / "2.parquet").write_bytes(parquet_bytes("payments", settled))
    later = RunRequest(tmp_path / "dataset", as_of=datetime(2026, 4, 20, 10, tzinfo=UTC))
    facade(tmp_path, "service").run_dataset(later, lambda *_: None)

    found = asked.threshold_advice("payment_failed")
    assert found is not None
    assert found.review is not None
    suggestion = found.review.suggestion
    assert suggestion is not None
    assert (suggestion.threshold, suggestion.after) == ("retry_hours", "108")
    assert (len(suggestion.dropped), suggestion.lost) == (4, ())


def test_a_control_without_numbers_has_no_advice_and_an_unknown_one_is_told(home: Path) -> None:
    assert facade(home).threshold_advice("wrong_rate") is None
    with pytest.raises(NotFoundError):
        facade(home).threshold_advice("none")
