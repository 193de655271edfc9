"""Every right at every question: role by method by whose data, each cell asked without a page."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.api import (
    RIGHTS,
    Assay,
    AssayError,
    AuditEvent,
    AuditQuery,
    CaseFilter,
    ChangeRequest,
    Correction,
    ForbiddenError,
    PricingRequest,
    Right,
    Role,
    RunRequest,
    ToPost,
)
from core.governance.admission import Stay
from core.kernel.people import NOBODY, ROLES, Credential
from tests.builders.people import SYSTEM, a_person, a_session, actor, facade_over
from tests.builders.runs import a_case, a_control_result, a_finding, a_run
from tests.fakes.store import FakeStore

Ask = Callable[[Assay], object]

OWN, OTHER = "C-own", "C-other"
"""A case of a customer in the segment that a narrowed person may see, and of one in another."""

FOUND = a_finding(case_id=OWN)
BROKEN = a_control_result(FOUND.control_id, outcome="violated", violations=1)
TOLD = AuditEvent("person.added", SYSTEM, "person", "anna")
TO_POST = ToPost(Decimal(1), "EUR")
NO_PATH = Path("no such place")


def quiet(_what: str, _done: int, _total: int) -> None:
    """Take progress."""


ASKS: dict[str, Ask] = {
    "account": lambda assay: assay.account("A1"),
    "account_insight": lambda assay: assay.account_insight("A1"),
    "account_review": lambda assay: assay.account_review("A1"),
    "add_person": lambda assay: assay.add_person(
        "new", "New", "analyst", email="n@example.org", password=False
    ),
    "add_webhook": lambda assay: assay.add_webhook("https://crm.example/"),
    "approval": lambda assay: assay.approval("P-none"),
    "approvals": lambda assay: assay.approvals(),
    "assign_cases": lambda assay: assay.assign_cases({OWN: 0}, None),
    "audit_choices": lambda assay: assay.audit_choices(),
    "audit_csv": lambda assay: assay.audit_csv(AuditQuery()),
    "audit_entry": lambda assay: assay.audit_entry(1),
    "audit_export": lambda assay: list(assay.audit_export()),
    "audit_receipt": lambda assay: assay.audit_receipt(1),
    "audit_trail": lambda assay: assay.audit_trail(AuditQuery()),
    "case": lambda assay: assay.case(OWN),
    "case_colleagues": lambda assay: assay.case_colleagues(),
    "case_findings": lambda assay: assay.case_findings(OWN),
    "case_queue": lambda assay: assay.case_queue(CaseFilter()),
    "case_standing": lambda assay: assay.case_standing(OWN),
    "change_person": lambda assay: assay.change_person("anna", name="Anna A", email=None, segments=None),
    "change_role": lambda assay: assay.change_role("anna", "auditor", "moves to audit"),
    "check_charge": lambda assay: assay.check_charge({"imsi": "I1", "started_at": None}, TO_POST),
    "compare_price_lists": lambda assay: assay.compare_price_lists(ChangeRequest(NO_PATH, NO_PATH), quiet),
    "control_cards": lambda assay: assay.control_cards(),
    "control_history": lambda assay: assay.control_history("file_late"),
    "control_reach": lambda assay: assay.control_reach(),
    "control_results": lambda assay: assay.control_results(),
    "corrections": lambda assay: assay.corrections(),
    "decide": lambda assay: assay.decide("P-none", "approved", "hash"),
    "disable_person": lambda assay: assay.disable_person("anna", "has left"),
    "enable_person": lambda assay: assay.enable_person("anna"),
    "end_token": lambda assay: assay.end_token("T-none"),
    "dismiss_suggestion": lambda assay: assay.dismiss_suggestion("file_late", "none", "why"),
    "file_lineage": lambda assay: assay.file_lineage("a.csv"),
    "file_reports": lambda assay: assay.file_reports(),
    "find_accounts": lambda assay: assay.find_accounts(""),
    "flow": lambda assay: assay.flow(),
    "found": lambda assay: assay.found("file_late", "usage_files"),
    "happenings": lambda assay: assay.happenings(),
    "home": lambda assay: assay.home(),
    "merge_cases": lambda assay: assay.merge_cases({OWN: 0}, OWN, "one matter"),
    "merge_offer": lambda assay: assay.merge_offer(OWN),
    "open_items": lambda assay: assay.open_items(),
    "make_token": lambda assay: assay.make_token("CRM", ["status.read"], 1),
    "look_for_threshold": lambda assay: assay.look_for_threshold("none"),
    "new_control": lambda assay: assay.new_control("No Such Name"),
    "move_correction": lambda assay: assay.move_correction("K-1", 1, "cancel", "why"),
    "people": lambda assay: assay.people(),
    "plan_correction": lambda assay: assay.plan_correction(
        OWN, Correction("add_charge", Decimal("1.25"), "unknown", notify=True)
    ),
    "policy": lambda assay: assay.policy(),
    "propose_policy": lambda assay: assay.propose_policy((), "why"),
    "propose_correction": lambda assay: assay.propose_correction(
        OWN, 0, Correction("add_charge", Decimal("1.25"), "unknown", notify=True), "why"
    ),
    "propose_thresholds": lambda assay: assay.propose_thresholds("none", {}, True, "why"),
    "quality": lambda assay: assay.quality(),
    "rate_dataset": lambda assay: assay.rate_dataset(PricingRequest(NO_PATH, NO_PATH), quiet),
    "rebuild_run": lambda assay: assay.rebuild_run(2, quiet),
    "rejected_rows": lambda assay: assay.rejected_rows(),
    "remove_webhook": lambda assay: assay.remove_webhook("W-none"),
    "reset_password": lambda assay: assay.reset_password("nobody"),
    "resume_webhook": lambda assay: assay.resume_webhook("W-none"),
    "revoke_sessions": lambda assay: assay.revoke_sessions("anna"),
    "run_dataset": lambda assay: assay.run_dataset(RunRequest(NO_PATH), quiet),
    "runs": lambda assay: assay.runs(),
    "seal_audit": lambda assay: assay.seal_audit(),
    "sessions": lambda assay: assay.sessions(),
    "split_case": lambda assay: assay.split_case(OWN, 0, ["F-none"], "another matter"),
    "status": lambda assay: assay.status(),
    "step_cases": lambda assay: assay.step_cases({OWN: 0}, "commented", "Asked the partner."),
    "systems": lambda assay: assay.systems(),
    "tell_webhooks": lambda assay: assay.tell_webhooks(),
    "tokens": lambda assay: assay.tokens(),
    "switch_off": lambda assay: assay.switch_off("refund_payment", "why"),
    "switch_on": lambda assay: assay.switch_on("refund_payment", "why"),
    "suggested_thresholds": lambda assay: assay.suggested_thresholds(),
    "threshold_advice": lambda assay: assay.threshold_advice("none"),
    "try_controls": lambda assay: assay.try_controls(["none"]),
    "undo_step": lambda assay: assay.undo_step({OWN: 0}),
    "try_policy": lambda assay: assay.try_policy(()),
    "unmask": lambda assay: assay.unmask("A1", "the customer asks for it"),
    "verdicts": lambda assay: assay.verdicts(),
    "verify_audit": lambda assay: assay.verify_audit(),
    "webhooks": lambda assay: assay.webhooks(),
    "view_counts": lambda assay: assay.view_counts(),
    "what_if": lambda assay: assay.what_if("none", {}, True),
}
"""How each question is asked, with values that lead to an answer or to an error of its own."""

NOT_QUESTIONS = {"acting", "may"}
"""What opens nothing: the step through the door, and asking whether one may."""

BY_HAND: dict[Role, set[str]] = {
    "care_agent": {
        "account", "account_insight", "account_review", "assign_cases", "case", "case_colleagues",
        "case_findings", "case_queue", "case_standing", "end_token", "find_accounts", "happenings", "home",
        "make_token", "merge_cases", "merge_offer", "plan_correction", "propose_correction", "runs",
        "split_case", "status", "step_cases", "tokens", "undo_step", "unmask", "view_counts",
    },
    "service": {
        "add_webhook", "check_charge", "compare_price_lists", "rate_dataset", "remove_webhook",
        "resume_webhook", "run_dataset", "runs", "status", "systems", "tell_webhooks",
        "webhooks",
    },
}  # fmt: skip
"""All that two roles may, written down here rather than read from the table of rights."""

KEY_CELLS: set[tuple[Role, str, bool]] = {
    ("administrator", "people", True),
    ("administrator", "run_dataset", True),
    ("administrator", "account", False),
    ("administrator", "case", False),
    ("administrator", "unmask", False),
    ("analyst", "case", True),
    ("analyst", "unmask", True),
    ("analyst", "people", False),
    ("analyst", "change_role", False),
    ("analyst", "audit_trail", False),
    ("analyst", "run_dataset", False),
    ("supervisor", "audit_trail", True),
    ("supervisor", "add_person", False),
    ("product_manager", "account", False),
    ("product_manager", "unmask", False),
    ("product_manager", "propose_thresholds", True),
    ("auditor", "people", True),
    ("auditor", "audit_export", True),
    ("auditor", "case", True),
    ("auditor", "unmask", False),
    ("auditor", "change_role", False),
    ("auditor", "propose_thresholds", False),
    ("auditor", "revoke_sessions", False),
    ("auditor", "step_cases", False),
    ("analyst", "step_cases", True),
    ("product_manager", "propose_correction", False),
    ("product_manager", "propose_policy", True),
    ("care_agent", "propose_policy", False),
    ("product_manager", "assign_cases", False),
}
"""Cells that matter most, expected by hand."""


def questions() -> dict[str, tuple[Right, bool]]:
    found = {}
    for name, member in inspect.getmembers_static(Assay):
        if not name.startswith("_") and inspect.isfunction(member) and name not in NOT_QUESTIONS:
            found[name] = getattr(member, "needs", None)
    assert None not in found.values(), [name for name, needs in found.items() if needs is None]
    return found  # type: ignore[return-value]


@pytest.fixture
def store() -> FakeStore:
    cases = [a_case(OWN, segment="consumer"), a_case(OTHER, segment="iot"), a_case("C-none", account_id=None)]
    store = FakeStore()
    store.save_run(a_run(cases=cases, findings=[FOUND], controls=[BROKEN]))
    store.add_person(a_person(), Credential("anna"), TOLD)
    store.open_session(a_session(), TOLD)
    return store


def refused(assay: Assay, name: str) -> bool:
    """Return whether a question is refused; whatever else comes of it shows that it was let through."""
    try:
        ASKS[name](assay)
    except ForbiddenError:
        return True
    except AssayError:
        return False
    return False


def test_every_question_says_which_right_it_needs_and_is_asked_here() -> None:
    assert set(questions()) == set(ASKS)
    assert {right for right, _ in questions().values()} <= set(RIGHTS)


@pytest.mark.parametrize("narrowed", [False, True], ids=["all segments", "one segment"])
@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_let_through_where_its_rights_say_and_nowhere_else(
    role: Role, narrowed: bool, tmp_path: Path
) -> None:
    segments = frozenset({"consumer"}) if narrowed else None
    wrong = []
    for name, (right, of_all) in questions().items():
        store = _store()
        who = actor(role, segments=segments)
        assay = facade_over(store, tmp_path, who=who)
        expected = role in RIGHTS[right].roles and not (of_all and narrowed)
        if refused(assay, name) == expected:
            wrong.append(name)
        if not expected and _last(store) != ("access.refused", role):
            wrong.append(f"{name} left no entry")
    assert wrong == []


@pytest.mark.parametrize("name", sorted(ASKS))
def test_whoever_has_not_been_let_in_is_refused_everything(
    name: str, tmp_path: Path, store: FakeStore
) -> None:
    facade = facade_over(store, tmp_path)
    stranger = facade.acting(NOBODY)

    assert refused(stranger, name)
    assert not any(stranger.may(right) for right in RIGHTS)


@pytest.mark.parametrize("role", sorted(BY_HAND))
def test_what_is_written_down_by_hand_is_all_that_a_role_may(
    role: Role, tmp_path: Path, store: FakeStore
) -> None:
    assay = facade_over(store, tmp_path, who=actor(role))
    assert {name for name in ASKS if not refused(assay, name)} == BY_HAND[role]


def test_the_key_cells_are_as_expected_by_hand(tmp_path: Path) -> None:
    for role, name, expected in KEY_CELLS:
        assay = facade_over(_store(), tmp_path, who=actor(role))
        assert refused(assay, name) is not expected, (role, name)


def test_a_refusal_says_the_right_and_changes_nothing_but_the_trail(tmp_path: Path, store: FakeStore) -> None:
    assay = facade_over(store, tmp_path, who=actor("auditor"))
    before = store.people(), store.sessions(a_session().started_at.replace(year=2000))

    with pytest.raises(ForbiddenError) as refusal:
        assay.disable_person("anna", "why")

    assert refusal.value.code == "RA-E402"
    assert refusal.value.fields == {"right": "people.manage"}
    assert (store.people(), store.sessions(a_session().started_at.replace(year=2000))) == before


def test_a_narrowed_person_sees_the_cases_of_their_segments_alone(tmp_path: Path, store: FakeStore) -> None:
    assay = facade_over(store, tmp_path, who=actor(segments=frozenset({"consumer"})))

    assert [case.case_id for case in assay.case_queue(CaseFilter()).cases] == [OWN]
    assert assay.case_queue(CaseFilter()).totals.cases == assay.view_counts()["all"] == 1
    home = assay.home()
    assert home is not None
    assert [case.case_id for case in home.due_first] == [OWN]
    assert assay.case(OWN).similar_count == 0
    for case_id in (OTHER, "C-none"):
        for ask in (assay.case, assay.case_findings):
            with pytest.raises(ForbiddenError):
                ask(case_id)
    assert assay.case_queue(CaseFilter(segments=("iot",))).cases == ()


def test_who_may_see_no_segment_sees_no_case(tmp_path: Path, store: FakeStore) -> None:
    assay = facade_over(store, tmp_path, who=actor(segments=frozenset()))
    assert assay.case_queue(CaseFilter()).totals.cases == 0


@pytest.mark.parametrize("role", [role for role in ROLES if role in RIGHTS["cases.read"].roles])
def test_names_are_shown_by_role_and_found_by_nobody_else(
    role: Role, tmp_path: Path, store: FakeStore
) -> None:
    assay = facade_over(store, tmp_path, who=actor(role))
    name = a_case().account_name
    assert name
    seen = {
        assay.case(OWN).case.account_name,
        *(case.account_name for case in assay.case_queue(CaseFilter()).cases),
    }
    hits = assay.case_queue(CaseFilter(text=name)).totals.cases

    if role in RIGHTS["personal_data.names"].roles:
        assert (seen, hits > 0) == ({name}, True)
    else:
        assert (seen, hits) == ({None}, 0)


def test_every_look_at_a_case_is_kept_with_its_reader(tmp_path: Path, store: FakeStore) -> None:
    facade_over(store, tmp_path, who=actor("auditor")).case(OWN)
    assert _last(store) == ("case.viewed", "auditor")


def test_a_session_that_looks_again_is_kept_once_and_another_session_anew(
    tmp_path: Path, store: FakeStore
) -> None:
    anna = actor(user_id="anna")
    for session_id in ("first", "second"):
        session = a_session(session_id=session_id, started_at=datetime.now(UTC) - timedelta(hours=1))
        assay = facade_over(store, tmp_path).acting(anna, Stay(session, anna, must_change=False))
        for _ in range(3):
            assay.case(OWN)
    views = AuditQuery(actor="anna", actions=("case.viewed",), object_id=OWN)
    kept = store.audit_entries(views, offset=0, limit=9)

    assert [entry.event.context for entry in kept] == [{"session": "second"}, {"session": "first"}]


def _store() -> FakeStore:
    store = FakeStore()
    store.save_run(a_run(cases=[a_case(OWN, segment="consumer")], findings=[FOUND], controls=[BROKEN]))
    store.add_person(a_person(), Credential("anna"), TOLD)
    return store


def _last(store: FakeStore) -> tuple[str, str]:
    event = store.audit_entries(AuditQuery(), offset=0, limit=1)[0].event
    return event.action, event.actor.user_id
