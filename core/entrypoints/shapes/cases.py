"""Cases and accounts as the decision API shows them: money as text, times in UTC. Computes nothing."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field

from core.api import (
    ISSUE_TITLES,
    AccountInsight,
    Advice,
    Assay,
    Case,
    CaseLife,
    CasePage,
    CaseStep,
    FindingView,
    OpenMatter,
    PastMatter,
)
from core.entrypoints.shapes.fields import Instant, Received, RootCause, Shown, Version, Words

__all__ = [
    "AccountHitOut",
    "AccountInsightOut",
    "AdviceOut",
    "CaseOut",
    "CaseQueueOut",
    "CaseViewOut",
    "FindingOut",
    "StepIn",
    "StepOut",
]


class CaseOut(Shown):
    """Hold a case as the queue shows it.

    ``amount`` is on the customer's bill before tax: positive under-billed, negative over-charged. ``version``
    is named by whoever takes a step.
    """

    case_id: str
    account_id: str | None
    parent_case_id: str | None
    cycle: str | None
    title: str = Field(description="The fault in words, or what the customer asks.")
    fault: str
    root_cause: str
    amount: Decimal
    currency: str
    action: str
    action_amount: Decimal
    at_stake: Decimal
    risk: str
    route: str
    severity: str
    confidence: Decimal
    summary: str
    opened_at: datetime
    due_at: datetime
    segment: str | None
    findings: int
    children: int
    contact_ids: tuple[str, ...]
    state: str
    version: int
    owner_id: str | None

    @classmethod
    def of(cls, case: Case, life: CaseLife) -> Self:
        """Return a case with where it stands."""
        standing = {"state": life.state, "version": life.version, "owner_id": life.owner_id}
        title = ISSUE_TITLES.get(case.fault, case.fault)
        return cls.model_validate({**vars(case), **standing, "title": title})


class CaseQueueOut(Shown):
    """Hold a page of the queue; ``total`` counts the whole selection, ``at_stake`` sums it."""

    cases: list[CaseOut]
    total: int
    at_stake: Decimal
    currency: str
    offset: int

    @classmethod
    def of(cls, page: CasePage) -> Self:
        """Return a page."""
        return cls(
            cases=[CaseOut.of(case, page.lives[case.case_id]) for case in page.cases],
            total=page.totals.cases,
            at_stake=page.totals.at_stake,
            currency=page.totals.currency,
            offset=page.offset,
        )


class SuspectOut(Shown):
    """Hold one possible cause, how likely it is (0 to 1), and what speaks for and against it."""

    cause: str
    probability: Decimal
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]


class AlternativeOut(Shown):
    """Hold what else could be done, and why it is not advised."""

    action: str
    why_not: str


class BillOut(Shown):
    """Hold the invoice that an action changes, with tax, before and after."""

    invoice_id: str
    is_out: bool
    is_disputed: bool
    before: Decimal
    after: Decimal


class CheckOut(Shown):
    """Hold how one check of the policy came out."""

    check_id: str
    asks: str
    then: str
    says: str
    by: str | None


class PlannedStepOut(Shown):
    """Hold a step of what will happen, not before ``at`` (null: once approved) and by ``until``."""

    step: str
    at: datetime | None
    until: datetime | None


class AdviceOut(Shown):
    """Say why a case is what it is held to be, what to do, why nothing else, and who decides."""

    suspects: list[SuspectOut]
    because: str
    otherwise: str
    alternatives: list[AlternativeOut]
    bill: BillOut | None
    message: str | None
    language: str | None
    legal_deadline: datetime | None
    plan: list[PlannedStepOut] = Field(description="What happens once it is approved, in order.")
    checks: list[CheckOut]
    policy_version: str | None

    @classmethod
    def of(cls, advice: Advice, case: Case) -> Self:
        """Return the advice on a case."""
        bill, message, ruling = advice.bill, advice.message, advice.ruling
        shown = None
        if bill is not None:
            after = bill.after(case.action_amount)
            shown = BillOut.model_validate({**vars(bill), "before": bill.total, "after": after})
        return cls(
            suspects=[SuspectOut.model_validate(one) for one in advice.diagnosis.suspects],
            because=advice.because,
            otherwise=advice.otherwise,
            alternatives=[AlternativeOut.model_validate(one) for one in advice.alternatives],
            bill=shown,
            message=message.text if message else None,
            language=message.language if message else None,
            legal_deadline=advice.law.until if advice.law else None,
            plan=[PlannedStepOut.model_validate(one) for one in advice.plan.steps] if advice.plan else [],
            checks=[CheckOut.model_validate(one) for one in ruling.checks] if ruling else [],
            policy_version=ruling.version if ruling else None,
        )


class EvidenceOut(Shown):
    """Hold one value of a finding as it is, and as it should be."""

    label: str
    actual: str | None
    expected: str | None


class FindingOut(Shown):
    """Hold one finding of a case."""

    finding_id: str
    control_id: str
    fault: str
    stream: str
    subject_id: str
    occurred_at: datetime
    amount: Decimal
    currency: str
    confidence: Decimal
    caused_by: str | None
    evidence: list[EvidenceOut]

    @classmethod
    def of(cls, view: FindingView) -> Self:
        """Return a finding with its evidence."""
        lines = [EvidenceOut.model_validate(line) for line in view.evidence.lines]
        return cls.model_validate({**vars(view.finding), "evidence": lines})


class StepOut(Shown):
    """Hold one thing that somebody did to a case."""

    version: int
    step: str
    by: str
    role: str
    at: datetime
    before: str
    after: str
    note: str

    @classmethod
    def of(cls, step: CaseStep) -> Self:
        """Return a step with who took it."""
        return cls.model_validate({**vars(step), "by": step.actor.name, "role": step.actor.role})


class CaseViewOut(Shown):
    """Hold a case with its advice, its first findings and what was done, newest first."""

    case: CaseOut
    advice: AdviceOut | None
    findings: list[FindingOut]
    steps: list[StepOut]
    open_steps: list[str] = Field(description="What whoever asks may do next.")

    @classmethod
    def read(cls, assay: Assay, case_id: str) -> Self:
        """Return all of a case that programs are shown.

        Raises
        ------
        NotFoundError, ForbiddenError
            As for `Assay.case`.
        """
        detail, standing = assay.case(case_id), assay.case_standing(case_id)
        return cls(
            case=CaseOut.of(detail.case, standing.life),
            advice=AdviceOut.of(detail.advice, detail.case) if detail.advice else None,
            findings=[FindingOut.of(one) for one in detail.findings],
            steps=[StepOut.of(step) for step in standing.steps],
            open_steps=sorted(standing.open_to_me),
        )


class StepIn(Received):
    """Ask for a step of a case; ``version`` is that of the case as it was read."""

    step: Literal["commented", "snoozed", "woken", "paused", "resumed", "closed", "reopened"]
    version: Version
    note: Words = ""
    until: Instant | None = None
    closing: Literal["false_alarm", "known", "duplicate", "not_worth_it", "answered"] | None = None
    root_cause: RootCause | None = None
    waits_for: Literal["customer", "partner"] | None = None


class OpenMatterOut(Shown):
    """Hold an open case of an account with its advice."""

    case: CaseOut
    advice: AdviceOut | None

    @classmethod
    def of(cls, matter: OpenMatter) -> Self:
        """Return an open matter."""
        advice = AdviceOut.of(matter.advice, matter.case) if matter.advice else None
        return cls(case=CaseOut.of(matter.case, matter.life), advice=advice)


class PastMatterOut(Shown):
    """Hold how a case of an account was closed."""

    case_id: str
    title: str
    fault: str
    root_cause: str
    amount: Decimal
    currency: str
    summary: str
    closed_as: str
    closed_at: datetime
    note: str

    @classmethod
    def of(cls, matter: PastMatter) -> Self:
        """Return a past matter."""
        ended = {
            "title": ISSUE_TITLES.get(matter.case.fault, matter.case.fault),
            "closed_as": matter.step.after,
            "closed_at": matter.step.at,
            "note": matter.step.note,
        }
        return cls.model_validate({**vars(matter.case), **ended})


class AccountHitOut(Shown):
    """Name one account; its number is masked."""

    account_id: str
    name: str | None
    segment: str | None
    status: str | None
    msisdn: str | None


class AccountInsightOut(Shown):
    """Say what is wrong with an account's bills, why, what to do, and what was done before."""

    account_id: str
    name: str | None
    segment: str | None
    as_of: datetime
    summary: str
    open: list[OpenMatterOut]
    past: list[PastMatterOut]

    @classmethod
    def of(cls, insight: AccountInsight) -> Self:
        """Return an insight."""
        head = insight.head
        return cls(
            account_id=head.account_id,
            name=head.name,
            segment=head.segment,
            as_of=insight.as_of,
            summary=insight.summary,
            open=[OpenMatterOut.of(one) for one in insight.open],
            past=[PastMatterOut.of(one) for one in insight.past],
        )
