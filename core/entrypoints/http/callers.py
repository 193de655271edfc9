"""Who calls: the access token, how often it may ask, and requests that are answered once."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Final

from fastapi import Depends, Header, Request
from fastapi.responses import Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from pydantic import BaseModel

from core.api import Answered, Assay, AssayError, Door, SignInError, TooOftenError
from core.entrypoints.http.problems import MEDIA, problem_of

__all__ = ["AnsweredOnce", "Caller", "Limits", "Once", "RequestKey", "caller", "once_by"]

_STRANGERS: Final = "30/minute"
"""How often one address may come without a token that opens anything."""

_STREAMS: Final = 4
"""How many streams of events one token may hold open."""

_BEARER = HTTPBearer(auto_error=False, description="An access token, made under *Access tokens*.")


class Limits:
    """Count how often each caller asks, in this process.

    Parameters
    ----------
    rate
        How often one token may ask, as ``600/minute``.
    """

    def __init__(self, rate: str) -> None:
        self._windows = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._streams: Counter[str] = Counter()
        self._rate, self._strangers = parse(rate), parse(_STRANGERS)

    def count(self, token_id: str) -> None:
        """Count a request of a token.

        Raises
        ------
        TooOftenError
            RA-E406 past what it may.
        """
        self._count(self._rate, "token", token_id)

    def count_stranger(self, address: str) -> None:
        """Count a request that came without a token that opens anything, as `count`."""
        self._count(self._strangers, "stranger", address)

    @contextmanager
    def stream(self, token_id: str) -> Iterator[None]:
        """Hold one of the streams that a token may have open, as `count`."""
        if self._streams[token_id] >= _STREAMS:
            raise TooOftenError(f"A token holds at most {_STREAMS} streams open.", fields={"wait_s": 60.0})
        self._streams[token_id] += 1
        try:
            yield
        finally:
            self._streams[token_id] -= 1

    def _count(self, rate: RateLimitItem, kind: str, name: str) -> None:
        if not self._windows.hit(rate, kind, name):
            until = self._windows.get_window_stats(rate, kind, name).reset_time
            raise TooOftenError("Ask less often.", fields={"wait_s": until - time.time()})


def caller(
    request: Request, shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
) -> Assay:
    """Return the facade that asks as whoever calls.

    Raises
    ------
    SignInError
        RA-E403 without a token that opens anything.
    TooOftenError
        RA-E406 for one that asks too often.
    """
    door: Door = request.app.state.door
    limits: Limits = request.app.state.limits
    assay = door.of_program(shown.credentials) if shown else None
    if assay is None:
        limits.count_stranger(request.client.host if request.client else "")
        raise SignInError("Show an access token that has not ended: Authorization: Bearer assay_…")
    limits.count(assay.reader)
    return assay


Caller = Annotated[Assay, Depends(caller)]


class AnsweredOnce:
    """Answer a request once, by the key that its caller chose for it."""

    def __init__(self, door: Door, assay: Assay, key: str, content_hash: str) -> None:
        self._door = door
        self._asker = assay.actor.user_id
        self._key = key
        self._content_hash = content_hash

    def answer(self, act: Callable[[], BaseModel], status: int = 200) -> Response:
        """Return what ``act`` answers, or what was answered before; refusals are answers too.

        Raises
        ------
        AssayError
            Where nothing can be said now; the same key may be tried again.
        """

        def work() -> Answered:
            try:
                return Answered(status, act().model_dump_json())
            except AssayError as error:
                refusal = problem_of(error)
                if refusal.status_code >= 500:
                    raise
                return Answered(refusal.status_code, bytes(refusal.body).decode())

        given = self._door.requests.once(self._asker, self._key, self._content_hash, work)
        headers = {"idempotency-replayed": "true"} if given.again else {}
        media = "application/json" if given.status < 400 else MEDIA
        return Response(given.body, given.status, headers, media)


RequestKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=100,
        pattern=r"^[\x21-\x7e]+$",
        description="A new one for each request; the same again when a request is repeated.",
    ),
]


async def once_by(request: Request, assay: Assay, key: str) -> AnsweredOnce:
    """Return what answers a request once."""
    said = b"\n".join([request.method.encode(), request.url.path.encode(), await request.body()])
    return AnsweredOnce(request.app.state.door, assay, key, hashlib.sha256(said).hexdigest())


async def _once(request: Request, assay: Caller, key: RequestKey) -> AnsweredOnce:
    return await once_by(request, assay, key)


Once = Annotated[AnsweredOnce, Depends(_once)]
