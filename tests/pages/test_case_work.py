"""People work on cases in the queue: propose, close, snooze, hand over, comment, and take back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from core.api import AuditQuery, CaseFilter, Role
from tests.builders.people import a_person, actor, facade, keep
from tests.pages import made_up
from tests.pages.browser import Visit, dashboard
from tests.pages.conftest import Enter, Installation
from tests.pages.test_triage import grid_box

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]

ACTIONS = ".st-key-case-actions"
TOGGLE_AND_SEND = """() => {
  const drawer = document.querySelector('[role="dialog"]');
  drawer.querySelector('input[type="checkbox"]').click();
  [...drawer.querySelectorAll('button')].find((b) => b.innerText.includes('Send for approval')).click();
}"""
WHY = "Billed at the old price. <b>Not bold</b>"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Serve a queue of 24 cases, one for each test and some."""
    home: Path = tmp_path_factory.mktemp("desk")
    made_up.save(home, made_up.run(size=24))
    asked = facade(home)
    roles: tuple[Role, ...] = ("analyst", "supervisor", "product_manager", "care_agent")
    for role in roles:
        keep(asked._parts.store, a_person(role, role, name=actor(role).name))
    with dashboard(home) as url:
        yield Installation(home, url, asked)


def free_case(desk: Installation) -> str:
    """Return a case with money at stake that no test has touched yet."""
    page = desk.assay.case_queue(CaseFilter())
    untouched = [case for case in page.cases if page.lives[case.case_id].version == 0 and case.action_amount]
    return untouched[0].case_id


def press(visit: Visit, name: str, where: str = "body") -> Page:
    visit.page.locator(where).get_by_role("button", name=re.compile(f"^{name}")).first.click()
    return visit.settled()


def about_to_propose(desk: Installation, enter: Enter) -> tuple[str, Visit, Locator]:
    """Open the drawer that puts a case right; return the case's id, the visit and the drawer."""
    case_id, visit = free_case(desk), enter(desk)
    visit.open(f"/triage?case={case_id}")
    press(visit, "Propose correction", ACTIONS)
    return case_id, visit, visit.page.get_by_role("dialog")


def told(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words).first).to_be_visible()


def standing(desk: Installation, case_id: str) -> str:
    return desk.assay.case_standing(case_id).life.state


def test_a_correction_is_proposed_from_the_case_and_approved_by_a_second_person(
    desk: Installation, enter: Enter
) -> None:
    case_id, visit, drawer = about_to_propose(desk, enter)
    expect(drawer).to_contain_text("Nothing changes on the account until a second person has approved.")
    drawer.get_by_label("Reason").fill(WHY)
    press(visit, "Send for approval")
    told(visit.page, "Sent for approval")
    expect(visit.page.locator(".st-key-case")).to_contain_text(f"Proposed by Analyst: {WHY}")
    assert standing(desk, case_id) == "awaiting_approval"

    other = enter(desk, role="supervisor")
    waiting = desk.assay.case_standing(case_id).proposal
    assert waiting is not None
    other.open(f"/approvals?proposal={waiting.proposal.proposal_id}")
    expect(other.page.locator(".st-key-proposal")).to_contain_text("Correction")
    press(other, "Approve")
    told(other.page, "Approved.")

    assert standing(desk, case_id) == "approved"
    assert case_id not in {case.case_id for case in desk.assay.case_queue(CaseFilter(), limit=200).cases}
    trail = facade(desk.home, "auditor").audit_trail(AuditQuery(object_kind="case", object_id=case_id))
    assert [entry.event.action for entry in trail.entries][:2] == ["case.approved", "correction.approved"]
    pair = trail.entries[1].event
    assert (pair.proposer and pair.proposer.name, pair.approver and pair.approver.name) == (
        "Analyst",
        "Supervisor",
    )


def test_what_is_sent_is_what_the_fields_say_even_where_one_presses_at_once(
    desk: Installation, enter: Enter
) -> None:
    case_id, visit, drawer = about_to_propose(desk, enter)
    drawer.get_by_label("Reason").fill(WHY)
    drawer.get_by_label("Reason").blur()
    visit.settled()
    visit.page.evaluate(TOGGLE_AND_SEND)
    told(visit.page, "Sent for approval")
    waiting = desk.assay.case_standing(case_id).proposal
    assert waiting is not None
    assert dict(waiting.proposal.after)["notify"] is False


def test_without_a_reason_nothing_is_sent_and_what_was_chosen_stays(desk: Installation, enter: Enter) -> None:
    case_id = free_case(desk)
    visit = enter(desk)
    visit.open(f"/triage?case={case_id}")
    visit.page.keyboard.press("p")
    drawer = visit.page.get_by_role("dialog")
    expect(drawer).to_be_visible()
    press(visit, "Send for approval")
    expect(drawer.get_by_role("alert")).to_contain_text("Say why")
    assert standing(desk, case_id) == "new"


def test_what_is_no_issue_is_closed_with_a_verdict_and_can_be_taken_back(
    desk: Installation, enter: Enter
) -> None:
    case_id = free_case(desk)
    visit = enter(desk)
    visit.open(f"/triage?case={case_id}")
    press(visit, "Not an issue", ACTIONS)
    drawer = visit.page.get_by_role("dialog")
    expect(drawer.get_by_role("button", name="Close the case")).to_be_disabled()
    drawer.get_by_text("The alert was wrong").click()
    visit.settled()
    drawer.get_by_label("Note").fill("A family plan.")
    press(visit, "Close the case")
    told(visit.page, "Closed as not an issue.")
    assert standing(desk, case_id) == "not_an_issue"

    expect(visit.page.locator(".st-key-undo-bar")).to_contain_text(
        "You closed the case as not an issue: the alert was wrong."
    )
    press(visit, "Undo")
    told(visit.page, "Taken back.")
    after = desk.assay.case_standing(case_id)
    assert (after.life.state, after.life.owner_id) == ("new", None)
    assert [step.note for step in after.steps] == ["", "A family plan."]


def test_what_is_snoozed_leaves_the_queue_and_is_found_by_its_status(
    desk: Installation, enter: Enter
) -> None:
    case_id = free_case(desk)
    visit = enter(desk)
    visit.open(f"/triage?case={case_id}")
    press(visit, "Snooze", ACTIONS)
    visit.page.get_by_role("dialog").get_by_text("3 days").click()
    visit.settled()
    visit.page.get_by_role("dialog").get_by_role("button", name="Snooze").click()
    visit.settled()
    told(visit.page, "Snoozed.")
    assert standing(desk, case_id) == "snoozed"
    asleep = visit.open(f"/triage?status=snoozed&case={case_id}")
    expect(asleep.locator(".st-key-case .ra-badges")).to_contain_text("Snoozed until")
    press(visit, "Wake", ACTIONS)
    told(visit.page, "It is back in the queue.")
    assert standing(desk, case_id) == "in_triage"


def test_a_comment_is_shown_as_it_was_written_and_claims_the_case(desk: Installation, enter: Enter) -> None:
    case_id = free_case(desk)
    visit = enter(desk)
    page = visit.open(f"/triage?case={case_id}&tab=activity")
    page.get_by_label("Comment").fill("Asked <i>billing</i> ![x](http://outside.example/x.png)")
    press(visit, "Add comment")
    told(page, "Your comment is kept.")
    expect(page.locator(".ra-timeline")).to_contain_text("Asked <i>billing</i> ![x]")
    expect(page.locator(".st-key-case .ra-badges")).to_contain_text("In triage")
    assert desk.assay.case_standing(case_id).life.owner_id == "analyst"


def test_what_somebody_else_works_on_is_theirs_until_a_supervisor_hands_it_over(
    desk: Installation, enter: Enter
) -> None:
    case_id = free_case(desk)
    facade(desk.home, "care_agent").assign_cases({case_id: 0}, "care_agent")
    visit = enter(desk)
    visit.open(f"/triage?case={case_id}")
    expect(visit.page.locator(".st-key-case")).to_contain_text("works on this case: they, or a supervisor")
    for name in ("Propose correction", "Not an issue", "Snooze"):
        button = visit.page.locator(ACTIONS).get_by_role("button", name=re.compile(f"^{name}"))
        expect(button).to_be_disabled()

    boss = enter(desk, role="supervisor")
    boss.open(f"/triage?case={case_id}")
    boss.page.locator(ACTIONS).get_by_role("button", name="Assign", exact=True).click()
    boss.settled()
    boss.page.get_by_role("dialog").get_by_text("Analyst").click()
    boss.settled()
    boss.page.get_by_role("dialog").get_by_role("button", name="Assign").click()
    boss.settled()
    told(boss.page, "Assigned to Analyst.")
    assert desk.assay.case_standing(case_id).life.owner_id == "analyst"


def test_a_step_that_somebody_else_took_meanwhile_is_told_and_changes_nothing(
    desk: Installation, enter: Enter
) -> None:
    case_id = free_case(desk)
    visit = enter(desk)
    visit.open(f"/triage?case={case_id}")
    facade(desk.home, "care_agent").step_cases({case_id: 0}, "commented", "The customer called.")
    press(visit, "Assign to me", ACTIONS)
    expect(visit.page.get_by_role("alert")).to_contain_text("works on this case")
    assert desk.assay.case_standing(case_id).life.owner_id == "care_agent"


def test_whoever_may_only_look_has_nothing_to_press(desk: Installation, enter: Enter) -> None:
    page = enter(desk, role="product_manager").open(f"/triage?case={free_case(desk)}")
    expect(page.locator(".st-key-case")).to_be_visible()
    expect(
        page.get_by_role("button", name=re.compile("^(Propose|Not an issue|Snooze|Assign)"))
    ).to_have_count(0)


def tick(page: Page, position: int) -> None:
    """Tick a row: the box stands at the left edge of the grid."""
    box = grid_box(page)
    page.mouse.click(box["x"] + 14, box["y"] + 36 * position + 54)


def test_several_cases_are_snoozed_at_once_and_taken_back_at_once(desk: Installation, enter: Enter) -> None:
    visit = enter(desk)
    page = visit.open("/triage")
    expect(page.locator(".st-key-bulk-bar")).to_contain_text("0 selected")
    listed = [case.case_id for case in desk.assay.case_queue(CaseFilter()).cases]
    lives = desk.assay.case_queue(CaseFilter()).lives
    free = [at for at, one in enumerate(listed[:12]) if lives[one].version == 0][:2]
    for at in free:
        tick(page, at)
        visit.settled()
    expect(page.locator(".st-key-bulk-bar")).to_contain_text("2 selected")
    chosen = [listed[at] for at in free]

    page.locator(".st-key-bulk-bar").get_by_role("button", name="Snooze").click()
    visit.settled()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("2 cases")
    drawer.get_by_role("button", name="Snooze").click()
    visit.settled()
    expect(page.locator(".st-key-bulk-undo")).to_contain_text("Snoozed. 2 cases.")
    assert {standing(desk, one) for one in chosen} == {"snoozed"}

    page.locator(".st-key-bulk-undo").get_by_role("button", name="Undo").click()
    visit.settled()
    expect(page.locator(".st-key-bulk-bar")).to_contain_text("0 selected")
    expect(page.locator(".st-key-bulk-undo")).to_have_count(0)
    after = [desk.assay.case_standing(one).life for one in chosen]
    assert {(life.state, life.owner_id) for life in after} == {("new", None)}
