"""Keep what became of the business at each control point between network and payment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of the flow."""
    op.create_table(
        "flow_lines",
        sa.Column("run_no", sa.Integer(), sa.ForeignKey("runs.run_no"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("point", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
    )
