"""Signing in over plain HTTP: the only place that gives the browser a session. Decides nothing itself."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from core.api import AssayError, SignInError
from dashboard import identity
from dashboard.entrance import door, hand_over, inner_path, is_safe, standing, take_back, token_among
from dashboard.sign_in_page import password_page, policy, sign_in_page

FORM_COOKIE = "assay_form"
"""Ties a form to the browser that it was sent to, so that no other site can fill it in."""

TOLD = {
    "ended": "Your session has ended. Sign in again to go on where you were.",
    "out": "You are signed out, in every tab of this browser.",
}
STALE = "This page was open for too long. Please try again."
NOT_READ = "Assay cannot read its store at the moment. Try again in a minute."
DIFFERENT = "The two passwords differ."


async def ask(request: Request) -> Response:
    """Show the sign-in."""
    told = next((TOLD[word] for word in TOLD if word in request.query_params), "")
    return _page(request, told=told, alert=identity.refusal(request.query_params.get("refused", "")))


async def sign_in(request: Request) -> Response:
    """Take a user and a password."""
    form = await request.form()
    user, password = str(form.get("user", "")), str(form.get("password", ""))
    wanted = inner_path(str(form.get("next", "/")))
    if not _is_ours(request, str(form.get("form", ""))):
        return _page(request, user=user, wanted=wanted, alert=STALE, status=400)
    try:
        admission = await run_in_threadpool(door().sign_in, user, password)
        await _leave(request)
    except SignInError as error:
        return _page(request, user=user, wanted=wanted, alert=error.message, status=401)
    except AssayError:
        return _page(request, user=user, wanted=wanted, alert=NOT_READ, status=503)
    where = "/sign-in/password" if admission.must_change else wanted
    response = RedirectResponse(where, 303)
    hand_over(response, admission.token, safe=is_safe(request))
    return response


async def ask_password(request: Request) -> Response:
    """Show the choice of a password of one's own."""
    found = await run_in_threadpool(standing, token_among(request.cookies))
    if found == "out":
        return RedirectResponse("/sign-in?ended", 303)
    return _password_page(request, is_first=found == "first password")


async def change_password(request: Request) -> Response:
    """Take a password of somebody's own."""
    form, token = await request.form(), token_among(request.cookies)
    found = await run_in_threadpool(standing, token)
    if found == "out":
        return RedirectResponse("/sign-in?ended", 303)
    new, is_first = str(form.get("new", "")), found == "first password"
    if not _is_ours(request, str(form.get("form", ""))):
        return _password_page(request, STALE, 400, is_first=is_first)
    if new != str(form.get("again", "")):
        return _password_page(request, DIFFERENT, 422, is_first=is_first)
    old = None if is_first else str(form.get("old", ""))
    try:
        admission = await run_in_threadpool(door().change_password, token, old, new)
    except AssayError as error:
        return _password_page(request, error.message, 422, is_first=is_first)
    response = RedirectResponse("/?welcome=1" if is_first else "/", 303)
    hand_over(response, admission.token, safe=is_safe(request))
    return response


async def arrive(request: Request) -> Response:
    """Trade what an identity provider has vouched for, as the frame has seen it, for a session of ours."""
    arrival = identity.claim(request.query_params.get("code", ""), request.cookies)
    response = RedirectResponse("/" if arrival.token else f"/sign-in?refused={arrival.why}", 303)
    take_back(response, *identity.cookies_among(request.cookies))
    if arrival.token:
        hand_over(response, arrival.token, safe=is_safe(request))
    return response


async def _leave(request: Request) -> None:
    """End the session that this browser had: signing in never goes on in an older one."""
    await run_in_threadpool(door().sign_out, token_among(request.cookies))


def _page(
    request: Request, *, user: str = "", wanted: str = "", alert: str = "", told: str = "", status: int = 200
) -> Response:
    form = secrets.token_urlsafe(16)
    wanted = wanted or inner_path(request.query_params.get("next"))
    ways = [
        (f"Continue with {title}", "/?" + urlencode({"provider": name}))
        for name, title in identity.providers()
    ]
    page = sign_in_page((("form", form), ("next", wanted)), user=user, alert=alert, told=told, ways=ways)
    return _sent(request, page, form, status)


def _password_page(request: Request, alert: str = "", status: int = 200, *, is_first: bool) -> Response:
    form = secrets.token_urlsafe(16)
    page = password_page((("form", form),), is_first=is_first, alert=alert)
    return _sent(request, page, form, status)


def _sent(request: Request, page: str, form: str, status: int) -> Response:
    headers = {"Content-Security-Policy": policy(), "Cache-Control": "no-store"}
    response = HTMLResponse(page, status, headers)
    response.set_cookie(
        FORM_COOKIE, form, httponly=True, secure=is_safe(request), samesite="strict", path="/sign-in"
    )
    return response


def _is_ours(request: Request, form: str) -> bool:
    kept = request.cookies.get(FORM_COOKIE, "")
    return bool(kept) and secrets.compare_digest(kept.encode(), form.encode())


ROUTES = [
    Route("/sign-in", ask, methods=["GET"]),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-in/password", ask_password, methods=["GET"]),
    Route("/sign-in/password", change_password, methods=["POST"]),
    Route("/sign-in/arrive", arrive, methods=["GET"]),
]
