"""What became of approved corrections: shown, moved on by hand, and stopped, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from core.governance.four_eyes import decide
from core.kernel.audit import AuditQuery
from core.ports.store import Store
from core.workflows.corrections.matter import Matter
from tests.builders.corrections import a_matter, a_plan, proposed
from tests.builders.people import a_person, actor, facade, keep
from tests.builders.proposals import a_request, an_actor
from tests.builders.runs import NOW, a_run
from tests.pages import made_up
from tests.pages.browser import PATIENCE_MS, dashboard
from tests.pages.conftest import Enter, Installation
from tests.pages.test_layout import violations

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]

STUCK = replace(a_matter("refund_payment"), findings=())


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Serve two approved corrections: one that is to come, and one whose case names no payment."""
    home = tmp_path_factory.mktemp("office")
    first, second = a_matter("rerate_charge"), STUCK
    cases = [replace(first.case, status="new"), replace(second.case, case_id="C-2", status="new")]
    advice = {"C-1": first.advice} if first.advice else {}
    made_up.save(home, a_run(cases=cases, findings=first.findings, advice=advice))
    asked = facade(home)
    store = asked._parts.store
    for role in ("analyst", "supervisor", "auditor"):
        keep(store, a_person(role, role, name=actor(role).name))
    approve(store, Matter(cases[0]), "hold_invoice", "correct", "release_invoice")
    approve(store, Matter(cases[1]), "correct")
    with dashboard(home) as url:
        yield Installation(home, url, asked)


def approve(store: Store, matter: Matter, *steps: str) -> None:
    case = matter.case
    plan = a_plan(case.action, *steps)  # type: ignore[arg-type]
    made = store.propose("case", case.case_id, lambda seen: proposed(case, plan, evidence=seen, now=NOW))
    request = a_request(made, actor=an_actor("sue", "supervisor"))
    store.decide(made.proposal_id, lambda one, seen: decide(one, request, now=NOW, evidence=seen))


def test_a_supervisor_sees_what_is_stuck_and_says_how_it_goes_on(office: Installation, enter: Enter) -> None:
    page = enter(office, role="supervisor").open("/workflows")
    card = page.locator(".st-key-correction")
    expect(card).to_contain_text("Its findings name no payment")
    assert violations(page) == []

    page.get_by_role("button", name="It is done").click()
    expect(page.get_by_text("Say why")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_label("Reason").fill("Paid out by hand, receipt 4711.")
    page.get_by_role("button", name="It is done").click()

    expect(page.get_by_text("Taken as done.")).to_be_visible(timeout=PATIENCE_MS)
    store = office.assay._parts.store
    (settled,) = store.corrections(states=["settled"], limit=5)
    assert settled.case_id == "C-2"
    assert store.lives(["C-2"])["C-2"].state == "settled"
    (entry,) = store.audit_entries(AuditQuery(actions=("correction.settled",)), offset=0, limit=5)
    assert "receipt 4711" in entry.event.reason


def test_a_kill_switch_says_who_set_it_and_is_cleared_again(office: Installation, enter: Enter) -> None:
    page = enter(office, role="supervisor").open("/workflows")
    card = page.locator(".st-key-switches")
    card.get_by_label("Why").fill("The gateway pays out twice.")
    card.get_by_role("button", name="Switch off").click()

    expect(card.get_by_role("region")).to_contain_text("The gateway pays out twice.", timeout=PATIENCE_MS)
    expect(card.get_by_role("region")).to_contain_text(actor("supervisor").name)
    (switch,) = office.assay._parts.store.switches()
    assert switch.name == "all"

    card.get_by_label("Why").fill("They have repaired it.")
    card.get_by_role("button", name="Switch on again").click()
    expect(card).to_contain_text("Nothing is switched off.", timeout=PATIENCE_MS)
    assert office.assay._parts.store.switches() == ()


def test_whoever_may_only_look_gets_no_button(office: Installation, enter: Enter) -> None:
    page = enter(office, role="analyst").open("/workflows")
    expect(page.locator(".st-key-correction")).to_contain_text("Its findings name no payment")
    expect(page.get_by_role("button", name="Switch off")).to_have_count(0)
    expect(page.get_by_role("button", name="It is done")).to_have_count(0)
