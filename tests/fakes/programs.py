"""Access tokens, requests and webhooks in memory: the same answers as `core.adapters.store.programs`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import Lock

from core.kernel.audit import AuditEntry, AuditEvent
from core.kernel.people import AccessToken, Person
from core.kernel.programs import KeptRequest, Webhook


class FakePrograms:
    """Keep them in dictionaries."""

    record: Callable[[AuditEvent], AuditEntry]
    person: Callable[[str], Person | None]

    def __init__(self) -> None:
        super().__init__()
        self._tokens: dict[str, AccessToken] = {}
        self._requests: dict[tuple[str, str], KeptRequest] = {}
        self._webhooks: dict[str, Webhook] = {}
        self._one_at_a_time = Lock()

    def add_token(self, token: AccessToken, event: AuditEvent) -> None:
        self._tokens[token.token_id] = token
        self.record(event)

    def token(self, secret: str) -> tuple[AccessToken, Person] | None:
        token = next((one for one in self._tokens.values() if one.secret == secret), None)
        person = self.person(token.user_id) if token else None
        return (token, person) if token and person else None

    def token_of(self, token_id: str) -> tuple[AccessToken, Person] | None:
        known = self._tokens.get(token_id)
        return self.token(known.secret) if known else None

    def tokens(self, user_id: str | None = None) -> tuple[AccessToken, ...]:
        chosen = [
            one for one in self._tokens.values() if one.ended_at is None and user_id in {None, one.user_id}
        ]
        return tuple(sorted(chosen, key=lambda one: (-one.made_at.timestamp(), one.token_id)))

    def see_token(self, token_id: str, now: datetime) -> None:
        self._tokens[token_id] = replace(self._tokens[token_id], seen_at=now)

    def end_token(self, token_id: str, now: datetime, event: AuditEvent) -> bool:
        before = self._tokens.get(token_id)
        if before is None or before.ended_at is not None:
            return False
        self._tokens[token_id] = replace(before, ended_at=now)
        self.record(event)
        return True

    def begin_request(
        self, asker: str, key: str, request: KeptRequest, *, free_from: datetime, forget_before: datetime
    ) -> KeptRequest | None:
        with self._one_at_a_time:
            self._requests = {at: one for at, one in self._requests.items() if one.begun_at >= forget_before}
            kept = self._requests.get((asker, key))
            if kept is not None:
                lost = kept.status is None and kept.begun_at < free_from
                if not lost or kept.content_hash != request.content_hash:
                    return kept
            self._requests[asker, key] = request
            return None

    def answer_request(self, asker: str, key: str, status: int, body: str) -> None:
        if (asker, key) in self._requests:
            self._requests[asker, key] = replace(self._requests[asker, key], status=status, body=body)

    def drop_request(self, asker: str, key: str) -> None:
        self._requests.pop((asker, key), None)

    def add_webhook(self, webhook: Webhook, event: AuditEvent) -> None:
        self._webhooks[webhook.webhook_id] = webhook
        self.record(event)

    def webhooks(self) -> tuple[Webhook, ...]:
        return tuple(sorted(self._webhooks.values(), key=lambda one: (one.made_at, one.webhook_id)))

    def claim_webhook(self, webhook_id: str, now: datetime, until: datetime) -> Webhook | None:
        with self._one_at_a_time:
            found = self._webhooks.get(webhook_id)
            if found is None or found.paused_at is not None or found.next_at > now:
                return None
            self._webhooks[webhook_id] = replace(found, next_at=until)
            return found

    def settle_webhook(self, webhook: Webhook) -> None:
        before = self._webhooks.get(webhook.webhook_id)
        if before is not None and before.paused_at is None:
            self._webhooks[webhook.webhook_id] = webhook

    def change_webhook(
        self, webhook_id: str, change: Callable[[Webhook], Webhook | None], event: AuditEvent
    ) -> bool:
        before = self._webhooks.get(webhook_id)
        if before is None:
            return False
        after = change(before)
        if after is None:
            del self._webhooks[webhook_id]
        else:
            self._webhooks[webhook_id] = after
        self.record(event)
        return True
