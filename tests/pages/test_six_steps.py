"""From a search in the queue to a sent proposal: on one page, in at most six interactions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from core.api import Case, CaseFilter, worked_in
from tests.builders.people import facade
from tests.builders.sample import Sample
from tests.pages.browser import Visit, dashboard
from tests.pages.conftest import Enter, Installation
from tests.pages.test_triage import click_row

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]

MOST = 6
PARTNER = "TURBM"
WHY = "The partner has been late for five days; the estimate rests on days of the same trips."
IN_ORDER = [
    "Ask the source for the file at once",
    "Bill an estimate before the invoice leaves at once",
    "Tell each customer at once, within 09:00 to 20:00 of their day",
    "The first invoice leaves on 6 Nov 2026, 06:00",
    "Settle the estimate once the usage is here",
]


@dataclass
class Hand:
    """Do what a person does, and count it: a click, a key that acts, a field filled in."""

    visit: Visit
    done: list[str] = field(default_factory=list)

    def click(self, button: Locator) -> None:
        self._count(f"click {button.inner_text()}")
        button.click()
        self.visit.settled()

    def press(self, key: str) -> None:
        self._count(f"press {key}")
        self.visit.page.keyboard.press(key)
        self.visit.settled()

    def fill(self, field: Locator, text: str) -> None:
        self._count(f"fill in {text}")
        field.fill(text)
        self.visit.settled()

    def choose(self, listed: Sequence[str], case_id: str) -> None:
        """Click a case in the list, unless it is open already as the first one found."""
        shown = self.visit.page.locator(".st-key-case .ra-id").first
        expect(shown).to_have_text(listed[0])
        if listed[0] != case_id:
            self._count(f"click {case_id}")
            click_row(self.visit.page, listed.index(case_id))
            expect(shown).to_have_text(case_id)
            self.visit.settled()

    def _count(self, what: str) -> None:
        self.done.append(what)


@pytest.fixture
def desk(sample: Sample, tmp_path: Path) -> Iterator[Installation]:
    """Serve the operator that ships, to write in."""
    home = sample.copy(tmp_path)
    with dashboard(home) as url:
        yield Installation(home, url, facade(home))


def late_partner(desk: Installation) -> Case:
    (case,) = desk.assay.case_queue(CaseFilter(text=PARTNER, faults=("file_late",))).cases
    return case


def test_a_late_partners_estimate_is_found_and_proposed_in_six_interactions_on_one_page(
    desk: Installation, enter: Enter
) -> None:
    case, visit = late_partner(desk), enter(desk)
    found = desk.assay.case_queue(CaseFilter(text=PARTNER)).cases
    assert len(found) > 1
    page = visit.open("/triage")
    hand = Hand(visit)

    hand.fill(page.get_by_label("Search cases"), PARTNER)
    hand.press("Enter")
    hand.choose([one.case_id for one in found], case.case_id)
    hand.click(page.locator(".st-key-case-actions").get_by_role("button", name=re.compile("^Propose")))
    drawer = page.get_by_role("dialog")
    expect(drawer.locator(".ra-way li")).to_have_text(IN_ORDER)
    hand.fill(drawer.get_by_label("Reason"), WHY)
    hand.click(drawer.get_by_role("button", name="Send for approval"))
    expect(page.get_by_role("status").filter(has_text="Sent for approval").first).to_be_visible()

    assert len(hand.done) <= MOST, hand.done
    assert "/triage?" in page.url
    standing = desk.assay.case_standing(case.case_id)
    assert standing.proposal is not None
    sent = standing.proposal.proposal
    assert (sent.after["action"], sent.note) == ("apply_estimated_charge", WHY)


def test_it_takes_as_few_by_the_keyboard_and_the_seconds_stand_under_activity(
    desk: Installation, enter: Enter
) -> None:
    case, visit = late_partner(desk), enter(desk)
    page = visit.open("/triage")
    hand = Hand(visit)

    hand.fill(page.get_by_label("Search cases"), f"tap:{PARTNER} usage file late")
    hand.press("Enter")
    expect(page.locator(".st-key-case .ra-id").first).to_have_text(case.case_id)
    hand.press("Tab")
    hand.press("p")
    drawer = page.get_by_role("dialog")
    hand.fill(drawer.get_by_label("Reason"), WHY)
    hand.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="Sent for approval").first).to_be_visible()

    assert len(hand.done) <= MOST, hand.done
    worked = worked_in(desk.assay.case_standing(case.case_id).steps[0].facts)
    assert worked is not None
    assert timedelta() < worked < timedelta(minutes=5)
    told = visit.open(f"/triage?case={case.case_id}").locator(".st-key-case")
    expect(told).to_contain_text("14 bills would leave at €1,797.78 in all; put right, at €2,197.69.")
    told.get_by_text("11 notices, amounts with tax").click()
    expect(told.locator(".ra-bubble").first).to_contain_text("eine Schätzung von 74,42")
    shown = visit.open(f"/triage?case={case.case_id}&tab=activity")
    words = rf"proposed a correction after {worked.seconds // 60 and f'{worked.seconds // 60} m ' or ''}"
    expect(shown.locator(".ra-timeline")).to_contain_text(re.compile(words))
    expect(shown.locator(".ra-timeline")).to_contain_text(f"{worked.seconds % 60:02d} s: ".lstrip("0"))
