"""What stands on the pages is what ``assay run`` wrote about the operator that ships."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, expect

from core.api import CaseFilter
from dashboard.queries import PAGE_SIZE
from tests.builders.sample import DEMO, Sample
from tests.pages.browser import dashboard
from tests.pages.conftest import Enter, Installation, assay_run, facade
from tests.pages.test_triage import grid_rows

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]


def written(home: Path, name: str) -> pa.Table:
    return pq.read_table(home / f"{name}.parquet")


def listed(cases: pa.Table) -> int:
    """Return how many cases the queue lists: incidents in place of what belongs to them."""
    return cases["parent_case_id"].null_count


def asking(demo: Installation) -> int:
    """Return how many customers wait where nothing was found: the contract's file has no case of theirs."""
    return demo.assay.case_queue(CaseFilter(view="customers_ask")).totals.cases


def figure(page: Page, label: str) -> str:
    return page.locator(".ra-figure", has_text=label).locator(".ra-value").inner_text()


def test_home_counts_what_the_run_wrote(demo: Installation, enter: Enter) -> None:
    cases = written(demo.home, "cases")
    at_home = cases.filter(pc.equal(cases["currency"], "EUR"))
    stake = sum((abs(amount) for amount in at_home["amount"].to_pylist()), Decimal(0))
    findings = written(demo.home, "findings")
    rejected = findings.filter(pc.equal(findings["fault"], "row_rejected"))
    page = enter(demo).open("/")
    assert figure(page, "At stake") == f"€{stake:,.0f}"
    expect(page.get_by_text(f"in {listed(cases) + asking(demo)} open cases")).to_be_visible()
    assert figure(page, "Rows in quarantine") == str(rejected.num_rows)
    late, missing = (_by_source(findings, fault) for fault in ("file_late", "file_missing"))
    rows = page.get_by_role("region", name="Sources with late or missing files").locator("tbody tr")
    shown = [row.locator("th, td").all_inner_texts() for row in rows.all()]
    assert len(shown) == min(5, len(late | missing))
    for source, late_files, missing_files in shown:
        assert (_number(late_files), _number(missing_files)) == (late[source], missing[source])


def test_data_quality_lists_the_files_that_the_run_took_in(demo: Installation, enter: Enter) -> None:
    files = pq.read_table(demo.home / "lake" / "_ledger")["arrival"].unique()
    page = enter(demo).open("/data-quality")
    expect(page.get_by_text(f"{len(files)} files, rows")).to_be_visible()


def _by_source(findings: pa.Table, fault: str) -> Counter[str]:
    evidence = findings.filter(pc.equal(findings["fault"], fault))["evidence"].to_pylist()
    return Counter(json.loads(text)["scope"] for text in evidence)


def _number(cell: str) -> int:
    return 0 if cell == "–" else int(cell)


def test_the_queue_lists_every_case_that_the_run_wrote(demo: Installation, enter: Enter) -> None:
    cases = written(demo.home, "cases")
    waiting = asking(demo)
    assert waiting
    page = enter(demo).open("/triage")
    assert len(grid_rows(page)) <= listed(cases) + waiting
    expect(page.locator(".ra-head")).to_contain_text(f"{listed(cases) + waiting} open")
    shown = f"1 to {PAGE_SIZE} of {listed(cases) + waiting} cases"
    expect(page.get_by_text(shown, exact=True)).to_be_visible()

    every = enter(demo).open("/triage?within=1")
    expect(every.locator(".ra-head")).to_contain_text(f"{cases.num_rows + waiting} open")


def test_a_payment_case_shows_both_rows_with_file_and_row(demo: Installation, enter: Enter) -> None:
    cases = written(demo.home, "cases")
    case = cases.filter(pc.equal(cases["fault"], "payment_mismatch")).to_pylist()[0]
    page = enter(demo).open(f"/triage?case={case['case_id']}")
    expect(page.get_by_text(case["summary"])).to_be_visible()
    rows = page.get_by_role("region", name="Rows behind the figures").locator("tbody tr")
    texts = rows.all_inner_texts()
    assert any("invoices/" in text and "Row " in text for text in texts)
    assert any("payments/" in text and "Row " in text for text in texts)


def test_a_case_says_what_the_bill_comes_to_before_and_after(demo: Installation, enter: Enter) -> None:
    advised = (facade(demo.home).case(case["case_id"]) for case in written(demo.home, "cases").to_pylist())
    detail = next(one for one in advised if one.advice and one.advice.bill and not one.advice.bill.is_out)
    bill = detail.advice.bill if detail.advice else None
    assert bill is not None
    amount = detail.case.action_amount
    invoices = pq.read_table(demo.home / "lake" / "invoices", columns=["invoice_id", "total"]).to_pylist()
    assert bill.total in {row["total"] for row in invoices if row["invoice_id"] == bill.invoice_id}

    visit = enter(demo)
    page = visit.open(f"/triage?case={detail.case.case_id}")
    line = f"The bill would leave at €{bill.total:,.2f}; put right, at €{bill.after(amount):,.2f}."
    expect(page.get_by_text(line)).to_be_visible()

    page.get_by_role("button", name=re.compile("^Propose correction")).click()
    visit.settled()
    drawer = page.get_by_role("dialog")
    field = drawer.get_by_role("spinbutton")
    field.fill("-1.00")
    field.press("Enter")
    row = drawer.get_by_role("region", name="Before and after").locator("tbody tr").nth(1)
    expect(row).to_contain_text(f"€{bill.after(Decimal(-1)):,.2f}")


def test_why_flagged_gives_question_arithmetic_and_sql(demo: Installation, enter: Enter) -> None:
    cases = written(demo.home, "cases")
    case = cases.filter(pc.equal(cases["fault"], "payment_mismatch")).to_pylist()[0]
    page = enter(demo).open(f"/triage?case={case['case_id']}&tab=why")
    (control,) = demo.assay.case(case["case_id"]).controls
    expect(page.get_by_text(control.question)).to_be_visible()
    expect(page.locator(".ra-sum").first).to_contain_text("expected")
    page.get_by_text("The rule in SQL").click()
    expect(page.locator("code").first).to_contain_text("select")


def test_changing_one_source_row_changes_the_figure(sample: Sample, tmp_path: Path, enter: Enter) -> None:
    dataset, home = tmp_path / "dataset", sample.copy(tmp_path / "home")
    shutil.copytree(DEMO, dataset)
    before = facade(home).home()
    assert before is not None
    _collect_less(dataset, Decimal("10.00"))
    assay_run(dataset, home)
    after = facade(home).home()
    assert after is not None
    assert abs(after.totals.at_stake - before.totals.at_stake) == Decimal("10.00")
    with dashboard(home) as url:
        page = enter(Installation(home, url, facade(home))).open("/")
        assert figure(page, "At stake") == f"€{after.totals.at_stake:,.0f}"


def _collect_less(dataset: Path, less: Decimal) -> None:
    """Take some money off the first payment that succeeded."""
    (file,) = (dataset / "payments").glob("*.csv")
    head, *rows = file.read_text(encoding="utf-8").splitlines()
    names = head.split(",")
    at = next(at for at, row in enumerate(rows) if "succeeded" in row)
    values = dict(zip(names, rows[at].split(","), strict=True))
    values["amount"] = str(Decimal(values["amount"]) - less)
    values["updated_at"] = values["updated_at"].replace("Z", ".5Z")  # a later version of the same row
    rows[at] = ",".join(values.values())
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
