"""Keep what waits for a second person, what was decided, and the thresholds that come of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TIME = sa.DateTime(timezone=True)

ANOTHER_PERSON = (
    "state <> 'approved' or (decider_id is not null and decider_id <> proposer_id"
    " and (on_behalf_of is null or decider_id <> on_behalf_of))"
)


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "proposals",
        sa.Column("proposal_id", sa.Text(), primary_key=True),
        *_texts("kind", "object_id", "before", "after", "effect", "evidence"),
        sa.Column("amount", sa.BigInteger()),
        *_texts("currency", nullable=True),
        *_texts("proposer_id", "proposer_name", "proposer_role", "proposer_method"),
        *_texts("on_behalf_of", nullable=True),
        *_texts("note"),
        *(sa.Column(name, TIME, nullable=False) for name in ("proposed_at", "expires_at")),
        *_texts("content_hash"),
        sa.Column("replaces", sa.Text(), sa.ForeignKey("proposals.proposal_id")),
        *_texts("state"),
        *_texts("decider_id", "decider_name", "decider_role", "decider_method", nullable=True),
        sa.Column("decided_at", TIME),
        *_texts("reason", nullable=True),
        sa.CheckConstraint(ANOTHER_PERSON, name="another_person_approves"),
    )
    op.create_index("ix_proposals_state", "proposals", ["state", "expires_at"])
    op.create_index("ix_proposals_object", "proposals", ["kind", "object_id"])
    _settings()


def _settings() -> None:
    op.create_table(
        "control_settings",
        sa.Column("control_id", sa.Text(), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        *_texts("thresholds"),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("proposal_id", sa.Text(), sa.ForeignKey("proposals.proposal_id"), unique=True),
    )
    op.create_table(
        "control_set_up",
        sa.Column(
            "place",
            sa.Integer(),
            sa.CheckConstraint("place = 1", name="taken_in_once"),
            primary_key=True,
            autoincrement=False,
        ),
        *_texts("content_hash"),
        sa.Column("at", TIME, nullable=False),
    )


def _texts(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]
