"""The case of a customer who waits where nothing was found: how bad, by when, what to do. Reads nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from core.cases.complaint_words import (
    LINES,
    NOTHING_WRONG,
    Looked,
    diagnosis_of,
    looked_at,
    summarise_complaint,
)
from core.cases.complaints import Complaint, complaints
from core.cases.context import Account, Context
from core.cases.desk import desk_of
from core.cases.group import Group, Key
from core.cases.message import answer_of
from core.cases.severity import by_money, due_at, worst
from core.cases.titles import COMPLAINT_TITLES
from core.cases.zones import zones_of
from core.kernel.advice import Advice, Alternative, BillEffect, CustomerMessage
from core.kernel.complaints import COMPLAINTS, DISPUTE
from core.kernel.plan import Timing
from core.kernel.policy import CaseFacts, Ruling
from core.kernel.results import SEARCH_LENGTH, Case, Severity
from core.policy.document import Policy
from core.policy.jurisdictions import complaint_deadline
from core.policy.plan import plan_of
from core.policy.rule import rule

__all__ = ["came_again", "complaint_cases", "joined"]

_NOTHING = Decimal(0)

_BECAUSE = {
    "notify_customer": "nothing that was found can be behind it: somebody looks, and answers from the bill",
    "open_dispute": "the customer contests what no rule finds wrong: somebody looks at it with them",
}
_OTHERWISE = "the customer has no answer, and comes again or complains elsewhere"
_INSTEAD = (
    Alternative(
        "issue_credit", "nothing shows that the bill is wrong; where a look does, propose it instead"
    ),
    Alternative("no_action", "only once the customer has an answer"),
)


def complaint_cases(
    groups: Collection[Group], context: Context, policy: Policy
) -> Iterator[tuple[Case, Advice]]:
    """Yield a case for each thing that a customer waits for and no case with findings can be about.

    Parameters
    ----------
    groups
        The cases with findings.
    """
    mine: dict[str, list[Group]] = {}
    for one in groups:
        if one.key.account_id is not None:
            mine.setdefault(one.key.account_id, []).append(one)
    since = {account_id: min(one.oldest for one in some) for account_id, some in mine.items()}
    wrong = {(one.key.account_id, one.key.cycle) for one in groups}
    for complaint in complaints(context.waiting, since, wrong):
        yield _case(complaint, context, policy, len(mine.get(complaint.account_id, ())))


def came_again(case: Case, known: Collection[str]) -> bool:
    """Return whether a customer who waits has been in touch since, beyond the contacts that were known."""
    return case.fault in COMPLAINTS and not set(case.contact_ids) <= set(known)


def joined(gone: Iterable[Case], found: Collection[Case]) -> dict[str, str]:
    """Return which case each complaint has joined that a run no longer has a case of its own for.

    Parameters
    ----------
    gone
        Cases of complaints that the run before had, and this one has not.
    found
        The cases of this run.

    Returns
    -------
    dict
        Case id by case id; one that has just been settled is left out.
    """
    by_account: dict[str | None, list[Case]] = {}
    for case in found:
        if case.findings or case.fault in COMPLAINTS:
            by_account.setdefault(case.account_id, []).append(case)
    homes = {one.case_id: _home(one, by_account.get(one.account_id, [])) for one in gone}
    return {name: home.case_id for name, home in homes.items() if home is not None}


def _home(gone: Case, found: Iterable[Case]) -> Case | None:
    def is_about_it(case: Case) -> bool:
        of_bill = gone.fault == DISPUTE and case.findings > 0 and case.cycle == gone.cycle
        return of_bill or not set(gone.contact_ids).isdisjoint(case.contact_ids)

    fitting = filter(is_about_it, found)
    return min(
        fitting, key=lambda case: (case.fault in COMPLAINTS, -case.at_stake, case.case_id), default=None
    )


def _case(complaint: Complaint, context: Context, policy: Policy, others: int) -> tuple[Case, Advice]:
    account, bill = context.accounts.get(complaint.account_id), complaint.statement
    action = "open_dispute" if complaint.kind == DISPUTE else "notify_customer"
    facts = _facts(complaint, context, account, action)
    ruling = rule(policy, facts)
    key = Key(complaint.account_id, complaint.subject_id, None, "unknown", complaint.kind, "")
    law = complaint_deadline(account.country if account else None, complaint.since, context.as_of)
    off = sum(not control.enabled for control in context.controls.values())
    looked = looked_at(bill, context.waiting.present, off, others)
    severity = _severity(complaint)
    case = Case(
        case_id=key.case_id,
        account_id=complaint.account_id,
        parent_case_id=None,
        cycle=bill.cycle if bill else None,
        fault=complaint.kind,
        root_cause="unknown",
        amount=_NOTHING,
        currency=bill.currency if bill else (account and account.currency) or context.currency,
        action=action,
        action_amount=_NOTHING,
        risk=ruling.risk,
        route=ruling.route,
        status="new",
        summary=summarise_complaint(complaint, looked, action, context.zone),
        opened_at=context.as_of,
        severity=severity,
        due_at=due_at(None, context.as_of, severity, law.until if law else None),
        scope=None,
        findings=0,
        account_name=account.name if account else None,
        segment=account.segment if account else None,
        desk=desk_of(complaint.kind, "unknown", None),
        confidence=Decimal(1),
        search_text=_search_text(key.case_id, complaint, account),
        at_stake=abs(bill.total) if bill and complaint.kind == DISPUTE else _NOTHING,
        contact_ids=tuple(one.contact_id for one in complaint.contacts),
    )
    told = _advice(case.case_id, complaint, context, (policy, facts, ruling), looked)
    return case, replace(told, law=law)


def _advice(
    case_id: str,
    complaint: Complaint,
    context: Context,
    ruled: tuple[Policy, CaseFacts, Ruling],
    looked: Looked,
) -> Advice:
    policy, facts, ruling = ruled
    plan = plan_of(policy, facts, ruling.by)
    return Advice(
        case_id=case_id,
        diagnosis=diagnosis_of(looked),
        because=_BECAUSE[facts.action],
        alternatives=_INSTEAD,
        otherwise=_OTHERWISE,
        facts=facts,
        ruling=ruling,
        message=_message(complaint, context, looked) if plan and plan.tells else None,
        bill=_bill(complaint, context),
        contacts=complaint.contacts,
        plan=plan,
    )


def _facts(complaint: Complaint, context: Context, account: Account | None, action: str) -> CaseFacts:
    return CaseFacts(
        fault=complaint.kind,
        root_cause="unknown",
        action=action,
        amount=_NOTHING,
        segment=account.segment if account else None,
        vulnerable=account.vulnerable if account else None,
        contact_allowed=account.contact_allowed if account else True,
        invoice="issued" if complaint.statement else "none",
        cause_confidence=_NOTHING,
        age_days=max((context.as_of - complaint.since).days, 0),
        too_old_by_law=False,
        repeats=0,
        timing=Timing(context.as_of, zones_of(account.country if account else None, context.zone)),
    )


def _severity(complaint: Complaint) -> Severity:
    """Return how bad it is that they wait: worse where they contest a bill, or had to come again."""
    if complaint.kind == DISPUTE:
        return worst(("high", by_money(complaint.statement.total if complaint.statement else _NOTHING)))
    return "high" if len(complaint.contacts) > 1 else "medium"


def _message(complaint: Complaint, context: Context, looked: Looked) -> CustomerMessage | None:
    """Return what the customer would be told; that all agrees only where all was compared and does."""
    account = context.accounts.get(complaint.account_id)
    if account is None:
        return None
    agrees = looked.outcome == NOTHING_WRONG and LINES in looked.done and not looked.not_done
    is_sound = complaint.kind != DISPUTE and agrees
    return answer_of(complaint.kind, complaint.statement, account.language, is_sound=is_sound)


def _bill(complaint: Complaint, context: Context) -> BillEffect | None:
    bill = complaint.statement
    if bill is None:
        return None
    contested = complaint.kind == DISPUTE
    return BillEffect(bill.invoice_id, True, bill.total, bill.net, context.tax_rate, contested)


def _search_text(case_id: str, complaint: Complaint, account: Account | None) -> str:
    words = [
        case_id,
        complaint.account_id,
        account.name if account else None,
        complaint.statement.invoice_id if complaint.statement else None,
        COMPLAINT_TITLES[complaint.kind],
        *(one.contact_id for one in complaint.contacts),
    ]
    return " ".join(dict.fromkeys(word for word in words if word)).lower()[:SEARCH_LENGTH]
