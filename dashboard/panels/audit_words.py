"""Entries of the audit trail in words: who did what, to what, and what changed. Draws nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping

from core.api import ROLES, Actor, AuditEntry
from dashboard.components.badges import Badge
from dashboard.components.tables import Row
from dashboard.format import NOTHING, name
from dashboard.panels.roles import role_title
from dashboard.panels.values import clipped, shown
from dashboard.session import zone

ACTIONS = {
    "session.signed_in": "Signed in",
    "session.signed_out": "Signed out",
    "session.refused": "Sign-in refused",
    "audit.exported": "Audit trail exported",
    "audit.receipt_issued": "Receipt issued",
}
METHODS = {
    "local": "password",
    "oidc": "identity provider",
    "cli": "this machine",
    "token": "their token",
    "service": "a token",
}
WHOSE = {"account": "Customer", "subscription": "Subscription", "person": "Person"}


def action(code: str) -> str:
    """Return what was done, as "Threshold changed"."""
    return ACTIONS.get(code) or name(code.replace(".", " "))


def thing(entry: AuditEntry) -> str:
    """Return to what it was done, as "Case RA-20401"."""
    event = entry.event
    kind = WHOSE.get(event.object_kind, name(event.object_kind))
    return f"{kind} {short(event.object_id)}".strip()


def short(identifier: str) -> str:
    """Return a name that fits a line: of a customer's pseudonym the first digits tell it from others."""
    return (
        f"{identifier[:10]}…" if len(identifier) > 24 and identifier.startswith("S-") else clipped(identifier)
    )


def person(actor: Actor | None) -> str:
    """Return somebody's name; nobody is a dash."""
    return (actor.name or actor.user_id or "Nobody signed in") if actor else NOTHING


def proof(actor: Actor) -> tuple[Badge, ...]:
    """Return somebody's role and how they proved who they are."""
    role = role_title(actor.role) if actor.role in ROLES else name(actor.role)
    method = METHODS.get(actor.method)
    return (
        Badge(role),
        *(
            (Badge(f"By {method}", "gray", actor.token_id or "How they proved who they are"),)
            if method
            else ()
        ),
    )


def pair(entry: AuditEntry) -> str:
    """Return the two people behind a decision, as "Anna → Simon"; empty where one was enough."""
    event = entry.event
    if event.proposer is None and event.approver is None:
        return ""
    return f"{person(event.proposer)} → {person(event.approver)}"


def changes(entry: AuditEntry) -> list[Row]:
    """Return a row for each field that changed, before and after."""
    before, after = flat(entry.event.before), flat(entry.event.after)
    fields = [*before, *(field for field in after if field not in before)]
    return [
        (name(field), shown(before.get(field)), shown(after.get(field)))
        for field in fields
        if before.get(field) != after.get(field)
    ]


def change_line(entry: AuditEntry) -> str:
    """Return what changed in one line, as "Hours 24 → 48"."""
    told = [
        f"{field} {now}" if was == NOTHING else f"{field} {was} → {now}" for field, was, now in changes(entry)
    ]
    return ", ".join(told)


def moment(entry: AuditEntry) -> str:
    """Return when, to the second, in the reader's zone."""
    local = entry.time.astimezone(zone())
    return f"{local.day} {local:%b %Y, %H:%M:%S}"


def flat(facts: Mapping[str, object] | None, lead: str = "") -> dict[str, str]:
    """Return every value by its path of names, as text."""
    found: dict[str, str] = {}
    for field, value in (facts or {}).items():
        path = f"{lead}{field}"
        if isinstance(value, Mapping):
            found |= flat(value, f"{path}.")
        elif value is not None:
            found[path] = _text(value)
    return found


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
