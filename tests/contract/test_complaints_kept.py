"""What every store keeps of customers who wait, from run to run: the fake, SQLite and PostgreSQL."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.cases.life import Asked, take
from core.kernel.audit import AuditQuery
from core.kernel.complaints import CONTACT
from core.kernel.reads import CaseQuery
from core.kernel.results import Case
from core.ports.store import Store
from tests.builders.audit import ANNA
from tests.builders.proposals import NOW
from tests.builders.runs import a_case, a_run


def complaint(case_id: str = "C-1", *contacts: str, **given: Any) -> Case:
    facts = {"fault": CONTACT, "findings": 0, "amount": Decimal(0), "contact_ids": contacts or ("K-1",)}
    return a_case(case_id, **facts | given)


def queue(store: Store) -> list[str]:
    return [case.case_id for case in store.cases(CaseQuery(), offset=0, limit=10)]


def test_a_complaint_is_kept_and_seen_like_any_case_and_leaves_the_queue_when_it_is_settled(
    store: Store,
) -> None:
    store.save_run(a_run("R-1", cases=[complaint()]))
    assert queue(store) == ["C-1"]
    store.save_run(a_run("R-2", cases=[a_case("C-2", account_id="A-2")]))

    assert queue(store) == ["C-2"]
    assert len(store.sightings("C-1")) == 1
    assert store.case_steps("C-1") == ()
    assert store.lives(["C-1"])["C-1"].state == "new"


def test_both_cases_tell_that_a_complaint_has_joined_what_a_later_run_found(store: Store) -> None:
    store.save_run(a_run("R-1", cases=[complaint(), complaint("C-2", "K-2")]))
    store.save_run(a_run("R-2", cases=[a_case("C-9", contact_ids=("K-1", "K-2"))]))
    store.save_run(a_run("R-3", cases=[a_case("C-9", contact_ids=("K-1", "K-2"))]))

    (left,), (came,) = store.case_steps("C-1"), store.case_steps("C-9")
    assert (left.step, left.facts) == ("joined", {"into": "C-9", "run": "R-2"})
    assert (came.step, came.facts) == ("took_up", {"from": ["C-1", "C-2"], "run": "R-2"})
    assert {life.state for life in store.lives(["C-1", "C-9"]).values()} == {"new"}
    entries = store.audit_entries(AuditQuery(object_kind="case"), offset=0, limit=9)
    told = {entry.event.object_id: entry.event for entry in entries}
    assert {one: event.action for one, event in told.items()} == {
        "C-1": "case.joined",
        "C-2": "case.joined",
        "C-9": "case.took_up",
    }
    assert told["C-2"].context["contact_ids"] == ["K-2"]


def test_a_complaint_that_was_answered_opens_again_when_the_customer_comes_again(store: Store) -> None:
    closed = Asked("closed", ANNA, "Explained the bill.", {"closing": "answered"})
    store.save_run(a_run("R-1", cases=[complaint()]))
    store.step_cases({"C-1": 0}, lambda life: take(life, closed, NOW))
    store.save_run(a_run("R-2", cases=[complaint()]))
    assert store.lives(["C-1"])["C-1"].state == "not_an_issue"

    store.save_run(a_run("R-3", cases=[complaint("C-1", "K-1", "K-2")]))

    assert store.lives(["C-1"])["C-1"].state == "reopened"
    facts = store.case_steps("C-1")[0].facts
    assert facts["contacts"] == {"closed_with": ["K-1"], "now": ["K-1", "K-2"]}
