"""The made-up operator's server lets in who has the token and takes what the interface describes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx2
import pytest

from core.kernel.orders import Order
from core.kernel.tmf import call_of
from core.simulation.reference.switches import Switch, Switches
from tests.builders.reference import TOKEN, Served, a_reference, served

NOTICE = Order(
    "K-1", "send_notice", {"account_id": "A1"}, {"text": "<b>Guten</b> Tag", "subject": "Rechnung"}
)


@pytest.fixture
def operator() -> Iterator[Served]:
    with served(a_reference()) as running:
        yield running


def post(operator: Served, path: str, body: Any, *, token: str = TOKEN, key: str = "K-1") -> httpx2.Response:
    headers = {"authorization": f"Bearer {token}"} | ({"idempotency-key": key} if key else {})
    return httpx2.post(operator.url + path, json=body, headers=headers)


def test_nobody_without_the_token_is_let_in_or_changes_anything(operator: Served) -> None:
    call = call_of(NOTICE)

    assert post(operator, call.path, call.body, token="guess").status_code == 401
    assert httpx2.get(f"{operator.url}/admin/faults").status_code == 401
    assert not operator.state.orders()


@pytest.mark.parametrize(
    ("path", "body", "key", "status"),
    [
        (call_of(NOTICE).path, call_of(NOTICE).body, "", 400),
        (call_of(NOTICE).path, ["no", "object"], "K-1", 400),
        ("/tmf-api/nothing/v1/here", {}, "K-1", 404),
        (call_of(NOTICE).path, {"receiver": [{"id": "A9"}], "content": "x"}, "K-1", 422),
        (call_of(NOTICE).path, {"receiver": [{"id": "A1"}], "relatedEntity": [7]}, "K-1", 400),
    ],
)
def test_what_is_not_as_described_is_refused(
    operator: Served, path: str, body: Any, key: str, status: int
) -> None:
    answer = post(operator, path, body, key=key)

    assert answer.status_code == status
    assert answer.json()["message"]
    assert not operator.state.orders()


def test_the_page_shows_what_customers_were_told_and_runs_nothing_of_it(operator: Served) -> None:
    call = call_of(NOTICE)
    assert post(operator, call.path, call.body).status_code == 201

    page = httpx2.get(operator.url)

    assert "&lt;b&gt;Guten&lt;/b&gt; Tag" in page.text
    assert "<b>Guten" not in page.text
    assert "Frauke Möller" in page.text
    assert "script" not in page.headers["content-security-policy"]


def test_a_listener_is_told_once_and_twice_where_that_is_switched_on(operator: Served) -> None:
    told: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802
            told.append(self.rfile.read(int(self.headers["content-length"])).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        here = f"http://127.0.0.1:{server.server_address[1]}/"
        assert post(operator, "/tmf-api/eventManagement/v4/hub", {"callback": here}).status_code == 201
        for key, faults, expected in (("K-1", [], 1), ("K-2", [{"fault": "duplicate_event"}], 3)):
            headers = {"authorization": f"Bearer {TOKEN}"}
            httpx2.put(f"{operator.url}/admin/faults", json={"switches": faults}, headers=headers)
            post(operator, call_of(NOTICE).path, call_of(NOTICE).body, key=key)
            give_up = time.monotonic() + 10
            while len(told) < expected and time.monotonic() < give_up:
                time.sleep(0.02)
            assert len(told) == expected
        server.shutdown()
    assert told[1] == told[2]
    assert '"correlationId":"K-2"' in told[1].replace(" ", "")


def test_events_are_told_to_nobody_elsewhere(operator: Served) -> None:
    answer = post(operator, "/tmf-api/eventManagement/v4/hub", {"callback": "http://evil.example/"})

    assert answer.status_code == 422


def test_the_same_seed_meets_the_same_faults() -> None:
    def struck() -> list[bool]:
        switches = Switches()
        switches.set([Switch(fault="unavailable", share=0.4)], seed=7)
        return [switches.strike("unavailable", "/x") is not None for _ in range(200)]

    first = struck()

    assert first == struck()
    assert 50 < sum(first) < 110


def test_a_fault_that_is_switched_on_for_two_calls_happens_twice_and_only_where_it_should() -> None:
    switches = Switches()
    switches.set([Switch(fault="slow", path="/payment", times=2)])

    assert [
        switches.strike("slow", path) is not None for path in ("/bill", "/payment", "/payment", "/payment")
    ] == [
        False,
        True,
        True,
        False,
    ]
    assert switches.strike("unavailable", "/payment") is None


def test_an_amount_that_is_no_number_is_refused(operator: Served) -> None:
    line = Order("K-1", "add_line", {"account_id": "A1"}, {"amount": Decimal("1"), "currency": "EUR"})
    call = call_of(line)
    call.body["taxExcludedAmount"]["value"] = "many"

    assert post(operator, call.path, call.body).status_code == 400
