"""Keep people, what proves them, their sessions, and whose personal data a session has opened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the four tables."""
    op.create_table(
        "people",
        sa.Column("user_id", sa.Text(), primary_key=True),
        *_texts("name", "role"),
        sa.Column("created_at", TIME, nullable=False),
        *(sa.Column(name, sa.Text()) for name in ("email", "segments")),
        sa.Column("disabled", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "credentials",
        _person(primary_key=True),
        sa.Column("password", sa.Text()),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", TIME),
        *(sa.Column(name, sa.Text()) for name in ("issuer", "subject")),
        sa.UniqueConstraint("issuer", "subject"),
    )
    _sessions()


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.Text(), primary_key=True),
        _person(),
        sa.Column("token", sa.Text(), nullable=False, unique=True),
        *_texts("method"),
        *(sa.Column(name, TIME, nullable=False) for name in ("started_at", "seen_at", "proved_at")),
        sa.Column("ended_at", TIME),
    )
    op.create_index("ix_sessions_user", "sessions", ["user_id", "started_at"])
    op.create_index("ix_sessions_started", "sessions", ["started_at"])
    op.create_table(
        "unmaskings",
        sa.Column("session_id", sa.Text(), sa.ForeignKey("sessions.session_id"), primary_key=True),
        sa.Column("account_id", sa.Text(), primary_key=True),
    )


def _person(*, primary_key: bool = False) -> sa.Column[str]:
    person = sa.ForeignKey("people.user_id")
    return sa.Column("user_id", sa.Text(), person, primary_key=primary_key, nullable=False)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]
