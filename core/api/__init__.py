"""The one door to Assay for pages, the dashboard and entry points.

`Door` lets people in and gives them the `Assay` that asks as them. Every question is a method of it, every
answer a frozen dataclass. Amounts are exact decimals, times are UTC; "at stake" is money without its sign.
Nothing else of `core` may be imported from in front.
"""

from __future__ import annotations

from core.api.account_answers import (
    AccountHead,
    AccountHit,
    AccountReview,
    AccountView,
    Bill,
    BillLine,
    BillReview,
    BillStatus,
    ContactRow,
    LineNumbers,
    LineState,
    PaymentRow,
    PersonalData,
    Trip,
    UsageDay,
)
from core.api.answers import (
    CaseDetail,
    CaseFilter,
    CasePage,
    FindingView,
    Home,
    RejectedRows,
    Status,
    Totals,
)
from core.api.approvals import Approvals, ApprovalView
from core.api.assay import Assay
from core.api.audit import AuditPage, verify_file
from core.api.case_desk import CaseStanding, Colleague
from core.api.case_groups import MergeOffer
from core.api.charges import ChargeCheck, Subscriber, ToPost
from core.api.control_cards import ControlCard, ControlLine, Threshold
from core.api.control_desk import ControlTrial
from core.api.corrections import SWITCHES, Corrections, CorrectionView
from core.api.door import Admission, Door, open_door
from core.api.guard import Sight
from core.api.insight import AccountInsight, OpenMatter, PastMatter
from core.api.lineage import FileLineage
from core.api.people import FirstSignIn, PersonView, SessionView
from core.api.policies import PolicyView
from core.api.quality import OpenLine, Quality, QualityCell, QualityCheck, TrendPoint
from core.api.rating import (
    ChangeReport,
    ChangeRequest,
    LineTotal,
    NetChange,
    PricingGap,
    PricingReport,
    PricingRequest,
)
from core.api.requests import Answered
from core.api.run import Progress, RunOutcome, RunRequest
from core.api.suggestions import AdviceState, ThresholdAdvice
from core.api.systems import SystemState
from core.api.thresholds import SettingsVersion, Tally, WhatIf
from core.api.tokens import NewToken
from core.api.webhooks import NewWebhook
from core.cases.build import BILL_CHANGING
from core.cases.correction import Correction
from core.cases.direction import is_collected, money_direction
from core.cases.evidence import Evidence, EvidenceLine, EvidenceRow
from core.cases.life import worked_in
from core.cases.one_matter import keeps_apart
from core.cases.titles import ACTION_PHRASES, CAUSE_PHRASES, FAULT_TITLES, ISSUE_TITLES
from core.cases.views import VIEWS, View
from core.controls.reconcile import POINTS
from core.controls.scorecard import DIMENSIONS, Area, Check
from core.controls.tuning import LEAST_EACH, LEAST_JUDGED
from core.governance.audit_files import Receipt
from core.governance.checkpoints import Checkpoint
from core.governance.four_eyes import Objection
from core.governance.merkle import Frontier
from core.governance.people import SEGMENTS
from core.governance.proposals import Difference
from core.governance.rights import RIGHTS, Grant, Right, granted_by, lacking
from core.governance.tokens import LONGEST_DAYS, SCOPES
from core.governance.verify import Verification
from core.kernel.advice import (
    Advice,
    Alternative,
    BillEffect,
    Contact,
    CustomerMessage,
    LegalDeadline,
    Notice,
)
from core.kernel.audit import AuditEntry, AuditEvent, AuditQuery, Facts
from core.kernel.case_life import CLOSINGS, CaseLife, CaseState, CaseStep, Closing, StepKind, WaitsFor
from core.kernel.complaints import COMPLAINTS
from core.kernel.corrections import Balance, CorrectionState, OrderItem, Switch
from core.kernel.corrections import Correction as CorrectionRecord
from core.kernel.diagnosis import Diagnosis, Inquiry, Suspect
from core.kernel.errors import (
    AssayError,
    AuditError,
    ConflictError,
    ForbiddenError,
    FourEyesError,
    InputError,
    NotFoundError,
    ProofNeededError,
    SignInError,
    StoreError,
    TooOftenError,
)
from core.kernel.orders import SYSTEMS, Order
from core.kernel.people import ROLES, AccessToken, Actor, Method, Person, Role
from core.kernel.plan import FailedPayment, Plan, PlannedStep, Silence, StepName, Timing
from core.kernel.policy import (
    BackTest,
    CaseFacts,
    Move,
    PolicyCheck,
    PolicyRow,
    PolicyTable,
    Ruling,
    TableKind,
)
from core.kernel.programs import Happening, Webhook
from core.kernel.proposals import ControlSettings, Decision, Kind, PolicyVersion, Proposal, State, Verdict
from core.kernel.reads import (
    FaultCount,
    FlowKey,
    FlowTotal,
    MoneyTotal,
    Precedent,
    Reach,
    SeverityTotal,
    Sighting,
    SortKey,
    SourceGap,
    StreamVersion,
    Verdicts,
)
from core.kernel.results import (
    Case,
    ControlResult,
    Desk,
    FileReport,
    Finding,
    OpenItems,
    Outcome,
    RunSummary,
    Severity,
    UsageEstimate,
)
from core.kernel.suggestions import Dismissal, Share, Suggestion, ThresholdReview
from core.lake.lineage import Dependents
from core.policy.jurisdictions import Figure, Pack
from core.rating.explain import Explanation, Step
from core.rating.walk import BillChange, Cause
from core.settings import Settings
from core.workflows.corrections.by_hand import HandMove
from core.workflows.rebuild import Rebuilt

__all__ = [
    "AccessToken",
    "AccountInsight",
    "Answered",
    "ChargeCheck",
    "Happening",
    "LONGEST_DAYS",
    "NewToken",
    "NewWebhook",
    "OpenMatter",
    "Order",
    "OrderItem",
    "PastMatter",
    "SCOPES",
    "ToPost",
    "Webhook",
    "Verdicts",
    "Precedent",
    "Plan",
    "PlannedStep",
    "Silence",
    "StepName",
    "Timing",
    "CustomerMessage",
    "PolicyCheck",
    "Ruling",
    "PolicyView",
    "PolicyVersion",
    "PolicyTable",
    "PolicyRow",
    "Pack",
    "Move",
    "Figure",
    "CaseFacts",
    "BackTest",
    "Suspect",
    "Inquiry",
    "Diagnosis",
    "Alternative",
    "BillEffect",
    "Contact",
    "LegalDeadline",
    "Advice",
    "ACTION_PHRASES",
    "BILL_CHANGING",
    "CAUSE_PHRASES",
    "CLOSINGS",
    "COMPLAINTS",
    "DIMENSIONS",
    "FAULT_TITLES",
    "ISSUE_TITLES",
    "LEAST_EACH",
    "LEAST_JUDGED",
    "POINTS",
    "RIGHTS",
    "ROLES",
    "SEGMENTS",
    "SWITCHES",
    "SYSTEMS",
    "VIEWS",
    "AccountHead",
    "AccountHit",
    "AccountReview",
    "AccountView",
    "Actor",
    "Admission",
    "AdviceState",
    "ApprovalView",
    "Approvals",
    "Area",
    "Assay",
    "AssayError",
    "AuditEntry",
    "AuditError",
    "AuditEvent",
    "AuditPage",
    "AuditQuery",
    "Balance",
    "Bill",
    "BillChange",
    "BillLine",
    "BillReview",
    "BillStatus",
    "Case",
    "CaseDetail",
    "CaseFilter",
    "CaseLife",
    "CasePage",
    "CaseStanding",
    "CaseState",
    "CaseStep",
    "Cause",
    "ChangeReport",
    "ChangeRequest",
    "Check",
    "Checkpoint",
    "Closing",
    "Colleague",
    "ConflictError",
    "ContactRow",
    "ControlCard",
    "ControlLine",
    "ControlResult",
    "ControlSettings",
    "ControlTrial",
    "Correction",
    "CorrectionRecord",
    "CorrectionState",
    "CorrectionView",
    "Corrections",
    "Decision",
    "Dependents",
    "Desk",
    "Difference",
    "Dismissal",
    "Door",
    "Evidence",
    "EvidenceLine",
    "EvidenceRow",
    "Explanation",
    "FailedPayment",
    "Facts",
    "FaultCount",
    "FileLineage",
    "FileReport",
    "Finding",
    "FindingView",
    "HandMove",
    "FirstSignIn",
    "FlowKey",
    "FlowTotal",
    "ForbiddenError",
    "FourEyesError",
    "Frontier",
    "Grant",
    "Home",
    "InputError",
    "Kind",
    "LineNumbers",
    "LineState",
    "LineTotal",
    "MergeOffer",
    "Method",
    "MoneyTotal",
    "NetChange",
    "NotFoundError",
    "Notice",
    "Objection",
    "OpenItems",
    "OpenLine",
    "Outcome",
    "PaymentRow",
    "Person",
    "PersonView",
    "PersonalData",
    "PricingGap",
    "PricingReport",
    "PricingRequest",
    "Progress",
    "ProofNeededError",
    "Proposal",
    "Quality",
    "QualityCell",
    "QualityCheck",
    "Reach",
    "Rebuilt",
    "Receipt",
    "RejectedRows",
    "Right",
    "Role",
    "RunOutcome",
    "RunRequest",
    "RunSummary",
    "SessionView",
    "Settings",
    "SystemState",
    "SettingsVersion",
    "Severity",
    "SeverityTotal",
    "Share",
    "Sight",
    "Sighting",
    "SignInError",
    "SortKey",
    "SourceGap",
    "State",
    "Status",
    "Step",
    "StepKind",
    "StoreError",
    "StreamVersion",
    "Subscriber",
    "Switch",
    "TableKind",
    "Tally",
    "Threshold",
    "TooOftenError",
    "Suggestion",
    "ThresholdAdvice",
    "ThresholdReview",
    "Totals",
    "TrendPoint",
    "Trip",
    "UsageDay",
    "UsageEstimate",
    "Verdict",
    "Verification",
    "View",
    "WaitsFor",
    "WhatIf",
    "granted_by",
    "is_collected",
    "keeps_apart",
    "lacking",
    "money_direction",
    "open_door",
    "verify_file",
    "worked_in",
]
