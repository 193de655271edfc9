"""Settings name each system once, on hosts that are allowed; secrets are in no text of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from pydantic import ValidationError

from core.adapters.hosts import AllowedHosts
from core.adapters.operator import connect_systems
from core.adapters.operator.answers import judged, waited
from core.adapters.operator.tmf import TmfConnector
from core.adapters.operator.web import Web, WebAddress
from core.kernel.errors import InputError
from core.kernel.orders import Order
from core.settings import Settings

LINE = Order("K-1", "write_off", {"account_id": "A1"})
NOW = datetime(2026, 3, 3, tzinfo=UTC)


def nobody(_account: str) -> tuple[str, str]:
    return "", ""


def test_each_system_is_named_by_variables_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_SYSTEMS__BILLING__URL", "https://billing.operator.example/api")
    monkeypatch.setenv("ASSAY_SYSTEMS__BILLING__TOKEN", "very-secret")
    monkeypatch.setenv("ASSAY_SYSTEMS__PARTNERS__FOLDER", "/srv/partners")
    monkeypatch.setenv("ASSAY_SYSTEM_HOSTS", '["*.operator.example"]')

    settings = Settings()
    connectors = connect_systems(settings, nobody)

    assert "very-secret" not in repr(settings)
    assert connectors.of("billing") is not None
    assert connectors.of("partners") is not None
    assert connectors.of("crm") is None


@pytest.mark.parametrize("said", [{"url": "https://evil.example"}, {"sms_url": "http://billing.example"}])
def test_a_system_on_a_host_that_is_not_allowed_is_refused(said: dict[str, str], tmp_path: Path) -> None:
    settings = Settings.model_validate({"home": tmp_path, "systems": {"messages": said}})

    with pytest.raises(InputError):
        connect_systems(settings, nobody)


@pytest.mark.parametrize(
    "said", [{}, {"url": "https://a.example", "folder": "b"}, {"mail_host": "mail.example", "mail_from": "x"}]
)
def test_a_system_is_reached_in_exactly_one_way(said: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"systems": {"billing": said}})


def answered(status: int, json: object = None, headers: dict[str, str] | None = None) -> TmfConnector:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            return httpx2.Response(200, json=[])
        assert request.headers["idempotency-key"] == "K-1"
        assert request.headers["authorization"] == "Bearer secret"
        return httpx2.Response(status, json=json, headers=headers)

    hosts = AllowedHosts(["billing.example"], "ASSAY_SYSTEM_HOSTS")
    address = WebAddress("https://billing.example", "secret", 1.0)
    return TmfConnector(Web(address, hosts, lambda _seconds: None, httpx2.MockTransport(answer)), 24)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "done"), (201, "done"), (202, "unknown"), (302, "unknown"), (400, "refused"), (401, "later")]
    + [(403, "refused"), (408, "unknown"), (409, "refused"), (422, "refused"), (429, "later")]
    + [(500, "unknown"), (502, "unknown"), (503, "later"), (504, "unknown")],
)
def test_what_each_status_means(status: int, outcome: str) -> None:
    headers = {"location": "https://evil.example"}

    assert answered(status, {"id": "X"}, headers).send(LINE).outcome == outcome


def test_a_refusal_is_told_in_the_systems_own_words() -> None:
    receipt = answered(422, {"code": "1", "message": "The account is closed."}).send(LINE)

    assert (receipt.outcome, receipt.says) == ("refused", "The account is closed.")


def test_a_resource_that_was_cancelled_is_refused_and_one_under_way_is_unknown() -> None:
    assert answered(200, {"id": "X", "state": "cancelled"}).send(LINE).outcome == "refused"
    assert answered(201, {"id": "X", "state": "inProgress"}).send(LINE).outcome == "unknown"


def test_a_system_that_ignores_what_it_is_asked_for_is_not_believed() -> None:
    def everything(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json=[{"id": "X", "externalId": "another"}])

    hosts = AllowedHosts(["billing.example"], "ASSAY_SYSTEM_HOSTS")
    address = WebAddress("https://billing.example", "", 1.0)
    connector = TmfConnector(Web(address, hosts, lambda _s: None, httpx2.MockTransport(everything)), 24)

    found = connector.find(LINE)

    assert found is not None
    assert found.outcome == "unknown"


def test_a_question_is_asked_again_ever_more_rarely_and_an_order_is_not() -> None:
    asked: list[str] = []
    waits: list[float] = []

    def fails(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.method)
        raise httpx2.ReadTimeout("late")

    hosts = AllowedHosts(["billing.example"], "ASSAY_SYSTEM_HOSTS")
    web = Web(
        WebAddress("https://billing.example", "", 1.0), hosts, waits.append, httpx2.MockTransport(fails)
    )
    connector = TmfConnector(web, 24)

    assert connector.send(LINE).outcome == "unknown"
    connector.find(LINE)

    assert asked == ["POST", "GET", "GET", "GET"]
    assert 0.1 <= waits[0] <= 0.3
    assert 0.4 <= waits[1] <= 1.2


@pytest.mark.parametrize(
    ("said", "wait_s"),
    [("12", 12.0), ("Tue, 03 Mar 2026 00:00:30 GMT", 30.0), ("Mon, 02 Mar 2026 00:00:00 GMT", 0.0)]
    + [("soon", None), (None, None)],
)
def test_when_to_come_again_is_read_as_seconds_or_as_an_instant(
    said: str | None, wait_s: float | None
) -> None:
    assert waited(said, NOW) == wait_s


def test_an_answer_that_is_no_json_still_has_its_status() -> None:
    assert judged(httpx2.Response(422, content=b"<html>"), NOW).says == "The system answered 422."
