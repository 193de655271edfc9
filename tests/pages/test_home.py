"""Home says what needs somebody now, with the store's own figures, and leads there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.pages.conftest import Enter, Installation

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]


def test_figures_equal_the_store(installed: Installation, enter: Enter) -> None:
    home, stand = installed.assay.home(), installed.assay.status()
    assert home is not None
    assert stand is not None
    page = enter(installed).open()
    values = page.locator(".ra-value").all_inner_texts()
    evaluated = stand.outcomes["passed"] + stand.outcomes["violated"]
    assert values == [
        f"PLN\N{NO-BREAK SPACE}{home.totals.at_stake:,.0f}",
        str(home.sla_at_risk),
        f"{evaluated} of {sum(stand.outcomes.values())}",
        str(stand.rows_quarantined),
    ]
    expect(page.get_by_text(f"{home.late} late", exact=True)).to_be_visible()


def test_each_figure_opens_its_definition_unit_source_and_snapshot(
    installed: Installation, enter: Enter
) -> None:
    stand = installed.assay.status()
    assert stand is not None
    page = enter(installed).open()
    assert page.get_by_role("button", name="Evidence").count() == 4
    for at in range(4):
        page.get_by_role("button", name="Evidence").nth(at).click()
        proof = page.locator(".ra-proof")
        expect(proof).to_contain_text("What it is")
        expect(proof).to_contain_text("Unit")
        expect(proof).to_contain_text(stand.run.run_id)
        expect(proof).to_contain_text(stand.run.snapshot_id)
        page.keyboard.press("Escape")
        expect(proof).to_have_count(0)


def test_a_case_that_is_due_leads_to_itself_in_the_queue(installed: Installation, enter: Enter) -> None:
    home = installed.assay.home()
    assert home is not None
    first = home.due_first[0]
    visit = enter(installed)
    page = visit.open()
    page.get_by_role("link", name=re.compile("^Nordwind Logistics")).first.click()
    page.wait_for_url("**/triage?*")
    visit.settled()
    assert f"case={first.case_id}" in page.url
    expect(page.locator(".ra-id").first).to_have_text(first.case_id)


def test_sources_controls_and_rows_that_are_not_whole_are_named(
    installed: Installation, enter: Enter
) -> None:
    page = enter(installed).open()
    sources = page.get_by_role("region", name="Sources with late or missing files")
    assert sources.locator("tbody tr").all_inner_texts() == ["ASTRA\t1\t1"]
    controls = page.get_by_role("region", name="Controls that did not pass")
    expect(controls).to_contain_text("The dataset has no mediation_records.")
    expect(controls).to_contain_text("Not evaluated")
    rows = page.get_by_role("region", name="Rows in quarantine")
    for part in (
        "usage_events/2026-04-02.csv",
        "Row 18",
        "duration_s",
        "-40",
        "is below 0",
        "deliver the file",
    ):
        expect(rows).to_contain_text(part)


def test_before_the_first_run_home_says_how_to_make_one(without_run: Installation, enter: Enter) -> None:
    page = enter(without_run).open()
    expect(page.get_by_text("No run yet")).to_be_visible()
    expect(page.get_by_text("assay run DATASET")).to_be_visible()


def test_when_nothing_is_open_home_says_so(all_clear: Installation, enter: Enter) -> None:
    page = enter(all_clear).open()
    expect(page.get_by_text("Nothing is waiting for you")).to_be_visible()
    expect(page.get_by_text("Every source delivered as agreed.")).to_be_visible()
    expect(page.get_by_text("Every row could be used.")).to_be_visible()
