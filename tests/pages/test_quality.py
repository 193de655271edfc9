"""Data quality and rules say what the store holds, and every look behind a figure is a link."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from dashboard.panels.scorecard import percentage
from tests.pages.conftest import Enter, Installation
from tests.pages.test_triage import click_row, grid_rows

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]


def title(page: Page) -> str:
    return page.locator(".st-key-behind h2").inner_text()


def test_the_scorecard_equals_the_facade_the_worst_stream_first(
    installed: Installation, enter: Enter
) -> None:
    quality = installed.assay.quality()
    assert quality is not None
    page = enter(installed).open("/data-quality")
    rows = grid_rows(page)
    assert rows[0][0] == "Payments"
    words = " ".join(cell for row in rows for cell in row)
    for cell in quality.cells:
        assert percentage(cell.score) in words
    assert rows[0][5] == "■ act 96.01 %"
    assert title(page) == "Payments: integrity"


def test_a_score_opens_its_checks_rows_and_cases(installed: Installation, enter: Enter) -> None:
    visit = enter(installed)
    page = visit.open("/data-quality?cell=usage_events.integrity")
    assert title(page) == "Usage events: integrity"
    checks = page.get_by_role("region", name="Checks of Usage events, integrity")
    expect(checks).to_contain_text("Row rejected")
    expect(checks).to_contain_text("24,310")
    expect(page.get_by_role("region", name="Some of the rows")).to_contain_text("duration_s")
    page.get_by_role("link", name="Show the cases").click()
    page.wait_for_url(re.compile("/triage.*issue=row_rejected"))


def test_a_click_on_a_score_is_in_the_address(installed: Installation, enter: Enter) -> None:
    page = enter(installed).open("/data-quality")
    box = page.locator('[data-testid="stDataFrame"] canvas').first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - 40, box["y"] + 36 * 1 + 54)
    page.wait_for_url(re.compile(r"cell=[a-z_]+\.integrity"))
    expect(page.locator(".st-key-behind h2")).to_contain_text("integrity")


def test_each_control_point_says_what_went_on_and_names_its_gaps(
    installed: Installation, enter: Enter
) -> None:
    page = enter(installed).open("/data-quality")
    points = page.locator(".ra-point")
    assert points.count() == 4
    expect(points.nth(0)).to_contain_text("98.00 % of 1,000 events went on")
    expect(points.nth(0).locator(".gap")).to_have_text("Usage never mediated9")
    expect(points.nth(1)).to_contain_text("Its streams are not there.")
    gaps = page.get_by_role("region", name="Where the gaps are").locator("tbody tr")
    assert gaps.all_inner_texts() == [
        "tap:ASTRA\tUsage never mediated\t7\t–",
        "msc-01\tUsage never mediated\t2\t–",
    ]


def test_a_gap_is_a_link_too(installed: Installation, enter: Enter) -> None:
    page = enter(installed).open("/data-quality?point=payment&by=service")
    gaps = page.get_by_role("region", name="Where the gaps are").locator("tbody tr")
    assert gaps.all_inner_texts() == ["card\tPayment differs from invoice\t1\tPLN\N{NO-BREAK SPACE}12.50"]


def test_every_leakage_area_is_on_the_map(installed: Installation, enter: Enter) -> None:
    page = enter(installed).open("/data-quality")
    areas = page.get_by_role("region", name="Coverage by leakage area").locator("tbody tr")
    assert areas.count() == 8
    expect(areas.nth(2)).to_have_text(re.compile("^Network and usage"))


def test_a_control_is_a_link_and_shows_what_it_asks_and_found(installed: Installation, enter: Enter) -> None:
    page = enter(installed).open("/rules?rule=payment_mismatch")
    detail = page.locator(".st-key-control")
    expect(detail).to_contain_text("Payment differs from invoice")
    expect(detail).to_contain_text("48 found in 1,204 payments that came in")
    expect(detail).to_contain_text("Usual causes")


def test_the_search_narrows_the_controls_and_a_click_moves_the_focus(
    installed: Installation, enter: Enter
) -> None:
    visit = enter(installed)
    page = visit.open("/rules?q=timeliness")
    found = [row[0] for row in grid_rows(page)]
    expected = [card.title for card in installed.assay.control_cards() if card.dimension == "timeliness"]
    assert found == expected
    page = visit.open("/rules")
    click_row(page, 1)
    second = installed.assay.control_cards()[1]
    page.wait_for_url(f"**rule={second.control_id}*")
    expect(page.locator(".st-key-control h2")).to_have_text(second.title)


def test_a_search_without_a_hit_and_a_home_without_a_run_say_so(
    installed: Installation, without_run: Installation, enter: Enter
) -> None:
    expect(enter(installed).open("/rules?q=zebra").get_by_text("No control matches")).to_be_visible()
    for path in ("/data-quality", "/rules"):
        expect(enter(without_run).open(path).get_by_text("No run yet")).to_be_visible()


def test_a_landed_file_says_what_stands_on_it(demo: Installation, enter: Enter) -> None:
    page = enter(demo).open("/data-quality?file=mediation_records/part-000.parquet")
    stands = page.get_by_role("region", name="Rows that stand on this file").locator("tbody tr")
    assert [row.split("\t")[0] for row in stands.all_inner_texts()] == [
        "Mediation records",
        "Charges",
        "Invoices",
        "Payments",
    ]
    cited = page.get_by_role("region", name="Findings that cite this file")
    expect(cited).to_contain_text("Usage not billed")
