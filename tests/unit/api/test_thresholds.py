"""Thresholds: tried on the latest run's data, proposed, approved by somebody else, used by the next run."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from core.api import Assay, RunOutcome, RunRequest
from core.kernel.audit import AuditEvent, AuditQuery
from core.kernel.errors import (
    ConflictError,
    ControlDefinitionError,
    DefinitionError,
    ForbiddenError,
    FourEyesError,
    InputError,
    NotFoundError,
)
from core.kernel.people import Role
from core.kernel.proposals import Proposal
from tests.builders.installation import installation
from tests.builders.landing import parquet_bytes
from tests.builders.people import facade
from tests.builders.rows import account, invoice, payment, settings, world

WEEKS_APART = {"days_apart": "14"}
WHY = "The bank books transfers up to two weeks late."


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run over one account that paid 50 twice, ten days apart."""
    home = tmp_path_factory.mktemp("template")
    streams = world(
        accounts=[account("A1")],
        invoices=[
            invoice("I1", total="20", cycle_start="2026-01-31T23:00:00Z", issued_at="2026-02-06T05:00:00Z"),
            invoice("I2", total="30", cycle_start="2026-02-28T23:00:00Z", issued_at="2026-03-06T05:00:00Z"),
        ],
        payments=[
            payment("P1", amount="50", attempted_at="2026-03-10T10:00:00Z", invoice_id=None),
            payment("P2", amount="50", attempted_at="2026-03-20T10:00:00Z", invoice_id=None),
        ],
    )
    installation(home, streams, settings())
    return home


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    shutil.copytree(template, tmp_path / "home")
    return tmp_path / "home"


def run(home: Path) -> RunOutcome:
    return facade(home, "service").run_dataset(RunRequest(home / "dataset"), lambda *_: None)


def found(outcome: RunOutcome) -> tuple[int, Decimal]:
    result = next(one for one in outcome.controls if one.control_id == "payment_duplicate")
    return result.violations, result.amount


def propose(home: Path, role: Role = "analyst", note: str = WHY, **how: str) -> Proposal:
    return facade(home, role).propose_thresholds("payment_duplicate", WEEKS_APART, True, note, **how)


def decide(home: Path, proposal: Proposal, verdict: str = "approved", role: Role = "supervisor") -> Proposal:
    return facade(home, role).decide(proposal.proposal_id, verdict, proposal.content_hash, "Checked.")  # type: ignore[arg-type]


def trail(home: Path) -> list[AuditEvent]:
    entries = facade(home, "auditor")._parts.store.audit_entries(AuditQuery(), offset=0, limit=100)
    return [entry.event for entry in reversed(entries)]


def test_what_is_tried_is_what_the_next_run_finds_once_a_second_person_has_approved(home: Path) -> None:
    tried = facade(home).what_if("payment_duplicate", WEEKS_APART, True)
    assert (tried.now.violations, tried.then.violations) == (0, 1)
    assert (tried.appears.findings, tried.appears.amount) == (1, Decimal(50))
    assert tried.vanishes.findings == 0
    assert tried.money_concerned == Decimal(50)

    made = propose(home)
    assert (made.amount, made.currency) == (Decimal(50), "PLN")
    before = run(home)
    assert found(before)[0] == 0
    decide(home, made)
    after = run(home)

    assert after.summary.run_id != before.summary.run_id
    assert found(after) == (tried.then.violations, tried.then.amount)
    cards = {card.control_id: card for card in facade(home).control_cards()}
    (threshold,) = cards["payment_duplicate"].thresholds
    assert (threshold.value, threshold.default) == ("14", "7")
    (version,) = facade(home).control_history("payment_duplicate")
    assert version.settings.version == 1
    assert version.proposal is not None
    assert version.proposal.decision is not None
    assert version.proposal.decision.decider.user_id == "supervisor"


def test_a_running_dashboard_shows_at_once_what_was_approved(home: Path) -> None:
    dashboard = facade(home)
    cards = {card.control_id: card for card in dashboard.control_cards()}
    assert cards["payment_duplicate"].thresholds[0].value == "7"
    decide(home, propose(home))
    cards = {card.control_id: card for card in dashboard.control_cards()}
    assert cards["payment_duplicate"].thresholds[0].value == "14"


def test_switching_a_control_off_is_proposed_like_a_threshold(home: Path) -> None:
    tried = facade(home).what_if("payment_duplicate", {}, False)
    assert (tried.then.outcome, tried.then.reason) == ("not_evaluated", "It is switched off.")
    made = facade(home).propose_thresholds("payment_duplicate", {}, False, "The gateway sees to it now.")
    decide(home, made)
    (result,) = (one for one in run(home).controls if one.control_id == "payment_duplicate")
    assert result.reason == "It is switched off."


def test_only_somebody_else_with_the_right_approves(home: Path) -> None:
    made = propose(home, "product_manager")
    for role, refusal in (("product_manager", FourEyesError), ("analyst", ForbiddenError)):
        with pytest.raises(refusal):
            decide(home, made, role=role)  # type: ignore[arg-type]
    for role in ("care_agent", "service"):
        with pytest.raises(ForbiddenError):
            facade(home, role).approvals()  # type: ignore[arg-type]
    with pytest.raises(ForbiddenError):
        propose(home, "supervisor")

    refusals = [event for event in trail(home) if event.action == "threshold.refused"]
    assert [(event.actor.user_id, event.context["rule"]) for event in refusals] == [
        ("product_manager", "own"),
        ("analyst", "right"),
    ]
    assert facade(home).approvals().waiting[0].proposal == made


def test_what_stands_in_the_way_is_told_before_anybody_presses(home: Path) -> None:
    made = propose(home, "product_manager")
    (mine,) = facade(home, "product_manager").approvals().waiting
    assert mine.objections["approved"].sentence == "You proposed this, someone else must approve."
    assert set(mine.objections) == {"approved", "returned", "rejected"}
    (theirs,) = facade(home, "supervisor").approvals().waiting
    assert theirs.proposal == made
    assert set(theirs.objections) == {"withdrawn"}
    assert theirs.subject == "Collected twice"
    assert [(one.name, one.before, one.after) for one in theirs.changes] == [
        ("thresholds.days_apart", "7", "14")
    ]
    assert theirs.moved == ()


def test_a_change_meanwhile_voids_what_waits_and_says_what_moved(home: Path) -> None:
    first, second = propose(home), propose(home)
    decide(home, first)

    (view,) = facade(home, "supervisor").approvals().waiting

    assert view.proposal == second
    assert [(one.name, one.before, one.after) for one in view.moved] == [("settings", "0", "1")]
    assert view.objections["approved"].rule == "changed"
    with pytest.raises(ConflictError):
        decide(home, second)
    assert decide(home, second, "returned").state == "returned"
    assert facade(home).approvals().decided[0].proposal.proposal_id == second.proposal_id


def test_a_new_result_of_the_control_voids_what_waits(home: Path) -> None:
    made = propose(home)
    run(home)
    (view,) = facade(home, "supervisor").approvals().waiting
    assert view.moved == ()

    more = [payment("P3", amount="7", attempted_at="2026-03-21T10:00:00Z", invoice_id=None)]
    (home / "dataset" / "payments").mkdir()
    (home / "dataset" / "payments.parquet").rename(home / "dataset" / "payments" / "1.parquet")
    (home / "dataset" / "payments" / "2.parquet").write_bytes(parquet_bytes("payments", more))
    run(home)

    (view,) = facade(home, "supervisor").approvals().waiting
    assert [(one.name, one.before, one.after) for one in view.moved] == [("result.eligible", "2", "3")]
    with pytest.raises(ConflictError):
        decide(home, made)


def test_a_corrected_proposal_takes_the_place_of_the_one_before(home: Path) -> None:
    first = propose(home)
    second = propose(home, note="Better said.", replaces=first.proposal_id)
    assert [one.proposal for one in facade(home).approvals().waiting] == [second]


def test_proposing_needs_a_control_a_known_threshold_a_fitting_value_and_a_change(home: Path) -> None:
    asked = facade(home)
    for thresholds, problem in (
        ({"days": "14"}, "Collected twice has no threshold days"),
        ({"days_apart": "two weeks"}, "'two weeks' is not like 7"),
        ({"days_apart": ""}, "'' is not like 7"),
        ({"days_apart": "7"}, "Nothing would change"),
    ):
        with pytest.raises(InputError, match=problem):
            asked.propose_thresholds("payment_duplicate", thresholds, True, WHY)
    with pytest.raises(InputError, match="Say why"):
        propose(home, note=" ")
    with pytest.raises(NotFoundError):
        asked.what_if("payment_dupe", {}, True)
    assert asked.approvals().waiting == ()


def test_before_the_first_run_there_is_nothing_to_try_thresholds_on(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no run yet"):
        facade(tmp_path).what_if("payment_duplicate", WEEKS_APART, True)


def set_up_file(home: Path, text: str) -> None:
    (home / "controls.toml").write_text(text, encoding="utf-8")


def value(asked: Assay) -> str:
    cards = {card.control_id: card for card in asked.control_cards()}
    return cards["payment_duplicate"].thresholds[0].value


def test_the_file_of_thresholds_counts_until_the_first_run_takes_it_in(
    template: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(template / "dataset", home / "dataset")
    set_up_file(home, "[payment_duplicate]\ndays_apart = 14\n")
    assert value(facade(home)) == "14"

    assert found(run(home))[0] == 1

    (version,) = facade(home).control_history("payment_duplicate")
    assert (version.settings.version, version.proposal) == (1, None)
    told = [event for event in trail(home) if event.action == "threshold.set_up"]
    assert [event.after for event in told] == [
        {"payment_duplicate": {"thresholds": {"days_apart": "14"}, "enabled": True}}
    ]
    set_up_file(home, "# the same, said otherwise\npayment_duplicate = { days_apart = 14 }\n")
    run(home)
    (home / "controls.toml").unlink()
    assert found(run(home))[0] == 1
    assert value(facade(home)) == "14"


def test_changing_the_file_afterwards_changes_no_threshold_and_ends_the_run(home: Path) -> None:
    set_up_file(home, "[payment_duplicate]\ndays_apart = 14\n")
    assert value(facade(home)) == "7"
    with pytest.raises(DefinitionError, match="proposed under Rules & model"):
        run(home)
    (home / "controls.toml").unlink()
    assert found(run(home))[0] == 0


def test_a_mistake_in_the_file_is_told_before_it_is_taken_in(template: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(template / "dataset", home / "dataset")
    for text in (
        "[payment_dupe]\n",
        "[payment_duplicate]\nweeks = 2\n",
        "[payment_duplicate]\ndays_apart = '9'\n",
    ):
        set_up_file(home, text)
        with pytest.raises(ControlDefinitionError):
            run(home)
    assert facade(home)._parts.store.set_up_hash() is None
