"""The decision API over a store of made-up cases: who may ask what, once, and what goes wrong in words."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from core.adapters.store import open_store
from core.api import Door
from core.kernel.audit import AuditQuery
from core.ports.store import Store
from tests.builders.audit import PSEUDONYMS
from tests.builders.programs import a_door, client_of, secret_of
from tests.builders.runs import a_case, a_finding, a_run

PROPOSAL = {
    "version": 0, "action": "add_charge", "amount": "1.25", "root_cause": "unknown", "note": "It was used.",
}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'store.sqlite'}", PSEUDONYMS)
    cases = [a_case("C-1", segment="consumer"), a_case("C-2", segment="iot")]
    opened.save_run(a_run(cases=cases, findings=[a_finding(case_id="C-1")]))
    yield opened
    opened.close()


@pytest.fixture
def door(tmp_path: Path, store: Store) -> Door:
    return a_door(tmp_path, store)


@pytest.fixture
def analyst(door: Door) -> TestClient:
    return client_of(door, secret_of(door, "analyst"))


def propose(client: TestClient, key: str = "k", case_id: str = "C-1", **given: Any) -> Any:
    body = PROPOSAL | given
    return client.post(f"/v1/cases/{case_id}/proposals", json=body, headers={"idempotency-key": key})


def actions(store: Store) -> list[str]:
    entries = store.audit_entries(AuditQuery(), offset=0, limit=100)
    return [entry.event.action for entry in reversed(entries)]


def test_without_a_token_nothing_is_told(door: Door) -> None:
    for headers in ({}, {"authorization": "Bearer assay_wrong"}, {"authorization": "Basic YTpi"}):
        answer = client_of(door).get("/v1/cases", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["code"] == "RA-E403"


def test_the_queue_and_a_case_are_read(analyst: TestClient) -> None:
    page = analyst.get("/v1/cases", params={"segment": "consumer"}).json()
    case = analyst.get("/v1/cases/C-1").json()

    assert [one["case_id"] for one in page["cases"]] == ["C-1"]
    assert page["total"] == 1
    assert case["case"]["amount"] == "1.25"
    assert [one["control_id"] for one in case["findings"]] == ["record_not_charged"]
    assert "proposed" in case["open_steps"]


def test_a_program_gets_what_its_token_and_its_person_allow(door: Door, store: Store) -> None:
    narrow = client_of(door, secret_of(door, "analyst", ["cases.read"]))

    assert narrow.get("/v1/cases").status_code == 200
    assert propose(narrow).status_code == 403
    assert narrow.get("/v1/proposals").status_code == 403
    assert client_of(door, secret_of(door, "product_manager")).get("/v1/accounts?text=A").status_code == 403
    assert actions(store).count("access.refused") == 3


def test_a_proposal_has_one_effect_however_often_it_is_sent(analyst: TestClient, store: Store) -> None:
    first, again = propose(analyst), propose(analyst)

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert len(store.waiting()) == 1


def test_a_key_stands_for_one_content_and_for_one_asker(door: Door, analyst: TestClient) -> None:
    propose(analyst)
    other = propose(analyst, amount="2.50")
    elsewhere = propose(analyst, case_id="C-2")

    assert (other.status_code, elsewhere.status_code) == (422, 422)
    assert "another request" in other.json()["detail"]
    somebody = client_of(door, secret_of(door, "supervisor"))
    assert propose(somebody, case_id="C-2").status_code == 201


def test_a_refusal_is_an_answer_too(analyst: TestClient) -> None:
    stale, again = propose(analyst, version=9), propose(analyst, version=9)

    assert (stale.status_code, again.status_code) == (409, 409)
    assert stale.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert propose(analyst, key="other").status_code == 201


def test_the_same_request_in_flight_waits_for_nobody(door: Door, store: Store, analyst: TestClient) -> None:
    begun, go_on = threading.Event(), threading.Event()
    kept = store.propose

    def slowly(*given: Any) -> Any:
        begun.set()
        assert go_on.wait(20)
        return kept(*given)

    store.propose = slowly  # type: ignore[method-assign]
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(propose, analyst)
        assert begun.wait(20)
        meanwhile = propose(client_of(door, secret_of(door, "analyst")))
        go_on.set()
        assert first.result().status_code == 201

    assert meanwhile.status_code == 409
    assert "worked on" in meanwhile.json()["detail"]
    assert propose(analyst).headers["idempotency-replayed"] == "true"


def test_without_a_key_nothing_is_changed(analyst: TestClient, store: Store) -> None:
    assert analyst.post("/v1/cases/C-1/proposals", json=PROPOSAL).status_code == 400
    assert store.waiting() == ()


def test_another_person_decides_and_nobody_their_own(door: Door, analyst: TestClient, store: Store) -> None:
    made = propose(analyst).json()
    supervisor = client_of(door, secret_of(door, "supervisor"))
    address, key = f"/v1/proposals/{made['proposal_id']}", {"idempotency-key": "d"}
    wanted = {"verdict": "approved", "content_hash": made["content_hash"]}

    seen = supervisor.get(address).json()
    assert seen["objections"] == {"withdrawn": "Only Analyst, who proposed this, may take it back."}
    assert (
        supervisor.post(f"{address}/decision", json=wanted | {"content_hash": "x"}, headers=key).status_code
        == 409
    )
    assert analyst.post(f"{address}/decision", json=wanted, headers=key).status_code == 403
    decided = supervisor.post(f"{address}/decision", json=wanted, headers={"idempotency-key": "d2"})
    assert (decided.status_code, decided.json()["state"]) == (200, "approved")
    assert store.waiting() == ()
    (entry,) = store.audit_entries(AuditQuery(actions=("correction.approved",)), offset=0, limit=9)
    assert entry.event.actor.method == "token"
    assert entry.event.actor.token_id


def test_a_token_does_not_approve_what_asks_for_the_password_again(door: Door, analyst: TestClient) -> None:
    made = propose(analyst, amount="1000.00").json()
    supervisor = client_of(door, secret_of(door, "supervisor"))
    wanted = {"verdict": "approved", "content_hash": made["content_hash"]}
    answer = supervisor.post(
        f"/v1/proposals/{made['proposal_id']}/decision", json=wanted, headers={"idempotency-key": "d"}
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "RA-E404")


def test_a_step_is_taken_from_the_version_that_was_read(analyst: TestClient, store: Store) -> None:
    step = {"step": "commented", "version": 0, "note": "Asked the partner."}
    first = analyst.post("/v1/cases/C-1/steps", json=step, headers={"idempotency-key": "a"})
    stale = analyst.post("/v1/cases/C-1/steps", json=step, headers={"idempotency-key": "b"})
    ahead = analyst.post("/v1/cases/C-2/steps", json=step | {"version": 7}, headers={"idempotency-key": "c"})

    assert (first.status_code, first.json()["version"]) == (200, 1)
    assert (stale.status_code, ahead.status_code) == (409, 409)
    assert [one.note for one in store.case_steps("C-1")] == ["Asked the partner."]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"amount": 1.25}, "amount: Value error, must be text"),
        ({"amount": "NaN"}, "amount: Value error, must be text"),
        ({"amount": "1.1234567"}, "amount: Value error, must be text"),
        ({"action": "give_everything"}, "action: Value error, must be one of"),
        ({"note": ""}, "note: String should have at least 1 character"),
        ({"extra": 1}, "extra: Extra inputs are not permitted"),
        ({"version": -1}, "version: Input should be greater than or equal to 0"),
    ],
)
def test_what_is_not_as_described_is_told_field_by_field(
    analyst: TestClient, body: dict[str, Any], said: str
) -> None:
    answer = propose(analyst, **body)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert [one for one in answer.json()["problems"] if one.startswith(said)]


def test_what_cannot_be_used_is_told_in_a_sentence(analyst: TestClient) -> None:
    answer = propose(analyst, amount="-1.25")

    assert answer.status_code == 422
    assert answer.json()["detail"] == "To add the charge makes the customer pay more."


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"{", b"[]", b"null", b'{"version": NaN}', b'"' + b"x" * 9_000]
)
def test_broken_bodies_are_refused(analyst: TestClient, content: bytes) -> None:
    headers = {"idempotency-key": "k", "content-type": "application/json"}
    answer = analyst.post("/v1/cases/C-1/proposals", content=content, headers=headers)

    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_a_body_too_large_is_not_read(analyst: TestClient) -> None:
    headers = {"idempotency-key": "k", "content-type": "application/json"}
    answer = analyst.post("/v1/cases/C-1/proposals", content=b"x" * 300_000, headers=headers)

    assert answer.status_code == 413


def test_a_program_that_asks_too_often_is_told_how_long_to_wait(door: Door) -> None:
    client = client_of(door, secret_of(door, "analyst"), api_rate="2/minute")
    answers = [client.get("/v1/cases") for _ in range(3)]

    assert [one.status_code for one in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["retry-after"]) <= 60
    assert (
        client_of(door, secret_of(door, "supervisor"), api_rate="2/minute").get("/v1/cases").status_code
        == 200
    )


def test_guessing_tokens_ends_soon(door: Door) -> None:
    client = client_of(door, "assay_guess")
    answers = [client.get("/v1/cases").status_code for _ in range(31)]

    assert answers == [401] * 30 + [429]


def test_what_changed_is_read_on_from_the_last_id(analyst: TestClient) -> None:
    begin = analyst.get("/v1/events").json()
    assert begin["happenings"] == []
    propose(analyst)
    found = analyst.get("/v1/events", params={"after": begin["next"]}).json()

    assert [(one["type"], one["object_id"], one["after"]) for one in found["happenings"]] == [
        ("case.proposed", "C-1", "awaiting_approval")
    ]
    assert analyst.get("/v1/events", params={"after": found["next"]}).json()["happenings"] == []


def test_whoever_sees_one_segment_is_told_of_its_cases_alone(
    door: Door, store: Store, analyst: TestClient
) -> None:
    secret = secret_of(door, "supervisor")
    before = store.person("supervisor")
    assert before is not None
    told = store.audit_entry(1)
    assert told is not None
    store.change_person(before, replace(before, segments=frozenset({"iot"})), told.event)
    propose(analyst)
    propose(analyst, key="other", case_id="C-2")
    narrow = client_of(door, secret)

    found = narrow.get("/v1/events", params={"after": 0}).json()["happenings"]
    assert {one["object_id"] for one in found if one["type"].startswith("case.")} == {"C-2"}
    assert narrow.get("/v1/cases/C-1").status_code == 403
    assert narrow.get("/v1/cases/C-2").status_code == 200


def test_webhooks_are_added_listed_resumed_and_removed(door: Door, tmp_path: Path, store: Store) -> None:
    allowing = a_door(tmp_path, store, outbound_hosts=("crm.example",))
    client = client_of(allowing, secret_of(door, "administrator"))
    wanted, key = {"url": "https://crm.example/hook", "kinds": ["case.closed"]}, {"idempotency-key": "w"}
    made = client.post("/v1/webhooks", json=wanted, headers=key)
    again = client.post("/v1/webhooks", json=wanted, headers=key)

    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    assert again.json() == made.json()
    (listed,) = client.get("/v1/webhooks").json()
    assert (listed["secret"], listed["url"]) == (None, wanted["url"])
    address = f"/v1/webhooks/{listed['webhook_id']}"
    assert client.post(f"{address}/resume").status_code == 204
    assert client.delete(address).status_code == 204
    assert client.delete(address).status_code == 404
    elsewhere = client.post(
        "/v1/webhooks", json={"url": "https://evil.example/"}, headers={"idempotency-key": "e"}
    )
    assert (elsewhere.status_code, "ASSAY_OUTBOUND_HOSTS" in elsewhere.json()["detail"]) == (422, True)


def test_every_answer_forbids_browsers_what_it_is_not_for(door: Door, analyst: TestClient) -> None:
    framing = client_of(door, panel_origins=("https://crm.example",))
    for address in ("/v1/cases", "/openapi.json", "/nowhere", "/panel/panel.js"):
        headers = framing.get(address).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
    assert "frame-ancestors https://crm.example" in framing.get("/panel").headers["content-security-policy"]
    assert "frame-ancestors 'none'" in analyst.get("/panel").headers["content-security-policy"]
    assert analyst.get("/v1/cases", headers={"host": "evil.example"}).status_code == 400


def test_a_method_that_is_none_is_told_which_are(analyst: TestClient) -> None:
    answer = analyst.patch("/v1/webhooks")

    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "POST"}
