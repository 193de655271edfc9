"""The tables of proposals, of decisions on them, and of what operators set for controls. Holds no query."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, Table

from core.adapters.store.tables import metadata
from core.adapters.store.types import ID_LENGTH, Instant, Money, PlainText

ANOTHER_PERSON = (
    "state <> 'approved' or (decider_id is not null and decider_id <> proposer_id"
    " and (on_behalf_of is null or decider_id <> on_behalf_of))"
)
"""What the database itself refuses: an approval by whoever proposed, or by whom it was proposed for."""

proposals = Table(
    "proposals",
    metadata,
    Column("proposal_id", PlainText(ID_LENGTH), primary_key=True),
    Column("kind", PlainText(ID_LENGTH), nullable=False),
    Column("object_id", PlainText(ID_LENGTH), nullable=False),
    Column("before", PlainText, nullable=False),  # canonical JSON, as the next three
    Column("after", PlainText, nullable=False),
    Column("effect", PlainText, nullable=False),
    Column("evidence", PlainText, nullable=False),
    Column("amount", Money),
    Column("currency", PlainText),
    Column("proposer_id", PlainText(ID_LENGTH), nullable=False),
    Column("proposer_name", PlainText, nullable=False),
    Column("proposer_role", PlainText, nullable=False),
    Column("proposer_method", PlainText, nullable=False),
    Column("on_behalf_of", PlainText(ID_LENGTH)),
    Column("note", PlainText, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("content_hash", PlainText, nullable=False),
    Column("replaces", ForeignKey("proposals.proposal_id")),
    Column("state", PlainText(ID_LENGTH), nullable=False),
    Column("decider_id", PlainText(ID_LENGTH)),
    Column("decider_name", PlainText),
    Column("decider_role", PlainText),
    Column("decider_method", PlainText),
    Column("decided_at", Instant),
    Column("reason", PlainText),
    CheckConstraint(ANOTHER_PERSON, name="another_person_approves"),
)
Index("ix_proposals_state", proposals.c.state, proposals.c.expires_at)
Index("ix_proposals_object", proposals.c.kind, proposals.c.object_id)

control_settings = Table(
    "control_settings",
    metadata,
    Column("control_id", PlainText(ID_LENGTH), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("thresholds", PlainText, nullable=False),  # canonical JSON
    Column("enabled", Boolean, nullable=False),
    Column("since", Instant, nullable=False),
    Column("proposal_id", ForeignKey(proposals.c.proposal_id), unique=True),
)

policies = Table(
    "policies",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", PlainText, nullable=False),
    Column("since", Instant, nullable=False),
    Column("proposal_id", ForeignKey(proposals.c.proposal_id), unique=True, nullable=False),
)

control_set_up = Table(
    "control_set_up",
    metadata,
    Column(
        "place",
        Integer,
        CheckConstraint("place = 1", name="taken_in_once"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("content_hash", PlainText, nullable=False),
    Column("at", Instant, nullable=False),
)
"""One row once the file of thresholds has been taken in, with the hash of what it said."""
