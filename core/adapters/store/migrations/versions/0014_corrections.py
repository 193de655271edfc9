"""Keep corrections, their orders, their ledger, and what is switched off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _make_corrections()
    _make_ledger()


def _make_corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("correction_id", sa.Text(), primary_key=True),
        sa.Column("proposal_id", sa.Text(), sa.ForeignKey("proposals.proposal_id"), nullable=False),
        sa.Column("case_id", sa.Text(), sa.ForeignKey("cases.case_id"), nullable=False),
        sa.Column("account_id", sa.Text()),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("action", "currency", "root_cause")),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due_at", TIME),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("claim", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("held_until", TIME),
        sa.UniqueConstraint("proposal_id"),
    )
    op.create_index("ix_corrections_due", "corrections", ["due_at"])
    op.create_index("ix_corrections_state", "corrections", ["state", "made_at"])
    op.create_index("ix_corrections_case", "corrections", ["case_id"])
    op.create_table(
        "correction_orders",
        sa.Column("correction_id", sa.Text(), sa.ForeignKey("corrections.correction_id"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("key", "kind", "state", "content")),
        sa.UniqueConstraint("key"),
    )


def _make_ledger() -> None:
    op.create_table(
        "correction_ledger",
        sa.Column("posting_no", NUMBER, primary_key=True),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("correction_id", "account", "currency", "side")
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_index("ix_correction_ledger_correction", "correction_ledger", ["correction_id"])
    op.create_table(
        "correction_switches",
        sa.Column("name", sa.Text(), primary_key=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("actor_id", "actor_name", "reason")),
        sa.Column("at", TIME, nullable=False),
    )
