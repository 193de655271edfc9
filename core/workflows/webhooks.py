"""Tells other systems what changed, in order, until they have taken it. Decides nothing about cases.

Messages are signed as Standard Webhooks 1.0 says: whoever takes one can tell that it is ours and not old.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from core.governance.canonical import canonical
from core.kernel.audit import AuditEntry, AuditEvent, AuditQuery
from core.kernel.case_life import STEP_KINDS
from core.kernel.errors import InputError
from core.kernel.people import Actor
from core.kernel.programs import Happening, Webhook
from core.ports.audit import AuditReads
from core.ports.outbound import Poster
from core.ports.programs import WebhookStore

__all__ = ["KINDS", "Teller", "as_data", "happenings", "made", "secret_of", "signature"]

KINDS: Final[tuple[str, ...]] = (*(f"case.{step}" for step in STEP_KINDS), "run.finished")
"""What other systems can be told."""

AT_ONCE: Final = 50
"""How many happenings one webhook is told before the next has its turn."""

_TURN: Final = timedelta(minutes=10)
"""How long a webhook is kept from other processes while it is told."""

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)
_TRIES: Final = 30
"""After so many failed tries in a row, which is about a day, a webhook is left alone."""


class TellStore(WebhookStore, AuditReads, Protocol):
    """Stand for the part of the operational store that telling needs."""


def happenings(
    trail: AuditReads, after: int, *, kinds: Collection[str] = (), limit: int = AT_ONCE
) -> tuple[Happening, ...]:
    """Return what other systems can be told of, after a sequence of the audit trail, oldest first."""
    query = AuditQuery(actions=tuple(kinds) or KINDS)
    return tuple(map(_happening, trail.audit_after(after, query, limit=limit)))


def made(
    url: str, kinds: Collection[str], poster: Poster, maker: Actor, told_to: int, now: datetime
) -> tuple[Webhook, AuditEvent]:
    """Return a new webhook, and what the audit trail is told.

    Parameters
    ----------
    kinds
        What it is told; empty for everything.
    told_to
        The newest sequence: nothing before it is told.

    Raises
    ------
    InputError
        RA-E100 when nothing may be posted to the address, or there is no such kind.
    """
    refused = poster.refusal(url)
    if refused is not None:
        raise InputError(refused, fields={"url": url})
    unknown = sorted(set(kinds) - set(KINDS))
    if unknown:
        raise InputError(f"{unknown[0]} is not among what can be told: {', '.join(KINDS)}.")
    webhook = Webhook(
        webhook_id=f"W-{secrets.token_hex(6)}",
        url=url,
        kinds=tuple(sorted(set(kinds))),
        made_by=maker.user_id,
        made_at=now,
        told_to=told_to,
        next_at=now,
    )
    after = {"url": url, "kinds": webhook.kinds}
    return webhook, AuditEvent("webhook.made", maker, "webhook", webhook.webhook_id, after=after)


def secret_of(key: bytes, webhook_id: str) -> str:
    """Return the secret by which one webhook's messages are signed; it is worked out, never kept."""
    digest = hmac.new(key, f"webhook:{webhook_id}".encode(), hashlib.sha256).digest()
    return f"whsec_{base64.b64encode(digest).decode()}"


def signature(secret: str, message_id: str, at: int, body: bytes) -> str:
    """Return the signature of a message: version 1 of Standard Webhooks, HMAC-SHA256 in base 64.

    Parameters
    ----------
    at
        Seconds since 1970.
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{message_id}.{at}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def as_data(happening: Happening) -> dict[str, object]:
    """Return a happening as other systems see it."""
    data = {"id": happening.object_id, "by": happening.actor_role}
    if happening.after:
        data |= {"before": happening.before, "after": happening.after}
    return {
        "id": happening.sequence,
        "type": happening.kind,
        "timestamp": happening.time,
        "data": data,
    }


class Teller:
    """Tell every webhook that is due what it has not been told.

    Parameters
    ----------
    key
        What the secrets of webhooks are worked out from.
    """

    def __init__(self, store: TellStore, poster: Poster, key: bytes) -> None:
        self._store = store
        self._poster = poster
        self._key = key

    def tell(self, now: datetime) -> int:
        """Tell all that is due; return how many messages were taken."""
        return sum(
            self._tell(webhook, now) for webhook in self._store.webhooks() if self._is_due(webhook, now)
        )

    def _is_due(self, webhook: Webhook, now: datetime) -> bool:
        is_free = webhook.paused_at is None and webhook.next_at <= now
        return is_free and bool(happenings(self._store, webhook.told_to, kinds=webhook.kinds, limit=1))

    def _tell(self, webhook: Webhook, now: datetime) -> int:
        claimed = self._store.claim_webhook(webhook.webhook_id, now, now + _TURN)
        if claimed is None:
            return 0
        told, problem = 0, ""
        for happening in happenings(self._store, claimed.told_to, kinds=claimed.kinds):
            problem = self._post(claimed, happening, now) or ""
            if problem:
                break
            told, claimed = told + 1, replace(claimed, told_to=happening.sequence)
        self._store.settle_webhook(_settled(claimed, problem, now, failures=0 if told else claimed.failures))
        return told

    def _post(self, webhook: Webhook, happening: Happening, now: datetime) -> str | None:
        body = canonical(as_data(happening)).encode()
        message_id, at = f"{webhook.webhook_id}-{happening.sequence}", int(now.timestamp())
        headers = {
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(at),
            "webhook-signature": signature(secret_of(self._key, webhook.webhook_id), message_id, at, body),
        }
        return self._poster.post(webhook.url, body, headers)


def _settled(webhook: Webhook, problem: str, now: datetime, *, failures: int) -> Webhook:
    if not problem:
        return replace(webhook, next_at=now, failures=0, problem="")
    wait = min(_FIRST_WAIT * (1 << min(failures, 16)), _LONGEST_WAIT)
    paused_at = now if failures + 1 >= _TRIES else None
    return replace(webhook, next_at=now + wait, failures=failures + 1, problem=problem, paused_at=paused_at)


def _happening(entry: AuditEntry) -> Happening:
    event = entry.event
    before, after = (str((facts or {}).get("state", "")) for facts in (event.before, event.after))
    return Happening(
        entry.sequence, event.action, entry.time, event.object_id, before, after, event.actor.role
    )
