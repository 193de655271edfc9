"""Who may do what: one table, every right with the roles that have it. What is not in it, nobody may.

Whose data somebody sees within a right is narrowed further by the person's segments (`core.kernel.people`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from core.kernel.people import NOBODY, Actor, Role

__all__ = [
    "APPROVERS",
    "RIGHTS",
    "Grant",
    "Right",
    "granted_by",
    "lacking",
    "rights_held",
    "rights_of",
    "strictest",
    "suffices",
]

Right = Literal[
    "status.read",
    "cases.read",
    "cases.work",
    "cases.assign",
    "cases.propose",
    "cases.approve",
    "accounts.read",
    "personal_data.names",
    "personal_data.unmask",
    "quality.read",
    "controls.read",
    "controls.write",
    "pricing.run",
    "runs.start",
    "settings.propose",
    "settings.approve",
    "approvals.read",
    "audit.read",
    "audit.export",
    "people.read",
    "people.manage",
    "people.approve",
    "tokens.make",
    "webhooks.manage",
]


@dataclass(frozen=True)
class Grant:
    """Say in words what a right allows, and which roles have it."""

    allows: str
    roles: frozenset[Role]


def _grant(allows: str, *roles: Role) -> Grant:
    return Grant(allows, frozenset(roles))


RIGHTS: dict[Right, Grant] = {
    "status.read": _grant(
        "See how fresh the data is and which runs there were",
        "care_agent", "analyst", "supervisor", "product_manager", "administrator", "auditor", "service",
    ),
    "cases.read": _grant(
        "See the triage queue and cases", "care_agent", "analyst", "supervisor", "product_manager", "auditor"
    ),
    "cases.work": _grant(
        "Take cases, comment on them, snooze them and close what is no issue",
        "care_agent", "analyst", "supervisor",
    ),
    "cases.assign": _grant("Hand over cases on which somebody else works", "supervisor"),
    "cases.propose": _grant("Propose how a case is put right", "care_agent", "analyst", "supervisor"),
    "cases.approve": _grant("Approve how a case is put right", "supervisor", "product_manager"),
    "accounts.read": _grant(
        "Find accounts and see their bills and usage", "care_agent", "analyst", "supervisor", "auditor"
    ),
    "personal_data.names": _grant(
        "See customers' names and what care noted about them", "care_agent", "analyst", "supervisor"
    ),
    "personal_data.unmask": _grant(
        "See one customer's numbers in clear, for a reason", "care_agent", "analyst", "supervisor"
    ),
    "quality.read": _grant(
        "See data quality, the flow of the data and rejected rows",
        "analyst", "supervisor", "product_manager", "administrator", "auditor",
    ),
    "controls.read": _grant(
        "See controls and what they did",
        "analyst", "supervisor", "product_manager", "administrator", "auditor",
    ),
    "controls.write": _grant("Write and test controls", "analyst", "administrator"),
    "pricing.run": _grant(
        "Price a dataset and compare price lists", "analyst", "product_manager", "administrator", "service"
    ),
    "runs.start": _grant("Take data in and run the controls", "administrator", "service"),
    "settings.propose": _grant(
        "Propose other thresholds and settings", "analyst", "product_manager", "administrator"
    ),
    "settings.approve": _grant("Approve what others propose", "supervisor", "product_manager"),
    "approvals.read": _grant(
        "See what waits for a second person",
        "analyst", "supervisor", "product_manager", "administrator", "auditor",
    ),
    "audit.read": _grant("See who did what, when and why", "supervisor", "administrator", "auditor"),
    "audit.export": _grant("Take the audit trail out to verify it elsewhere", "administrator", "auditor"),
    "people.read": _grant("See people, their rights and their sessions", "administrator", "auditor"),
    "people.manage": _grant("Add, change and disable people, and end sessions", "administrator"),
    "people.approve": _grant("Approve that somebody gets or loses a role", "supervisor", "administrator"),
    "tokens.make": _grant(
        "Let a program ask as oneself, within one's own rights",
        "care_agent", "analyst", "supervisor", "product_manager", "administrator",
    ),
    "webhooks.manage": _grant("Have other systems told when something changes", "administrator", "service"),
}  # fmt: skip
"""The rights matrix, in the order in which it is shown."""


APPROVERS: tuple[Role, ...] = ("supervisor", "product_manager")
"""The roles that approve corrections; each may approve more than the one before it."""


def rights_of(role: Role) -> frozenset[Right]:
    """Return the rights of a role.

    Examples
    --------
    >>> "people.manage" in rights_of("administrator"), "cases.read" in rights_of("administrator")
    (True, False)
    """
    return frozenset(right for right, grant in RIGHTS.items() if role in grant.roles)


def rights_held(actor: Actor) -> frozenset[Right]:
    """Return the rights of whoever asks: their role's, within what they let this program use.

    Examples
    --------
    >>> sorted(rights_held(Actor("crm", "CRM", "auditor", "token", scopes=frozenset({"cases.read"}))))
    ['cases.read']
    """
    if actor == NOBODY:
        return frozenset()
    held = rights_of(actor.role)
    return held if actor.scopes is None else frozenset(right for right in held if right in actor.scopes)


def granted_by(right: Right) -> tuple[Role, ...]:
    """Return the roles that have a right, in alphabetical order."""
    return tuple(sorted(RIGHTS[right].roles))


def lacking(right: Right) -> str:
    """Return the sentence for somebody who lacks a right: what it allows, who has it, and who gives it.

    Examples
    --------
    >>> lacking("people.manage")
    'Add, change and disable people, and end sessions: for the role administrator. An administrator gives it.'
    """
    roles = ", ".join(role.replace("_", " ") for role in granted_by(right))
    one = "the role" if len(RIGHTS[right].roles) == 1 else "the roles"
    return f"{RIGHTS[right].allows}: for {one} {roles}. An administrator gives it."


def strictest(roles: Iterable[Role | None]) -> Role | None:
    """Return of several roles that each have to approve the one that may approve most; None of none.

    Examples
    --------
    >>> strictest(["supervisor", None, "product_manager"])
    'product_manager'
    """
    return max((role for role in roles if role), key=_rank, default=None)


def suffices(role: Role, asked: Role | None) -> bool:
    """Tell whether a role may approve what another is asked to approve.

    Examples
    --------
    >>> suffices("product_manager", "supervisor"), suffices("supervisor", "product_manager")
    (True, False)
    """
    return asked is None or _rank(role) >= _rank(asked)


def _rank(role: Role) -> int:
    return APPROVERS.index(role) if role in APPROVERS else -1
