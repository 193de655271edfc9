"""What every connector does, and the fake: one effect a key, and the truth about answers that were lost."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest

from core.adapters.hosts import AllowedHosts
from core.adapters.operator.at_most_once import AtMostOnce
from core.adapters.operator.breaker import Breaker
from core.adapters.operator.file_drop import FileDrop
from core.adapters.operator.gateway import Gateway, Mail
from core.adapters.operator.guarded import Guarded
from core.adapters.operator.key_folder import KeyFolder
from core.adapters.operator.tmf import TmfConnector
from core.adapters.operator.web import Web, WebAddress
from core.adapters.operator.webhook import WebhookConnector
from core.kernel.orders import Order, Receipt
from core.ports.operator import Connector
from core.workflows.webhooks import signature
from tests.builders.mail_server import MailServer, mail_server
from tests.builders.reference import TOKEN, Served, a_reference, served
from tests.fakes.operator import FakeConnector

HOSTS = AllowedHosts(("127.0.0.1",), "ASSAY_SYSTEM_HOSTS")
LINE = Order("K-1", "add_line", {"account_id": "A1"}, {"amount": Decimal("1.00"), "currency": "EUR"})
HOLD = Order("K-2", "hold_bill", {"invoice_id": "I-PAID"})
SECRET = "whsec_c2VjcmV0"
NOTICE = Order("K-3", "send_notice", {"account_id": "A1"}, {"subject": "Rechnung", "text": "Guten Tag"})


@dataclass
class Bench:
    """Hold a connector with hands on its system: what was done there, and how to make it fail."""

    connector: Connector
    order: Order
    effects: Callable[[], int]
    lose_next: Callable[[], None]
    refuse: Callable[[], Order]
    put_off: Callable[[], float | None]
    settle: Callable[[], None] = lambda: None
    """Has a system that does not answer at once do what it was handed."""


def web_to(url: str, timeout_s: float = 2.0) -> Web:
    return Web(WebAddress(url, TOKEN, timeout_s), HOSTS, lambda _seconds: None)


def switch(operator: Served, **fault: Any) -> None:
    said = {"switches": [fault]}
    headers = {"authorization": f"Bearer {TOKEN}"}
    httpx2.put(f"{operator.url}/admin/faults", json=said, headers=headers).raise_for_status()


def over_http(operator: Served) -> Bench:
    def put_off() -> float:
        switch(operator, fault="too_many", times=1, wait_s=7)
        return 7.0

    return Bench(
        connector=Guarded(TmfConnector(web_to(operator.url), 24), Breaker(lambda: 0.0), at_once=2),
        order=LINE,
        effects=lambda: len(operator.state.orders()),
        lose_next=lambda: switch(operator, fault="answer_lost", times=1),
        refuse=lambda: HOLD,
        put_off=put_off,
    )


def by_files(folder: Path) -> Bench:
    drop = FileDrop(folder / "orders", folder / "answers", 24)
    done: dict[str, str] = {}

    def settle() -> None:
        """Do what stands in the folder, once a key, take it away and answer."""
        (folder / "answers").mkdir(exist_ok=True)
        for path in (folder / "orders").glob("*.json"):
            order = json.loads(path.read_text("utf-8"))
            refused = order["kind"] == "hold_bill"
            if not refused:
                done.setdefault(order["key"], f"R-{len(done)}")
            said = {"outcome": "refused" if refused else "done", "says": "It has left." if refused else ""}
            answer = said | {"reference": done.get(order["key"], "")}
            (folder / "answers" / path.name).write_text(json.dumps(answer), "utf-8")
            path.unlink()

    def put_off() -> None:
        (folder / "orders").write_text("in the way", "utf-8")

    return Bench(drop, LINE, lambda: len(done), lambda: None, lambda: HOLD, put_off, settle)


def by_mail(server: MailServer, folder: Path) -> Bench:
    mail = Mail("127.0.0.1", server.port, "billing@operator.example", "", "", False, 2.0)
    gateway = Gateway(mail, None, lambda _account: ("frauke@example.com", ""), AtMostOnce(KeyFolder(folder)))

    def put_off() -> None:
        server.say_next("451 try again later")

    def refuse() -> Order:
        server.say_next("550 nobody of that name")
        return NOTICE

    return Bench(gateway, NOTICE, lambda: len(server.taken), server.hang_up_next, refuse, put_off)


def by_webhook(folder: Path) -> Bench:
    done: list[str] = []
    answers: list[httpx2.Response | Exception] = []

    def take(request: httpx2.Request) -> httpx2.Response:
        """Check the signature as whoever is told would, then do it or what is next on the list."""
        at, key = int(request.headers["webhook-timestamp"]), request.headers["webhook-id"]
        assert request.headers["webhook-signature"] == signature(SECRET, key, at, request.content)
        answer = answers.pop(0) if answers else None
        if isinstance(answer, httpx2.Response):
            return answer
        done.append(key)
        if answer is not None:
            raise answer
        return httpx2.Response(200, json={"id": f"R-{len(done)}"})

    def refuse() -> Order:
        answers.append(httpx2.Response(422, json={"message": "It has left."}))
        return HOLD

    def put_off() -> float:
        answers.append(httpx2.Response(503, headers={"retry-after": "7"}))
        return 7.0

    address = WebAddress("https://127.0.0.1/orders", "", 1.0)
    web = Web(address, HOSTS, lambda _seconds: None, httpx2.MockTransport(take))
    connector = WebhookConnector(web, SECRET, AtMostOnce(KeyFolder(folder)))
    lose = lambda: answers.append(httpx2.ReadTimeout("late"))  # noqa: E731
    return Bench(connector, LINE, lambda: len(done), lose, refuse, put_off)


def a_fake() -> Bench:
    fake = FakeConnector()

    def refuse() -> Order:
        fake.mishaps.append("refused")
        return HOLD

    def put_off() -> float:
        fake.mishaps.append("later")
        return 7.0

    return Bench(fake, LINE, lambda: len(fake.effects), lambda: fake.mishaps.append("lost"), refuse, put_off)


@pytest.fixture
def operator() -> Iterator[Served]:
    with served(a_reference()) as running:
        yield running


@pytest.fixture(params=["fake", "http", "webhook", "files", "mail"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """Give every connector in turn, each with its system."""
    if request.param == "fake":
        yield a_fake()
    elif request.param == "http":
        yield over_http(request.getfixturevalue("operator"))
    elif request.param == "webhook":
        yield by_webhook(tmp_path)
    elif request.param == "files":
        yield by_files(tmp_path)
    else:
        with mail_server() as server:
            yield by_mail(server, tmp_path / "sent")


def sent(bench: Bench, order: Order) -> Receipt:
    """Send, and wait for what a slow system makes of it."""
    receipt = bench.connector.send(order)
    bench.settle()
    return receipt if receipt.outcome != "unknown" else bench.connector.find(order) or receipt


def test_the_same_key_twice_has_one_effect_and_the_same_receipt(bench: Bench) -> None:
    first = sent(bench, bench.order)
    second = sent(bench, bench.order)

    assert first.outcome == "done"
    assert first.reference
    assert second == first
    assert bench.connector.find(bench.order) == first
    assert bench.effects() == 1


def test_a_key_with_another_order_is_refused(bench: Bench) -> None:
    sent(bench, bench.order)
    other = replace(bench.order, values={**bench.order.values, "text": "x", "amount": Decimal("2.00")})

    assert bench.connector.send(other).outcome == "refused"
    assert bench.effects() == 1


def test_a_key_that_never_came_is_not_found(bench: Bench) -> None:
    assert bench.connector.find(bench.order) is None


def test_what_was_refused_is_told_in_words_and_had_no_effect(bench: Bench) -> None:
    receipt = sent(bench, bench.refuse())

    assert receipt.outcome == "refused"
    assert receipt.says
    assert bench.effects() == 0


def test_what_was_put_off_has_no_effect_and_says_when_to_come_again(bench: Bench) -> None:
    wait_s = bench.put_off()

    receipt = bench.connector.send(bench.order)

    assert (receipt.outcome, receipt.wait_s) == ("later", wait_s)
    assert receipt.says
    assert bench.effects() == 0


def test_a_lost_answer_is_unknown_and_never_done_twice(bench: Bench) -> None:
    bench.lose_next()

    lost = bench.connector.send(bench.order)
    bench.settle()
    found, again = bench.connector.find(bench.order), sent(bench, bench.order)

    assert lost.outcome == "unknown"
    assert found is not None
    assert again == found
    assert bench.effects() == 1


def test_how_long_a_key_is_known_is_said(bench: Bench) -> None:
    assert bench.connector.key_life_hours >= 24


def test_after_a_lost_answer_the_key_says_what_was_done(operator: Served) -> None:
    bench = over_http(operator)
    bench.lose_next()

    assert bench.connector.send(LINE).outcome == "unknown"

    found = bench.connector.find(LINE)
    assert found is not None
    assert found.outcome == "done"
    assert operator.state.row("charges", found.reference) is not None


def test_a_bill_is_read_before_and_after(operator: Served) -> None:
    connector = over_http(operator).connector
    line = replace(LINE, target={"account_id": "A1", "invoice_id": "I-DRAFT"})

    before = connector.read(line)
    connector.send(line)
    after = connector.read(line)

    assert before is not None
    assert after is not None
    assert (before["net"], before["total"]) == (Decimal("10.01"), Decimal("11.90"))
    assert (after["net"], after["tax"], after["total"]) == (
        Decimal("11.01"),
        Decimal("2.09"),
        Decimal("13.10"),
    )


def test_before_a_ticket_or_a_notice_nothing_stands(operator: Served) -> None:
    assert over_http(operator).connector.read(NOTICE) == {}


@pytest.mark.parametrize(
    ("fault", "outcome", "effects"),
    [
        ({"fault": "unavailable", "wait_s": 3}, "later", 0),
        ({"fault": "slow", "wait_s": 1.5}, "unknown", 1),
        ({"fault": "duplicate_event"}, "done", 1),
        ({"fault": "answer_lost", "path": "/paymentManagement"}, "done", 1),
    ],
)
def test_each_fault_of_a_system_leads_to_what_is_known(
    operator: Served, fault: dict[str, Any], outcome: str, effects: int
) -> None:
    switch(operator, **fault, times=1)
    connector = TmfConnector(web_to(operator.url, timeout_s=0.7), 24)

    assert connector.send(LINE).outcome == outcome
    assert len(operator.state.orders()) == effects


def test_a_wrong_amount_and_a_stale_read_are_only_seen_by_who_looks(operator: Served) -> None:
    connector = TmfConnector(web_to(operator.url), 24)
    line = replace(LINE, target={"account_id": "A1", "invoice_id": "I-DRAFT"})
    before = connector.read(line)
    switch(operator, fault="wrong_amount", times=1)
    assert connector.send(line).outcome == "done"

    switch(operator, fault="stale_read", times=1)

    stale, after = connector.read(line), connector.read(line)
    assert before is not None
    assert stale is not None
    assert stale.items() >= before.items()
    assert after is not None
    assert (after["net"], after["amount"]) == (Decimal("12.01"), stale["amount"])
    assert after["amount"] != line.values["amount"]


def test_a_system_that_nobody_serves_is_come_back_to(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    connector = TmfConnector(web_to(f"http://127.0.0.1:{port}"), 24)

    assert connector.send(LINE).outcome == "later"
    found = connector.find(LINE)
    assert found is not None
    assert found.outcome == "unknown"
    assert connector.read(LINE) is None


def test_wrong_credentials_put_orders_off_instead_of_refusing_them(operator: Served) -> None:
    web = Web(WebAddress(operator.url, "wrong", 2.0), HOSTS, lambda _seconds: None)

    assert TmfConnector(web, 24).send(LINE).outcome == "later"
    assert not operator.state.orders()


def test_many_threads_with_one_key_have_one_effect(operator: Served) -> None:
    connector = TmfConnector(web_to(operator.url, timeout_s=10), 24)
    receipts: list[Receipt] = []
    threads = [threading.Thread(target=lambda: receipts.append(connector.send(LINE))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(receipts) == 8
    assert len(set(receipts)) == 1
    assert len(operator.state.orders()) == 1
