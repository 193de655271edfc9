"""When the store fails, a page keeps what it had, says since when, and Retry brings it back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.pages import made_up
from tests.pages.browser import dashboard
from tests.pages.conftest import Enter, Installation, facade
from tests.pages.test_triage import grid_rows

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]


@pytest.fixture
def fragile(tmp_path: Path) -> Iterator[Installation]:
    """Serve a run whose store a test may damage."""
    made_up.save(tmp_path, made_up.run(size=12))
    with dashboard(tmp_path) as url:
        yield Installation(tmp_path, url, facade(tmp_path))


def test_a_failing_store_keeps_the_last_good_list_and_retry_recovers(
    fragile: Installation, enter: Enter
) -> None:
    visit = enter(fragile)
    page = visit.open("/triage")
    shown = page.locator(".ra-case-title").inner_text()
    _rename(fragile.home, "runs", "runs_away")
    page.wait_for_timeout(3500)  # until the latest run is looked up again
    page.get_by_role("tab", name="Activity").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Assay could not read its store. What is shown was read on")
    expect(page.locator(".ra-case-title")).to_have_text(shown)
    assert len(grid_rows(page)) >= 12
    expect(page.get_by_text("Traceback")).to_have_count(0)
    _rename(fragile.home, "runs_away", "runs")
    page.get_by_role("button", name="Retry").click()
    expect(alert).to_have_count(0)


def _rename(home: Path, before: str, after: str) -> None:
    with closing(sqlite3.connect(home / "assay.sqlite")) as connection:
        connection.execute("pragma legacy_alter_table = on")
        connection.execute(f"alter table {before} rename to {after}")


def test_a_store_that_fails_from_the_start_is_said_without_a_stack_trace(
    fragile: Installation, enter: Enter
) -> None:
    visit = enter(fragile)
    (fragile.home / "assay.sqlite").write_bytes(b"this is no database" * 1000)
    page = visit.open("/")
    expect(page.get_by_role("alert")).to_contain_text("Assay could not read its store.")
    expect(page.get_by_role("alert")).to_contain_text("Reference")
    expect(page.get_by_text("Traceback")).to_have_count(0)
    expect(page.get_by_role("button", name="Retry")).to_be_visible()
