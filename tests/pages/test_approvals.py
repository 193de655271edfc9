"""A change goes out when a second person has seen it: proposed and decided in two browsers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from core.api import Proposal
from core.bootstrap import wall_clock
from core.kernel.audit import AuditEvent
from core.kernel.people import Role
from core.kernel.proposals import Verdict
from tests.builders.installation import installation
from tests.builders.people import PASSWORD, a_person, actor, facade, keep
from tests.builders.rows import account, invoice, payment, settings, world
from tests.pages.browser import PATIENCE_MS, Visit, dashboard
from tests.pages.conftest import Enter, Installation
from tests.pages.test_layout import CUT, WIDER, violations

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]

WHY = "The bank books transfers up to two weeks late. <b>Not bold</b> ![x](http://outside.example/x.png)"
ROLES: tuple[Role, ...] = ("analyst", "supervisor", "product_manager", "administrator")


@dataclass(frozen=True)
class Office(Installation):
    """An installation with people who propose and decide."""

    def propose(self, role: Role = "analyst", days: str = "14", note: str = WHY) -> Proposal:
        asked = facade(self.home, role)
        return asked.propose_thresholds("payment_duplicate", {"days_apart": days}, True, note)

    def decide(self, made: Proposal, verdict: Verdict = "approved") -> None:
        asked = facade(self.home, "supervisor")
        asked.decide(made.proposal_id, verdict, made.content_hash, "Asked the bank.")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Serve a run over one account that paid 500 twice, ten days apart."""
    home = tmp_path_factory.mktemp("office")
    bills = [
        invoice("I1", total="200", cycle_start="2026-01-31T23:00:00Z", issued_at="2026-02-06T05:00:00Z"),
        invoice("I2", total="300", cycle_start="2026-02-28T23:00:00Z", issued_at="2026-03-06T05:00:00Z"),
    ]
    days = {"P1": "10", "P2": "20"}
    paid = [
        payment(name, amount="500", attempted_at=f"2026-03-{day}T10:00:00Z", invoice_id=None)
        for name, day in days.items()
    ]
    asked = installation(home, world(accounts=[account("A1")], invoices=bills, payments=paid), settings())
    for role in ROLES:
        keep(asked._parts.store, a_person(role, role, name=actor(role).name))
    with dashboard(home) as url:
        yield Office(home, url, asked)


@pytest.fixture(autouse=True)
def _nothing_waits(office: Office) -> Iterator[None]:
    """Leave nothing waiting and every threshold as it ships for the next test."""
    yield
    for view in facade(office.home, "supervisor").approvals().waiting:
        made = view.proposal
        role = made.proposer.role
        facade(office.home, role).decide(made.proposal_id, "withdrawn", made.content_hash)
    (threshold,) = (
        card.thresholds[0] for card in office.assay.control_cards() if card.control_id == "payment_duplicate"
    )
    if threshold.value != threshold.default:
        made = office.propose(days=threshold.default, note="Back to what ships.")
        office.decide(made)


def proposal(page: Page) -> Page:
    expect(page.locator(".st-key-proposal")).to_be_visible()
    return page


def told(page: Page | Locator, role: Literal["alert", "status"], words: str) -> None:
    """Wait for what became of a command: a password takes its time on a busy machine."""
    expect(page.get_by_role(role)).to_contain_text(words, timeout=PATIENCE_MS)


def press(visit: Visit, name: str) -> Page:
    visit.page.get_by_role("button", name=name, exact=True).click()
    return visit.settled()


def test_an_analyst_sees_what_a_threshold_would_find_before_proposing_it(
    office: Office, enter: Enter
) -> None:
    visit = enter(office)
    page = visit.open("/rules?rule=payment_duplicate")
    expect(page.get_by_text("As it ships.")).to_be_visible()
    press(visit, "Propose a change")
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("button", name="Send for approval")).to_be_disabled()
    field = drawer.get_by_role("textbox", name="Days apart")
    field.fill("two weeks")
    field.press("Enter")
    press(visit, "See what would change")
    told(drawer, "alert", "'two weeks' is not like 7")
    field.fill("14")
    field.press("Enter")
    press(visit, "See what would change")
    effect = drawer.get_by_role("region", name="What would change")
    expect(effect.locator("tbody tr").first).to_have_text(re.compile(r"Findings\s*0\s*1\s*\+1"))
    expect(drawer.get_by_text("1 finding would appear, worth PLN")).to_be_visible()
    assert violations(page) == []
    press(visit, "Send for approval")
    told(drawer, "alert", "Say why")
    drawer.get_by_role("textbox", name="Reason").fill(WHY)
    press(visit, "Send for approval")
    expect(drawer).to_have_count(0)
    told(page, "status", "waits for a second person")
    page.get_by_role("link", name="A change by Analyst waits for approval").click()
    page.wait_for_url(re.compile("/approvals.*proposal=P-"))
    expect(proposal(page).locator(".st-key-proposal")).to_contain_text("Collected twice")


def test_whoever_proposed_cannot_approve_and_is_told_why(office: Office, enter: Enter) -> None:
    made = office.propose("product_manager")
    visit = enter(office, role="product_manager")
    page = proposal(visit.open(f"/approvals?proposal={made.proposal_id}"))
    expect(page.get_by_text("You proposed this, someone else must approve.")).to_be_visible()
    for name in ("Approve", "Return with reason", "Reject"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()
    press(visit, "Take back")
    told(page, "status", "Taken back")
    expect(page.get_by_text("No approvals waiting")).to_be_visible()
    expect(page.get_by_text(re.compile("Last decision .*CES?T"))).to_be_visible()


def test_a_second_person_sees_before_and_after_effect_and_note_and_approves(
    office: Office, enter: Enter
) -> None:
    made = office.propose()
    visit = enter(office, role="supervisor")
    page = proposal(visit.open("/approvals"))
    card = page.locator(".st-key-proposal")
    expect(card.get_by_role("region", name="Before and after")).to_contain_text("14 days")
    expect(card.get_by_role("region", name="What would change")).to_contain_text("PLN")
    expect(card).to_contain_text("Not bold</b>")
    expect(card).to_contain_text("Proposed by Analyst, analyst")
    expect(card).to_contain_text("Evidence unchanged")
    press(visit, "Approve")
    told(page, "status", "Approved")
    kept = office.assay._parts.store.proposal(made.proposal_id)
    assert kept is not None
    assert kept.decision is not None
    assert (kept.proposer.name, kept.decision.decider.name) == ("Analyst", "Supervisor")
    page = visit.open("/rules?rule=payment_duplicate")
    expect(page.get_by_text(re.compile("proposed by Analyst, approved by Supervisor"))).to_be_visible()
    expect(page.get_by_role("region", name="Thresholds")).to_contain_text("14 days")


def test_returning_needs_a_reason_and_the_proposer_reads_it(office: Office, enter: Enter) -> None:
    made = office.propose()
    visit = enter(office, role="supervisor")
    page = proposal(visit.open("/approvals"))
    press(visit, "Return with reason")
    told(page, "alert", "Say why")
    page.get_by_role("textbox", name="Reason").fill("Which bank?")
    press(visit, "Return with reason")
    told(page, "status", "Returned to Analyst")
    page = enter(office).open(f"/approvals?proposal={made.proposal_id}")
    expect(page.locator(".st-key-proposal")).to_contain_text("Which bank?")
    expect(page.locator(".st-key-proposal")).to_contain_text("Returned by Supervisor, supervisor")


def test_evidence_that_changed_bars_approval_and_the_difference_is_shown(
    office: Office, enter: Enter
) -> None:
    first, second = office.propose(), office.propose(days="10")
    office.decide(first)
    visit = enter(office, role="supervisor")
    page = proposal(visit.open(f"/approvals?proposal={second.proposal_id}"))
    expect(page.get_by_text("Evidence changed")).to_be_visible()
    moved = page.get_by_role("region", name="What has changed since")
    expect(moved).to_contain_text("Version of its settings")
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_disabled()
    expect(page.get_by_role("button", name="Reject", exact=True)).to_be_enabled()


def test_a_decision_that_somebody_else_made_meanwhile_is_told_and_changes_nothing(
    office: Office, enter: Enter
) -> None:
    made = office.propose()
    visit = enter(office, role="supervisor")
    page = proposal(visit.open("/approvals"))
    office.decide(made, "rejected")
    press(visit, "Approve")
    told(page, "alert", "has rejected this already")


def test_a_role_that_may_not_decide_sees_who_may(office: Office, enter: Enter) -> None:
    office.propose()
    page = proposal(enter(office, role="administrator").open("/approvals"))
    expect(page.get_by_text("Another role decides this: product manager or supervisor.")).to_be_visible()
    assert page.get_by_role("textbox", name="Reason").count() == 0


def test_before_any_proposal_the_page_says_so(without_run: Installation, enter: Enter) -> None:
    page = enter(without_run).open("/approvals")
    expect(page.get_by_text("No approvals waiting")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 600])
def test_the_page_passes_axe_and_nothing_is_cut(
    office: Office, enter: Enter, width: int, scheme: str
) -> None:
    office.decide(office.propose(note="Another."), "rejected")
    office.propose()
    for role in ("supervisor", "analyst"):
        page = proposal(enter(office, width=width, scheme=scheme, role=role).open("/approvals"))
        assert violations(page) == []
        assert page.evaluate(CUT) == []
        assert page.evaluate(WIDER) <= 0


def test_a_role_is_approved_with_the_password_once_more_where_the_proof_is_old(
    office: Office, enter: Enter
) -> None:
    facade(office.home, "administrator").change_role("analyst", "product_manager", "Takes over tariffs.")
    visit = enter(office, role="supervisor")
    store = office.assay._parts.store
    event = AuditEvent("session.proved", actor("supervisor"), "person", "supervisor")
    for stay in store.sessions(since=wall_clock() - timedelta(hours=8)):
        if stay.user_id == "supervisor":
            store.prove_session(stay.session_id, wall_clock() - timedelta(minutes=6), event)
    page = proposal(visit.open("/approvals"))
    expect(page.get_by_text("Confirm who you are to approve this.")).to_be_visible()
    press(visit, "Confirm and approve")
    page.get_by_label("Password", exact=True).fill("not it, surely")
    press(visit, "Approve")
    told(page, "alert", "password is wrong")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(visit, "Approve")
    told(page, "status", "Approved")
    person = store.person("analyst")
    assert person is not None
    assert person.role == "product_manager"
