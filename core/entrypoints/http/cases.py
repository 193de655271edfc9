"""Cases: listed, read, worked on, and proposed to be put right. Decides nothing."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import Field

from core.api import VIEWS, CaseFilter, CaseState, Correction, Severity, SortKey
from core.entrypoints.http.callers import Caller, Once
from core.entrypoints.http.problems import documented
from core.entrypoints.shapes.cases import (
    CaseOut,
    CaseQueueOut,
    CaseViewOut,
    StepIn,
)
from core.entrypoints.shapes.fields import Id, Received
from core.entrypoints.shapes.proposals import ProposalIn, ProposalOut

__all__ = ["router"]

router = APIRouter(prefix="/v1/cases", tags=["cases"])

View = Literal[
    "all",
    "mine",
    "unassigned",
    "due_soon",
    "sla_at_risk",
    "high_value",
    "customers_ask",
    "roaming",
    "data_quality",
]
if set(View.__args__) != set(VIEWS):  # type: ignore[attr-defined]
    raise TypeError("the views of the queue are not those of the decision API")

CaseId = Annotated[str, Path(min_length=1, max_length=200)]
Many = Annotated[list[Id], Field(max_length=50)]


class CaseListQuery(Received):
    """Select cases as the queue does; what is left out selects all, without ``state`` what is open."""

    view: View = "all"
    text: Annotated[str, Field(max_length=200)] = ""
    severity: Annotated[list[Severity], Field(max_length=4)] = []
    fault: Many = []
    root_cause: Many = []
    segment: Many = []
    state: Annotated[list[CaseState], Field(max_length=20)] = []
    account_id: Id | None = None
    within: Annotated[bool, Field(description="Also cases that belong to an incident.")] = False
    sort: SortKey = "severity"
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50

    @property
    def selection(self) -> CaseFilter:
        """Return what the queue is asked for."""
        return CaseFilter(
            view=self.view,
            text=self.text,
            severities=tuple(self.severity),
            faults=tuple(self.fault),
            root_causes=tuple(self.root_cause),
            segments=tuple(self.segment),
            account_id=self.account_id,
            states=tuple(self.state),
            within=self.within,
        )


@router.get("", responses=documented(400, 401, 403, 422, 429, 503))
def list_cases(assay: Caller, query: Annotated[CaseListQuery, Query()]) -> CaseQueueOut:
    """List the queue, the worst first unless told otherwise."""
    return CaseQueueOut.of(
        assay.case_queue(query.selection, offset=query.offset, limit=query.limit, sort=query.sort)
    )


@router.get("/{case_id}", responses=documented(400, 401, 403, 404, 422, 429, 503))
def read_case(assay: Caller, case_id: CaseId) -> CaseViewOut:
    """Read a case: why it is held to be what it is, what to do, the evidence, and what was done."""
    return CaseViewOut.read(assay, case_id)


@router.post(
    "/{case_id}/steps", response_model=CaseOut, responses=documented(400, 401, 403, 404, 409, 422, 429, 503)
)
def step_case(assay: Caller, once: Once, case_id: CaseId, step: StepIn) -> Response:
    """Take a step of a case: comment, snooze, wait for somebody, close as no issue, open again."""

    def act() -> CaseOut:
        facts = step.model_dump(exclude={"step", "version", "note"})
        assay.step_cases({case_id: step.version}, step.step, step.note, **facts)
        return CaseViewOut.read(assay, case_id).case

    return once.answer(act)


@router.post(
    "/{case_id}/proposals",
    status_code=201,
    response_model=ProposalOut,
    responses=documented(400, 401, 403, 404, 409, 422, 429, 503),
)
def propose(assay: Caller, once: Once, case_id: CaseId, wanted: ProposalIn) -> Response:
    """Ask a second person to put a case right; nothing changes for the customer until then."""

    def act() -> ProposalOut:
        correction = Correction(wanted.action, wanted.amount, wanted.root_cause, wanted.notify)
        return ProposalOut.of(assay.propose_correction(case_id, wanted.version, correction, wanted.note))

    return once.answer(act, 201)
