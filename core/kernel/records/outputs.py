"""What a run writes, so that anyone can check it: findings and cases. Holds no logic."""

from __future__ import annotations

from core.kernel.records.model import Column, Stream

OUTPUTS: tuple[Stream, ...] = (
    Stream(
        "findings",
        "outputs",
        key=("finding_id",),
        columns=(
            Column("finding_id", "id"),
            Column("control_id", "text"),
            Column("fault", "text"),
            Column(
                "dimension",
                "text",
                choices=("accuracy", "completeness", "consistency", "timeliness", "integrity"),
            ),
            Column("account_id", "id", nullable=True),
            Column("subscription_id", "id", nullable=True),
            Column("stream", "text"),
            Column("subject_id", "id"),
            Column("occurred_at", "ts"),
            Column("detected_at", "ts"),
            Column("amount", "money"),
            Column("cycle", "text", nullable=True),
            Column("currency", "text"),
            Column("confidence", "decimal"),
            Column("root_cause", "text"),
            Column("evidence", "json"),
            Column("caused_by", "id", nullable=True),
            Column("case_id", "id"),
        ),
        revisable=False,
    ),
    Stream(
        "cases",
        "outputs",
        key=("case_id",),
        columns=(
            Column("case_id", "id"),
            Column("account_id", "id", nullable=True),
            Column("parent_case_id", "id", nullable=True),
            Column("cycle", "text", nullable=True),
            Column("fault", "text"),
            Column("root_cause", "text"),
            Column("amount", "money"),
            Column("currency", "text"),
            Column("action", "text"),
            Column("action_amount", "money"),
            Column("risk", "text", choices=("low", "medium", "high")),
            Column("route", "text", choices=("automatic", "approval", "recommend")),
            Column("status", "text"),
            Column("summary", "text"),
            Column("opened_at", "ts"),
        ),
        revisable=False,
    ),
)
