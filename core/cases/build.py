"""From findings to cases: the stage's one entrance. What is done with a case, policy says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import pyarrow as pa

from core.cases.complaint_case import complaint_cases
from core.cases.context import Account, Context, Share
from core.cases.desk import desk_of
from core.cases.direction import is_collected
from core.cases.group import Group, group
from core.cases.incident_case import incident_case
from core.cases.incidents import Places, find_incidents, followed
from core.cases.message import message_of
from core.cases.remedy import InvoiceState, Remedy, Situation, otherwise, remedy
from core.cases.search import search_text
from core.cases.severity import by_money, by_time, due_at, time_left, worst
from core.cases.shares import effect_on, notices_of, state_of_bills, timing_of, together
from core.cases.summarise import summarise
from core.cases.zones import zones_of
from core.kernel.advice import Advice, BillEffect, Contact, CustomerMessage, LegalDeadline
from core.kernel.diagnosis import Diagnosis
from core.kernel.plan import FailedPayment, Timing
from core.kernel.policy import CaseFacts, Ruling
from core.kernel.records.arrow import FINDINGS_SCHEMA
from core.kernel.results import Case, Severity
from core.policy.document import Policy
from core.policy.jurisdictions import complaint_deadline, deadline, legal_deadline
from core.policy.plan import plan_of
from core.policy.rule import rule

__all__ = ["BILL_CHANGING", "Built", "build_cases"]

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


@dataclass(frozen=True)
class Built:
    """Hold what findings come to.

    Parameters
    ----------
    cases
        By case id, incidents and those of customers who wait among them; the same findings and context give
        the same cases.
    findings
        In their order, with `FINDINGS_SCHEMA` and every ``case_id`` set.
    advice
        Of each case, by its id.
    """

    cases: list[Case]
    findings: pa.Table
    advice: dict[str, Advice]


def build_cases(
    findings: pa.Table,
    context: Context,
    diagnosis: Callable[[str], Diagnosis],
    places: Places,
    policy: Policy,
) -> Built:
    """Group findings into cases and say of each how bad it is, by when it is due and what to do.

    Parameters
    ----------
    findings
        With the contract's columns and the causes that were found; ``case_id`` may be null.
    diagnosis
        Tells of a finding, by its id, why it is held to be what it is.
    places
        For each finding what it could have in common with others.
    policy
        Says who decides.
    """
    groups, ids = group(findings)
    place = findings.schema.get_field_index("case_id")
    with_ids = findings.set_column(place, "case_id", pa.array(ids, pa.string())).cast(FINDINGS_SCHEMA)
    cases: dict[str, Case] = {}
    advice: dict[str, Advice] = {}
    repeats = Counter((each.key.account_id, each.fault) for each in groups)
    for each in groups:
        told = diagnosis(each.leading.finding_id)
        known = Known(told, repeats[each.key.account_id, each.fault] - 1, policy)
        cases[each.case_id], advice[each.case_id] = _case(each, context, known)
    parents = followed(groups)
    for incident in find_incidents([one for one in groups if one.case_id not in parents], places):
        children = [cases[child.case_id] for child in incident.children]
        parents |= {child.case_id: incident.case_id for child in children}
        sure = [advice[child.case_id].diagnosis.confidence for child in children]
        timing = Timing(context.as_of, (context.zone,))
        incident_id = incident.case_id
        cases[incident_id], advice[incident_id] = incident_case(incident, children, sure, policy, timing)
    for case, told_of_it in complaint_cases(groups, context, policy):
        cases[case.case_id], advice[case.case_id] = case, told_of_it
    return Built(_with_children(cases, parents), with_ids, advice)


def _with_children(cases: dict[str, Case], parents: dict[str, str]) -> list[Case]:
    """Return the cases under their parents, which then count them and stand for their money and haste."""
    order = sorted(parents, key=lambda name: parents[name] in parents, reverse=True)
    for name in order:
        child = cases[name] = replace(cases[name], parent_case_id=parents[name])
        parent = cases[parents[name]]
        cases[parent.case_id] = replace(
            parent,
            children=parent.children + 1,
            at_stake=parent.at_stake + (child.at_stake if child.currency == parent.currency else 0),
            severity=worst((parent.severity, child.severity)),
            due_at=min(parent.due_at, child.due_at),
        )
    return [cases[name] for name in sorted(cases)]


class Known(NamedTuple):
    """Hold what is known of a case beside its findings: why, how often before, and who decides."""

    diagnosis: Diagnosis
    repeats: int
    policy: Policy


def _case(grouped: Group, context: Context, known: Known) -> tuple[Case, Advice]:
    key, fault, amount = grouped.key, grouped.fault, grouped.amount
    account, bill = context.account(key), context.bill(key)
    contacts, issue_at = _contacts(grouped, context), bill.issue_at if bill else None
    severity = _severity(grouped, contacts, time_left(issue_at, context.as_of), context)
    chosen, action_amount = _remedy(grouped, context)
    facts = _facts(grouped, context, known, chosen.action, action_amount)
    ruling = rule(known.policy, facts)
    law = _law(grouped, contacts, context, action_amount)
    case = Case(
        case_id=grouped.case_id,
        account_id=key.account_id,
        parent_case_id=None,
        cycle=key.cycle,
        fault=fault,
        root_cause=key.root_cause,
        amount=amount,
        currency=key.currency,
        action=chosen.action,
        action_amount=action_amount,
        risk=ruling.risk,
        route=ruling.route,
        status="new",
        summary=summarise(key, fault, [m.money for m in grouped.members], chosen.action, action_amount),
        opened_at=context.as_of,
        severity=severity,
        due_at=due_at(issue_at, context.as_of, severity, law.until if law else None),
        scope=key.scope,
        findings=len(grouped.members),
        account_name=account.name if account else None,
        segment=account.segment if account else None,
        desk=desk_of(fault, key.root_cause, key.scope),
        confidence=min(member.confidence for member in grouped.members),
        search_text=search_text(grouped, fault, account, bill),
        at_stake=abs(amount),
        contact_ids=tuple(one.contact_id for one in contacts),
    )
    told = _advice(grouped, context, known, chosen, ruling, facts)
    return case, replace(told, law=law, contacts=contacts)


def _advice(
    grouped: Group, context: Context, known: Known, chosen: Remedy, ruling: Ruling, facts: CaseFacts
) -> Advice:
    account, plan = context.account(grouped.key), plan_of(known.policy, facts, ruling.by)
    shares = _shares(grouped, context)
    stake = facts.amount if shares else grouped.amount
    return Advice(
        case_id=grouped.case_id,
        diagnosis=known.diagnosis,
        because=chosen.because,
        alternatives=chosen.alternatives,
        otherwise=otherwise(Situation(facts.invoice, stake), grouped.key.currency, len(shares)),
        facts=facts,
        ruling=ruling,
        message=_message(grouped, account, facts) if plan and plan.tells else None,
        bill=_effect(grouped, context, chosen.action),
        plan=plan,
        notices=notices_of(shares, plan, grouped.key.currency, context) if plan else (),
    )


def _shares(grouped: Group, context: Context) -> tuple[Share, ...]:
    """Return what usage that is not here yet will cost each customer whose bill has not left."""
    return together(
        share
        for one in grouped.members
        for share in context.shares.get(one.subject_id, ())
        if share.bill is None or share.bill.issue_at > context.as_of
    )


def _law(
    grouped: Group, contacts: tuple[Contact, ...], context: Context, action_amount: Decimal
) -> LegalDeadline | None:
    """Return the first deadline that the law sets: to bill, to give back, or to answer the customer."""
    account = context.account(grouped.key)
    country, now = account.country if account else None, context.as_of
    waiting = (one.opened_at for one in contacts if not one.is_settled)
    limits = [legal_deadline(country, action_amount, grouped.oldest, now)]
    limits += [complaint_deadline(country, since, now) for since in waiting]
    return min(filter(None, limits), key=lambda one: one.until, default=None)


def _contacts(grouped: Group, context: Context) -> tuple[Contact, ...]:
    """Return what the customer has come with since it went wrong."""
    known = context.contacts.get(grouped.key.account_id or "", ())
    return tuple(one for one in known if one.opened_at >= grouped.oldest)


def _effect(grouped: Group, context: Context, action: str) -> BillEffect | None:
    """Return the invoice that an action changes; None where it moves what was paid, or nothing."""
    bill = context.bill(grouped.key)
    if bill is None or action not in BILL_CHANGING or is_collected(grouped.fault):
        return None
    return effect_on(bill, context)


def _message(grouped: Group, account: Account | None, facts: CaseFacts) -> CustomerMessage | None:
    """Return what the customer would be told; None where there is no one customer."""
    if account is None:
        return None
    key = grouped.key
    return message_of(facts.action, facts.amount, key.currency, key.cycle, account.language)


def _facts(grouped: Group, context: Context, known: Known, action: str, action_amount: Decimal) -> CaseFacts:
    """Return what policy looks at."""
    account = context.account(grouped.key)
    age = context.as_of - grouped.oldest
    limit = deadline(account.country, "back_billing_days") if account else None
    shares = _shares(grouped, context)
    several = [share.account for share in shares]
    allowed = [one.contact_allowed for one in ([account] if account else several)]
    return CaseFacts(
        fault=grouped.fault,
        root_cause=grouped.key.root_cause,
        action=action,
        amount=action_amount,
        segment=account.segment if account else None,
        vulnerable=account.vulnerable if account else any(one.vulnerable for one in several) or None,
        contact_allowed=any(allowed) or not allowed,
        invoice=state_of_bills(shares) if shares else _invoice(grouped, context),
        cause_confidence=known.diagnosis.confidence,
        age_days=max(age.days, 0),
        too_old_by_law=limit is not None and age > limit,
        repeats=known.repeats,
        others=tuple(sorted({member.fault for member in grouped.members} - {grouped.fault})),
        timing=timing_of(shares, context) if shares else _timing(grouped, context),
        customers=len({share.account_id for share in shares}),
        untold=len({share.account_id for share in shares if not share.account.contact_allowed}),
    )


def _timing(grouped: Group, context: Context) -> Timing:
    """Return what the times of a plan follow from; of several payments that failed, the last."""
    account, bill = context.account(grouped.key), context.bill(grouped.key)
    failed = (context.failures.get(member.subject_id) for member in grouped.members)
    return Timing(
        now=context.as_of,
        zones=zones_of(account.country if account else None, context.zone),
        issue_at=bill.issue_at if bill and bill.issue_at > context.as_of else None,
        failure=max(filter(None, failed), key=_failed_at, default=None),
    )


def _failed_at(failure: FailedPayment) -> datetime:
    return failure.failed_at


def _remedy(grouped: Group, context: Context) -> tuple[Remedy, Decimal]:
    """Return what to do and what it changes for customers: usage not here yet can be billed by estimate."""
    estimated = sum((share.amount for share in _shares(grouped, context)), Decimal(0))
    situation = Situation(_invoice(grouped, context), grouped.amount)
    if estimated > 0:
        return remedy("apply_estimated_charge", situation), estimated
    chosen = remedy(context.controls[grouped.found_by(grouped.fault)[0]].action, situation)
    return chosen, grouped.amount if chosen.action in BILL_CHANGING else Decimal(0)


def _invoice(grouped: Group, context: Context) -> InvoiceState:
    bill = context.bill(grouped.key)
    if bill is None:
        return "none"
    return "draft" if bill.issue_at > context.as_of else "issued"


def _severity(
    grouped: Group, contacts: tuple[Contact, ...], left: timedelta | None, context: Context
) -> Severity:
    """Return the worst of what its controls, its money, the time left and a customer who waits say."""
    bill = context.bill(grouped.key)
    waits = any(not one.is_settled for one in contacts) or (bill is not None and bill.is_disputed)
    by_control = (context.controls[name].severity for name in grouped.found_by())
    by_customer: Severity = "high" if waits else "low"
    return worst((*by_control, by_money(grouped.amount), by_time(left), by_customer))
