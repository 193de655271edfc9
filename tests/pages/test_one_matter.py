"""People merge cases of one account and split findings off one, from the list and from the case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.api import Case, CaseFilter, is_collected
from core.ports.store import RunRecord
from tests.builders.people import a_person, actor, facade, keep
from tests.pages import made_up
from tests.pages.browser import dashboard
from tests.pages.conftest import Enter, Installation
from tests.pages.test_case_work import ACTIONS, press, tick, told

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]

ONE_ACCOUNT = CaseFilter(account_id="A-7")


def of_one_account() -> RunRecord:
    """Return a run in which every second case that is about a bill is of one account."""
    record = made_up.run(size=36)
    billed = [one for one in record.cases if one.account_id and not is_collected(one.fault)]
    theirs = {one.case_id for one in billed[::2]}
    cases = [_theirs(one) if one.case_id in theirs else one for one in record.cases]
    return replace(record, cases=cases)


def _theirs(case: Case) -> Case:
    words = f"{case.case_id} a-7 harbour foods".lower()
    return replace(case, account_id="A-7", account_name="Harbour Foods", search_text=words)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    home: Path = tmp_path_factory.mktemp("one_matter")
    made_up.save(home, of_one_account())
    asked = facade(home)
    keep(asked._parts.store, a_person("analyst", "analyst", name=actor("analyst").name))
    with dashboard(home) as url:
        yield Installation(home, url, asked)


def untouched(desk: Installation, least_findings: int = 1) -> list[Case]:
    page = desk.assay.case_queue(ONE_ACCOUNT)
    free = [one for one in page.cases if page.lives[one.case_id].version == 0]
    return [one for one in free if one.findings >= least_findings]


def money(desk: Installation) -> Decimal:
    return sum((one.amount for one in desk.assay.case_queue(ONE_ACCOUNT).cases), Decimal(0))


def state(desk: Installation, case_id: str) -> str:
    return desk.assay.case_standing(case_id).life.state


def test_a_case_is_merged_with_another_of_its_account_and_that_is_taken_back(
    desk: Installation, enter: Enter
) -> None:
    first, other = untouched(desk)[:2]
    before, visit = money(desk), enter(desk)
    page = visit.open(f"/triage?case={first.case_id}")
    press(visit, "Merge", ACTIONS)
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("button", name="Merge 1 case")).to_be_disabled()
    drawer.locator(".st-key-merge-offer").get_by_text(other.case_id).click()
    visit.settled()
    expect(drawer.get_by_role("region", name="What the merged case comes to")).to_contain_text("Together")
    drawer.get_by_role("button", name="Merge 2 cases").click()
    visit.settled()
    expect(drawer.get_by_role("alert")).to_contain_text("Say why.")
    assert state(desk, other.case_id) == "new"

    drawer.get_by_label("Note").fill("Both come of the old price list.")
    drawer.get_by_role("button", name="Merge 2 cases").click()
    visit.settled()
    told(page, "Merged: 2 cases.")
    main, gone = sorted((first, other), key=lambda one: -one.at_stake)
    expect(page.locator(".st-key-case")).to_contain_text("Holds 1 merged case")
    assert (state(desk, main.case_id), state(desk, gone.case_id)) == ("in_triage", "merged")
    assert money(desk) == before
    kept = visit.open(f"/triage?case={gone.case_id}")
    expect(kept.locator(".st-key-case")).to_contain_text(f"Merged into {main.case_id}")
    expect(kept.locator(".st-key-case")).to_contain_text("Its findings and its money are in")

    press(visit, "Undo")
    told(page, "Taken back.")
    assert (state(desk, main.case_id), state(desk, gone.case_id)) == ("new", "new")
    assert money(desk) == before


def rows(page: Page, *positions: int) -> None:
    """Tick rows of the drawer's table of findings."""
    box = page.get_by_role("dialog").get_by_test_id("stDataFrame").bounding_box()
    assert box is not None
    for position in positions:
        page.mouse.click(box["x"] + 14, box["y"] + 36 * position + 54)


def test_findings_are_split_off_as_a_case_of_their_own(desk: Installation, enter: Enter) -> None:
    whole = untouched(desk, least_findings=2)[0]
    before, visit = money(desk), enter(desk)
    page = visit.open(f"/triage?case={whole.case_id}")
    press(visit, "Split", ACTIONS)
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("button", name="Split off 0 findings")).to_be_disabled()
    rows(page, 1)
    visit.settled()
    expect(drawer.get_by_role("region", name="What goes and what stays")).to_contain_text("Stays")
    drawer.get_by_label("Note").fill("Another number, another reason.")
    drawer.get_by_role("button", name="Split off 1 finding").click()
    visit.settled()
    told(page, f"Split off {whole.case_id}")
    expect(page.locator(".st-key-undo-bar")).to_contain_text(f"You split this case off {whole.case_id}.")
    new = desk.assay.case_standing(whole.case_id).steps[0].facts["into"]
    assert state(desk, str(new)) == "in_triage"
    assert desk.assay.case(str(new)).case.findings == 1
    assert desk.assay.case(whole.case_id).case.findings == whole.findings - 1
    assert money(desk) == before


def test_ticked_cases_of_two_accounts_are_not_merged_and_it_says_why(
    desk: Installation, enter: Enter
) -> None:
    visit = enter(desk)
    page = visit.open("/triage")
    merge = page.locator(".st-key-bulk-bar").get_by_role("button", name="Merge")
    expect(merge).to_be_disabled()
    listed = desk.assay.case_queue(CaseFilter()).cases
    billed = [at for at, one in enumerate(listed[:14]) if one.account_id and not is_collected(one.fault)]
    pair = next((a, b) for a in billed for b in billed if listed[a].account_id != listed[b].account_id)
    for at in sorted(pair):
        tick(page, at)
        visit.settled()
    merge.click()
    visit.settled()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("alert")).to_contain_text("2 accounts: a correction goes to one account")
    expect(drawer.get_by_role("button", name="Merge 2 cases")).to_be_disabled()


def test_ticked_cases_of_one_account_are_merged_and_taken_back_from_the_list(
    desk: Installation, enter: Enter
) -> None:
    before, visit = money(desk), enter(desk)
    page = visit.open("/triage?q=a-7")
    listed = desk.assay.case_queue(CaseFilter(text="a-7"))
    free = {one.case_id for one in untouched(desk)}
    ours = [at for at, one in enumerate(listed.cases[:14]) if one.case_id in free][:2]
    for at in ours:
        tick(page, at)
        visit.settled()
    page.locator(".st-key-bulk-bar").get_by_role("button", name="Merge").click()
    visit.settled()
    drawer = page.get_by_role("dialog")
    drawer.get_by_label("Note").fill("One matter.")
    drawer.get_by_role("button", name="Merge 2 cases").click()
    visit.settled()
    expect(page.locator(".st-key-bulk-undo")).to_contain_text("Merged: 2 cases.")
    chosen = [listed.cases[at] for at in ours]
    states = {one.case_id: state(desk, one.case_id) for one in chosen}
    assert sorted(states.values()) == ["in_triage", "merged"]
    assert states[max(chosen, key=lambda one: one.at_stake).case_id] == "in_triage"
    assert money(desk) == before

    page.locator(".st-key-bulk-undo").get_by_role("button", name="Undo").click()
    visit.settled()
    expect(page.locator(".st-key-bulk-undo")).to_have_count(0)
    told(page, "Taken back.")
    assert {state(desk, one.case_id) for one in chosen} == {"new"}
