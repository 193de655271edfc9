"""Verdicts suggest a threshold: opened as a draft, sent, approved by somebody else, used by the next run."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.api import Role, RunRequest
from tests.builders.paid_twice import CONTROL, judge, paid_twice
from tests.builders.people import a_person, actor, facade, keep
from tests.pages.browser import PATIENCE_MS, Visit, dashboard
from tests.pages.conftest import Enter, Installation
from tests.pages.test_layout import CUT, WIDER, violations

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]

ADDRESS = f"/rules?rule={CONTROL}"
PEOPLE: tuple[Role, ...] = ("analyst", "supervisor", "auditor")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run over twelve accounts that paid twice; people judge every case."""
    home = tmp_path_factory.mktemp("suggestions")
    asked = paid_twice(home)
    for role in PEOPLE:
        keep(asked._parts.store, a_person(role, role, name=actor(role).name))
    return home


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Iterator[Installation]:
    home = Path(shutil.copytree(template, tmp_path / "home"))
    with dashboard(home) as url:
        yield Installation(home, url, facade(home))


def press(visit: Visit, name: str) -> Page:
    visit.page.get_by_role("button", name=name, exact=True).click()
    return visit.settled()


def looked(visit: Visit) -> Page:
    """Open the control and look for a better threshold."""
    visit.open(ADDRESS)
    page = press(visit, "Look for a better threshold")
    expect(page.get_by_role("status")).to_contain_text("A threshold is suggested", timeout=PATIENCE_MS)
    return page


def found(office: Installation) -> int:
    """Run again and return how many payments were found to be made twice."""
    asked = facade(office.home, "service")
    outcome = asked.run_dataset(RunRequest(office.home / "dataset"), lambda *_: None)
    return next(one.violations for one in outcome.controls if one.control_id == CONTROL)


def test_a_suggestion_becomes_a_proposal_that_a_second_person_approves_and_the_next_run_finds_less(
    office: Installation, enter: Enter
) -> None:
    before = enter(office, role="auditor").open(ADDRESS)
    few = before.get_by_text("No verdict on its cases yet; a threshold is suggested from 10 on")
    expect(few).to_be_visible()
    judge(office.home)
    assert found(office) == 12

    analyst = enter(office)
    page = analyst.open(ADDRESS)
    expect(page.get_by_text("Days apart: 5 instead of 7")).to_be_visible()
    expect(page.get_by_text("5 of 5 false alarms would no longer be raised; no confirmed")).to_be_visible()
    every = page.get_by_role("region", name="What verdicts say").locator("tbody tr").nth(1)
    expect(every).to_have_text(re.compile(r"All closed cases.*12\s*58 %\s*32–81 %\s*100 %\s*65–100 %"))
    press(analyst, "Open as a proposal")
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("textbox", name="Days apart")).to_have_value("5")
    expect(drawer.get_by_role("textbox", name="Reason")).to_have_value(re.compile("verdicts on 12 cases"))
    effect = drawer.get_by_role("region", name="What would change")
    expect(effect.locator("tbody tr").first).to_have_text(re.compile(r"Findings\s*12\s*7"))
    threshold = next(one for one in office.assay.control_cards() if one.control_id == CONTROL).thresholds[0]
    assert threshold.value == "7"
    press(analyst, "Send for approval")
    expect(drawer).to_have_count(0)
    expect(page.get_by_role("status")).to_contain_text("waits for a second person", timeout=PATIENCE_MS)

    supervisor = enter(office, role="supervisor")
    second = supervisor.open("/approvals")
    expect(second.locator(".st-key-proposal")).to_contain_text("Suggested from verdicts on 12 cases")
    press(supervisor, "Approve")
    expect(second.get_by_role("status")).to_contain_text("Approved", timeout=PATIENCE_MS)

    assert found(office) == 7
    page = analyst.open(ADDRESS)
    expect(page.get_by_text("Last run: 7 found in 24 payments")).to_be_visible()
    expect(page.get_by_text("Left out: 5 judged cases not raised any more as it stands")).to_be_visible()


def test_what_is_suggested_may_be_changed_before_it_is_sent(office: Installation, enter: Enter) -> None:
    judge(office.home)
    visit = enter(office)
    page = looked(visit)
    press(visit, "Open as a proposal")
    drawer = page.get_by_role("dialog")
    field = drawer.get_by_role("textbox", name="Days apart")
    field.fill("6")
    field.press("Enter")
    expect(drawer.get_by_role("button", name="Send for approval")).to_be_disabled()
    press(visit, "See what would change")
    press(visit, "Send for approval")
    expect(drawer).to_have_count(0)
    (waiting,) = facade(office.home, "supervisor").approvals().waiting
    assert [(one.name, one.after) for one in waiting.changes] == [("thresholds.days_apart", "6")]


def test_the_list_points_to_it_the_judged_cases_open_and_it_is_dismissed_with_a_reason(
    office: Installation, enter: Enter
) -> None:
    judge(office.home)
    visit = enter(office)
    looked(visit)
    page = visit.open("/rules")
    expect(page.get_by_text("1 threshold suggested")).to_be_visible()
    press(visit, "Collected twice")
    expect(page).to_have_url(re.compile(f"rule={CONTROL}"))
    page.get_by_text("The 12 cases behind it").click()
    expect(page.get_by_text("False alarms that would no longer be raised: 5")).to_be_visible()
    review = office.assay.threshold_advice(CONTROL)
    assert review is not None
    assert review.review is not None
    assert review.review.suggestion is not None
    case_id = review.review.suggestion.dropped[0]
    page.get_by_role("link", name=case_id).click()
    page.wait_for_url(re.compile(f"/triage.*case={case_id}"))
    expect(page.locator(".st-key-case")).to_contain_text("Not an issue")

    visit.open(ADDRESS)
    press(visit, "Dismiss")
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("button", name="Dismiss").click()
    expect(drawer.get_by_role("alert")).to_contain_text("Say why", timeout=PATIENCE_MS)
    drawer.get_by_role("textbox", name="Reason").fill("The bank books late.")
    drawer.get_by_role("button", name="Dismiss").click()
    expect(drawer).to_have_count(0)
    expect(page.get_by_text(re.compile("Dismissed by Analyst, .*: The bank books late."))).to_be_visible()
    expect(page.get_by_text("1 threshold suggested")).to_have_count(0)


def test_who_may_not_propose_reads_the_suggestion_and_can_do_nothing_with_it(
    office: Installation, enter: Enter
) -> None:
    judge(office.home)
    office.assay.look_for_threshold(CONTROL)
    page = enter(office, role="auditor").open(ADDRESS)
    expect(page.get_by_text("Days apart: 5 instead of 7")).to_be_visible()
    for name in ("Open as a proposal", "Dismiss", "Look for a better threshold"):
        assert page.get_by_role("button", name=name).count() == 0


def test_a_suggestion_passes_axe_and_nothing_is_cut(office: Installation, enter: Enter) -> None:
    judge(office.home)
    office.assay.look_for_threshold(CONTROL)
    for width, scheme in ((1440, "light"), (600, "dark")):
        page = enter(office, width=width, scheme=scheme).open(ADDRESS)
        expect(page.get_by_text("Days apart: 5 instead of 7")).to_be_visible()
        page.get_by_text("The 12 cases behind it").click()
        expect(page.get_by_text("Confirmed alerts that would still be raised: 7")).to_be_visible()
        assert violations(page) == []
        assert page.evaluate(WIDER) <= 0
        assert page.evaluate(CUT) == []
