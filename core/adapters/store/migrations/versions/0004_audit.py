"""Keep the audit trail, which grows by one entry at a time and is never changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

REFUSAL = "audit entries are only ever appended"

SQLITE = (
    "create trigger audit_entries_append before insert on audit_entries"
    " when new.sequence <> (select coalesce(max(sequence), 0) + 1 from audit_entries)"
    " begin select raise(abort, '{refusal}'); end",
    "create trigger audit_entries_update before update on audit_entries"
    " begin select raise(abort, '{refusal}'); end",
    "create trigger audit_entries_delete before delete on audit_entries"
    " begin select raise(abort, '{refusal}'); end",
)

POSTGRESQL = (
    "create function audit_entries_refuse() returns trigger language plpgsql as"
    " $$ begin raise exception '{refusal}'; end $$",
    "create function audit_entries_in_turn() returns trigger language plpgsql as $$ begin"
    " if new.sequence <> (select coalesce(max(sequence), 0) + 1 from audit_entries) then"
    " raise exception '{refusal}'; end if; return new; end $$",
    "create trigger audit_entries_append before insert on audit_entries"
    " for each row execute function audit_entries_in_turn()",
    "create trigger audit_entries_change before update or delete or truncate on audit_entries"
    " for each statement execute function audit_entries_refuse()",
)


def upgrade() -> None:
    """Make the table, and let the database refuse whatever is not the next entry."""
    op.create_table(
        "audit_entries",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=False,
        ),
        *_texts("content", "hash"),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        *_texts("actor_id", "actor_name", "action", "object_kind", "object_id"),
        sa.Column("subject", sa.Text()),
    )
    op.create_index("ix_audit_entries_time", "audit_entries", ["time"])
    for name, column in (
        ("actor", "actor_id"),
        ("action", "action"),
        ("object", "object_id"),
        ("subject", "subject"),
    ):
        op.create_index(f"ix_audit_entries_{name}", "audit_entries", [column, "sequence"])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement.format(refusal=REFUSAL))


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]
