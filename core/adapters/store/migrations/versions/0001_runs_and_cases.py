"""Keep runs, what they found, and the cases they opened.

Money and confidence are whole micro-units; a severity is its rank, 0 the worst.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the first tables."""
    _runs()
    _findings()
    _cases()


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("run_no", sa.Integer(), primary_key=True),
        sa.Column("run_id", sa.Text(), nullable=False, unique=True),
        *_texts("snapshot_id", "operator", "currency", "timezone"),
        *(sa.Column(name, TIME, nullable=False) for name in ("as_of", "started_at", "finished_at")),
        *_numbers("findings", "cases", "amount_at_stake"),
    )
    op.create_table(
        "run_streams",
        _run(),
        sa.Column("stream", sa.Text(), primary_key=True),
        *_numbers("version", "rows"),
    )
    op.create_table(
        "control_results",
        _run(),
        sa.Column("control_id", sa.Text(), primary_key=True),
        *_texts("outcome"),
        sa.Column("reason", sa.Text()),
        *_numbers("eligible", "violations", "amount"),
    )
    op.create_table(
        "file_reports",
        _run(),
        sa.Column("position", sa.Integer(), primary_key=True),
        *_texts("path", "stream", "note"),
        *_numbers("rows_read", "accepted", "quarantined", "repeats", "superseded"),
    )


def _findings() -> None:
    op.create_table(
        "findings",
        _run(),
        sa.Column("finding_id", sa.Text(), primary_key=True),
        *_texts("control_id", "fault", "dimension", "stream", "subject_id", "currency", "root_cause"),
        *_texts("evidence", "case_id"),
        *(sa.Column(name, sa.Text()) for name in ("account_id", "subscription_id", "cycle", "caused_by")),
        *(sa.Column(name, TIME, nullable=False) for name in ("occurred_at", "detected_at")),
        *_numbers("amount", "confidence"),
    )
    op.create_index("ix_findings_case", "findings", ["run_no", "case_id"])
    op.create_index("ix_findings_fault", "findings", ["run_no", "fault"])


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("case_id", sa.Text(), primary_key=True),
        *_texts("fault", "root_cause", "currency", "action", "risk", "route", "status", "summary", "desk"),
        *_texts("search_text"),
        *(sa.Column(name, sa.Text()) for name in ("account_id", "parent_case_id", "cycle", "scope")),
        *(sa.Column(name, sa.Text()) for name in ("account_name", "segment")),
        *(sa.Column(name, TIME, nullable=False) for name in ("opened_at", "due_at")),
        sa.Column("severity", sa.SmallInteger(), nullable=False),
        *_numbers("amount", "action_amount", "at_stake", "confidence", "findings"),
        sa.Column("last_run", sa.Integer(), sa.ForeignKey("runs.run_no"), nullable=False),
    )
    at_stake = sa.text("at_stake desc")
    selected = [
        "opened_at",
        "currency",
        "desk",
        "fault",
        "root_cause",
        "segment",
        "account_id",
        "search_text",
    ]
    op.create_index(
        "ix_cases_queue", "cases", ["last_run", "severity", "due_at", at_stake, "case_id", *selected]
    )
    op.create_index("ix_cases_due", "cases", ["last_run", "due_at", "case_id"])
    op.create_index("ix_cases_at_stake", "cases", ["last_run", at_stake, "case_id"])
    op.create_index("ix_cases_opened", "cases", ["last_run", sa.text("opened_at desc"), "case_id"])
    op.create_index("ix_cases_account", "cases", ["account_id"])
    op.create_table(
        "case_sightings",
        sa.Column("case_id", sa.Text(), sa.ForeignKey("cases.case_id"), primary_key=True),
        sa.Column("run_no", sa.Integer(), sa.ForeignKey("runs.run_no"), primary_key=True),
        *_numbers("amount", "findings"),
    )


def _run() -> sa.Column[int]:
    return sa.Column("run_no", sa.Integer(), sa.ForeignKey("runs.run_no"), primary_key=True)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]
