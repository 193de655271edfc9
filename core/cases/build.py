"""From findings to cases: the stage's one entrance. Routes nothing: no policy, no action (ADR 0007)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pyarrow as pa

from core.cases.context import Context
from core.cases.desk import desk_of
from core.cases.group import Group, group
from core.cases.search import search_text
from core.cases.severity import by_money, by_time, due_at, risk_of, time_left, worst
from core.cases.summarise import summarise
from core.kernel.records.arrow import FINDINGS_SCHEMA
from core.kernel.results import Case, Severity

BILL_CHANGING = frozenset(
    {
        "add_charge",
        "apply_estimated_charge",
        "issue_credit",
        "promotional_credit",
        "recycle_records",
        "refund_payment",
        "reissue_invoice",
        "remove_charge",
        "rerate_charge",
        "retry_payment",
        "reverse_credit",
    }
)
"""Actions after which the customer pays another amount; all others move no money of the customer's."""


def build_cases(findings: pa.Table, context: Context) -> tuple[list[Case], pa.Table]:
    """Group findings into cases and say of each how bad it is, by when it is due and what to do.

    Parameters
    ----------
    findings
        With the contract's columns; ``case_id`` may be null.

    Returns
    -------
    list of Case
        By case id; the same findings and context give the same cases.
    Table
        The findings in their order, with `FINDINGS_SCHEMA` and every ``case_id`` set.
    """
    groups, ids = group(findings)
    place = findings.schema.get_field_index("case_id")
    with_ids = findings.set_column(place, "case_id", pa.array(ids, pa.string()))
    return [_case(each, context) for each in groups], with_ids.cast(FINDINGS_SCHEMA)


def _case(grouped: Group, context: Context) -> Case:
    key, fault, amount = grouped.key, grouped.fault, grouped.amount
    account = context.accounts.get(key.account_id or "")
    bill = context.bills.get((key.account_id or "", key.cycle or ""))
    issue_at = bill.issue_at if bill else None
    severity = _severity(grouped, amount, time_left(issue_at, context.as_of), context)
    action, action_amount = _action(grouped, context)
    return Case(
        case_id=key.case_id,
        account_id=key.account_id,
        parent_case_id=None,
        cycle=key.cycle,
        fault=fault,
        root_cause=key.root_cause,
        amount=amount,
        currency=key.currency,
        action=action,
        action_amount=action_amount,
        risk=risk_of(amount),
        route="recommend",
        status="new",
        summary=summarise(key, fault, [m.money for m in grouped.members], action, action_amount),
        opened_at=context.as_of,
        severity=severity,
        due_at=due_at(issue_at, context.as_of, severity),
        scope=key.scope,
        findings=len(grouped.members),
        account_name=account.name if account else None,
        segment=account.segment if account else None,
        desk=desk_of(fault, key.root_cause, key.scope),
        confidence=min(member.confidence for member in grouped.members),
        search_text=search_text(grouped, fault, account, bill),
    )


def _action(grouped: Group, context: Context) -> tuple[str, Decimal]:
    """Return what to do and what it changes for customers: usage not here yet can be billed by estimate."""
    estimates = (context.estimates.get(member.subject_id) for member in grouped.members)
    estimated = sum((amount for amount in estimates if amount is not None), Decimal(0))
    if estimated > 0:
        return "apply_estimated_charge", estimated
    action = context.controls[grouped.found_by(grouped.fault)[0]].action
    return action, grouped.amount if action in BILL_CHANGING else Decimal(0)


def _severity(grouped: Group, amount: Decimal, left: timedelta | None, context: Context) -> Severity:
    by_control = (context.controls[name].severity for name in grouped.found_by())
    return worst((*by_control, by_money(amount), by_time(left)))
