"""The tables of corrections, their orders, their ledger and what is switched off. Holds no query."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table

from core.adapters.store.approval_tables import proposals
from core.adapters.store.tables import cases, metadata
from core.adapters.store.types import ID_LENGTH, Instant, Money, PlainText

corrections = Table(
    "corrections",
    metadata,
    Column("correction_id", PlainText(ID_LENGTH), primary_key=True),
    Column("proposal_id", ForeignKey(proposals.c.proposal_id), nullable=False, unique=True),
    Column("case_id", ForeignKey(cases.c.case_id), nullable=False),
    Column("account_id", PlainText(ID_LENGTH)),
    Column("action", PlainText, nullable=False),
    Column("amount", Money, nullable=False),
    Column("currency", PlainText, nullable=False),
    Column("root_cause", PlainText, nullable=False),
    Column("content_hash", PlainText, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("state", PlainText(ID_LENGTH), nullable=False),
    Column("version", Integer, nullable=False),
    Column("due_at", Instant),
    Column("says", PlainText, nullable=False),
    # who has it in hand: a greater claim than one's own has taken it over
    Column("claim", Integer, nullable=False, default=0, server_default="0"),
    Column("held_until", Instant),
)
Index("ix_corrections_due", corrections.c.due_at)
Index("ix_corrections_state", corrections.c.state, corrections.c.made_at)
Index("ix_corrections_case", corrections.c.case_id)

correction_orders = Table(
    "correction_orders",
    metadata,
    Column("correction_id", ForeignKey(corrections.c.correction_id), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("key", PlainText(ID_LENGTH), nullable=False, unique=True),
    Column("kind", PlainText, nullable=False),
    Column("state", PlainText, nullable=False),
    Column("content", PlainText, nullable=False),  # canonical JSON of all that there is of it
)

correction_ledger = Table(
    "correction_ledger",
    metadata,
    Column("posting_no", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("correction_id", PlainText(ID_LENGTH), nullable=False),  # also of proposals never approved
    Column("account", PlainText(ID_LENGTH), nullable=False),
    Column("amount", Money, nullable=False),
    Column("currency", PlainText(ID_LENGTH), nullable=False),
    Column("side", PlainText(ID_LENGTH), nullable=False),
    Column("at", Instant, nullable=False),
)
Index("ix_correction_ledger_correction", correction_ledger.c.correction_id)

correction_switches = Table(
    "correction_switches",
    metadata,
    Column("name", PlainText(ID_LENGTH), primary_key=True),
    Column("actor_id", PlainText, nullable=False),
    Column("actor_name", PlainText, nullable=False),
    Column("at", Instant, nullable=False),
    Column("reason", PlainText, nullable=False),
)
