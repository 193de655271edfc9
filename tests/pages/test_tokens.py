"""Access tokens and the panel that they open, in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from core.api import CaseFilter, Door, Settings, open_door
from core.entrypoints.http import create_app
from tests.builders.people import facade
from tests.builders.programs import client_of, secret_of
from tests.builders.sample import Sample
from tests.pages.browser import context
from tests.pages.conftest import Enter, Installation
from tests.pages.test_layout import violations

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("pages")]


def door_of(installation: Installation) -> Door:
    return open_door(Settings(home=installation.home))


def make(page: Page, what: str, right: str) -> str:
    page.get_by_role("button", name="Make a token").click()
    page.get_by_label("What it is for").fill(what)
    page.get_by_label("What it may").click()
    page.get_by_role("option", name=right).click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Make it").click()
    told = page.get_by_role("status").filter(has_text=f"The token for {what} is")
    return told.inner_text().split(" is ")[1].split(".")[0]


def test_somebody_makes_a_token_within_their_rights_and_ends_it(
    installed: Installation, enter: Enter
) -> None:
    visit = enter(installed, role="care_agent")
    page = visit.open("/tokens")
    expect(page.get_by_text("No program asks in your name.")).to_be_visible()
    secret = make(page, "CRM", "See the triage queue and cases")

    assay = door_of(installed).of_program(secret)
    assert assay is not None
    assert (assay.actor.user_id, assay.may("cases.read"), assay.may("cases.propose")) == (
        "care_agent",
        True,
        False,
    )
    page = visit.open("/tokens")
    expect(page.get_by_text("never used")).to_have_count(0)
    expect(page.get_by_text("cases.read")).to_be_visible()
    expect(page.get_by_text(secret)).to_have_count(0)
    page.get_by_role("button", name="End", exact=True).click()
    expect(page.get_by_text("The token for CRM has ended")).to_be_visible()
    assert door_of(installed).of_program(secret) is None


def test_a_token_without_rights_is_refused_in_words(installed: Installation, enter: Enter) -> None:
    page = enter(installed, role="analyst").open("/tokens")
    page.get_by_role("button", name="Make a token").click()
    page.get_by_label("What it is for").fill("CRM")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_text("choose at least one")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (600, "light")])
def test_the_page_passes_axe(installed: Installation, enter: Enter, width: int, scheme: str) -> None:
    page = enter(installed, role="supervisor", width=width, scheme=scheme).open("/tokens")
    page.get_by_role("button", name="Make a token").click()
    expect(page.get_by_label("What it is for")).to_be_visible()
    assert violations(page) == []


@contextmanager
def framing(address: str) -> Iterator[str]:
    """Serve a page that frames an address."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            frame = f'<iframe title="Assay" width=460 height=800 src="{address}"></iframe>'
            content = f'<!doctype html><html lang="en"><title>CRM</title><main>{frame}</main></html>'
            self.wfile.write(content.encode())

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@contextmanager
def served(door: Door, settings: Settings) -> Iterator[str]:
    """Serve the decision API."""
    config = uvicorn.Config(create_app(door, settings), port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_panel_in_another_system_proposes_what_is_advised(
    sample: Sample, tmp_path: Path, browser: Browser, scheme: str
) -> None:
    home = sample.copy(tmp_path / "home")
    door, assay = open_door(Settings(home=home)), facade(home)
    secret = secret_of(door, "care_agent")
    queue = assay.case_queue(CaseFilter(), limit=200)
    case = next(one for one in queue.cases if one.account_id and one.action == "issue_credit")
    link = client_of(door, secret).post("/v1/panels", json={"account_id": case.account_id}).json()["url"]
    fragment = link.partition("#")[2]
    reader = context(browser, width=600, scheme=scheme)
    page = reader.new_page()
    with served(door, Settings(home=home, panel_origins=("http://127.0.0.1:*",))) as url:
        with framing(f"{url}/panel#{fragment}") as crm:
            page.goto(crm)
            frame = page.frame_locator("iframe")
            card = frame.locator("article").filter(has_text=case.case_id)
            expect(card).to_contain_text(case.summary)
            assert violations(page) == []
            card.get_by_label("Your note").fill("The customer called about it.")
            card.get_by_role("button", name="Propose").click()
            expect(frame.locator("#told")).to_contain_text("a second person decides")
            expect(card).to_contain_text("awaiting approval")
            expect(card.get_by_role("button", name="Propose")).to_be_hidden()
        assert assay.case_standing(case.case_id).proposal is not None
    with served(door, Settings(home=home)) as url, framing(f"{url}/panel#{fragment}") as crm:
        page.goto(crm)
        expect(page.frame_locator("iframe").locator("#told")).to_have_count(0)
    reader.close()


def test_a_panel_whose_link_is_over_says_so(tmp_path: Path, browser: Browser) -> None:
    reader = context(browser, width=600)
    page = reader.new_page()
    settings = Settings(home=tmp_path)
    with served(open_door(settings), settings) as url:
        page.goto(f"{url}/panel#nothing.nothing")
        expect(page.locator("#told")).to_have_text("This panel has been open for too long: open it again.")
    reader.close()
