"""An account's page tells from the operator's own rows what is billed, what should be, and why it changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow.compute as pc
import pytest
from playwright.sync_api import Page, expect

from core.api import Assay, BillLine, CaseFilter
from dashboard.format import money
from tests.builders.installation import installation
from tests.builders.rows import (
    account,
    call,
    charge,
    forwarded,
    invoice,
    local,
    payment,
    settings,
    tariff,
    usage_charge,
    world,
)
from tests.pages.browser import dashboard
from tests.pages.conftest import Enter, Installation
from tests.pages.test_layout import CUT, LOOKS, WIDER, violations
from tests.pages.test_real_run import written
from tests.pages.test_triage import grid_rows

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]

HOSTILE = "<img src=x onerror=alert(1)> *Ana*"


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Serve an operator of three accounts: one with bills, one without, one with markup in its name."""
    calls = [call("2026-02-10 12:00", 600), call("2026-03-10 12:00", 60), call("2026-03-12 12:00", 180)]
    first, second, _ = forwarded(calls)
    february = {"cycle_start": "2026-02-01 00:00", "cycle_end": "2026-03-01 00:00",
        "issue_at": "2026-03-06 06:00", "issued_at": "2026-03-06 06:00"}  # fmt: skip
    streams = world(
        accounts=[
            account("A1", name="Ana Petrović"),
            account("A2", name="Nobody Yet"),
            account("A3", name=HOSTILE),
        ],
        usage=calls,
        tariffs=[tariff(rate="0.01")],
        invoices=[invoice("IN0", total="7.38", status="paid", **february), invoice("IN1", total="2.46")],
        charges=[
            usage_charge("C1", first, "6.00", invoice_id="IN0"),
            charge("C2", kind="tax", amount="1.38", created_by="system", invoice_id="IN0",
                period_start=local("2026-02-01 00:00")),
            usage_charge("C3", second, "2.00"),
            charge("C4", kind="tax", amount="0.46", created_by="system",
                period_start=local("2026-03-01 00:00")),
        ],
        payments=[payment("P1", invoice_id="IN0", amount="7.38", attempted_at="2026-03-10 12:00")],
    )  # fmt: skip
    home = tmp_path_factory.mktemp("small")
    assay = installation(home, streams, settings())
    with dashboard(home) as url:
        yield Installation(home, url, assay)


@pytest.fixture(scope="session")
def usage_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Serve an operator that handed over accounts and usage, and nothing of its bills."""
    home = tmp_path_factory.mktemp("usage_only")
    assay = installation(home, world(usage=[call()]), settings())
    with dashboard(home) as url:
        yield Installation(home, url, assay)


def fact(page: Page, label: str) -> str:
    return page.locator(".ra-fact", has_text=label).inner_text()


def test_the_page_shows_who_it_is_and_the_five_facts(small: Installation, enter: Enter) -> None:
    page = enter(small).open("/account?id=A1")
    expect(page.locator("h1")).to_have_text("Ana Petrović")
    expect(page.locator(".ra-account")).to_contain_text("A1 · +48 60 ••• 001")
    assert "48600000001" not in page.content()
    assert "PLN\N{NO-BREAK SPACE}0.00" in fact(page, "Balance")
    assert "2.46" in fact(page, "Next bill")
    assert "Draft, leaves 6 Apr 2026" in fact(page, "Next bill")
    assert "7.38" in fact(page, "Last payment")
    assert "None known" in fact(page, "Last trip abroad")
    assert str(small.assay.account("A1").open_cases) in fact(page, "Open cases")


def test_an_account_is_searched_and_the_only_hit_opens(small: Installation, enter: Enter) -> None:
    visit = enter(small)
    page = visit.open("/account")
    page.get_by_label("Find account").fill("petrovic")
    page.get_by_label("Find account").press("Enter")
    expect(page.locator("h1")).to_have_text("Ana Petrović")
    assert "id=A1" in visit.settled().url
    assert "q=" not in page.url


def test_several_hits_are_listed_and_lead_to_their_accounts(small: Installation, enter: Enter) -> None:
    visit = enter(small)
    page = visit.open("/account?q=A")
    expect(page.get_by_text("3 accounts")).to_be_visible()
    page.locator(".st-key-open-A2 button").click()
    expect(page.locator("h1")).to_have_text("Nobody Yet")


def test_a_search_without_hit_says_what_was_searched(small: Installation, enter: Enter) -> None:
    page = enter(small).open("/account?q=nobody here")
    expect(page.get_by_text("No account found for “nobody here”")).to_be_visible()
    page.get_by_role("button", name="Clear search").click()
    expect(page.get_by_text("Accounts with open cases")).to_be_visible()


def test_the_walk_from_bill_to_bill_adds_up_to_the_cent(small: Installation, enter: Enter) -> None:
    change = small.assay.account_review("A1").changes["2026-03-01"]
    page = enter(small).open("/account?id=A1")
    first, *causes, last = walk(page)
    assert (first, last) == (change.before, change.after) == (Decimal("7.38"), Decimal("2.46"))
    assert len(causes) == len(change.causes) > 0
    assert first + sum(causes) == last
    rows = page.locator(".ra-walk li").all_inner_texts()
    assert all(
        told.sentence.split(": ")[0] in row for told, row in zip(change.causes, rows[1:-1], strict=True)
    )


def walk(page: Page) -> list[Decimal]:
    """Return the amounts at the tips of the bars."""
    page.locator(".ra-walk").wait_for()
    tips = page.locator(".ra-walk .tip").all_inner_texts()
    return [Decimal(re.sub(r"[^\d.−]", "", tip).replace("−", "-")) for tip in tips]


def test_choosing_another_bill_changes_lines_walk_and_address(small: Installation, enter: Enter) -> None:
    visit = enter(small)
    page = visit.open("/account?id=A1")
    page.locator('[data-testid="stSelectbox"]').get_by_role("combobox").click()
    page.get_by_role("option", name="1 – 28 Feb 2026").click()
    expect(page.get_by_text("There is no bill before this one to compare it with.")).to_be_visible()
    expect(page.get_by_text("1 – 28 Feb 2026: 2 lines")).to_be_visible()
    assert "bill=2026-02-01" in visit.settled().url


def test_selecting_a_line_explains_it(small: Installation, enter: Enter) -> None:
    visit = enter(small)
    page = visit.open("/account?id=A1")
    panel = page.locator(".st-key-line")
    expect(panel).to_contain_text("Line C3")
    expect(panel).to_contain_text("Billed otherwise")
    assert len(grid_rows(page)) == 3
    canvas = page.locator('[data-testid="stDataFrame"] canvas').first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 60, box["y"] + 36 + 54)
    expect(panel).to_contain_text("Not billed")
    told = missing_line(small).explanation
    assert told is not None
    for sentence in told.sentences:
        expect(panel).to_contain_text(sentence)
    assert "line=missing" in visit.settled().url
    page.get_by_text("Every step").click()
    steps = page.get_by_role("region", name="Steps to the amount").locator("tbody tr")
    expect(steps).to_have_count(len(told.steps))


def missing_line(small: Installation) -> BillLine:
    lines = small.assay.account_review("A1").bills["2026-03-01"].lines
    return next(line for line in lines if line.state == "missing")


def test_a_deep_link_restores_bill_line_filter_and_tab(small: Installation, enter: Enter) -> None:
    missing = missing_line(small)
    page = enter(small).open(f"/account?id=A1&bill=2026-03-01&lines=differing&line={missing.line_id}")
    expect(page.locator(".st-key-line")).to_contain_text(f"Record {missing.record_id}")
    differing = small.assay.account_review("A1").bills["2026-03-01"].differing
    assert len(grid_rows(page)) == differing
    page = enter(small).open("/account?id=A1&tabs=payments")
    expect(page.get_by_role("tab", name="Payments 1")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("region", name="Payments").last).to_contain_text("Succeeded")


def test_an_account_without_bills_says_so_in_each_place(small: Installation, enter: Enter) -> None:
    page = enter(small).open("/account?id=A2")
    for words in (
        "This account has no bill so far.", "Nothing was charged or billed so far.", "No payment so far.",
        "No usage in this cycle.", "There are no lines here so far.",
    ):  # fmt: skip
        expect(page.get_by_text(words).first).to_be_visible()


def test_an_account_that_is_not_there_says_so(small: Installation, enter: Enter) -> None:
    page = enter(small).open("/account?id=A-NONE")
    expect(page.get_by_text("There is no account A-NONE")).to_be_visible()
    page.get_by_role("button", name="Find another").click()
    expect(page.get_by_label("Find account")).to_be_visible()
    expect(page.get_by_text("Accounts with open cases")).to_be_visible()


def test_streams_that_were_not_handed_over_are_named_where_they_would_stand(
    usage_only: Installation, enter: Enter
) -> None:
    page = enter(usage_only).open("/account?id=A1")
    assert "–" in fact(page, "Balance")
    assert "Not in this dataset" in fact(page, "Balance")
    expect(page.get_by_text("The dataset has no payments.")).to_be_visible()
    expect(page.get_by_text("The dataset has no charges and no invoices.")).to_be_visible()
    expect(page.get_by_text("Usage by day")).to_be_visible()
    assert "None" not in page.locator('[data-testid="stMain"]').inner_text().replace("None known", "")


def test_markup_in_a_name_stays_text(small: Installation, enter: Enter) -> None:
    page = enter(small).open("/account?id=A3")
    expect(page.locator("h1")).to_have_text(HOSTILE)
    page = enter(small).open("/account?q=img")
    expect(page.locator("h1")).to_have_text(HOSTILE)


def test_a_lake_that_cannot_be_read_is_said_and_retry_recovers(tmp_path: Path, enter: Enter) -> None:
    made = installation(tmp_path, world(usage=[call()]), settings())
    lake, away = tmp_path / "lake" / "accounts", tmp_path / "away"
    lake.rename(away)
    with dashboard(tmp_path) as url:
        page = enter(Installation(tmp_path, url, made)).open("/account?id=A1")
        expect(page.get_by_role("alert")).to_contain_text("Reference")
        expect(page.get_by_text("Traceback")).to_have_count(0)
        away.rename(lake)
        page.get_by_role("button", name="Retry").click()
        expect(page.locator("h1")).to_have_text("A1")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
@pytest.mark.parametrize("path", ["/account?id=A1", "/account?q=A"])
def test_the_page_passes_axe_and_nothing_is_cut(
    small: Installation, enter: Enter, path: str, width: int, scheme: str
) -> None:
    page = enter(small, width=width, scheme=scheme).open(path)
    assert violations(page) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(WIDER) <= 0


def test_a_case_leads_to_its_account_and_back(demo: Installation, enter: Enter) -> None:
    case = written(demo.home, "cases").filter(pc.field("fault") == "payment_mismatch").to_pylist()[0]
    page = enter(demo).open(f"/triage?case={case['case_id']}")
    page.get_by_role("link", name="Open account").click()
    expect(page.locator(".ra-account")).to_contain_text(case["account_id"])
    page.get_by_role("link", name="Payment differs from invoice").first.click()
    expect(page.locator(".ra-id").first).to_be_visible()


def test_the_bill_that_lacks_a_roaming_call_tells_the_story(demo: Installation, enter: Enter) -> None:
    account_id, cycle = _with_missing_call_abroad(demo.assay, demo.home)
    review = demo.assay.account_review(account_id).bills[cycle]
    line = next(line for line in review.lines if line.state == "missing")
    page = enter(demo).open(f"/account?id={account_id}&bill={cycle}&line={line.line_id}")
    way = "too low" if review.expected > review.billed else "too high"
    expect(page.get_by_text(re.compile(f"{way}, (with|before) tax"))).to_be_visible()
    panel = page.locator(".st-key-line")
    expect(panel).to_contain_text("Not billed")
    expect(panel).to_contain_text(f"{line.expected:,.2f}")
    for change in demo.assay.account_review(account_id).changes.values():
        assert change.before + sum((cause.amount for cause in change.causes), Decimal(0)) == change.after


def _with_missing_call_abroad(assay: Assay, home: Path) -> tuple[str, str]:
    cases = written(home, "cases").filter(pc.field("fault") == "record_not_charged").to_pylist()
    for case in cases:
        bill = assay.account_review(case["account_id"]).bills.get(case["cycle"])
        lines = bill.lines if bill else ()
        if any(line.state == "missing" and line.zone not in {"home", None} for line in lines):
            return case["account_id"], case["cycle"]
    raise AssertionError("The sample has no roaming usage that was not billed.")


def test_usage_that_is_not_here_yet_is_expected_on_the_account_and_on_the_partners_case(
    demo: Installation, enter: Enter
) -> None:
    run = demo.assay.runs(1)[0]
    estimates = demo.assay.case(late_case(demo)).estimates
    first = estimates[0]
    mine = sum(one.amount for one in estimates if one.account_id == first.account_id)
    page = enter(demo).open(f"/account?id={first.account_id}")
    card = page.locator(".st-key-expected")
    expect(card).to_contain_text(money(mine, run.currency))
    expect(card).to_contain_text(first.basis)
    case = enter(demo).open(f"/triage?case={first.case_id}").locator(".st-key-case")
    expect(case).to_contain_text("Used meanwhile, customer by customer")
    together = demo.assay.case(first.case_id).case.action_amount
    assert abs(together - sum(one.amount for one in estimates)) < Decimal("0.10")  # each customer in cents
    expect(case).to_contain_text(money(together, run.currency))


def late_case(demo: Installation) -> str:
    cases = demo.assay.case_queue(CaseFilter(faults=("file_late",))).cases
    return next(case.case_id for case in cases if case.action == "apply_estimated_charge")
