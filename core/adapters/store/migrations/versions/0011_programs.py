"""Keep what programs of other systems leave: access tokens, requests answered once, webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "access_tokens",
        sa.Column("token_id", sa.Text(), primary_key=True),
        sa.Column("user_id", sa.Text(), sa.ForeignKey("people.user_id"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False, unique=True),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("seen_at", TIME),
        sa.Column("ended_at", TIME),
    )
    op.create_index("ix_access_tokens_user", "access_tokens", ["user_id", "made_at"])
    op.create_table(
        "kept_requests",
        sa.Column("asker", sa.Text(), primary_key=True),
        sa.Column("request_key", sa.Text(), primary_key=True),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("begun_at", TIME, nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("body", sa.Text()),
    )
    op.create_index("ix_kept_requests_begun", "kept_requests", ["begun_at"])
    op.create_table(
        "webhooks",
        sa.Column("webhook_id", sa.Text(), primary_key=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("told_to", sa.BigInteger(), nullable=False),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("paused_at", TIME),
    )
