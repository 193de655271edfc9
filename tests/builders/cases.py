"""What the cases stage is told beside the findings, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.cases.context import Account, Bill, Context
from core.kernel.results import Severity
from tests.builders.runs import NOW


@dataclass(frozen=True)
class FakeControl:
    """Stand for a control: its severity and its usual action."""

    id: str
    severity: Severity = "low"
    action: str = "add_charge"


def a_context(
    *controls: FakeControl,
    accounts: Mapping[str, Account] | None = None,
    bills: Mapping[tuple[str, str], datetime] | None = None,
    estimates: Mapping[str, Decimal] | None = None,
) -> Context:
    known = controls or (FakeControl("record_not_charged"),)
    planned = {key: Bill(f"INV-{key[0]}", issue_at) for key, issue_at in (bills or {}).items()}
    return Context(NOW, {control.id: control for control in known}, accounts or {}, planned, estimates or {})
