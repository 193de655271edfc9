"""Keep why each case is held to be what it is, which belong to an incident, and who decides them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

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
    "status",
    "owner_id",
    "snoozed_until",
)


def upgrade() -> None:
    """Add the number of children, the table of advice, and the parent to what a selection looks at."""
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("children", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "case_advice",
        sa.Column("case_id", sa.Text(), sa.ForeignKey("cases.case_id"), primary_key=True),
        sa.Column("content", sa.Text(), nullable=False),
    )
    op.create_table(
        "policies",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "proposal_id", sa.Text(), sa.ForeignKey("proposals.proposal_id"), nullable=False, unique=True
        ),
    )
    op.create_index("ix_cases_parent", "cases", ["parent_case_id"])
    op.drop_index("ix_cases_queue", "cases")
    at_stake = sa.text("at_stake desc")
    op.create_index(
        "ix_cases_queue", "cases", ["last_run", "severity", "due_at", at_stake, *_SELECTED, "parent_case_id"]
    )
