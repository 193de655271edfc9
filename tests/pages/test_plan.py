"""What will happen to a case: shown to whoever proposes and whoever approves, and changed by two people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from core.api import Case, CaseFilter, Role, RunRequest
from core.governance.four_eyes import decide
from core.policy.document import shipped_policy
from tests.builders.installation import installation
from tests.builders.people import a_person, actor, facade, keep
from tests.builders.proposals import NOW, a_policy_change, a_proposal, a_request
from tests.builders.rows import account, invoice, payment, settings, world
from tests.pages.browser import Visit, dashboard
from tests.pages.conftest import Enter, Installation
from tests.pages.test_layout import CUT, LOOKS, WIDER, violations

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]

CASE, DRAWER = ".st-key-case", "dialog"
ORDER = "What will happen, in order"
WHY = "The gateway answers again within the day."


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Serve a run over one account whose payment the gateway did not take."""
    home = tmp_path_factory.mktemp("plan")
    bill = invoice("I1", total="30", cycle_start="2026-01-31T23:00:00Z", issued_at="2026-02-06T05:00:00Z")
    failed = payment("P1", amount="30", status="failed", failure_code="gateway_error", invoice_id="I1",
        attempted_at="2026-02-20T10:00:00Z")  # fmt: skip
    asked = installation(
        home, world(accounts=[account("A1")], invoices=[bill], payments=[failed]), settings()
    )
    roles: tuple[Role, ...] = ("product_manager", "supervisor")
    for role in roles:
        keep(asked._parts.store, a_person(role, role, name=actor(role).name))
    with dashboard(home) as url:
        yield Installation(home, url, asked)


def the_case(office: Installation) -> Case:
    (case,) = office.assay.case_queue(CaseFilter(faults=("payment_failed",))).cases
    return case


def try_once_after_eight_hours(visit: Visit) -> None:
    """Change in the drawer when a payment is tried again that failed at the gateway."""
    page = visit.open("/rules?section=policy")
    page.locator(".st-key-change-retry").get_by_role("button").last.click()
    visit.settled()
    drawer = page.get_by_role(DRAWER)
    grid = drawer.get_by_test_id("stDataFrame").bounding_box()
    assert grid is not None
    page.mouse.click(grid["x"] + 460, grid["y"] + 46)  # the first row's hours
    page.wait_for_timeout(700)  # a key that comes before the grid has its focus opens nothing
    page.keyboard.press("8")
    page.wait_for_timeout(700)
    page.keyboard.press("Enter")
    visit.settled()
    drawer.get_by_role("button", name="See what it would have decided").click()
    visit.settled()
    expect(drawer).to_contain_text("1 case would be carried out otherwise")
    drawer.get_by_label("Reason").fill(WHY)
    drawer.get_by_label("Reason").blur()
    visit.settled()
    drawer.get_by_role("button", name="Send for approval").click()
    expect(drawer).to_have_count(0)


def test_a_policy_from_before_the_tables_says_that_those_that_ship_stand_in(
    office: Installation, enter: Enter
) -> None:
    store, older = office.assay._parts.store, shipped_policy().text.split("[[procedure]]", 1)[0]
    made = store.propose("policy", "cases", lambda known: a_proposal(a_policy_change(older), evidence=known))
    store.decide(made.proposal_id, lambda one, known: decide(one, a_request(one), now=NOW, evidence=known))

    page = enter(office).open("/rules?section=policy")

    stands_in = "It is older than “How is an action carried out?” and “When is a failed payment tried again?”"
    expect(page.get_by_text(stands_in)).to_be_visible()
    expect(page.get_by_role("region", name="When is a failed payment tried again?")).to_be_visible()


def test_two_people_change_a_row_and_the_next_run_plans_the_case_by_it(
    office: Installation, enter: Enter
) -> None:
    address = f"/triage?case={the_case(office).case_id}"
    seen = enter(office).open(address)
    expect(seen.locator(CASE)).to_contain_text(ORDER)
    expect(seen.locator(CASE).get_by_text("Try it once more")).to_have_count(2)

    try_once_after_eight_hours(enter(office, role="product_manager"))
    other = enter(office, role="supervisor")
    proposal = other.open("/approvals").locator(".st-key-proposal")
    expect(proposal).to_contain_text("failure code issuer timeout, gateway error · 8 ·")
    expect(proposal).to_contain_text("1 case would be carried out otherwise")
    proposal.get_by_role("button", name="Approve").click()
    expect(other.page.get_by_text("No approvals waiting")).to_be_visible()
    facade(office.home, "service").run_dataset(RunRequest(office.home / "dataset"), lambda *_: None)

    again = enter(office).open(address)
    expect(again.locator(CASE)).to_contain_text("Try the payment again at once")
    expect(again.locator(CASE).get_by_text("Try it once more")).to_have_count(0)


def test_the_drawer_plans_what_is_chosen_and_the_second_person_sees_that_plan(
    demo: Installation, enter: Enter
) -> None:
    cases = demo.assay.case_queue(CaseFilter(within=True), limit=200).cases
    plans = {case.case_id: demo.assay.case(case.case_id).advice for case in cases}
    case_id = next(
        name for name, one in plans.items() if one and one.plan and one.plan.told == "before" and one.bill
        and not one.bill.is_out
    )  # fmt: skip
    visit = enter(demo)
    page = visit.open(f"/triage?case={case_id}")
    page.get_by_role("button", name="Propose correction").first.click()
    visit.settled()
    drawer = page.get_by_role(DRAWER)
    expect(drawer.get_by_text("Let the invoice go")).to_be_visible()
    expect(drawer.get_by_text("Tell the customer").last).to_be_visible()
    drawer.locator("label").filter(has_text="Tell the customer").click()
    visit.settled()
    expect(drawer).to_contain_text("The customer is not told of it, as whoever proposes it decided.")
    drawer.get_by_label("Reason").fill(WHY)
    drawer.get_by_label("Reason").blur()
    visit.settled()
    drawer.get_by_role("button", name="Send for approval").click()
    expect(drawer).to_have_count(0)

    waiting = demo.assay.case_standing(case_id).proposal
    assert waiting is not None
    assert waiting.plan is not None
    assert [one.step for one in waiting.plan.steps] == ["hold_invoice", "correct", "release_invoice"]
    shown = enter(demo, role="supervisor").open(f"/approvals?proposal={waiting.proposal.proposal_id}")
    expect(shown.locator(".st-key-proposal")).to_contain_text(ORDER)
    expect(shown.locator(".st-key-proposal").locator(".ra-way li")).to_have_count(3)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_tables_of_procedures_and_retries_pass_axe_and_nothing_is_cut(
    office: Installation, enter: Enter, width: int, scheme: str
) -> None:
    page = enter(office, role="product_manager", width=width, scheme=scheme).open("/rules?section=policy")
    expect(page.get_by_role("region", name="How is an action carried out?")).to_be_visible()
    expect(page.get_by_role("region", name="When is a failed payment tried again?")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(WIDER) <= 0
