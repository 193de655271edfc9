"""Keep where each case stands with people, and every step that they took."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TIME = sa.DateTime(timezone=True)

_SELECTED = (
    "case_id",
    "opened_at",
    "currency",
    "desk",
    "fault",
    "root_cause",
    "segment",
    "account_id",
    "search_text",
)


def upgrade() -> None:
    """Add the life of a case to its row, and make the table of steps."""
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
        for name, kind in (
            ("owner_id", sa.Text()),
            ("owner_name", sa.Text()),
            ("snoozed_until", TIME),
            ("waits_for", sa.Text()),
            ("waits_since", TIME),
        ):
            cases.add_column(sa.Column(name, kind, nullable=True))
    op.create_index("ix_cases_owner", "cases", ["last_run", "owner_id", "status"])
    op.drop_index("ix_cases_queue", "cases")
    at_stake, life = sa.text("at_stake desc"), ("status", "owner_id", "snoozed_until")
    op.create_index(
        "ix_cases_queue", "cases", ["last_run", "severity", "due_at", at_stake, *_SELECTED, *life]
    )
    texts = (
        "step",
        "actor_id",
        "actor_name",
        "actor_role",
        "actor_method",
        "before",
        "after",
        "note",
        "facts",
    )
    op.create_table(
        "case_steps",
        sa.Column("case_id", sa.Text(), sa.ForeignKey("cases.case_id"), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("at", TIME, nullable=False),
    )
