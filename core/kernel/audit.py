"""What the audit trail keeps: an event as it is told, an entry as it is kept. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.kernel.people import Actor

__all__ = ["PERSONAL_KINDS", "AuditEntry", "AuditEvent", "AuditQuery", "Facts"]

Facts = Mapping[str, object]
"""Values by name: text, bool, int, None, exact decimals, dates, instants, lists and mappings of these.
Never a float. A trail keeps decimals and times as text."""

PERSONAL_KINDS = frozenset({"account", "subscription"})
"""Kinds of objects that stand for a customer: an entry keeps their ids as pseudonyms."""


@dataclass(frozen=True)
class AuditEvent:
    """Tell what somebody did, saw, changed or was refused.

    Parameters
    ----------
    action
        ``kind.verb`` in the past tense, as ``threshold.changed``, ``session.signed_in``, ``access.refused``.
    actor
        Who did it.
    object_kind, object_id
        What it was done to, as ``case`` and its id.
    reason
        The actor's words, or the sentence of a rule; empty where none is asked for.
    before, after
        What changed, by field; None where nothing did.
    proposer, approver
        The two pairs of eyes, where a proposal stands behind it.
    subject
        The id of the account that it is about; kept as a pseudonym.
    context
        What else the decision stood on: versions, hashes, scores, alternatives, amounts.
    """

    action: str
    actor: Actor
    object_kind: str
    object_id: str
    reason: str = ""
    before: Facts | None = None
    after: Facts | None = None
    proposer: Actor | None = None
    approver: Actor | None = None
    subject: str | None = None
    context: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class AuditEntry:
    """Hold an event as the trail keeps it: personal identifiers are pseudonyms, values are text.

    ``content`` is the canonical JSON that is hashed; ``hash`` is its hash as a leaf of the tree, and
    ``previous`` that of the entry before. Sequences start at 1 and have no gap.
    """

    sequence: int
    time: datetime
    event: AuditEvent
    previous: str
    hash: str
    content: str


@dataclass(frozen=True)
class AuditQuery:
    """Select entries; an empty field selects all.

    ``since`` is inclusive, ``until`` exclusive. ``actor`` is a user id; ``actions`` may end in ``.*``.
    ``object_id`` and ``text`` find customers by their ids, though only pseudonyms are kept: each is looked
    for as it stands and as its pseudonym.
    """

    since: datetime | None = None
    until: datetime | None = None
    actor: str = ""
    actions: tuple[str, ...] = ()
    object_kind: str = ""
    object_id: str = ""
    text: str = ""
