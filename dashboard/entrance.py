"""The door to the core, and the cookie that carries a session to the browser. Draws nothing."""

from __future__ import annotations

from functools import cache
from typing import Literal

from starlette.requests import HTTPConnection
from starlette.responses import Response

from core.api import Door, open_door

COOKIE = "assay_session"
SAFE_COOKIE = "__Host-assay_session"
"""The cookie over https: the prefix makes browsers refuse it without ``Secure`` or for another host."""

IDENTITY_COOKIE = "_streamlit_user"
"""Streamlit's own cookie after `st.login`; it is traded for a session of ours and deleted."""


@cache
def door() -> Door:
    """Open the door, once for this process."""
    return open_door()


def standing(token: str) -> Literal["in", "first password", "out"]:
    """Return what a secret opens: everything, only the choice of a first password, or nothing."""
    if token and door().of(token):
        return "in"
    return "first password" if token and door().must_change(token) else "out"


def is_safe(connection: HTTPConnection) -> bool:
    """Return whether the browser speaks https, to us or to the proxy before us."""
    return connection.url.scheme in {"https", "wss"} or (
        connection.headers.get("x-forwarded-proto", "").split(",")[0].strip() == "https"
    )


def token_among(cookies: dict[str, str]) -> str:
    """Return the secret that a browser shows; empty when it shows none."""
    return cookies.get(SAFE_COOKIE) or cookies.get(COOKIE, "")


def hand_over(response: Response, token: str, *, safe: bool) -> None:
    """Give the browser the secret of a session, out of reach of scripts and other sites."""
    name = SAFE_COOKIE if safe else COOKIE
    response.set_cookie(name, token, httponly=True, secure=safe, samesite="lax", path="/")


def take_back(response: Response, *names: str) -> None:
    """Let the browser forget sessions, ours and Streamlit's."""
    for name in (COOKIE, SAFE_COOKIE, *names):
        response.delete_cookie(name, path="/", secure=name == SAFE_COOKIE, httponly=True)


def inner_path(wanted: str | None) -> str:
    """Return an address of this dashboard; what leads elsewhere becomes its first page.

    Examples
    --------
    >>> inner_path("/triage?case=C1"), inner_path("//evil.example"), inner_path("https://evil.example")
    ('/triage?case=C1', '/', '/')
    """
    path = wanted or "/"
    is_inner = path.startswith("/") and not path.startswith(("//", "/sign-in")) and "\\" not in path
    return path if is_inner and path.isprintable() else "/"
