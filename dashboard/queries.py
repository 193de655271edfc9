"""Every read of the dashboard, cached by the run that it stands on, by who asks and by what is asked.

The latest run is looked up again every few seconds; all else is kept until a new run changes the pin.
Holds no rule and draws nothing.
"""

# ruff: noqa: ARG001 - the pin is the cache's key; the question itself does not need it

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Generic, TypeVar, cast

import streamlit as st

from core.api import (
    AccountHit,
    AccountReview,
    AccountView,
    Approvals,
    AssayError,
    AuditEntry,
    AuditError,
    AuditPage,
    AuditQuery,
    Case,
    CaseDetail,
    CaseFilter,
    CasePage,
    CaseStanding,
    Colleague,
    ControlCard,
    ControlLine,
    Correction,
    Corrections,
    FileLineage,
    FileReport,
    FindingView,
    FlowKey,
    FlowTotal,
    ForbiddenError,
    Home,
    MergeOffer,
    NotFoundError,
    OpenLine,
    Plan,
    Quality,
    QualityCell,
    RejectedRows,
    Sight,
    SortKey,
    Status,
    Verification,
)
from dashboard import session
from dashboard.session import assay

T = TypeVar("T")
PAGE_SIZE = 50
PART_SIZE = 8
SPLIT_SIZE = 500
SAMPLES = 4
HITS = 20
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pin:
    """Name what cached answers stand on: the run, the snapshot, and what the reader may see."""

    run_id: str
    snapshot_id: str
    sight: Sight


@dataclass(frozen=True)
class Loaded(Generic[T]):
    """Hold an answer; after a failure the last good one, if any, with its time and a reference."""

    value: T | None
    read_at: datetime
    reference: str | None = None


@dataclass(frozen=True)
class QueuePage:
    """Hold one page of the queue, its number, and the case before and after it where there is one."""

    page: CasePage
    part: int
    before: tuple[Case, ...]
    after: tuple[Case, ...]


@st.cache_data(ttl="3s", max_entries=8, show_spinner=False)
def status(sight: Sight) -> Status | None:
    """Return what the figures stand on; None before the first run."""
    return assay().status()


def load(name: str, read: Callable[[], T]) -> Loaded[T]:
    """Read, and on failure fall back on what this session last read under the same name.

    The log gets the details under a reference; the page words the failure.
    """
    kept = session.last_good()
    try:
        answer = Loaded(read(), datetime.now(UTC))
    except ForbiddenError:
        kept.pop(name, None)  # what somebody may not see any more is not shown from memory either
        raise
    except AssayError:
        reference = secrets.token_hex(4)
        log.exception("Reading %s failed, reference %s", name, reference)
        last = cast("Loaded[T] | None", kept.get(name))
        return Loaded(last.value if last else None, last.read_at if last else datetime.now(UTC), reference)
    kept[name] = answer
    return answer


def read_stand() -> Loaded[Status | None]:
    """Look up the latest run once for the frame and the page."""
    answer = load("stand", lambda: status(assay().sight))
    session.keep_stand(answer)
    return answer


def stand() -> Loaded[Status | None]:
    """Return what the frame has looked up."""
    return cast("Loaded[Status | None]", session.stand())


def pin(now: Status) -> Pin:
    """Return the key of everything that is read under this status."""
    return Pin(now.run.run_id, now.run.snapshot_id, assay().sight)


@st.cache_data(ttl="60s", max_entries=4, show_spinner=False)
def home(at: Pin, first: int) -> Home | None:
    """Return what needs somebody now."""
    return assay().home(first)


@st.cache_data(ttl="60s", max_entries=200, show_spinner=False)
def queue(at: Pin, selection: CaseFilter, sort: SortKey, part: int) -> QueuePage:
    """Return one page of the queue, counted from 1, with the cases just outside it."""
    offset = (part - 1) * PAGE_SIZE
    lead = 1 if offset else 0
    wide = assay().case_queue(selection, offset=offset - lead, limit=PAGE_SIZE + lead + 1, sort=sort)
    before, inside, after = (
        wide.cases[:lead],
        wide.cases[lead : lead + PAGE_SIZE],
        wide.cases[lead + PAGE_SIZE :],
    )
    return QueuePage(replace(wide, cases=inside, offset=offset), part, before[:1], after[:1])


@st.cache_data(ttl="60s", max_entries=16, show_spinner=False)
def view_counts(at: Pin) -> dict[str, int]:
    """Return how many cases each shared view holds."""
    return assay().view_counts()


@st.cache_data(ttl="60s", max_entries=500, show_spinner=False)
def case(at: Pin, reader: str, case_id: str) -> CaseDetail | None:
    """Return all that one screen needs to decide a case; None when there is no such case.

    Each reader asks for themselves, as it is kept who looked at a customer's data; likewise below.
    """
    try:
        return assay().case(case_id, findings=PART_SIZE)
    except NotFoundError:
        return None


@st.cache_data(ttl="5s", max_entries=200, show_spinner=False)
def case_standing(at: Pin, reader: str, case_id: str) -> CaseStanding | None:
    """Return where a case stands with people; None when there is no such case."""
    try:
        return assay().case_standing(case_id)
    except NotFoundError:
        return None


@st.cache_data(ttl="60s", max_entries=16, show_spinner=False)
def _colleagues(sight: Sight) -> tuple[Colleague, ...]:
    return assay().case_colleagues()


@st.cache_data(ttl="5s", max_entries=100, show_spinner=False)
def plan(at: Pin, reader: str, case_id: str, wanted: Correction) -> Plan | None:
    """Return what would be done were a correction approved now; None where no run has planned the case."""
    return assay().plan_correction(case_id, wanted)


def colleagues() -> tuple[Colleague, ...]:
    """Return who may be given a case."""
    return _colleagues(assay().sight)


def merge_offer(case_id: str) -> MergeOffer:
    """Return what a case could be merged with, as of this moment."""
    return assay().merge_offer(case_id)


@st.cache_data(ttl="60s", max_entries=20, show_spinner=False)
def findings_at_once(sight: Sight, reader: str, case_id: str) -> tuple[FindingView, ...]:
    """Return a case's findings, most money first, as many as are split at once."""
    return assay().case_findings(case_id, limit=SPLIT_SIZE)


def all_findings(case_id: str) -> tuple[FindingView, ...]:
    """Return the findings of a case to choose from."""
    return findings_at_once(assay().sight, session.reader(), case_id)


@st.cache_data(ttl="60s", max_entries=200, show_spinner=False)
def case_findings(at: Pin, reader: str, case_id: str, part: int) -> tuple[FindingView, ...]:
    """Return one part of a case's findings, counted from 1."""
    return assay().case_findings(case_id, offset=(part - 1) * PART_SIZE, limit=PART_SIZE)


@st.cache_data(ttl="60s", max_entries=16, show_spinner=False)
def rejected_rows(at: Pin, offset: int, limit: int) -> RejectedRows:
    """Return a page of the rows that could not be used."""
    return assay().rejected_rows(offset=offset, limit=limit)


@st.cache_data(ttl="60s", max_entries=4, show_spinner=False)
def quality(at: Pin) -> Quality | None:
    """Return the scorecard and the coverage."""
    return assay().quality()


def samples(at: Pin, cell: QualityCell) -> tuple[FindingView, ...]:
    """Return some findings of the worst failing check behind a score."""
    fault = next((check.card.fault for check in cell.failing), None)
    return found(at, fault, cell.stream, SAMPLES) if fault else ()


@st.cache_data(ttl="3s", max_entries=50, show_spinner=False)
def audit_trail(sight: Sight, query: AuditQuery, part: int) -> AuditPage:
    """Return one page of the audit trail, counted from 1."""
    return assay().audit_trail(query, offset=(part - 1) * PAGE_SIZE, limit=PAGE_SIZE)


@st.cache_data(ttl="60s", max_entries=200, show_spinner=False)
def audit_entry(sight: Sight, sequence: int) -> AuditEntry | None:
    """Return one entry of the audit trail; None when there is none of that sequence."""
    try:
        return assay().audit_entry(sequence)
    except NotFoundError:
        return None


@st.cache_data(ttl="60s", max_entries=4, show_spinner=False)
def audit_choices(sight: Sight) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...], tuple[str, ...]]:
    """Return the people, actions and kinds of objects that the audit trail can be narrowed by."""
    return assay().audit_choices()


@st.cache_data(ttl="300s", max_entries=4, show_spinner="Comparing every entry with the checkpoints")
def audit_state(sight: Sight) -> tuple[Verification, datetime]:
    """Return how far the audit trail holds, and when that was looked at."""
    try:
        found = assay().verify_audit()
    except AuditError as error:
        found = Verification(0, None, None, problem=error.message)
    return found, datetime.now(UTC)


@st.cache_data(ttl="600s", max_entries=50, show_spinner="Following the file's rows")
def file_lineage(at: Pin, path: str) -> FileLineage | None:
    """Return what stands on a landed file."""
    return assay().file_lineage(path)


@st.cache_data(ttl="60s", max_entries=40, show_spinner=False)
def flow(at: Pin, by: FlowKey | None, point: str | None) -> tuple[FlowTotal, ...]:
    """Return what became of the business between network and payment."""
    return assay().flow(by=by, point=point)


@st.cache_data(ttl="60s", max_entries=4, show_spinner=False)
def open_items(at: Pin) -> tuple[OpenLine, ...]:
    """Return what the latest run's controls wait for."""
    return assay().open_items()


@st.cache_data(ttl="60s", max_entries=4, show_spinner=False)
def control_cards(at: Pin) -> tuple[ControlCard, ...]:
    """Return every control in force."""
    return assay().control_cards()


@st.cache_data(ttl="60s", max_entries=4, show_spinner=False)
def control_results(at: Pin) -> tuple[ControlLine, ...]:
    """Return what each control did."""
    return assay().control_results()


@st.cache_data(ttl="60s", max_entries=100, show_spinner=False)
def found(at: Pin, fault: str, stream: str, limit: int) -> tuple[FindingView, ...]:
    """Return the findings of one fault in one stream with the most money."""
    return assay().found(fault, stream, limit=limit)


@st.cache_data(ttl="60s", max_entries=4, show_spinner=False)
def file_reports(at: Pin) -> tuple[FileReport, ...]:
    """Return what became of every landed file."""
    return assay().file_reports()


@st.cache_data(ttl="60s", max_entries=200, show_spinner=False)
def find_accounts(at: Pin, text: str) -> tuple[AccountHit, ...]:
    """Return the accounts that a text names, the closest first."""
    return assay().find_accounts(text, HITS)


@st.cache_data(ttl="60s", max_entries=4, show_spinner=False)
def worst_cases(at: Pin) -> tuple[Case, ...]:
    """Return the cases at the head of the queue."""
    return assay().case_queue(CaseFilter(), limit=HITS).cases


@st.cache_data(ttl="600s", max_entries=100, show_spinner=False)
def account(at: Pin, reader: str, account_id: str) -> AccountView | None:
    """Return all that is known of one account; None when no stream names it."""
    try:
        return assay().account(account_id)
    except NotFoundError:
        return None


@st.cache_data(ttl="600s", max_entries=50, show_spinner=False)
def account_review(at: Pin, reader: str, account_id: str) -> AccountReview:
    """Return an account's bills line by line, each beside what it should be."""
    return assay().account_review(account_id)


def approvals() -> Approvals:
    """Return what waits for a second person, as of this moment."""
    return assay().approvals()


def corrections() -> Corrections:
    """Return what is under way and what ended last, as of this moment."""
    return assay().corrections()
