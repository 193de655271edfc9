"""Only allowed hosts are ever posted to, once, and what they answer is told in words."""

from __future__ import annotations

import httpx2
import pytest

from core.adapters.outbound import HttpPoster

ALLOWED = ("crm.example", "*.partner.example", "127.0.0.1", "localhost")


@pytest.mark.parametrize(
    "url",
    [
        "https://crm.example/hook",
        "https://CRM.example:8443/hook?a=1",
        "https://eu.partner.example/",
        "http://127.0.0.1:9000/",
        "http://localhost/",
    ],
)
def test_what_is_allowed_may_be_posted_to(url: str) -> None:
    assert HttpPoster(ALLOWED).refusal(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example/",
        "https://evil.example/",
        "https://crm.example.evil.example/",
        "https://partner.example/",
        "https://notpartner.example/",
        "https://crm.example@evil.example/",
        "https://user:pass@crm.example/",
        "https://[::1]/",
        "http://127.0.0.2/",
        "http://169.254.169.254/latest",
        "ftp://crm.example/",
        "file:///etc/passwd",
        "//crm.example/",
        "crm.example",
        "",
        "https://crm.example:port/",
        "https://[crm.example/",
        "https://crm.example/" + "x" * 2_000,
    ],
)
def test_what_is_not_allowed_is_refused_and_never_posted_to(url: str) -> None:
    def never(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError(request.url)

    poster = HttpPoster(ALLOWED, httpx2.MockTransport(never))

    assert poster.refusal(url)
    assert poster.post(url, b"{}", {}) == poster.refusal(url)


def test_by_default_nobody_may_be_posted_to() -> None:
    assert HttpPoster(()).refusal("https://crm.example/")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (200, None),
        (204, None),
        (302, "It answered 302."),
        (410, "It answered 410."),
        (500, "It answered 500."),
    ],
)
def test_what_is_answered_is_told(status: int, said: str | None) -> None:
    asked = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append((request.content, request.headers["webhook-id"]))
        return httpx2.Response(status, headers={"location": "https://evil.example/"})

    poster = HttpPoster(ALLOWED, httpx2.MockTransport(answer))

    assert poster.post("https://crm.example/hook", b"{}", {"webhook-id": "m"}) == said
    assert asked == [(b"{}", "m")]


def test_what_cannot_be_reached_is_told() -> None:
    def fails(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    poster = HttpPoster(ALLOWED, httpx2.MockTransport(fails))

    assert poster.post("https://crm.example/hook", b"{}", {}) == "It could not be reached: ConnectError."
