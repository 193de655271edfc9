"""Other systems are told what changes: in order, signed, until they have taken it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from core.kernel.audit import AuditEvent
from core.kernel.errors import InputError
from core.kernel.programs import Webhook
from core.workflows.webhooks import KINDS, Teller, happenings, made, secret_of, signature
from tests.builders.people import NOW, SYSTEM
from tests.fakes.store import FakeStore

KEY = b"k" * 32


@dataclass
class Receiver:
    """Take what is posted, unless told otherwise."""

    refuses: str | None = None
    taken: list[tuple[str, bytes, Mapping[str, str]]] = field(default_factory=list)

    def refusal(self, url: str) -> str | None:
        return None if url.startswith("https://crm.example/") else "not among the hosts"

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> str | None:
        if self.refuses is None:
            self.taken.append((url, body, headers))
        return self.refuses

    @property
    def ids(self) -> list[int]:
        return [json.loads(body)["id"] for _, body, _ in self.taken]


def a_store(count: int = 0) -> FakeStore:
    store = FakeStore()
    for number in range(count):
        happen(store, number)
    return store


def happen(store: FakeStore, number: int = 0, action: str = "case.closed") -> int:
    states = {"before": {"state": "new"}, "after": {"state": "not_an_issue", "note": "secret words"}}
    event = AuditEvent(action, SYSTEM, "case", f"C-{number}", "private words", subject="A1", **states)
    return store.record(event).sequence


def told(store: FakeStore, receiver: Receiver, **given: object) -> Webhook:
    webhook, event = made("https://crm.example/hook", given.pop("kinds", ()), receiver, SYSTEM, 0, NOW)  # type: ignore[arg-type]
    store.add_webhook(webhook, event)
    return webhook


def test_everything_is_told_once_in_order_without_a_customers_data() -> None:
    store, receiver = a_store(3), Receiver()
    webhook = told(store, receiver)
    teller = Teller(store, receiver, KEY)

    assert teller.tell(NOW) == 3
    assert receiver.ids == [1, 2, 3]
    assert teller.tell(NOW) == 0
    newest = happen(store, 9)
    assert teller.tell(NOW) == 1
    assert receiver.ids[-1] == newest
    said = b"".join(body for _, body, _ in receiver.taken)
    assert b"words" not in said
    assert b"A1" not in said
    assert json.loads(receiver.taken[0][1])["data"] == {
        "after": "not_an_issue", "before": "new", "by": "administrator", "id": "C-0",
    }  # fmt: skip
    assert store.webhooks()[0].told_to == newest
    assert webhook.webhook_id in receiver.taken[0][2]["webhook-id"]


def test_messages_are_signed_as_the_standard_says() -> None:
    """The example of Standard Webhooks 1.0's own libraries, worked out apart from this code."""
    assert (
        signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            b'{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_each_message_carries_a_signature_that_its_secret_verifies() -> None:
    store, receiver = a_store(1), Receiver()
    webhook = told(store, receiver)
    Teller(store, receiver, KEY).tell(NOW)

    _, body, headers = receiver.taken[0]
    at, message_id = int(headers["webhook-timestamp"]), headers["webhook-id"]
    assert at == int(NOW.timestamp())
    assert headers["webhook-signature"] == signature(secret_of(KEY, webhook.webhook_id), message_id, at, body)
    assert secret_of(KEY, webhook.webhook_id) != secret_of(KEY, "another")


def test_what_is_not_taken_is_told_again_later_and_later_and_in_order() -> None:
    store, receiver = a_store(2), Receiver("It answered 500.")
    told(store, receiver)
    teller, waits, now = Teller(store, receiver, KEY), [], NOW
    for _ in range(12):
        teller.tell(now)
        kept = store.webhooks()[0]
        waits.append(kept.next_at - now)
        now = kept.next_at
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(seconds=10), timedelta(hours=1))
    assert store.webhooks()[0].problem == "It answered 500."

    receiver.refuses = None
    assert teller.tell(now - timedelta(seconds=1)) == 0
    assert teller.tell(now) == 2
    assert receiver.ids == [1, 2]
    assert (store.webhooks()[0].failures, store.webhooks()[0].problem) == (0, "")


def test_one_that_fails_for_a_day_is_left_alone_and_loses_nothing() -> None:
    store, receiver = a_store(1), Receiver("It answered 500.")
    told(store, receiver)
    teller, now = Teller(store, receiver, KEY), NOW
    while store.webhooks()[0].paused_at is None:
        teller.tell(now)
        now = store.webhooks()[0].next_at
        assert now < NOW + timedelta(days=3)
    assert now > NOW + timedelta(hours=20)

    receiver.refuses = None
    assert teller.tell(now + timedelta(days=9)) == 0
    assert store.webhooks()[0].told_to == 0


def test_one_that_fails_holds_up_no_other() -> None:
    store, broken, whole = a_store(1), Receiver("It answered 500."), Receiver()
    told(store, broken)
    told(store, whole)

    class Both(Receiver):
        def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> str | None:
            first = store.webhooks()[0].webhook_id
            return (broken if headers["webhook-id"].startswith(first) else whole).post(url, body, headers)

    assert Teller(store, Both(), KEY).tell(NOW) == 1
    assert whole.ids == [1]


def test_a_webhook_is_told_what_it_asked_for() -> None:
    store, receiver = a_store(), Receiver()
    for number, action in enumerate(
        ("case.closed", "run.finished", "case.viewed", "person.added", "case.proposed")
    ):
        happen(store, number, action)
    told(store, receiver, kinds=("case.proposed", "run.finished"))
    Teller(store, receiver, KEY).tell(NOW)

    assert receiver.ids == [2, 5]
    assert [one.kind for one in happenings(store, 0)] == ["case.closed", "run.finished", "case.proposed"]
    assert "case.viewed" not in KINDS


def test_an_address_that_is_not_allowed_or_a_kind_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="not among the hosts"):
        made("https://evil.example/", (), Receiver(), SYSTEM, 0, NOW)
    with pytest.raises(InputError, match="person.added"):
        made("https://crm.example/", ("person.added",), Receiver(), SYSTEM, 0, NOW)
