"""A customer who waits where nothing was found: seen in the queue, looked into, answered or closed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from core.api import Case, CaseFilter, Role
from tests.builders.people import a_person, actor, facade, keep
from tests.builders.sample import Sample
from tests.pages.browser import dashboard
from tests.pages.conftest import Enter, Installation
from tests.pages.test_case_work import ACTIONS, press, standing, told

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]


@pytest.fixture(scope="module")
def desk(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Serve a copy of the operator that ships, whose customers ask."""
    home = sample.copy(tmp_path_factory.mktemp("asking"))
    asked = facade(home)
    roles: tuple[Role, ...] = ("analyst", "supervisor", "product_manager", "care_agent")
    for role in roles:
        keep(asked._parts.store, a_person(role, role, name=actor(role).name))
    with dashboard(home) as url:
        yield Installation(home, url, asked)


def waiting(desk: Installation) -> list[Case]:
    """Return the cases of customers who wait that no test has touched yet."""
    page = desk.assay.case_queue(CaseFilter(view="customers_ask"))
    return [case for case in page.cases if page.lives[case.case_id].version == 0]


def test_a_view_of_its_own_lists_the_customers_who_ask(desk: Installation, enter: Enter) -> None:
    count = len(desk.assay.case_queue(CaseFilter(view="customers_ask")).cases)
    page = enter(desk).open("/triage?view=customers_ask")

    expect(page.get_by_role("radio", name=f"Customers ask {count}")).to_be_checked()
    expect(page.locator(".st-key-case")).to_contain_text("Customer asks")
    expect(page.locator(".st-key-case")).to_contain_text("A customer waits")


def test_the_case_shows_what_the_customer_came_with_and_what_was_compared(
    desk: Installation, enter: Enter
) -> None:
    case = waiting(desk)[0]
    visit = enter(desk)
    panel = visit.open(f"/triage?case={case.case_id}").locator(".st-key-case")

    expect(panel).to_contain_text("no answer yet")
    contacts = panel.get_by_role("region", name="What the customer came with")
    expect(contacts).to_contain_text(re.compile("Billing|Payment|Roaming"))
    expect(contacts).to_contain_text("Waits")
    expect(panel.get_by_role("button", name="Merge")).to_have_count(0)
    visit.open(f"/triage?case={case.case_id}&tab=why")
    expect(panel.get_by_role("region", name="What was compared")).to_contain_text("price list")


def test_an_answer_is_proposed_and_the_customer_is_told_it(desk: Installation, enter: Enter) -> None:
    case, visit = waiting(desk)[0], enter(desk)
    visit.open(f"/triage?case={case.case_id}")
    press(visit, "Propose an answer", ACTIONS)
    drawer = visit.page.get_by_role("dialog")
    expect(drawer).to_contain_text("Tell the customer")
    drawer.get_by_label("Reason").fill("The bill is right.")
    press(visit, "Send for approval")

    told(visit.page, "Sent for approval")
    assert standing(desk, case.case_id) == "awaiting_approval"
    proposed = desk.assay.case_standing(case.case_id).proposal
    assert proposed is not None
    assert proposed.proposal.after["action"] == "notify_customer"
    assert proposed.proposal.after["notify"] is True


def test_a_complaint_is_closed_as_answered(desk: Installation, enter: Enter) -> None:
    case, visit = waiting(desk)[-1], enter(desk)
    visit.open(f"/triage?case={case.case_id}")
    press(visit, "Close", ACTIONS)
    drawer = visit.page.get_by_role("dialog")
    drawer.get_by_text("The customer has an answer, and nothing was wrong").click()
    press(visit, "Close the case")

    told(visit.page, "Closed")
    assert standing(desk, case.case_id) == "not_an_issue"
    assert desk.assay.case_standing(case.case_id).steps[0].facts["closing"] == "answered"


def test_the_account_lists_its_complaint_among_its_open_cases(desk: Installation, enter: Enter) -> None:
    case = waiting(desk)[0]

    page = enter(desk).open(f"/account?id={case.account_id}")

    expect(page.get_by_role("link", name="Customer asks").first).to_be_visible()
    expect(page.locator("body")).to_contain_text("no answer yet")
