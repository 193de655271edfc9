"""Orders and markup in names, notes, reasons and file names stand on the pages as plain text."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Dialog, Page, expect

from core.api import CaseFilter, RunRequest
from tests.builders.hostile import TEXTS, take_over
from tests.builders.people import facade
from tests.builders.sample import DEMO
from tests.pages.browser import dashboard
from tests.pages.conftest import Enter, Installation

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]

ALIVE = """() => [...document.querySelectorAll('[data-testid="stApp"] *')].filter((one) =>
  /outside\\.example|^javascript:/.test(one.getAttribute('href') || one.getAttribute('src') || '')
  || [...one.attributes].some((attribute) => /^on/.test(attribute.name))
  || (one.tagName === 'SCRIPT' && one.textContent.includes('alert('))
).map((one) => one.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module")
def ordered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Serve a run over the sample with orders wherever somebody outside may write."""
    folder = tmp_path_factory.mktemp("orders")
    shutil.copytree(DEMO, folder / "dataset")
    take_over(folder / "dataset")
    facade(folder / "home", "service").run_dataset(RunRequest(folder / "dataset"), lambda *_: None)
    with dashboard(folder / "home") as url:
        yield Installation(folder / "home", url, facade(folder / "home"))


def with_markup(ordered: Installation) -> tuple[str, str, str]:
    """Return a case whose account is called by markup, its account, and that name."""
    for case in ordered.assay.case_queue(CaseFilter(within=True), limit=200).cases:
        if case.account_id and case.account_name in TEXTS and "<img" in case.account_name:
            return case.case_id, case.account_id, case.account_name
    raise AssertionError("no account of a case is called by markup")


def nothing_alive(page: Page) -> None:
    assert page.evaluate(ALIVE) == []


def test_a_name_of_markup_and_orders_is_text_on_the_case_and_its_account(
    ordered: Installation, enter: Enter
) -> None:
    case_id, account_id, name = with_markup(ordered)
    visit = enter(ordered)
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    visit.page.on("dialog", refuse)
    page = visit.open(f"/triage?case={case_id}")
    expect(page.locator(".ra-case-title").first).to_contain_text(name)
    for tab in ("evidence", "why", "activity", "similar"):
        nothing_alive(visit.open(f"/triage?case={case_id}&tab={tab}"))
    page = visit.open(f"/account?id={account_id}")
    expect(page.locator("h1")).to_have_text(name)
    nothing_alive(page)
    assert asked == []


@pytest.mark.parametrize("path", ["/", "/triage", "/data-quality", "/rules", "/approvals"])
def test_no_page_brings_what_is_written_in_data_to_life(
    ordered: Installation, enter: Enter, path: str
) -> None:
    nothing_alive(enter(ordered, role="supervisor").open(path))
