"""The tables of access tokens, of requests that are answered once, and of webhooks. Holds no query."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table

from core.adapters.store.people_tables import people
from core.adapters.store.tables import metadata
from core.adapters.store.types import ID_LENGTH, Ids, Instant, PlainText

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("token_id", PlainText(ID_LENGTH), primary_key=True),
    Column("user_id", ForeignKey(people.c.user_id), nullable=False),
    Column("name", PlainText, nullable=False),
    Column("secret", PlainText(ID_LENGTH), nullable=False, unique=True),
    Column("scopes", Ids, nullable=False),
    Column("made_by", PlainText(ID_LENGTH), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("seen_at", Instant),
    Column("ended_at", Instant),
)
Index("ix_access_tokens_user", access_tokens.c.user_id, access_tokens.c.made_at)

kept_requests = Table(
    "kept_requests",
    metadata,
    Column("asker", PlainText(ID_LENGTH), primary_key=True),
    Column("request_key", PlainText(ID_LENGTH), primary_key=True),
    Column("content_hash", PlainText, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("status", Integer),
    Column("body", PlainText),
)
Index("ix_kept_requests_begun", kept_requests.c.begun_at)

webhooks = Table(
    "webhooks",
    metadata,
    Column("webhook_id", PlainText(ID_LENGTH), primary_key=True),
    Column("url", PlainText, nullable=False),
    Column("kinds", Ids, nullable=False),
    Column("made_by", PlainText(ID_LENGTH), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("told_to", BigInteger, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("problem", PlainText, nullable=False),
    Column("paused_at", Instant),
)
