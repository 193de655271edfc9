"""An audit entry's one text and its hash: sealed when appended, read when shown. Keeps nothing."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from typing import Any

from core.governance.canonical import canonical, plain, utc_text
from core.governance.pseudonyms import Pseudonyms
from core.kernel.audit import PERSONAL_KINDS, AuditEntry, AuditEvent
from core.kernel.people import Actor

__all__ = ["FIRST", "VERSION", "leaf_hash", "needles", "read_entry", "seal"]

FIRST = "0" * 64
"""What the first entry names as the hash of the one before it."""

VERSION = 1
"""The form of an entry's text."""

_ACTION = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


def seal(
    event: AuditEvent, sequence: int, time: datetime, previous: str, pseudonyms: Pseudonyms
) -> AuditEntry:
    """Return the entry of an event: customers as pseudonyms, chained to the entry before.

    Raises
    ------
    TypeError, ValueError
        When the event holds what has no one text (`core.governance.canonical.plain`), or its action is not
        ``kind.verb``.
    """
    if not _ACTION.fullmatch(event.action):
        raise ValueError(f"an action is kind.verb, not {event.action!r}")
    personal = event.object_kind in PERSONAL_KINDS and event.object_id
    content = {
        "action": event.action,
        "actor": _person(event.actor),
        "after": event.after,
        "approver": _person(event.approver),
        "before": event.before,
        "context": event.context,
        "object": {
            "id": pseudonyms.of(event.object_id) if personal else event.object_id,
            "kind": event.object_kind,
        },
        "proposer": _person(event.proposer),
        "reason": event.reason,
        "subject": pseudonyms.of(event.subject) if event.subject else None,
    }
    chained = {"previous": previous, "sequence": sequence, "time": utc_text(time), "version": VERSION}
    told = plain(content, pseudonyms.protect)
    text = canonical({**told, **chained} if isinstance(told, dict) else chained)
    return read_entry(text)


def read_entry(content: str) -> AuditEntry:
    """Return the entry that a text holds.

    Raises
    ------
    ValueError
        When it is not the text of an entry.
    """
    try:
        kept = json.loads(content)
        event = AuditEvent(
            action=kept["action"],
            actor=_read_person(kept["actor"]) or _NOBODY,
            object_kind=kept["object"]["kind"],
            object_id=kept["object"]["id"],
            reason=kept["reason"],
            before=kept["before"],
            after=kept["after"],
            proposer=_read_person(kept["proposer"]),
            approver=_read_person(kept["approver"]),
            subject=kept["subject"],
            context=kept["context"],
        )
        time = datetime.fromisoformat(kept["time"])
        return AuditEntry(kept["sequence"], time, event, kept["previous"], leaf_hash(content), content)
    except (KeyError, TypeError) as error:
        raise ValueError("this is not the text of an audit entry") from error


def leaf_hash(content: str) -> str:
    """Return the hash of an entry's text as a leaf of a Merkle tree (RFC 6962, section 2.1), hexadecimal."""
    return hashlib.sha256(b"\x00" + content.encode()).hexdigest()


def needles(text: str, pseudonyms: Pseudonyms) -> tuple[str, ...]:
    """Return what to look for, in lower-case contents, when somebody looks for a text.

    Notes
    -----
    Contents are JSON, and hold customers as pseudonyms: a telephone number is found by its own.
    """
    words = text.strip()
    return canonical(pseudonyms.protect(words).lower())[1:-1], pseudonyms.of(words).lower()


_NOBODY = Actor("", "", "service", "none")


def _person(actor: Actor | None) -> dict[str, str] | None:
    if actor is None:
        return None
    told = {"id": actor.user_id, "method": actor.method, "name": actor.name, "role": actor.role}
    return told if actor.token_id is None else told | {"token": actor.token_id}


def _read_person(kept: Any) -> Actor | None:
    if not kept:
        return None
    return Actor(kept["id"], kept["name"], kept["role"], kept["method"], token_id=kept.get("token"))
