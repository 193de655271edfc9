"""The audit trail says what the store holds, whether it still holds, and hands out what proves it."""

from __future__ import annotations

import csv
import re
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from core.api import AuditEvent, AuditQuery, Receipt, verify_file
from core.bootstrap import Parts, assemble
from core.settings import Settings
from tests.builders.audit import ANNA, PIOTR
from tests.pages.conftest import Enter, Installation
from tests.pages.test_layout import CUT, WIDER, violations
from tests.pages.test_triage import grid_rows

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]

CUSTOMER, NUMBER = "A-77", "+48 600 100 200"
CHANGED = AuditEvent(
    "threshold.approved",
    PIOTR,
    "control",
    "file_late",
    "=2+2 agreed with the partner",
    {"hours": 24, "share": Decimal("0.10")},
    {"hours": 48, "share": Decimal("0.10")},
    proposer=ANNA,
    approver=PIOTR,
    context={"content_hash": "9b1c" * 16},
)
SEEN = AuditEvent("account.viewed", ANNA, "account", CUSTOMER, f"Called from {NUMBER}", subject=CUSTOMER)


def parts_of(installation: Installation) -> Parts:
    return assemble(Settings(home=installation.home))


@pytest.fixture(scope="module")
def audited(installed: Installation) -> tuple[Installation, int]:
    """Give an installation with a decision in its trail, and the sequence of its entry."""
    parts = parts_of(installed)
    entry = parts.store.record(CHANGED)
    parts.store.record(SEEN)
    parts.sealer.seal()
    return installed, entry.sequence


def card(page: Page) -> Locator:
    return page.locator(".st-key-entry")


def test_the_newest_entries_come_first_and_all_are_verified(
    audited: tuple[Installation, int], enter: Enter
) -> None:
    installation, sequence = audited
    page = enter(installation, role="auditor").open("/audit?what=threshold.approved")
    rows = grid_rows(page)

    assert rows[0][0] == f"{sequence:,}"
    assert rows[0][2:] == [
        "Piotr Lis",
        "Threshold approved",
        "Control file_late",
        "Hours 24 → 48",
        "=2+2 agreed with the partner",
        "Anna Nowak → Piotr Lis",
    ]
    state = page.locator(".ra-proved")
    expect(state).to_contain_text("✓ Verified")
    expect(state).to_contain_text(re.compile(r"Every entry up to \d+ is as it was written"))
    expect(state).to_contain_text(
        re.compile(r"Checkpoint 1 of .* vouches for entries 1 to \d+. Key [0-9a-f]{16}")
    )


def test_an_entry_is_a_link_and_shows_what_changed_why_and_by_whom(
    audited: tuple[Installation, int], enter: Enter
) -> None:
    installation, sequence = audited
    page = enter(installation, role="auditor").open(f"/audit?entry={sequence}")

    expect(card(page)).to_contain_text(f"Entry {sequence:,}: Threshold approved")
    expect(card(page)).to_contain_text("By identity provider")
    expect(card(page)).to_contain_text("Under a checkpoint")
    changes = page.get_by_role("region", name="What changed").locator("tbody tr")
    assert changes.all_inner_texts() == ["Hours\t24\t48"]
    expect(card(page)).to_contain_text(
        re.compile("Proposed by.*Anna Nowak.*Approved by.*Piotr Lis", re.DOTALL)
    )
    expect(card(page)).to_contain_text(re.compile("Hash of this entry.*[0-9a-f]{64}", re.DOTALL))


def test_a_receipt_that_is_taken_from_the_page_is_verified_offline(
    audited: tuple[Installation, int], enter: Enter, tmp_path: Path
) -> None:
    installation, sequence = audited
    page = enter(installation, role="auditor").open(f"/audit?entry={sequence}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Receipt").click()
    download.value.save_as(tmp_path / "receipt.json")

    proved = verify_file(tmp_path / "receipt.json")

    assert isinstance(proved, Receipt)
    assert (proved.sequence, download.value.suggested_filename) == (
        sequence,
        f"assay_receipt_{sequence}.json",
    )


def test_the_csv_holds_the_selection_with_hashes_and_runs_no_formula(
    audited: tuple[Installation, int], enter: Enter, tmp_path: Path
) -> None:
    installation, sequence = audited
    page = enter(installation, role="auditor").open("/audit?what=threshold.approved")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    download.value.save_as(tmp_path / "audit.csv")
    with (tmp_path / "audit.csv").open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)

    store = parts_of(installation).store
    entry = store.audit_entry(sequence)
    assert entry is not None
    assert (row["sequence"], row["hash"]) == (str(sequence), entry.hash)
    assert row["reason"] == "'=2+2 agreed with the partner"
    exported = AuditQuery(actions=("audit.exported",))
    assert store.audit_entries(exported, offset=0, limit=1)[0].event.context == {
        "actions": ["threshold.approved"]
    }


@pytest.mark.parametrize("asked", [CUSTOMER, NUMBER])
def test_a_customer_is_found_by_the_real_id_which_is_nowhere_shown(
    audited: tuple[Installation, int], enter: Enter, asked: str
) -> None:
    visit = enter(audited[0], role="auditor")
    page = visit.open("/audit")
    page.get_by_placeholder("Case, account, number, reason").fill(asked)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q="))
    visit.settled()

    expect(page.locator('[data-testid="stDataFrame"] table[role="grid"] tbody tr')).to_have_count(1)
    assert grid_rows(page)[0][3] == "Account viewed"
    shown = page.locator('[data-testid="stMain"]').inner_text()
    assert CUSTOMER not in shown
    assert NUMBER not in shown
    assert re.search(r"Customer S-[0-9a-f]{24}", shown)


def test_filters_are_in_the_address_and_a_search_without_a_hit_leads_back(
    audited: tuple[Installation, int], enter: Enter
) -> None:
    page = enter(audited[0], role="auditor").open("/audit?who=U-piotr&on=control&q=nowhere")
    expect(page.get_by_text("Nothing found for “nowhere”")).to_be_visible()
    expect(page.get_by_role("button", name="Filters 1")).to_be_visible()

    page.get_by_role("button", name="Show every entry").click()

    page.wait_for_url(re.compile("/audit$"))
    expect(card(page)).to_be_visible()


def test_who_may_not_read_the_trail_is_told_who_may(audited: tuple[Installation, int], enter: Enter) -> None:
    page = enter(audited[0], role="analyst").open("/audit")
    expect(page.get_by_text("See who did what, when and why")).to_be_visible()
    assert page.locator(".ra-proved").count() == 0

    supervisor = enter(audited[0], role="supervisor").open("/audit")
    expect(card(supervisor)).to_be_visible()
    assert supervisor.get_by_role("button", name="CSV").count() == 0


def test_a_trail_that_was_changed_says_which_entry(all_clear: Installation, enter: Enter) -> None:
    parts = parts_of(all_clear)
    sequence = parts.store.record(CHANGED).sequence
    parts.sealer.seal()
    with sqlite3.connect(all_clear.home / "assay.sqlite") as database:
        database.execute("drop trigger audit_entries_update")
        change = "update audit_entries set content = replace(content, 'agreed', 'denied') where sequence = ?"
        database.execute(change, (sequence,))
    database.close()

    page = enter(all_clear, role="auditor").open("/audit")

    state = page.locator(".ra-proved.broken")
    expect(state).to_contain_text("■ Changed")
    expect(state).to_contain_text(f"Entry {sequence} is not the one that a checkpoint holds.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 600])
def test_the_page_passes_axe_and_nothing_is_cut(
    audited: tuple[Installation, int], enter: Enter, width: int, scheme: str
) -> None:
    page = enter(audited[0], role="auditor", width=width, scheme=scheme).open(f"/audit?entry={audited[1]}")
    assert violations(page) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(WIDER) <= 0
