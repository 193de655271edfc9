"""People, events and a key for tests of the audit trail."""

from __future__ import annotations

from typing import Any

from core.governance.pseudonyms import Pseudonyms
from core.kernel.audit import AuditEvent
from core.kernel.people import Actor

PSEUDONYMS = Pseudonyms(b"a key that is only for tests....")

ANNA = Actor("U-anna", "Anna Nowak", "analyst", "local")
PIOTR = Actor("U-piotr", "Piotr Lis", "supervisor", "oidc")


def an_event(action: str = "account.viewed", **given: Any) -> AuditEvent:
    facts: dict[str, Any] = {"actor": ANNA, "object_kind": "account", "object_id": "A1"}
    return AuditEvent(action, **facts | given)
