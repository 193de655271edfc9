"""The queue shows what the store holds, keeps its place, and every view of it is a link."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import pytest
from playwright.sync_api import FloatRect, Page, expect

from core.api import CaseFilter
from tests.pages.browser import Visit
from tests.pages.conftest import Enter, Installation
from tests.pages.made_up import HOSTILE

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]


def shown_case(page: Page) -> str:
    return page.locator(".st-key-case .ra-id").first.inner_text()


def press(visit: Visit, key: str, leads_to: str) -> None:
    visit.page.keyboard.press(key)
    expect(visit.page.locator(".st-key-case .ra-id").first).to_have_text(leads_to)
    visit.settled()


def grid_rows(page: Page) -> Sequence[Sequence[str]]:
    """Return the cells that the grid tells a screen reader; the grid itself is a canvas."""
    rows = page.locator('[data-testid="stDataFrame"] table[role="grid"] tbody tr')
    rows.first.wait_for(state="attached")
    return [row.locator("td").all_inner_texts() for row in rows.all()]


def grid_box(page: Page) -> FloatRect:
    """Return where the grid is once it stands still: what is above it may still be drawn."""
    canvas = page.locator('[data-testid="stDataFrame"] canvas').first
    box = None
    while (now := canvas.bounding_box()) is None or now != box:
        box = now
        page.wait_for_timeout(250)
    return now


def click_row(page: Page, position: int, column: int = 1) -> None:
    box = grid_box(page)
    page.mouse.click(box["x"] + (40, 150, 300)[column], box["y"] + 36 * position + 54)


def test_head_counts_and_list_equal_the_store(installed: Installation, enter: Enter) -> None:
    queue = installed.assay.case_queue(CaseFilter())
    page = enter(installed).open("/triage")
    head = page.locator(".ra-head p").inner_text().replace("\N{NO-BREAK SPACE}", " ")
    totals = queue.totals
    stake = f"PLN {totals.at_stake:,.0f} at stake"
    assert (
        head == f"{totals.cases} open · {stake} · {totals.due_soon} due within 4 h · Times in Europe/Warsaw"
    )
    rows = grid_rows(page)
    assert [row[1] for row in rows[:5]] == [case.account_name for case in queue.cases[:5]]
    assert [Decimal(row[3]) for row in rows[:5]] == [abs(case.amount) for case in queue.cases[:5]]


def test_shared_views_carry_their_counts(installed: Installation, enter: Enter) -> None:
    page = enter(installed).open("/triage")
    counts = installed.assay.view_counts()
    options = page.get_by_role("radiogroup").first.get_by_role("radio").all_inner_texts()
    assert [int(option.rsplit(" ", 1)[1]) for option in options] == list(counts.values())


def test_billed_expected_and_difference_are_those_of_the_finding(
    installed: Installation, enter: Enter
) -> None:
    detail = installed.assay.case("RA-20400")
    line = detail.findings[0].evidence.lines[0]
    page = enter(installed).open("/triage?case=RA-20400")
    table = page.get_by_role("region", name="Collected against expected")
    cells = table.locator("tbody tr").first.locator("td").all_inner_texts()
    assert cells == [line.actual, line.expected, str(line.difference)]
    expect(table.locator("tr.total")).to_contain_text(f"{detail.case.amount:,.2f}")
    rows = page.get_by_role("region", name="Rows behind the figures")
    expect(rows).to_contain_text("payments/2026-04-01.parquet")
    expect(rows).to_contain_text("Row 1,204")


def test_a_case_with_many_findings_shows_all_of_them_in_parts(installed: Installation, enter: Enter) -> None:
    visit = enter(installed)
    page = visit.open("/triage?case=RA-20401")
    expect(page.get_by_text("Findings 1 to 8 of 11")).to_be_visible()
    page.locator(".st-key-case").get_by_role("button", name="Page 2").click()
    expect(page.get_by_text("Findings 9 to 11 of 11")).to_be_visible()
    assert "part=2" in visit.settled().url


def test_clicking_a_cell_shows_that_case_and_arrows_move_on(installed: Installation, enter: Enter) -> None:
    ids = [case.case_id for case in installed.assay.case_queue(CaseFilter()).cases]
    visit = enter(installed)
    page = visit.open("/triage")
    assert shown_case(page) == ids[0]
    click_row(page, 3)
    expect(page.locator(".st-key-case .ra-id").first).to_have_text(ids[3])
    visit.settled()
    press(visit, "ArrowDown", ids[4])
    press(visit, "j", ids[5])
    press(visit, "k", ids[4])


def test_escape_and_sorting_a_column_keep_the_case(installed: Installation, enter: Enter) -> None:
    ids = [case.case_id for case in installed.assay.case_queue(CaseFilter()).cases]
    visit = enter(installed)
    page = visit.open("/triage")
    click_row(page, 4)
    expect(page.locator(".st-key-case .ra-id").first).to_have_text(ids[4])
    page.keyboard.press("Escape")
    visit.settled()
    assert shown_case(page) == ids[4]
    page.wait_for_timeout(1_500)  # a grid that has not got its focus back takes its first row when clicked
    click_row(page, -1, column=2)
    page.wait_for_timeout(300)
    visit.settled()
    assert shown_case(page) == ids[4]


def test_typing_the_shortcut_letters_in_the_search_moves_nothing(
    installed: Installation, enter: Enter
) -> None:
    visit = enter(installed)
    page = visit.open("/triage?case=RA-20410")
    page.get_by_label("Search cases").click()
    page.keyboard.type("jkj")
    page.wait_for_timeout(300)
    assert shown_case(page) == "RA-20410"
    assert page.get_by_label("Search cases").input_value() == "jkj"


def test_a_copied_address_restores_view_search_filter_order_case_and_tab(
    installed: Installation, enter: Enter
) -> None:
    address = "/triage?view=high_value&q=fjord&severity=high,medium&sort=amount&case=RA-20525&tab=why"
    chosen = CaseFilter(view="high_value", text="fjord", severities=("high", "medium"))
    expected = installed.assay.case_queue(chosen, sort="amount")
    page = enter(installed).open(address)
    assert page.get_by_role("radio", checked=True).first.inner_text().startswith("High value")
    assert page.get_by_label("Search cases").input_value() == "fjord"
    expect(page.get_by_role("button", name="Filters 2")).to_be_visible()
    expect(page.get_by_role("tab", name="Why flagged")).to_have_attribute("aria-selected", "true")
    assert shown_case(page) == "RA-20525"
    assert [row[1] for row in grid_rows(page)] == [case.account_name for case in expected.cases]
    assert set(re.split("[?&]", page.url)) == set(re.split("[?&]", page.url.split("/triage")[0] + address))


def test_reload_and_back_keep_the_state(installed: Installation, enter: Enter) -> None:
    ids = [case.case_id for case in installed.assay.case_queue(CaseFilter()).cases]
    visit = enter(installed)
    page = visit.open("/triage")
    press(visit, "j", ids[1])
    press(visit, "j", ids[2])
    page.reload()
    visit.settled()
    assert shown_case(page) == ids[2]
    page.go_back()
    expect(page.locator(".st-key-case .ra-id").first).to_have_text(ids[1])


def test_leaving_for_home_and_coming_back_finds_the_same_view(installed: Installation, enter: Enter) -> None:
    visit = enter(installed)
    page = visit.open("/triage?view=high_value&case=RA-20525")
    page.get_by_role("link", name="Home").click()
    expect(page.locator(".ra-value").first).to_be_visible()
    page.get_by_role("link", name="Triage queue").click()
    expect(page.locator(".st-key-case .ra-id").first).to_have_text("RA-20525")
    assert "view=high_value" in visit.settled().url


def test_the_tab_stays_open_from_case_to_case(installed: Installation, enter: Enter) -> None:
    visit = enter(installed)
    page = visit.open("/triage")
    page.get_by_role("tab", name="Activity").click()
    expect(page.get_by_text("Opened with")).to_be_visible()
    second = installed.assay.case_queue(CaseFilter()).cases[1].case_id
    visit.settled()
    press(visit, "j", second)
    expect(page.get_by_role("tab", name="Activity")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("Opened with")).to_be_visible()


def test_j_goes_on_to_the_next_page_of_a_long_list(installed: Installation, enter: Enter) -> None:
    page_two = installed.assay.case_queue(CaseFilter(), offset=50).cases
    last = installed.assay.case_queue(CaseFilter()).cases[-1].case_id
    visit = enter(installed)
    visit.open(f"/triage?case={last}")
    press(visit, "j", page_two[0].case_id)
    assert "page=2" in visit.page.url
    press(visit, "k", last)


def test_similar_cases_lead_to_themselves(installed: Installation, enter: Enter) -> None:
    detail = installed.assay.case("RA-20400")
    page = enter(installed).open("/triage?case=RA-20400&tab=similar")
    page.locator(f".st-key-similar-{detail.similar[0].case_id} button").click()
    expect(page.locator(".st-key-case .ra-id").first).to_have_text(detail.similar[0].case_id)


def test_filters_narrow_the_list_and_can_be_cleared(installed: Installation, enter: Enter) -> None:
    visit = enter(installed)
    page = visit.open("/triage")
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("button", name="Critical").click()
    critical = installed.assay.case_queue(CaseFilter(severities=("critical",))).totals.cases
    expect(page.get_by_text(f"{critical} cases", exact=True)).to_be_visible()
    assert "severity=critical" in visit.settled().url
    page.get_by_role("button", name="Clear filters").click()
    expect(page.get_by_text("1 to 50 of 130 cases")).to_be_visible()


def test_an_empty_view_says_so_and_leads_to_all(all_clear: Installation, enter: Enter) -> None:
    page = enter(all_clear).open("/triage?view=high_value")
    expect(page.get_by_text("No open cases")).to_be_visible()


def test_an_empty_view_of_a_full_queue_offers_all_of_it(installed: Installation, enter: Enter) -> None:
    page = enter(installed).open("/triage?view=data_quality&severity=critical")
    expect(page.get_by_text("No cases match these filters")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(page.get_by_text("1 case", exact=True)).to_be_visible()


def test_a_search_without_hit_echoes_what_was_searched(installed: Installation, enter: Enter) -> None:
    page = enter(installed).open("/triage?q=<b>no one</b>")
    expect(page.get_by_text("Nothing found for “<b>no one</b>”")).to_be_visible()
    page.get_by_role("button", name="Clear search").click()
    expect(page.get_by_text("1 to 50 of 130 cases")).to_be_visible()


def test_a_link_to_no_case_says_so_and_the_list_stands(installed: Installation, enter: Enter) -> None:
    page = enter(installed).open("/triage?case=RA-NONE")
    expect(page.get_by_text("There is no case RA-NONE")).to_be_visible()
    assert len(grid_rows(page)) > 5


def test_markup_and_links_in_a_name_stay_text(installed: Installation, enter: Enter) -> None:
    page = enter(installed).open("/triage?case=RA-20405")
    expect(page.locator(".ra-case-title")).to_contain_text(HOSTILE)
    assert page.locator('img[src*="outside.example"]').count() == 0


def test_before_the_first_run_the_queue_says_how_to_make_one(without_run: Installation, enter: Enter) -> None:
    page = enter(without_run).open("/triage")
    expect(page.get_by_text("No run yet")).to_be_visible()


def test_the_copied_link_names_the_case(installed: Installation, enter: Enter) -> None:
    page = enter(installed).open("/triage?view=high_value")
    page.get_by_role("button", name="Copy link").click()
    link = page.locator('[data-testid="stPopoverBody"] code').inner_text()
    assert f"case={shown_case(page)}" in link
    assert "view=high_value" in link


def test_only_pages_that_the_reader_may_see_are_offered(installed: Installation, enter: Enter) -> None:
    page = enter(installed).open("/")
    links = page.locator('[data-testid="stSidebarNav"] a').all_inner_texts()
    mine = ["Home", "Triage queue", "Approvals", "Account 360", "Data quality", "Rules & model"]
    assert [link.split("\n")[-1] for link in links] == [*mine, "Workflows", "Access tokens"]
