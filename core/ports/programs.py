"""What lets programs in, keeps their requests from having two effects, and tells them what changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from core.kernel.audit import AuditEvent
from core.kernel.people import AccessToken, Person
from core.kernel.programs import KeptRequest, Webhook

__all__ = ["ProgramStore", "RequestStore", "TokenStore", "WebhookStore"]


class TokenStore(Protocol):
    """Keep access tokens."""

    def add_token(self, token: AccessToken, event: AuditEvent) -> None:
        """Keep a new token."""

    def token(self, secret: str) -> tuple[AccessToken, Person] | None:
        """Return the token of a secret's hash with its person as of now; None for an unknown one."""

    def token_of(self, token_id: str) -> tuple[AccessToken, Person] | None:
        """Return the token of an id with its person as of now; None for an unknown one."""

    def tokens(self, user_id: str | None = None) -> tuple[AccessToken, ...]:
        """Return the tokens that nobody has ended, of one person or of all, newest first."""

    def see_token(self, token_id: str, now: datetime) -> None:
        """Note that a token was used. It is no decision and leaves no entry."""

    def end_token(self, token_id: str, now: datetime, event: AuditEvent) -> bool:
        """End a token; False, and no entry, where there is none to end."""


class RequestStore(Protocol):
    """Keep what became of requests, by who asked and the key that they chose."""

    def begin_request(
        self, asker: str, key: str, request: KeptRequest, *, free_from: datetime, forget_before: datetime
    ) -> KeptRequest | None:
        """Take a key for a request; None when it is now this request's, else what the key is already for.

        Parameters
        ----------
        free_from
            A request in flight that began before this is lost: its key is free for the same content.
        forget_before
            Requests that began before this are forgotten.
        """

    def answer_request(self, asker: str, key: str, status: int, body: str) -> None:
        """Keep the answer of a request in flight."""

    def drop_request(self, asker: str, key: str) -> None:
        """Forget a request in flight: it had no effect."""


class WebhookStore(Protocol):
    """Keep webhooks."""

    def add_webhook(self, webhook: Webhook, event: AuditEvent) -> None:
        """Keep a new webhook."""

    def webhooks(self) -> tuple[Webhook, ...]:
        """Return every webhook, oldest first."""

    def claim_webhook(self, webhook_id: str, now: datetime, until: datetime) -> Webhook | None:
        """Return a webhook that is due and keep it from others until an instant; None if it is not."""

    def settle_webhook(self, webhook: Webhook) -> None:
        """Keep how far a webhook has been told, and when it is next tried; a paused one stays paused."""

    def change_webhook(
        self, webhook_id: str, change: Callable[[Webhook], Webhook | None], event: AuditEvent
    ) -> bool:
        """Keep what ``change`` makes of a webhook, None to forget it; False, and no entry, without one."""


class ProgramStore(TokenStore, RequestStore, WebhookStore, Protocol):
    """Keep what programs of other systems leave."""
