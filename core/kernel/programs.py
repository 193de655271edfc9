"""What programs of other systems leave with Assay: requests answered once, and where changes are told to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Happening", "KeptRequest", "Webhook"]


@dataclass(frozen=True)
class KeptRequest:
    """Hold a request that must have one effect, however often it is sent.

    Parameters
    ----------
    content_hash
        Of the request, method and path included: another request may not use its key.
    begun_at
        When its work began.
    status, body
        The answer; None while the work is in flight.
    """

    content_hash: str
    begun_at: datetime
    status: int | None = None
    body: str | None = None


@dataclass(frozen=True)
class Happening:
    """Tell another system that something changed, without a customer's data: it looks the rest up.

    Parameters
    ----------
    sequence
        Of the entry of the audit trail; whoever has seen it asks for what came after.
    kind
        The entry's action, as ``case.closed`` or ``run.finished``.
    object_id
        The case or the run.
    before, after
        The state of a case; empty for what has none.
    actor_role
        What whoever did it is here for.
    """

    sequence: int
    kind: str
    time: datetime
    object_id: str
    before: str
    after: str
    actor_role: str


@dataclass(frozen=True)
class Webhook:
    """Hold where one other system is told what changes.

    Parameters
    ----------
    url
        Where each happening is posted to.
    kinds
        What it is told, as `core.kernel.audit.AuditQuery` names actions; empty for everything.
    told_to
        The sequence of the last happening that it has taken, or that did not concern it.
    failures
        How many tries in a row have failed since.
    next_at
        When it is tried next; while somebody tries it, until when nobody else does.
    problem
        Why the last try failed; empty when it did not.
    paused_at
        Since when it is left alone, because it failed for too long or somebody said so.
    """

    webhook_id: str
    url: str
    kinds: tuple[str, ...]
    made_by: str
    made_at: datetime
    told_to: int
    next_at: datetime
    failures: int = 0
    problem: str = ""
    paused_at: datetime | None = None
