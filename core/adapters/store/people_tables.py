"""The tables of people, what proves them, and their sessions. Holds no query."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, UniqueConstraint

from core.adapters.store.tables import metadata
from core.adapters.store.types import ID_LENGTH, Instant, PlainText

people = Table(
    "people",
    metadata,
    Column("user_id", PlainText(ID_LENGTH), primary_key=True),
    Column("name", PlainText, nullable=False),
    Column("role", PlainText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("email", PlainText),
    Column("segments", PlainText),  # JSON list; null for every segment
    Column("disabled", Boolean, nullable=False),
)

credentials = Table(
    "credentials",
    metadata,
    Column("user_id", ForeignKey(people.c.user_id), primary_key=True),
    Column("password", PlainText),
    Column("must_change", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Instant),
    Column("issuer", PlainText),
    Column("subject", PlainText),
    UniqueConstraint("issuer", "subject"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", PlainText(ID_LENGTH), primary_key=True),
    Column("user_id", ForeignKey(people.c.user_id), nullable=False),
    Column("token", PlainText(ID_LENGTH), nullable=False, unique=True),
    Column("method", PlainText, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("proved_at", Instant, nullable=False),
    Column("ended_at", Instant),
)
Index("ix_sessions_user", sessions.c.user_id, sessions.c.started_at)
Index("ix_sessions_started", sessions.c.started_at)

unmaskings = Table(
    "unmaskings",
    metadata,
    Column("session_id", ForeignKey(sessions.c.session_id), primary_key=True),
    Column("account_id", PlainText(ID_LENGTH), primary_key=True),
)
