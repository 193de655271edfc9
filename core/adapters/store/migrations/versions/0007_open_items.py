"""Keep what controls wait for, and what became of what the run before left open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table of open items, counted by control."""
    op.create_table(
        "open_counts",
        sa.Column("run_no", sa.Integer(), sa.ForeignKey("runs.run_no"), primary_key=True),
        sa.Column("control_id", sa.Text(), primary_key=True),
        *(_number(name) for name in ("items", "over_a_day", "over_a_week")),
        *(sa.Column(name, TIME, nullable=True) for name in ("oldest", "next_due")),
        *(_number(name) for name in ("matched", "found")),
    )


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)
