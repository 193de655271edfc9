"""What every store of tokens, requests and webhooks does: the fake, SQLite and PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.kernel.audit import AuditEvent, AuditQuery
from core.kernel.people import AccessToken
from core.kernel.programs import KeptRequest, Webhook
from core.ports.store import Store
from tests.builders.people import NOW, SYSTEM, a_person, keep

LATER = NOW + timedelta(minutes=5)
REQUEST = KeptRequest("content", NOW)


def told(action: str) -> AuditEvent:
    return AuditEvent(action, SYSTEM, "token", "T-1")


def a_token(token_id: str = "T-1", **given: Any) -> AccessToken:
    facts: dict[str, Any] = {
        "token_id": token_id,
        "user_id": "anna",
        "name": "CRM",
        "secret": f"hash of {token_id}",
        "scopes": ("cases.propose", "cases.read"),
        "made_by": "adam",
        "made_at": NOW,
        "expires_at": NOW + timedelta(days=30),
    }
    return AccessToken(**facts | given)


def a_webhook(webhook_id: str = "W-1", **given: Any) -> Webhook:
    facts: dict[str, Any] = {
        "webhook_id": webhook_id,
        "url": "https://crm.example/assay",
        "kinds": ("case.closed", "case.proposed"),
        "made_by": "adam",
        "made_at": NOW,
        "told_to": 7,
        "next_at": NOW,
    }
    return Webhook(**facts | given)


def actions(store: Store) -> list[str]:
    entries = store.audit_entries(AuditQuery(), offset=0, limit=100)
    return [entry.event.action for entry in reversed(entries)]


def begin(
    store: Store, key: str = "k", request: KeptRequest = REQUEST, free_from: datetime = NOW
) -> KeptRequest | None:
    return store.begin_request(
        "anna", key, request, free_from=free_from, forget_before=NOW - timedelta(days=1)
    )


def test_a_token_brings_its_person_as_of_now(store: Store) -> None:
    keep(store, a_person())
    store.add_token(a_token(), told("token.made"))
    store.change_person(a_person(), a_person(role="auditor"), told("role.changed"))

    assert store.token("hash of T-1") == (a_token(), a_person(role="auditor"))
    assert store.token_of("T-1") == (a_token(), a_person(role="auditor"))
    assert store.token("another") is store.token_of("T-2") is None
    assert "token.made" in actions(store)


def test_tokens_are_listed_newest_first_until_they_end(store: Store) -> None:
    keep(store, a_person())
    keep(store, a_person("ben"))
    store.add_token(a_token("T-1"), told("token.made"))
    store.add_token(a_token("T-2", made_at=LATER), told("token.made"))
    store.add_token(a_token("T-3", user_id="ben"), told("token.made"))
    store.see_token("T-1", LATER)

    assert [one.token_id for one in store.tokens()] == ["T-2", "T-1", "T-3"]
    assert store.tokens("anna") == (a_token("T-2", made_at=LATER), a_token("T-1", seen_at=LATER))
    before = len(actions(store))
    assert store.end_token("T-2", LATER, told("token.ended"))
    assert not store.end_token("T-2", LATER, told("token.ended"))
    assert [one.token_id for one in store.tokens("anna")] == ["T-1"]
    assert actions(store)[before:] == ["token.ended"]


def test_a_key_is_taken_once_and_keeps_the_answer(store: Store) -> None:
    assert begin(store) is None
    assert begin(store) == REQUEST
    store.answer_request("anna", "k", 201, '{"a":1}')

    assert begin(store) == replace(REQUEST, status=201, body='{"a":1}')
    assert begin(store, "another") is None
    assert store.begin_request("ben", "k", REQUEST, free_from=NOW, forget_before=NOW) is None


def test_a_lost_request_frees_its_key_for_the_same_content_only(store: Store) -> None:
    begin(store)
    again = KeptRequest("content", LATER)

    assert begin(store, request=KeptRequest("other", LATER), free_from=LATER) == REQUEST
    assert begin(store, request=again, free_from=LATER) is None
    assert begin(store, request=again) == again


def test_what_is_dropped_or_old_is_forgotten(store: Store) -> None:
    begin(store)
    store.drop_request("anna", "k")
    assert begin(store) is None

    late = NOW + timedelta(days=2)
    forget = late - timedelta(days=1)
    request = KeptRequest("other", late)
    assert store.begin_request("anna", "k", request, free_from=NOW, forget_before=forget) is None


def test_of_many_at_once_one_gets_the_key(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: begin(store), range(24)))

    assert found.count(None) == 1


def test_webhooks_come_back_as_they_were_kept(store: Store) -> None:
    first, second = a_webhook(), a_webhook("W-2", kinds=(), made_at=LATER)
    store.add_webhook(second, told("webhook.made"))
    store.add_webhook(first, told("webhook.made"))

    assert store.webhooks() == (first, second)
    store.settle_webhook(replace(first, told_to=9, failures=2, problem="It answered 500.", next_at=LATER))
    assert store.webhooks()[0] == replace(
        first, told_to=9, failures=2, problem="It answered 500.", next_at=LATER
    )


def test_a_webhook_is_told_by_one_at_a_time(store: Store) -> None:
    store.add_webhook(a_webhook(), told("webhook.made"))
    with ThreadPoolExecutor(8) as pool:
        claimed = list(pool.map(lambda _: store.claim_webhook("W-1", NOW, LATER), range(16)))

    assert [one for one in claimed if one] == [a_webhook()]
    assert store.claim_webhook("W-1", LATER, LATER) is not None
    assert store.claim_webhook("W-9", LATER, LATER) is None


def test_a_paused_webhook_stays_so_until_somebody_says_otherwise(store: Store) -> None:
    paused = a_webhook(paused_at=NOW)
    store.add_webhook(paused, told("webhook.made"))

    assert store.claim_webhook("W-1", LATER, LATER) is None
    store.settle_webhook(a_webhook(told_to=99))
    assert store.webhooks() == (paused,)

    assert store.change_webhook("W-1", lambda one: replace(one, paused_at=None), told("webhook.resumed"))
    assert store.claim_webhook("W-1", LATER, LATER) == a_webhook()
    assert actions(store)[-1] == "webhook.resumed"


def test_a_webhook_is_forgotten_and_what_is_not_there_leaves_no_entry(store: Store) -> None:
    store.add_webhook(a_webhook(), told("webhook.made"))

    assert store.change_webhook("W-1", lambda _: None, told("webhook.removed"))
    assert not store.change_webhook("W-1", lambda _: None, told("webhook.removed"))
    assert store.webhooks() == ()
    assert actions(store) == ["webhook.made", "webhook.removed"]


@pytest.mark.parametrize(("after", "expected"), [(0, [2, 4]), (2, [4, 5]), (4, [5]), (5, [])])
def test_the_trail_is_read_on_from_a_sequence_oldest_first(
    store: Store, after: int, expected: list[int]
) -> None:
    for action in ("token.made", "case.closed", "token.made", "case.reopened", "case.closed"):
        store.record(told(action))
    query = AuditQuery(actions=("case.*",))

    assert [entry.sequence for entry in store.audit_after(after, query, limit=2)] == expected
