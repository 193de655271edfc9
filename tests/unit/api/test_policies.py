"""Policy: tried on the latest run's cases, proposed, approved by somebody else, used by the next run."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from core.api import Case, CaseFilter, PolicyRow, PolicyTable, RunRequest
from core.bootstrap import wall_clock
from core.governance.admission import Stay
from core.kernel.errors import ConflictError, ForbiddenError, FourEyesError, InputError, NotFoundError
from core.kernel.people import Role
from core.kernel.proposals import Proposal
from tests.builders.installation import installation
from tests.builders.people import a_session, actor, facade
from tests.builders.rows import account, invoice, payment, settings, world

WHY = "The gateway gives back what was collected twice."


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run over one account that paid 50 twice, two days apart."""
    home = tmp_path_factory.mktemp("template")
    streams = world(
        accounts=[account("A1")],
        invoices=[
            invoice("I1", total="20", cycle_start="2026-01-31T23:00:00Z", issued_at="2026-02-06T05:00:00Z"),
            invoice("I2", total="30", cycle_start="2026-02-28T23:00:00Z", issued_at="2026-03-06T05:00:00Z"),
        ],
        payments=[
            payment(name, amount="50", attempted_at=f"2026-03-{day}T10:00:00Z", invoice_id=None)
            for name, day in (("P1", "10"), ("P2", "12"))
        ],
    )
    installation(home, streams, settings())
    facade(home, "service").run_dataset(RunRequest(home / "dataset"), lambda *_: None)
    return home


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    shutil.copytree(template, tmp_path / "home")
    return tmp_path / "home"


def run(home: Path) -> None:
    facade(home, "service").run_dataset(RunRequest(home / "dataset"), lambda *_: None)


def the_case(home: Path) -> Case:
    (case,) = facade(home).case_queue(CaseFilter(faults=("payment_duplicate",))).cases
    return case


def tables(home: Path) -> tuple[PolicyTable, ...]:
    return facade(home).policy().tables


def refunds_go_out(home: Path) -> tuple[PolicyTable, ...]:
    """Return the policy in force but for refunds, which may go out by themselves."""
    row = PolicyRow((("action", "refund_payment"),), "pass", "what was collected twice goes back")
    return tuple(
        replace(table, rows=(row, *table.rows)) if table.table_id == "action" else table
        for table in tables(home)
    )


def propose(home: Path, role: Role = "analyst", note: str = WHY, **how: str) -> Proposal:
    return facade(home, role).propose_policy(refunds_go_out(home), note, **how)


def decide(home: Path, proposal: Proposal, role: Role = "supervisor") -> Proposal:
    desk, who = facade(home), actor(role)
    proved = Stay(a_session(role, proved_at=wall_clock()), who, must_change=False)
    return desk.acting(who, proved).decide(proposal.proposal_id, "approved", proposal.content_hash, "Seen.")


def test_what_was_tried_is_what_the_next_run_decides_once_a_second_person_has_approved(home: Path) -> None:
    assert the_case(home).route == "approval"
    tried = facade(home).try_policy(refunds_go_out(home))
    assert [(move.before, move.after, move.cases) for move in tried.moves] == [("approval", "automatic", 1)]
    assert tried.checks == (("action", 1),)

    made = propose(home)
    run(home)
    assert the_case(home).route == "approval"
    decide(home, made)
    run(home)

    assert the_case(home).route == "automatic"
    view = facade(home).policy()
    assert (view.number, view.history[0].proposal_id) == (1, made.proposal_id)
    assert view.tables == refunds_go_out(home)[:1] + tables(home)[1:]


def test_a_case_keeps_each_check_and_what_it_looked_at(home: Path) -> None:
    case = the_case(home)
    advice = facade(home).case(case.case_id).advice

    assert advice is not None
    assert advice.ruling is not None
    assert advice.facts is not None
    assert advice.ruling.version == facade(home).policy().version
    assert [check.check_id for check in advice.ruling.checks] == [
        table.table_id for table in tables(home) if table.kind == "check"
    ]
    assert (advice.facts.action, advice.facts.amount) == (case.action, case.action_amount)
    assert advice.diagnosis.cause == case.root_cause


def test_only_somebody_else_with_the_right_approves(home: Path) -> None:
    made = propose(home, "product_manager")
    with pytest.raises(FourEyesError):
        decide(home, made, "product_manager")
    for role in ("analyst", "care_agent", "service"):
        with pytest.raises(ForbiddenError):
            decide(home, made, role)  # type: ignore[arg-type]
    assert facade(home).policy().number == 0


def test_what_was_proposed_on_another_policy_is_void(home: Path) -> None:
    first, second = propose(home), propose(home, "product_manager")
    decide(home, first)

    with pytest.raises(ConflictError, match="must be proposed again"):
        decide(home, second)


def test_a_mistake_is_told_with_its_table_and_row_and_nothing_is_proposed(home: Path) -> None:
    broken = (replace(tables(home)[0], rows=tables(home)[0].rows[:1]), *tables(home)[1:])

    with pytest.raises(InputError, match="check proof, row 1: the last row has to answer"):
        facade(home).propose_policy(broken, WHY)
    with pytest.raises(InputError, match="Nothing would change"):
        facade(home).propose_policy(tables(home), WHY)
    with pytest.raises(InputError, match="Say why"):
        propose(home, note=" ")
    assert not facade(home, "supervisor").approvals().waiting


def test_a_policy_that_was_changed_meanwhile_is_not_proposed_over(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, made = facade(home, "product_manager"), propose(home)
    seen = desk._evidence("policy", "cases")
    decide(home, made)
    monkeypatch.setattr(desk, "_evidence", lambda *_: seen)

    with pytest.raises(ConflictError):
        desk.propose_policy(tables(home)[:0] + refunds_go_out(home), WHY)


def test_without_a_run_there_is_nothing_to_try_a_policy_on(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no run yet"):
        facade(tmp_path).try_policy(facade(tmp_path).policy().tables)
