"""Keep what customers are expected to have used in files that are not here yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table of estimates."""
    op.create_table(
        "usage_estimates",
        sa.Column("run_no", sa.Integer(), sa.ForeignKey("runs.run_no"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        *_texts("case_id", "account_id", "subscription_id", "partner_id", "source", "service", "basis"),
        *(sa.Column(name, TIME, nullable=False) for name in ("period_start", "period_end")),
        *_numbers("sequence", "quantity", "amount", "low", "high"),
    )
    op.create_index("ix_usage_estimates_account", "usage_estimates", ["run_no", "account_id"])
    op.create_index("ix_usage_estimates_case", "usage_estimates", ["run_no", "case_id"])


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]
