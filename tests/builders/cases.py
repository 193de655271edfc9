"""What the cases stage is told beside the findings, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.cases.build import Built, build_cases
from core.cases.context import Account, Bill, Context, Share
from core.cases.incidents import Places
from core.kernel.advice import Contact
from core.kernel.diagnosis import Diagnosis, Suspect
from core.kernel.plan import FailedPayment
from core.kernel.results import Finding, Severity
from core.policy.document import shipped_policy
from tests.builders.runs import NOW, findings_table

BILLED = Decimal("100.00")
"""What every invoice in a context comes to; the operator charges no tax."""


@dataclass(frozen=True)
class FakeControl:
    """Stand for a control: its severity and its usual action."""

    id: str
    severity: Severity = "low"
    action: str = "add_charge"
    enabled: bool = True


def a_context(
    *controls: FakeControl,
    accounts: Mapping[str, Account] | None = None,
    bills: Mapping[tuple[str, str], datetime] | None = None,
    shares: Mapping[str, tuple[Share, ...]] | None = None,
    contacts: Mapping[str, tuple[Contact, ...]] | None = None,
    failures: Mapping[str, FailedPayment] | None = None,
    disputed: bool = False,
) -> Context:
    known = controls or (FakeControl("record_not_charged"),)
    planned = {
        key: Bill(f"INV-{key[0]}", issue_at, BILLED, BILLED, disputed)
        for key, issue_at in (bills or {}).items()
    }
    return Context(
        NOW,
        {control.id: control for control in known},
        accounts or {},
        planned,
        contacts=contacts or {},
        failures=failures or {},
        shares=shares or {},
    )


def built(findings: Sequence[Finding], context: Context | None = None, places: Places | None = None) -> Built:
    """Build cases of findings whose causes are held for certain."""
    causes = {finding.finding_id: finding.root_cause for finding in findings}
    return build_cases(
        findings_table(findings),
        context or a_context(),
        lambda finding_id: Diagnosis((Suspect(causes[finding_id], Decimal(1)),)),
        places or {},
        shipped_policy(),
    )
