"""What changed: asked for, or told as it happens (server-sent events). Decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Annotated, Final, Self

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from core.api import Assay, Door, Happening
from core.entrypoints.http.callers import Caller, Limits
from core.entrypoints.http.problems import documented
from core.entrypoints.shapes.fields import Count, Received, Shown

__all__ = ["router"]

router = APIRouter(prefix="/v1/events", tags=["events"])

_EVERY_S: Final = 1.0


class HappeningOut(Shown):
    """Tell what changed; the rest is looked up by the case's or the run's id."""

    id: int
    type: str
    timestamp: datetime
    object_id: str
    before: str
    after: str
    by: str

    @classmethod
    def of(cls, one: Happening) -> Self:
        """Return a happening."""
        return cls(
            id=one.sequence,
            type=one.kind,
            timestamp=one.time,
            object_id=one.object_id,
            before=one.before,
            after=one.after,
            by=one.actor_role,
        )


class HappeningsOut(Shown):
    """Hold what changed, oldest first, and the id to ask from next."""

    happenings: list[HappeningOut]
    next: int


class EventListQuery(Received):
    """Select what changed."""

    after: Annotated[Count | None, Field(description="The last id seen; none: only where to begin.")] = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


@router.get("", responses=documented(400, 401, 403, 422, 429, 503))
def list_events(assay: Caller, query: Annotated[EventListQuery, Query()]) -> HappeningsOut:
    """List what changed after an id, oldest first."""
    found, following = assay.happenings(query.after, limit=query.limit)
    return HappeningsOut(happenings=[HappeningOut.of(one) for one in found], next=following)


def slot(request: Request, assay: Caller) -> Iterator[None]:
    """Hold one of the streams that a token may have open.

    Raises
    ------
    TooOftenError
        RA-E407 where it has as many open already.
    """
    limits: Limits = request.app.state.limits
    with limits.stream(assay.reader):
        yield


@router.get(
    "/stream",
    response_class=EventSourceResponse,
    responses=documented(400, 401, 403, 422, 429, 503),
    dependencies=[Depends(slot)],
)
async def stream_events(
    request: Request, assay: Caller, last_event_id: Annotated[Count | None, Header()] = None
) -> AsyncIterator[ServerSentEvent]:
    """Tell what changes as it happens; a reader that comes back says the last id that it has seen."""
    following = last_event_id
    if following is None:
        _, following = await run_in_threadpool(assay.happenings)
    yield ServerSentEvent(comment="what changes follows", retry=2_000)
    while asking := await run_in_threadpool(_still, request):
        found, following = await run_in_threadpool(asking.happenings, following)
        for one in found:
            told = HappeningOut.of(one)
            yield ServerSentEvent(data=told, event=told.type, id=str(told.id))
        if not found:
            await asyncio.sleep(_EVERY_S)


def _still(request: Request) -> Assay | None:
    """Return the facade of whoever reads, as of now; None once their token has ended."""
    door: Door = request.app.state.door
    return door.of_program(request.headers["authorization"].split(" ", 1)[1])
