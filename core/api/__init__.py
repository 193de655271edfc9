"""The one door to Assay for pages, the dashboard and entry points.

Every question is a method of `Assay`, every answer a frozen dataclass. Amounts are exact decimals, times
are UTC; "at stake" is money without its sign. Nothing else of `core` may be imported from in front.
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
    LineState,
    PaymentRow,
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
from core.api.assay import Assay, open_assay
from core.api.control_cards import ControlCard, ControlLine, Threshold
from core.api.control_desk import ControlTrial, list_controls, new_control, try_controls
from core.api.lineage import FileLineage
from core.api.quality import Quality, QualityCell, QualityCheck, TrendPoint
from core.api.rating import (
    ChangeReport,
    ChangeRequest,
    LineTotal,
    NetChange,
    PricingGap,
    PricingReport,
    PricingRequest,
    compare_price_lists,
    rate_dataset,
)
from core.api.run import Progress, RunOutcome, RunRequest, run_dataset
from core.cases.direction import is_collected, money_direction
from core.cases.evidence import Evidence, EvidenceLine, EvidenceRow
from core.cases.titles import ACTION_PHRASES, CAUSE_PHRASES, FAULT_TITLES
from core.cases.views import VIEWS, View
from core.controls.reconcile import POINTS
from core.controls.scorecard import DIMENSIONS, Area, Check
from core.kernel.errors import AssayError, InputError, NotFoundError
from core.kernel.reads import (
    FaultCount,
    FlowKey,
    FlowTotal,
    MoneyTotal,
    Reach,
    SeverityTotal,
    Sighting,
    SortKey,
    SourceGap,
    StreamVersion,
)
from core.kernel.results import (
    Case,
    ControlResult,
    Desk,
    FileReport,
    Finding,
    Outcome,
    RunSummary,
    Severity,
    UsageEstimate,
)
from core.lake.lineage import Dependents
from core.rating.explain import Explanation, Step
from core.rating.walk import BillChange, Cause
from core.settings import Settings

__all__ = [
    "ACTION_PHRASES",
    "CAUSE_PHRASES",
    "DIMENSIONS",
    "FAULT_TITLES",
    "POINTS",
    "VIEWS",
    "AccountHead",
    "AccountHit",
    "AccountReview",
    "AccountView",
    "Area",
    "Assay",
    "AssayError",
    "Bill",
    "BillChange",
    "BillLine",
    "BillReview",
    "BillStatus",
    "Case",
    "CaseDetail",
    "CaseFilter",
    "CasePage",
    "ChangeReport",
    "ChangeRequest",
    "Check",
    "Cause",
    "ContactRow",
    "ControlCard",
    "ControlLine",
    "ControlResult",
    "ControlTrial",
    "Dependents",
    "Desk",
    "Evidence",
    "EvidenceLine",
    "EvidenceRow",
    "Explanation",
    "FaultCount",
    "FileLineage",
    "FileReport",
    "Finding",
    "FindingView",
    "FlowKey",
    "FlowTotal",
    "Home",
    "InputError",
    "LineState",
    "LineTotal",
    "MoneyTotal",
    "NetChange",
    "NotFoundError",
    "Outcome",
    "PaymentRow",
    "PricingGap",
    "PricingReport",
    "PricingRequest",
    "Progress",
    "Quality",
    "QualityCell",
    "QualityCheck",
    "Reach",
    "RejectedRows",
    "RunOutcome",
    "RunRequest",
    "RunSummary",
    "Settings",
    "Severity",
    "SeverityTotal",
    "Sighting",
    "SortKey",
    "SourceGap",
    "Status",
    "Step",
    "StreamVersion",
    "Threshold",
    "Totals",
    "TrendPoint",
    "Trip",
    "UsageDay",
    "UsageEstimate",
    "View",
    "compare_price_lists",
    "is_collected",
    "list_controls",
    "money_direction",
    "new_control",
    "open_assay",
    "rate_dataset",
    "run_dataset",
    "try_controls",
]
