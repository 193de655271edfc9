"""Approved corrections for tests: of every action, with a case whose findings name what it needs."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core.cases.build import BILL_CHANGING
from core.cases.correction import Correction as Wanted
from core.cases.correction import change_of
from core.governance.four_eyes import decide
from core.governance.proposals import Change
from core.kernel.advice import Advice, BillEffect, CustomerMessage
from core.kernel.diagnosis import Diagnosis, Suspect
from core.kernel.plan import Plan, PlannedStep, StepName
from core.kernel.proposals import Proposal
from core.kernel.results import Case, Finding
from core.workflows.corrections.matter import Matter
from tests.builders.proposals import a_proposal, a_request
from tests.builders.runs import NOW, a_case, a_finding

UP = {
    "add_charge",
    "apply_estimated_charge",
    "retry_payment",
    "reverse_credit",
    "rerate_charge",
    "recycle_records",
}
_FOUND: dict[str, dict[str, Any]] = {
    "refund_payment": {"stream": "payments", "subject_id": "PY-1"},
    "retry_payment": {"stream": "payments", "subject_id": "PY-1"},
    "recycle_records": {"stream": "mediation_records", "subject_id": "M-1"},
    "request_partner_file": {"stream": "usage_files", "subject_id": "tap:DEUTM#7"},
    "dispute_wholesale": {"stream": "usage_files", "subject_id": "F-1"},
    "block_sim": {"stream": "provisioning", "subject_id": "I-1"},
    "correct_provisioning": {"stream": "provisioning", "subject_id": "I-1"},
    "correct_plan": {
        "stream": "subscriptions",
        "subject_id": "S-1",
        "evidence": '{"expected":{"plan_id":"P-2"}}',
    },
    "correct_identity": {
        "stream": "subscriptions",
        "subject_id": "S-1",
        "evidence": '{"expected":{"imsi":"I-2","msisdn":"M-2"}}',
    },
}
_LINE = '{"actual":{"amount":"%s"},"expected":{"amount":"%s"}}'


def findings_for(action: str, amount: Decimal) -> tuple[Finding, ...]:
    """Return findings as the fault that an action puts right has them."""
    given = dict(_FOUND.get(action, {}))
    if not given:
        billed = {"remove_charge": -amount, "reverse_credit": -amount}.get(action, Decimal("10"))
        given = {"stream": "charges", "subject_id": "CH-1", "evidence": _LINE % (billed, billed + amount)}
    return (a_finding("F-1", amount=amount, **given),)


def a_matter(action: str = "issue_credit", amount: str | None = None, **given: Any) -> Matter:
    """Return what is known of a case that an action puts right."""
    money = Decimal(amount) if amount is not None else amount_of(action)
    case = a_case(amount=money, action=action, action_amount=money, status="approved", **given)
    bill = BillEffect("INV-1", False, Decimal("49.90"), Decimal("41.93"), Decimal("0.19"))
    advice = Advice(
        case.case_id,
        Diagnosis((Suspect("rating_config", Decimal(1)),)),
        message=CustomerMessage("en", "Dear customer"),
        bill=bill,
    )
    return Matter(case, findings_for(action, money), advice)


def amount_of(action: str) -> Decimal:
    if action == "write_off":
        return Decimal("12.50")
    if action not in BILL_CHANGING:
        return Decimal(0)
    return Decimal("12.50") if action in UP else Decimal("-12.50")


def a_plan(action: str, *steps: StepName, now: datetime = NOW, **given: Any) -> Plan:
    """Return a plan with its steps an hour apart."""
    named = steps or ("correct",)
    planned = tuple(
        PlannedStep(step, now + timedelta(hours=place) if place else None) for place, step in enumerate(named)
    )
    return Plan(action=action, steps=planned, told="after", **given)


def approved(matter: Matter, plan: Plan | None = None, **given: Any) -> Proposal:
    """Return an approved proposal of what a matter's case asks for."""
    proposal = proposed(matter.case, plan, **given)
    now = proposal.proposed_at
    return decide(proposal, a_request(proposal, proved_at=now), now=now, evidence=proposal.evidence)


def proposed(case: Case, plan: Plan | None = None, **given: Any) -> Proposal:
    """Return a proposal of what a case asks for, as it waits."""
    is_money = case.action in BILL_CHANGING
    wanted = Wanted(case.action, case.amount if is_money else Decimal(0), "rating_config", notify=False)
    if plan is None or not plan.tells:
        change = change_of(case, wanted, None)
    else:
        change = change_of(case, replace(wanted, notify=True), plan)
    effect = {**change.effect, "plan": asdict(plan) if plan else None}
    changed = Change(**{**vars(change), "effect": effect})
    return a_proposal(changed, **given)
