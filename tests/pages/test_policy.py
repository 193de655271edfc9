"""Why, who decides and what belongs together, on the case; and the policy that two people change."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from core.api import Case, CaseFilter, Role
from tests.builders.installation import installation
from tests.builders.people import a_person, actor, facade, keep
from tests.builders.rows import account, invoice, payment, settings, world
from tests.pages.browser import dashboard
from tests.pages.conftest import Enter, Installation
from tests.pages.test_layout import CUT, LOOKS, WIDER, violations

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]

WHY = "Small refunds take longer to approve than to make."
CASE = ".st-key-case"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Serve a run over one account that paid 40 twice, two days apart."""
    home = tmp_path_factory.mktemp("policy")
    bills = [
        invoice("I1", total="10", cycle_start="2026-01-31T23:00:00Z", issued_at="2026-02-06T05:00:00Z"),
        invoice("I2", total="30", cycle_start="2026-02-28T23:00:00Z", issued_at="2026-03-06T05:00:00Z"),
    ]
    paid = [
        payment(name, amount="40", attempted_at=f"2026-03-{day}T10:00:00Z", invoice_id=None)
        for name, day in (("P1", "10"), ("P2", "12"))
    ]
    asked = installation(home, world(accounts=[account("A1")], invoices=bills, payments=paid), settings())
    roles: tuple[Role, ...] = ("product_manager", "supervisor")
    for role in roles:
        keep(asked._parts.store, a_person(role, role, name=actor(role).name))
    with dashboard(home) as url:
        yield Installation(home, url, asked)


def an_incident(demo: Installation) -> Case:
    cases = demo.assay.case_queue(CaseFilter(), limit=200).cases
    return next(case for case in cases if case.children and case.findings == case.children)


def test_an_incident_leads_to_its_cases_and_each_of_them_back(demo: Installation, enter: Enter) -> None:
    incident = an_incident(demo)
    visit = enter(demo)
    page = visit.open(f"/triage?case={incident.case_id}")
    expect(page.locator(CASE)).to_contain_text(f"{incident.children} cases with this cause")
    inside = page.locator(".st-key-inside").get_by_role("button")
    expect(inside).to_have_count(incident.children)

    inside.first.click()
    visit.settled()
    back = page.locator(CASE).get_by_role("button", name=re.compile("^Part of:"))
    expect(back).to_be_visible()
    back.click()
    visit.settled()
    expect(page.locator(CASE)).to_contain_text(incident.case_id)


def test_cases_within_incidents_are_listed_when_asked_for(demo: Installation, enter: Enter) -> None:
    alone = demo.assay.case_queue(CaseFilter(), limit=1).totals.cases
    every = demo.assay.case_queue(CaseFilter(within=True), limit=1).totals.cases
    assert every > alone

    page = enter(demo).open("/triage?within=1")

    expect(page.get_by_text(f"{every} open")).to_be_visible()
    expect(page.get_by_text("Filters 1")).to_be_visible()


def test_a_case_tells_its_causes_and_what_was_asked(demo: Installation, enter: Enter) -> None:
    cases = demo.assay.case_queue(CaseFilter(within=True), limit=200).cases
    told = {case.case_id: demo.assay.case(case.case_id).advice for case in cases}
    case_id, advice = next((name, one) for name, one in told.items() if one and one.diagnosis.inquiries)
    question = advice.diagnosis.inquiries[0].question

    page = enter(demo).open(f"/triage?case={case_id}&tab=why")

    expect(page.get_by_role("region", name="Likeliest causes")).to_be_visible()
    expect(page.locator(CASE)).to_contain_text(question)


def test_a_case_tells_who_decides_and_why_this_action(demo: Installation, enter: Enter) -> None:
    case = next(
        case
        for case in demo.assay.case_queue(CaseFilter(within=True), limit=200).cases
        if case.route == "approval" and case.account_id
    )
    visit = enter(demo)
    page = visit.open(f"/triage?case={case.case_id}")

    expect(page.locator(CASE)).to_contain_text("Who decides")
    expect(page.get_by_role("img", name="Somebody else has to approve").first).to_be_visible()
    page.get_by_role("button", name="Why this").click()
    expect(page.get_by_text("Why not").first).to_be_visible()


def test_a_policy_is_changed_without_code_tried_and_sent_to_a_second_person(
    office: Installation, enter: Enter
) -> None:
    visit = enter(office, role="product_manager")
    page = visit.open("/rules?section=policy")
    page.locator(".st-key-change-amount").get_by_role("button").last.click()
    visit.settled()
    drawer = page.get_by_role("dialog")
    grid = drawer.get_by_test_id("stDataFrame").bounding_box()
    assert grid is not None
    send = drawer.get_by_role("button", name="Send for approval")
    expect(send).to_be_disabled()
    page.mouse.click(grid["x"] + 260, grid["y"] + 77)  # the second row's money at most
    page.wait_for_timeout(700)  # a key that comes before the grid has its focus opens nothing
    page.keyboard.press("7")
    page.wait_for_timeout(700)
    page.keyboard.press("Enter")
    visit.settled()
    drawer.get_by_role("button", name="See what it would have decided").click()
    visit.settled()
    expect(drawer).to_contain_text("would take another route")
    drawer.get_by_label("Reason").fill(WHY)
    drawer.get_by_label("Reason").blur()
    visit.settled()
    send.click()
    expect(drawer).to_have_count(0)

    (waiting,) = facade(office.home, "supervisor").approvals().waiting
    assert waiting.proposal.kind == "policy"
    assert {one.name for one in waiting.changes} >= {"rows.amount 2"}
    other = enter(office, role="supervisor").open("/approvals")
    expect(other.locator(".st-key-proposal")).to_contain_text(WHY)
    expect(other.locator(".st-key-proposal")).to_contain_text("direction down · at most 7")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
@pytest.mark.parametrize("tab", ["evidence", "why"])
def test_an_incident_passes_axe_and_nothing_is_cut(
    demo: Installation, enter: Enter, tab: str, width: int, scheme: str
) -> None:
    incident = an_incident(demo)
    page = enter(demo, width=width, scheme=scheme).open(f"/triage?case={incident.case_id}&tab={tab}")
    assert violations(page) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(WIDER) <= 0
