"""Which pages each role finds in its list, written down by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.api import ROLES, Role
from dashboard.navigation import ENTRIES, FOLDER
from tests.builders.people import actor, facade_over
from tests.fakes.store import FakeStore

WORK = ["Home", "Triage queue", "Approvals", "Account 360", "Data quality", "Rules & model", "Workflows"]

PAGES: dict[Role, list[str]] = {
    "care_agent": ["Home", "Triage queue", "Account 360"],
    "analyst": WORK,
    "supervisor": [*WORK[:5], "Audit trail", *WORK[5:]],
    "product_manager": [*WORK[:3], *WORK[4:]],
    "administrator": ["Home", "Approvals", "Data quality", "Audit trail", *WORK[5:], "People & rights"],
    "auditor": [*WORK[:5], "Audit trail", *WORK[5:], "People & rights"],
    "service": ["Home"],
}
OVER_ALL = {"Approvals", "Data quality", "Audit trail", "Workflows"}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("narrowed", [False, True], ids=["all segments", "one segment"])
def test_each_role_finds_its_pages(role: Role, narrowed: bool, tmp_path: Path) -> None:
    segments = frozenset({"consumer"}) if narrowed else None
    may = facade_over(FakeStore(), tmp_path, who=actor(role, segments=segments)).may
    found = [entry.title for entry in ENTRIES if may(entry.needs, of_all=entry.of_all)]

    assert found == [page for page in PAGES[role] if not (narrowed and page in OVER_ALL)]


def test_every_page_has_an_entry_and_an_address_of_its_own() -> None:
    assert {entry.file for entry in ENTRIES} == {path.name for path in FOLDER.glob("[!_]*.py")}
    assert len({entry.url_path for entry in ENTRIES}) == len(ENTRIES)
