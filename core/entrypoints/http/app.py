"""The decision API's server: routes, limits, headers on all that it sends, and telling webhooks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.api import AssayError, Door, Settings, open_door
from core.entrypoints.http import accounts, cases, charges, events, panel, proposals, webhooks
from core.entrypoints.http.callers import Limits
from core.entrypoints.http.problems import Problem, handle_problems

__all__ = ["create_app", "from_environment"]

_LOG = logging.getLogger(__name__)
_LARGEST_BODY: Final = 262_144
_TELL_EVERY_S: Final = 1.0
_ABOUT: Final = """
Find out what is wrong with a customer's bill, check a charge before it is posted, and have cases put right by
two people. Every question is asked with an access token, within the rights of the person who made it.
Amounts are text with exact decimals; times are UTC. Whatever changes something takes an `Idempotency-Key`:
the same request with the same key has one effect and one answer.
"""


def from_environment() -> FastAPI:
    """Return the application of the installation that the environment names."""
    settings = Settings()
    return create_app(open_door(settings), settings)


def create_app(door: Door, settings: Settings) -> FastAPI:
    """Return the application of an installation."""
    app = FastAPI(
        title="Assay decision API",
        version="1",
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        max_body_size=_LARGEST_BODY,
        lifespan=_telling,
    )
    app.state.door, app.state.limits = door, Limits(settings.api_rate)
    for routes in (charges, accounts, cases, proposals, events, webhooks, panel):
        app.include_router(routes.router)
    app.add_api_route("/health", _health, tags=["health"])
    handle_problems(app)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*settings.api_hosts], www_redirect=False)
    app.add_middleware(Headers, framed_by=settings.panel_origins)
    return app


def _health() -> dict[str, str]:
    """Say that this process answers."""
    return {"status": "up"}


def _described(app: FastAPI) -> dict[str, Any]:
    """Return what the API is, as OpenAPI; problems are described once."""
    if app.openapi_schema is None:
        said = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        shapes = said.setdefault("components", {}).setdefault("schemas", {})
        shapes["Problem"] = Problem.model_json_schema()
        app.openapi_schema = said
    return app.openapi_schema


@asynccontextmanager
async def _telling(app: FastAPI) -> AsyncIterator[None]:
    """Tell webhooks while the server runs."""
    task = asyncio.create_task(_tell(app.state.door))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _tell(door: Door) -> None:
    while True:
        try:
            await run_in_threadpool(door.system_user().tell_webhooks)
        except AssayError as error:
            _LOG.warning("webhooks could not be told: %s", error.message)
        await asyncio.sleep(_TELL_EVERY_S)


class Headers:
    """Put on every answer what keeps browsers from doing more with it than it is for.

    Parameters
    ----------
    framed_by
        The origins whose pages may frame the panel; nobody may frame anything else.
    """

    def __init__(self, app: ASGIApp, framed_by: tuple[str, ...] = ()) -> None:
        self._app = app
        self._framed_by = " ".join(framed_by) or "'none'"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers added."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        framed_by = self._framed_by if scope["path"] == "/panel" else "'none'"
        policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
            f"form-action 'none'; frame-ancestors {framed_by}"
        )

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["content-security-policy"] = policy
                headers["x-content-type-options"] = "nosniff"
                headers["referrer-policy"] = "no-referrer"
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, with_headers)
