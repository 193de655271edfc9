"""Keep which contacts a case answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the contacts of a case."""
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("contact_ids", sa.Text(), nullable=False, server_default="[]"))
