"""Signing in through the operator's identity provider, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from core.api import Settings
from core.bootstrap import assemble
from tests.builders.people import a_person, facade, keep
from tests.pages import made_up
from tests.pages.browser import dashboard
from tests.pages.conftest import Enter, Installation
from tests.pages.provider import Provider, provider, secrets_for

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]

WAY = "Continue with Example Telekom"


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Provider]]:
    """Serve a small run, and a provider that it trusts."""
    home = tmp_path_factory.mktemp("identity")
    made_up.save(home, made_up.run(size=6))
    keep(assemble(Settings(home=home)).store, a_person("olga", "auditor", email="olga@example.org"), None)
    with provider() as made, dashboard(home, secrets_for(made)) as url:
        yield Installation(home, url, facade(home)), made


def test_whom_the_provider_vouches_for_comes_in_with_the_role_that_is_known_here(
    trusted: tuple[Installation, Provider], enter: Enter
) -> None:
    installation, made = trusted
    made.claims = {"sub": "42", "email": "Olga@example.org", "email_verified": True, "name": "Olga"}
    visit = enter(installation, role=None)
    page = visit.page
    page.goto(visit.base)
    page.get_by_role("link", name=WAY).click()
    page.wait_for_selector(".ra-reader", timeout=60_000)
    expect(page.locator(".ra-reader")).to_contain_text("Auditor")
    names = {cookie["name"] for cookie in page.context.cookies()}
    assert "assay_session" in names
    assert not [name for name in names if name.startswith("_streamlit_user")]
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in?out")
    page.goto(visit.base)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "99", "email": "stranger@example.org", "email_verified": True},
        {"sub": "98", "email": "olga@example.org", "email_verified": False},
    ],
    ids=["nobody here", "an address that is not verified"],
)
def test_whom_nobody_knows_stays_outside(
    trusted: tuple[Installation, Provider], enter: Enter, claims: dict[str, object]
) -> None:
    installation, made = trusted
    made.claims = claims
    visit = enter(installation, role=None)
    page = visit.page
    page.goto(visit.base)
    page.get_by_role("link", name=WAY).click()
    page.wait_for_url("**/sign-in?refused=unknown", timeout=60_000)
    expect(page.get_by_role("alert")).to_contain_text("Nobody here is known by that account.")
    assert "assay_session" not in {cookie["name"] for cookie in page.context.cookies()}
