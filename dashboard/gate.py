"""What stands before every request: who has no session is led to the sign-in, whatever they ask for.

It keeps strangers from files; whether somebody may see an answer is decided in the core at each question.
"""

from __future__ import annotations

import logging
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.api import AssayError
from dashboard.entrance import IDENTITY_COOKIE, is_safe, standing, token_among

PUBLIC = (
    "/sign-in", "/static/", "/app/static/", "/auth/", "/oauth2callback", "/favicon.png", "/manifest.json",
    "/_stcore/health", "/_stcore/host-config", "/_stcore/stream",
)  # fmt: skip
"""What holds no data: the sign-in, the programs of the page, and its line to the frame, which asks again."""

PROVIDER = "provider"
"""The address parameter with which the sign-in page sends somebody to an identity provider."""

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",  # Streamlit's page needs all three
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
TWO_YEARS = "max-age=63072000"

log = logging.getLogger(__name__)


class Gate:
    """Lead strangers to the sign-in, and send the headers that protect a page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        safe = is_safe(connection)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if safe:
                    headers.setdefault("Strict-Transport-Security", TWO_YEARS)
            await send(message)

        elsewhere = None if scope["path"].startswith(PUBLIC) else await _elsewhere(connection)
        await (elsewhere or self._app)(scope, receive, with_headers)


async def _elsewhere(connection: HTTPConnection) -> Response | None:
    """Return what a stranger gets instead; None for somebody with a session."""
    try:
        found = await run_in_threadpool(standing, token_among(connection.cookies))
    except AssayError:
        log.exception("The session of a request could not be read")
        return None if _wants_page(connection) else PlainTextResponse("Not available", 503)
    if found == "in":
        return None
    if not _wants_page(connection):
        return PlainTextResponse("Sign in first", 401)
    if found == "first password":
        return RedirectResponse("/sign-in/password", 303)
    if IDENTITY_COOKIE in connection.cookies or PROVIDER in connection.query_params:
        return None  # on the way from or to an identity provider: the frame sees to it and shows nothing else
    query = f"?{connection.url.query}" if connection.url.query else ""
    wanted = quote(f"{connection.scope['path']}{query}")
    return RedirectResponse("/sign-in" + (f"?next={wanted}" if wanted != "/" else ""), 303)


def _wants_page(connection: HTTPConnection) -> bool:
    return not connection.scope["path"].startswith(("/_stcore/", "/media/", "/component/", "/_")) and (
        "text/html" in connection.headers.get("accept", "")
    )
