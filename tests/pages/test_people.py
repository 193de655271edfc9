"""Signing in, being kept out, and managing people, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from core.api import AuditQuery, CaseFilter, Door, Role, Settings, open_door
from core.bootstrap import assemble
from tests.builders.people import PASSWORD, a_person, actor, facade, keep
from tests.pages.browser import Visit
from tests.pages.conftest import Enter, Installation
from tests.pages.test_layout import violations

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]

ANOTHER = "nine green lanterns"


def door_of(installation: Installation) -> Door:
    return open_door(Settings(home=installation.home))


def add(installation: Installation, user: str, role: Role = "analyst", *, must_change: bool = False) -> None:
    store = assemble(Settings(home=installation.home)).store
    if store.person(user) is None:
        keep(store, a_person(user, role), must_change=must_change)


def sign_in(visit: Visit, user: str, password: str = PASSWORD, path: str = "/") -> Page:
    page = visit.page
    page.goto(visit.base + path)
    page.get_by_label("User").fill(user)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    return page


def test_a_first_sign_in_leads_over_a_password_of_ones_own_to_a_welcome(
    installed: Installation, enter: Enter
) -> None:
    add(installed, "frida", must_change=True)
    visit = enter(installed, role=None)
    page = sign_in(visit, "frida")
    expect(page.get_by_role("heading", name="Choose your password")).to_be_visible()
    page.get_by_label("New password").fill(ANOTHER)
    page.get_by_label("The same once more").fill(ANOTHER)
    page.get_by_role("button", name="Keep and go on").click()
    visit.settled()
    expect(page.get_by_text("Welcome, Frida")).to_be_visible()
    page.get_by_role("button", name="Got it").click()
    expect(page.get_by_text("Welcome, Frida")).to_have_count(0)
    expect(page.locator(".ra-reader")).to_contain_text("Analyst")


def test_a_link_leads_over_the_sign_in_to_what_it_names(installed: Installation, enter: Enter) -> None:
    add(installed, "greta")
    visit = enter(installed, role=None)
    page = sign_in(visit, "greta", path="/triage?view=high_value")
    visit.settled()
    assert page.url.endswith("/triage?view=high_value")
    expect(page.get_by_role("heading", name="Triage queue")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_sign_in_is_accessible_and_says_what_is_wrong(
    installed: Installation, enter: Enter, scheme: str
) -> None:
    visit = enter(installed, role=None, scheme=scheme, width=600)
    page = sign_in(visit, "nobody")
    expect(page.get_by_role("alert")).to_have_text("The user or the password is wrong.")
    assert violations(page) == []
    visit.expected.append("401")  # the browser itself notes the answer


def test_signing_out_ends_every_tab_and_revoking_the_next_step(installed: Installation, enter: Enter) -> None:
    add(installed, "helga")
    visit = enter(installed, role=None)
    page = sign_in(visit, "helga", path="/rules")
    visit.settled()
    other = page.context.new_page()
    other.goto(visit.base + "/rules")
    other.wait_for_selector(".ra-reader", timeout=30_000)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in?out")
    other.get_by_role("link", name="Triage queue").click()
    expect(other.get_by_text("You are signed out")).to_be_visible()
    other.get_by_role("link", name="Sign in").click()
    other.wait_for_url("**/sign-in?next=**")

    sign_in(visit, "helga", path="/rules")
    visit.settled()
    door_of(installed).system_user().revoke_sessions("helga")
    page.get_by_role("link", name="Triage queue").click()
    expect(page.get_by_text("You are signed out")).to_be_visible()
    expect(page.locator(".ra-case-title")).to_have_count(0)
    visit.expected.append("401")  # the browser itself notes the answers, some of them late


def test_a_page_that_is_not_open_says_which_right_it_takes(installed: Installation, enter: Enter) -> None:
    page = enter(installed, role="care_agent").open("/people")
    expect(page.get_by_text("This page is not open to your role")).to_be_visible()
    expect(page.get_by_text("Roles with it: administrator, auditor")).to_be_visible()
    names = page.get_by_test_id("stSidebarNavLink").all_inner_texts()
    assert [name.split("\n")[-1] for name in names] == [
        "Home",
        "Triage queue",
        "Account 360",
        "Access tokens",
    ]


def test_who_is_kept_to_a_segment_sees_its_cases_and_no_page_over_all_customers(
    installed: Installation, enter: Enter
) -> None:
    store = assemble(Settings(home=installed.home)).store
    keep(store, a_person("kira", segments=frozenset({"business"})))
    mine = facade(installed.home).acting(actor(segments=frozenset({"business"})))
    visit = enter(installed, role=None)
    page = sign_in(visit, "kira", path="/triage")
    visit.settled()
    cases = mine.case_queue(CaseFilter()).totals.cases
    assert 0 < cases < installed.assay.case_queue(CaseFilter()).totals.cases
    expect(page.locator(".ra-head")).to_contain_text(f"{cases} open")
    names = [one.split("\n")[-1] for one in page.get_by_test_id("stSidebarNavLink").all_inner_texts()]
    assert names == ["Home", "Triage queue", "Account 360", "Rules & model", "Access tokens"]
    page = visit.open("/data-quality")
    expect(page.get_by_text("you may see some segments only")).to_be_visible()
    expect(visit.open("/").get_by_text("Due next")).to_be_visible()


def test_a_role_counts_from_the_next_step(installed: Installation, enter: Enter) -> None:
    add(installed, "ida")
    visit = enter(installed, role=None)
    page = sign_in(visit, "ida", path="/triage")
    visit.settled()
    door_of(installed).system_user().change_role("ida", "care_agent", "moves to care")
    page.get_by_role("link", name="Rules & model").click()
    expect(page.get_by_text("This page is not open to your role")).to_be_visible()


def test_an_administrator_adds_somebody_and_ends_their_session(installed: Installation, enter: Enter) -> None:
    visit = enter(installed, role="administrator")
    page = visit.open("/people")
    page.get_by_role("button", name="Add a person").click()
    page.get_by_label("User", exact=True).fill("jana")
    page.get_by_label("Name", exact=True).fill("Jana Jansen")
    page.get_by_role("button", name="Add", exact=True).click()
    told = page.get_by_role("status").filter(has_text="The first password of Jana Jansen is")
    first = told.inner_text().split(" is ")[1].split(".")[0]
    assert door_of(installed).sign_in("jana", first).must_change
    page = visit.open("/people?person=jana")
    page.get_by_role("button", name="End sessions").click()
    expect(page.get_by_text("1 session ended, from the next click on.")).to_be_visible()
    entry = facade(installed.home, "auditor").audit_trail(AuditQuery(actions=("session.revoked",))).entries[0]
    assert (entry.event.object_id, entry.event.actor.user_id) == ("jana", "administrator")


def test_an_auditor_sees_people_and_rights_and_no_way_to_change_them(
    installed: Installation, enter: Enter
) -> None:
    page = enter(installed, role="auditor", scheme="dark").open("/people")
    expect(page.get_by_role("region", name="Rights of each role")).to_contain_text("people.manage")
    for name in ("Add a person", "Change role", "Disable", "End"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    assert violations(page) == []


def test_numbers_open_with_a_reason_and_for_this_reader_alone(demo: Installation, enter: Enter) -> None:
    case = facade(demo.home).home().due_first  # type: ignore[union-attr]
    account = next(one.account_id for one in case if one.account_id)
    visit = enter(demo, role="supervisor")
    page = visit.open(f"/account?id={account}")
    expect(page.locator(".ra-opened")).to_have_count(0)
    page.get_by_role("button", name="Show numbers").click()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("Say why you need the numbers")).to_be_visible()
    visit.settled()
    if not page.get_by_label("Why do you need them?").is_visible():
        page.get_by_role("button", name="Show numbers").click()
    page.get_by_label("Why do you need them?").fill("The customer asks which number was billed")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".ra-opened")).to_be_visible(timeout=60_000)
    other = enter(demo).open(f"/account?id={account}")
    expect(other.locator(".ra-opened")).to_have_count(0)
    entry = facade(demo.home, "auditor").audit_trail(AuditQuery(actions=("personal_data.*",))).entries[0]
    assert entry.event.reason == "The customer asks which number was billed"
