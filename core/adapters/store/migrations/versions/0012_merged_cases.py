"""Keep which cases people merged, which findings they split off, and what the run itself had made of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add where cases and findings went, and make the tables of what went and of how it was."""
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("merged_into", sa.Text(), nullable=True))
    op.create_index("ix_cases_merged", "cases", ["merged_into"])
    with op.batch_alter_table("findings") as findings:
        findings.add_column(sa.Column("moved_from", sa.Text(), nullable=True))
    op.create_table(
        "split_findings",
        sa.Column("finding_id", sa.Text(), primary_key=True),
        sa.Column("case_id", sa.Text(), sa.ForeignKey("cases.case_id"), nullable=False),
    )
    op.create_table(
        "built_cases",
        sa.Column("case_id", sa.Text(), sa.ForeignKey("cases.case_id"), primary_key=True),
        sa.Column("content", sa.Text(), nullable=False),
    )
