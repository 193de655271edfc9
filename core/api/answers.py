"""What `Assay` is asked with and answers with. Holds no logic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.api.control_cards import ControlCard, ControlLine
from core.cases.evidence import Evidence
from core.kernel.advice import Advice
from core.kernel.case_life import CaseLife, CaseState
from core.kernel.reads import MoneyTotal, Precedent, SeverityTotal, Sighting, SourceGap, StreamVersion
from core.kernel.results import Case, FileReport, Finding, Outcome, RunSummary, Severity, UsageEstimate


@dataclass(frozen=True)
class Status:
    """State what the figures stand on: the latest run, its snapshot and its "now".

    ``outcomes`` counts controls for each outcome; ``now`` is the instant that due times are measured from.
    """

    run: RunSummary
    now: datetime
    streams: tuple[StreamVersion, ...]
    outcomes: Mapping[Outcome, int]
    files: int
    rows_read: int
    rows_quarantined: int


@dataclass(frozen=True)
class CaseFilter:
    """Select cases as a page does: a shared view, then what the user narrows it by.

    ``view`` is a key of `VIEWS`; an empty field selects all; without ``states`` it selects what is open and
    not asleep. Cases of an open incident are selected only with ``within``, a text, an account or an owner.
    """

    view: str = "all"
    text: str = ""
    severities: tuple[Severity, ...] = ()
    faults: tuple[str, ...] = ()
    root_causes: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    account_id: str | None = None
    states: tuple[CaseState, ...] = ()
    within: bool = False


@dataclass(frozen=True)
class Totals:
    """Sum a selection of the queue.

    ``at_stake`` is in home currency; ``at_stake_elsewhere`` has what is in other currencies.
    """

    cases: int
    at_stake: Decimal
    currency: str
    due_soon: int
    at_stake_elsewhere: tuple[MoneyTotal, ...] = ()


@dataclass(frozen=True)
class CasePage:
    """Hold one page of the queue, in order, where its cases stand, and the totals of the whole selection."""

    cases: tuple[Case, ...]
    totals: Totals
    offset: int
    now: datetime
    lives: Mapping[str, CaseLife] = field(default_factory=dict)


@dataclass(frozen=True)
class FindingView:
    """Hold a finding with its evidence read."""

    finding: Finding
    evidence: Evidence


@dataclass(frozen=True)
class CaseDetail:
    """Hold all that one screen needs to decide a case.

    ``findings`` is the first page, most money first, of ``case.findings``; ``similar`` the first few of
    ``similar_count`` other open cases with the same fault and cause; ``history`` what each run saw, oldest
    first; ``in_latest_run`` is False for a case that is no longer found; ``versions`` has the version of each
    stream's table that the run read which last saw it; ``estimates`` what customers are expected to have used
    in a file that is not here, the most money first. ``advice`` says why and what to do, None where no run
    kept any; ``parent`` is the incident that the case belongs to, ``children`` the first of ``case.children``
    that belong to it, most at stake first; ``precedents`` closed cases like it, with how they were closed;
    ``main`` the case that it was merged into, ``merged`` those merged into it, whose findings it holds;
    ``behind`` the case of what a run found to be behind a complaint, which has joined it.
    """

    case: Case
    now: datetime
    findings: tuple[FindingView, ...]
    controls: tuple[ControlCard, ...]
    similar: tuple[Case, ...]
    similar_count: int
    history: tuple[Sighting, ...]
    in_latest_run: bool
    versions: Mapping[str, int] = field(default_factory=dict)
    estimates: tuple[UsageEstimate, ...] = ()
    advice: Advice | None = None
    parent: Case | None = None
    children: tuple[Case, ...] = ()
    precedents: tuple[Precedent, ...] = ()
    main: Case | None = None
    merged: tuple[Case, ...] = ()
    behind: Case | None = None


@dataclass(frozen=True)
class Home:
    """Say what needs somebody now.

    ``sla_at_risk`` counts what is due within eight hours or late, ``late`` what is past its due time.
    """

    totals: Totals
    by_severity: tuple[SeverityTotal, ...]
    sla_at_risk: int
    late: int
    due_first: tuple[Case, ...]
    controls: tuple[ControlLine, ...]
    sources: tuple[SourceGap, ...]
    quarantined: tuple[FileReport, ...]
    now: datetime


@dataclass(frozen=True)
class RejectedRows:
    """Hold one page of rows that could not be read, of ``total``."""

    rows: tuple[FindingView, ...]
    total: int
