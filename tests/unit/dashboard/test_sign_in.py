"""Signing in over HTTP: the gate, the two forms and the cookies, without Streamlit behind them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from core.api import Door, Settings
from core.bootstrap import Parts
from dashboard import entrance
from dashboard.entrance import COOKIE, SAFE_COOKIE, inner_path
from dashboard.gate import Gate
from dashboard.sign_in import ROUTES
from tests.builders.people import PASSWORD, a_person, keep
from tests.fakes.store import FakeStore

HTML = {"accept": "text/html"}
ANOTHER = "nine green lanterns"


async def inside(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"inside {request.url.path}")


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Door:
    store = FakeStore()
    keep(store, a_person())
    keep(store, a_person("ben"), must_change=True)
    monkeypatch.chdir(tmp_path)
    opened = Door(Parts(Settings(home=tmp_path), lambda: store))
    monkeypatch.setattr(entrance, "door", lambda: opened)
    monkeypatch.setattr("dashboard.sign_in.door", lambda: opened)
    return opened


def browser(base: str = "http://assay.example") -> TestClient:
    app = Starlette(routes=[*ROUTES, Route("/{path:path}", inside)], middleware=[Middleware(Gate)])
    return TestClient(app, base_url=base, follow_redirects=False)


def sign_in(client: TestClient, user: str = "anna", password: str = PASSWORD, **fields: str) -> Response:
    page = client.get("/sign-in", headers=HTML)
    form = re.search(r'name="form" type="hidden" value="([^"]+)"', page.text)
    assert form
    data = {"form": form[1], "user": user, "password": password, "next": "/", **fields}
    return client.post("/sign-in", data=data)


@pytest.mark.parametrize("path", ["/", "/triage?case=C1", "/people"])
def test_a_stranger_who_wants_a_page_is_led_to_the_sign_in(door: Door, path: str) -> None:
    answer = browser().get(path, headers=HTML)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(
    "path", ["/media/abc.csv", "/_stcore/upload_file/x/y", "/_stcore/metrics", "/component/x"]
)
def test_a_stranger_gets_no_file(door: Door, path: str) -> None:
    assert browser().get(path, headers=HTML).status_code == 401
    assert browser().post(path).status_code == 401


def test_the_right_password_opens_and_the_cookie_is_out_of_reach(door: Door) -> None:
    client = browser()
    answer = sign_in(client, next="/triage?case=C1")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/triage?case=C1"
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(COOKIE))
    assert "httponly" in cookie.lower()
    assert "samesite=lax" in cookie.lower()
    assert client.get("/triage", headers=HTML).text == "inside /triage"
    assert client.get("/media/abc.csv").text == "inside /media/abc.csv"


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(door: Door) -> None:
    client = browser("https://assay.example")
    answer = sign_in(client)
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(SAFE_COOKIE))

    assert "secure" in cookie.lower()
    assert "path=/" in cookie.lower()
    assert "domain" not in cookie.lower()
    assert client.get("/", headers=HTML).headers["strict-transport-security"].startswith("max-age=")


@pytest.mark.parametrize(("user", "password"), [("anna", ANOTHER), ("nobody", PASSWORD), ("anna", "")])
def test_a_wrong_sign_in_says_so_and_gives_no_session(door: Door, user: str, password: str) -> None:
    client = browser()
    answer = sign_in(client, user, password)

    assert answer.status_code == 401
    assert "The user or the password is wrong." in answer.text
    assert COOKIE not in client.cookies
    assert f'value="{user}"' in answer.text
    assert ANOTHER not in answer.text


def test_who_guesses_is_told_how_long_to_wait(door: Door) -> None:
    client = browser()
    for _ in range(5):
        sign_in(client, password=ANOTHER)
    answer = sign_in(client)

    assert answer.status_code == 401
    assert "Too many wrong passwords. Try again in 1 minute." in answer.text


def test_a_form_that_this_browser_was_not_sent_is_refused(door: Door) -> None:
    client = browser()
    data = {"form": "guess", "user": "anna", "password": PASSWORD}

    assert client.post("/sign-in", data=data).status_code == 400
    assert sign_in(client, form="guess").status_code == 400
    assert COOKIE not in client.cookies


def test_a_first_password_leads_to_the_choice_of_ones_own_and_nowhere_else(door: Door) -> None:
    client = browser()
    assert sign_in(client, "ben").headers["location"] == "/sign-in/password"
    assert client.get("/triage", headers=HTML).headers["location"] == "/sign-in/password"
    assert client.get("/media/abc.csv").status_code == 401

    page = client.get("/sign-in/password")
    form = re.search(r'name="form" type="hidden" value="([^"]+)"', page.text)
    assert form
    refused = client.post("/sign-in/password", data={"form": form[1], "new": ANOTHER, "again": "other"})
    assert "The two passwords differ." in refused.text
    form = re.search(r'name="form" type="hidden" value="([^"]+)"', refused.text)
    assert form
    changed = client.post("/sign-in/password", data={"form": form[1], "new": ANOTHER, "again": ANOTHER})
    assert changed.headers["location"] == "/?welcome=1"
    assert client.get("/triage", headers=HTML).text == "inside /triage"


def test_a_password_of_ones_own_is_changed_with_the_one_so_far(door: Door) -> None:
    client = browser()
    sign_in(client)
    page = client.get("/sign-in/password")
    assert "Password so far" in page.text

    def change(old: str) -> Response:
        form = re.search(r'name="form" type="hidden" value="([^"]+)"', client.get("/sign-in/password").text)
        assert form
        data = {"form": form[1], "old": old, "new": ANOTHER, "again": ANOTHER}
        return client.post("/sign-in/password", data=data)

    assert "The user or the password is wrong." in change(ANOTHER).text
    before = client.cookies[COOKIE]
    assert change(PASSWORD).headers["location"] == "/"
    assert door.of(before) is None
    assert door.of(client.cookies[COOKIE]) is not None


def test_signing_in_again_ends_the_session_before(door: Door) -> None:
    client = browser()
    sign_in(client)
    before = client.cookies[COOKIE]
    sign_in(client)

    assert client.cookies[COOKIE] != before
    assert door.of(before) is None


def test_what_somebody_typed_is_shown_inert(door: Door) -> None:
    answer = sign_in(browser(), '"><script>alert(1)</script>', ANOTHER, next='/"><img src=x>')

    assert "<script>" not in answer.text
    assert "<img src=x>" not in answer.text


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/sign-in", "javascript:alert(1)", "/\n/x"],
)
def test_the_way_on_never_leads_elsewhere(door: Door, wanted: str) -> None:
    assert inner_path(wanted) == "/"
    assert sign_in(browser(), next=wanted).headers["location"] == "/"


def test_every_answer_carries_the_headers_that_protect_it(door: Door) -> None:
    client = browser()
    for answer in (client.get("/", headers=HTML), client.get("/sign-in"), client.get("/media/x")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
    assert "default-src 'none'" in client.get("/sign-in").headers["content-security-policy"]
    assert client.get("/sign-in").headers["cache-control"] == "no-store"
