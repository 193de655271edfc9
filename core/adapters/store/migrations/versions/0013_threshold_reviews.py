"""Keep what came of looking for better thresholds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the table of reviews."""
    op.create_table(
        "threshold_reviews",
        sa.Column("control_id", sa.Text(), primary_key=True),
        sa.Column("content", sa.Text(), nullable=False),
    )
