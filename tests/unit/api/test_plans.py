"""How a correction would be carried out: planned, proposed with its plan, approved by whom policy names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.api import Assay, Correction, FourEyesError, InputError, PolicyRow, PolicyTable
from core.bootstrap import wall_clock
from core.governance.admission import Stay
from core.governance.canonical import plain
from core.governance.rights import APPROVERS, granted_by
from core.kernel.advice import Advice
from core.kernel.audit import AuditQuery
from core.kernel.diagnosis import Diagnosis, Suspect
from core.kernel.people import Role
from core.kernel.plan import FailedPayment, Timing
from core.kernel.policy import CaseFacts
from core.kernel.proposals import PolicyVersion
from core.policy.document import shipped_policy
from tests.builders.people import a_session, actor, facade_over
from tests.builders.policy import PLAIN
from tests.builders.runs import NOW, a_case, a_run
from tests.fakes.store import FakeStore

CHARGE = Correction("add_charge", Decimal("3.50"), "unknown", notify=True)
WRITE_OFF = Correction("write_off", Decimal(0), "unknown", notify=False)
TIMING = Timing(NOW, ("Europe/Warsaw",), NOW + timedelta(days=9))
FACTS = replace(PLAIN, amount=Decimal("3.50"), action="add_charge", timing=TIMING)


def asks_over(home: Path, facts: CaseFacts) -> Callable[..., Assay]:
    """Keep a case with what policy looks at, and return what asks about it as somebody."""
    store = FakeStore()
    advice = Advice("C-1", Diagnosis((Suspect("unknown", Decimal(1)),)), facts=facts)
    store.save_run(a_run(cases=[a_case("C-1")], advice={"C-1": advice}))

    def asks(role: Role = "analyst", **given: Any) -> Assay:
        return facade_over(store, home, clock=lambda: NOW, who=actor(role, **{"user_id": role, **given}))

    return asks


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., Assay]:
    return asks_over(tmp_path, FACTS)


def names(ask: Callable[..., Assay], wanted: Correction) -> list[str]:
    plan = ask().plan_correction("C-1", wanted)
    assert plan is not None
    return [one.step for one in plan.steps]


def test_the_roles_that_policy_can_name_are_those_that_approve_corrections() -> None:
    assert sorted(APPROVERS) == sorted(granted_by("cases.approve"))


def test_the_plan_is_that_of_what_is_wanted_not_of_what_was_recommended(ask: Callable[..., Assay]) -> None:
    assert names(ask, CHARGE) == ["hold_invoice", "correct", "notify_customer", "release_invoice"]
    assert names(ask, replace(CHARGE, notify=False)) == ["hold_invoice", "correct", "release_invoice"]
    assert names(ask, WRITE_OFF) == ["correct"]


def test_a_bill_that_has_left_since_is_held_no_more(tmp_path: Path) -> None:
    gone = replace(FACTS, timing=replace(TIMING, now=NOW - timedelta(days=9), issue_at=NOW))

    assert names(asks_over(tmp_path, gone), CHARGE) == ["notify_customer", "correct"]


def test_the_second_person_approves_the_plan_and_the_trail_keeps_it(ask: Callable[..., Assay]) -> None:
    plan = ask().plan_correction("C-1", CHARGE)
    assert plan is not None
    made = ask().propose_correction("C-1", 0, CHARGE, "Used and not billed.")
    (waiting,) = ask("supervisor").approvals().waiting

    assert waiting.plan == plan
    assert made.effect["plan"] == plain(asdict(plan))
    ask("supervisor").decide(made.proposal_id, "approved", made.content_hash)
    trail = ask("auditor").audit_trail(AuditQuery(object_kind="case", object_id="C-1")).entries
    approved = next(entry.event for entry in trail if entry.event.action == "correction.approved")
    assert approved.context["effect"]["plan"] == made.effect["plan"]  # type: ignore[index]


def write_offs_by_a_product_manager(ask: Callable[..., Assay]) -> tuple[PolicyTable, ...]:
    """Return the policy in force, but for who approves what is written off."""
    row = PolicyRow(
        (("action", "write_off"),), "correct", "money is given up", "product_manager", (("told", "never"),)
    )
    return tuple(
        replace(one, rows=(row, *one.rows)) if one.kind == "procedure" else one
        for one in ask().policy().tables
    )


def test_who_approves_an_action_is_changed_by_two_people_and_holds_from_then_on(
    ask: Callable[..., Assay],
) -> None:
    tables = write_offs_by_a_product_manager(ask)
    tried = ask().try_policy(tables)
    assert (tried.changed, tried.plans, tried.approvers) == (0, 0, 0)  # the one case is no write-off
    change = ask().propose_policy(tables, "Who gives up money answers for the product.")
    assert {one.name for one in ask("supervisor").approvals().waiting[0].changes} >= {"rows.procedure 1"}
    proved = Stay(a_session("supervisor", proved_at=wall_clock()), actor("supervisor"), must_change=False)
    sue = ask("supervisor").acting(actor("supervisor"), proved)
    sue.decide(change.proposal_id, "approved", change.content_hash)

    made = ask().propose_correction("C-1", 0, WRITE_OFF, "Too little to collect.")
    with pytest.raises(FourEyesError, match="another role approve this: product manager"):
        ask("supervisor").decide(made.proposal_id, "approved", made.content_hash)
    ask("product_manager").decide(made.proposal_id, "approved", made.content_hash)


@pytest.mark.parametrize(
    ("changes", "wanted", "message"),
    [
        ({"contact_allowed": False}, CHARGE, "This customer is not to be contacted: leave out to tell them"),
        ({}, replace(WRITE_OFF, notify=True), "Policy tells the customer nothing of this"),
        ({"segment": None}, CHARGE, "There is no one customer to tell"),
        (
            {"timing": replace(TIMING, failure=FailedPayment("stolen_card", NOW))},
            Correction("retry_payment", Decimal(9), "payment_gateway", notify=False),
            "Policy never tries it again: the card or account takes no payment any more",
        ),
    ],
)
def test_what_policy_does_not_let_be_is_refused_in_words(
    tmp_path: Path, changes: dict[str, Any], wanted: Correction, message: str
) -> None:
    ask = asks_over(tmp_path, replace(FACTS, **changes))

    with pytest.raises(InputError, match=message):
        ask().propose_correction("C-1", 0, wanted, "Why.")


def test_a_notice_that_is_owed_is_not_left_out(
    ask: Callable[..., Assay], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = shipped_policy().text.replace("lead_hours = 48", "lead_hours = 48\nowed = true")
    monkeypatch.setattr(FakeStore, "policy_versions", lambda _: (PolicyVersion(1, text, NOW, "P-1"),))

    with pytest.raises(InputError, match="The customer has to be told of this"):
        ask().propose_correction("C-1", 0, replace(CHARGE, notify=False), "Why.")


def test_a_policy_older_than_the_tables_says_that_those_that_ship_stand_in(
    ask: Callable[..., Assay], monkeypatch: pytest.MonkeyPatch
) -> None:
    older = shipped_policy().text.split("[[procedure]]", 1)[0]
    monkeypatch.setattr(FakeStore, "policy_versions", lambda _: (PolicyVersion(1, older, NOW, "P-1"),))

    assert ask().policy().filled == ("procedure", "retry")
    assert names(ask, CHARGE) == ["hold_invoice", "correct", "notify_customer", "release_invoice"]
