"""Access tokens, requests that are answered once, and webhooks in SQL: `core.ports.programs`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, select, update

from core.adapters.store.audit import SqlAuditTrail
from core.adapters.store.engine import writing
from core.adapters.store.people import read_person
from core.adapters.store.people_tables import people
from core.adapters.store.program_tables import access_tokens, kept_requests, webhooks
from core.kernel.audit import AuditEvent
from core.kernel.people import AccessToken, Person
from core.kernel.programs import KeptRequest, Webhook

_KEPT = tuple(kept_requests.c[one.name] for one in fields(KeptRequest))


class SqlPrograms:
    """Keep what programs of other systems leave; a part of `core.adapters.store.sql.SqlStore`."""

    _engine: Engine
    _audit: SqlAuditTrail

    def add_token(self, token: AccessToken, event: AuditEvent) -> None:
        """Keep a new token."""
        with writing(self._engine) as connection:
            connection.execute(insert(access_tokens).values(asdict(token)))
            self._audit.append(connection, event)

    def token(self, secret: str) -> tuple[AccessToken, Person] | None:
        """Return the token of a secret's hash with its person as of now."""
        return self._token(access_tokens.c.secret == secret)

    def token_of(self, token_id: str) -> tuple[AccessToken, Person] | None:
        """Return the token of an id with its person as of now."""
        return self._token(access_tokens.c.token_id == token_id)

    def _token(self, condition: ColumnElement[bool]) -> tuple[AccessToken, Person] | None:
        with self._engine.connect() as connection:
            found = connection.execute(select(access_tokens).where(condition)).first()
            if found is None:
                return None
            token = AccessToken(**found._mapping)
            person = connection.execute(select(people).where(people.c.user_id == token.user_id)).one()
        return token, read_person(person)

    def tokens(self, user_id: str | None = None) -> tuple[AccessToken, ...]:
        """Return the tokens that nobody has ended, newest first."""
        chosen = select(access_tokens).where(access_tokens.c.ended_at.is_(None))
        if user_id is not None:
            chosen = chosen.where(access_tokens.c.user_id == user_id)
        ordered = chosen.order_by(access_tokens.c.made_at.desc(), access_tokens.c.token_id)
        with self._engine.connect() as connection:
            return tuple(AccessToken(**row) for row in connection.execute(ordered).mappings())

    def see_token(self, token_id: str, now: datetime) -> None:
        """Note that a token was used."""
        this = access_tokens.c.token_id == token_id
        with writing(self._engine) as connection:
            connection.execute(update(access_tokens).where(this).values(seen_at=now))

    def end_token(self, token_id: str, now: datetime, event: AuditEvent) -> bool:
        """End a token."""
        this = access_tokens.c.token_id == token_id, access_tokens.c.ended_at.is_(None)
        with writing(self._engine) as connection:
            ended = connection.execute(update(access_tokens).where(*this).values(ended_at=now)).rowcount
            if ended:
                self._audit.append(connection, event)
            return bool(ended)

    def begin_request(
        self, asker: str, key: str, request: KeptRequest, *, free_from: datetime, forget_before: datetime
    ) -> KeptRequest | None:
        """Take a key for a request, unless it is taken."""
        with writing(self._engine) as connection:
            connection.execute(delete(kept_requests).where(kept_requests.c.begun_at < forget_before))
            found = connection.execute(select(*_KEPT).where(*_of(asker, key))).first()
            if found is not None:
                kept = KeptRequest(**found._mapping)
                lost = kept.status is None and kept.begun_at < free_from
                if not lost or kept.content_hash != request.content_hash:
                    return kept
                connection.execute(delete(kept_requests).where(*_of(asker, key)))
            values = {"asker": asker, "request_key": key, **asdict(request)}
            connection.execute(insert(kept_requests).values(values))
            return None

    def answer_request(self, asker: str, key: str, status: int, body: str) -> None:
        """Keep the answer of a request in flight."""
        with writing(self._engine) as connection:
            answered = update(kept_requests).where(*_of(asker, key)).values(status=status, body=body)
            connection.execute(answered)

    def drop_request(self, asker: str, key: str) -> None:
        """Forget a request in flight."""
        with writing(self._engine) as connection:
            connection.execute(delete(kept_requests).where(*_of(asker, key)))

    def add_webhook(self, webhook: Webhook, event: AuditEvent) -> None:
        """Keep a new webhook."""
        with writing(self._engine) as connection:
            connection.execute(insert(webhooks).values(asdict(webhook)))
            self._audit.append(connection, event)

    def webhooks(self) -> tuple[Webhook, ...]:
        """Return every webhook, oldest first."""
        chosen = select(webhooks).order_by(webhooks.c.made_at, webhooks.c.webhook_id)
        with self._engine.connect() as connection:
            return tuple(Webhook(**row) for row in connection.execute(chosen).mappings())

    def claim_webhook(self, webhook_id: str, now: datetime, until: datetime) -> Webhook | None:
        """Return a webhook that is due and keep it from everybody else until an instant."""
        with writing(self._engine) as connection:
            found = _webhook(connection, webhook_id)
            if found is None or found.paused_at is not None or found.next_at > now:
                return None
            this = webhooks.c.webhook_id == webhook_id
            connection.execute(update(webhooks).where(this).values(next_at=until))
            return found

    def settle_webhook(self, webhook: Webhook) -> None:
        """Keep how far a webhook has been told."""
        this = webhooks.c.webhook_id == webhook.webhook_id, webhooks.c.paused_at.is_(None)
        with writing(self._engine) as connection:
            connection.execute(update(webhooks).where(*this).values(asdict(webhook)))

    def change_webhook(
        self, webhook_id: str, change: Callable[[Webhook], Webhook | None], event: AuditEvent
    ) -> bool:
        """Keep what ``change`` makes of a webhook."""
        with writing(self._engine) as connection:
            before = _webhook(connection, webhook_id)
            if before is None:
                return False
            this, after = webhooks.c.webhook_id == webhook_id, change(before)
            if after is None:
                connection.execute(delete(webhooks).where(this))
            else:
                connection.execute(update(webhooks).where(this).values(asdict(after)))
            self._audit.append(connection, event)
            return True


def _webhook(connection: Connection, webhook_id: str) -> Webhook | None:
    chosen = select(webhooks).where(webhooks.c.webhook_id == webhook_id)
    found = connection.execute(chosen).mappings().first()
    return Webhook(**found) if found else None


def _of(asker: str, key: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return kept_requests.c.asker == asker, kept_requests.c.request_key == key
