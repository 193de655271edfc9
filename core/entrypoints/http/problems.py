"""Errors as other systems read them: RFC 9457 problem details, with our stable codes. Decides nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from core.api import (
    AssayError,
    ConflictError,
    ForbiddenError,
    InputError,
    NotFoundError,
    SignInError,
    TooOftenError,
)

__all__ = ["MEDIA", "Problem", "documented", "handle_problems", "problem", "problem_of"]

MEDIA: Final = "application/problem+json"

_STATUS: Final[tuple[tuple[type[AssayError], int], ...]] = (
    (InputError, 422),
    (NotFoundError, 404),
    (ConflictError, 409),
    (ForbiddenError, 403),
    (SignInError, 401),
    (TooOftenError, 429),
)
"""What each kind of error is in HTTP; any other means that an answer cannot be had now: 503."""

_TITLES: Final = {
    400: "Not as described",
    401: "Who are you?",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Too large",
    415: "Unsupported content",
    422: "Cannot be used",
    429: "Too many requests",
    500: "Our mistake",
    503: "Not available now",
}


class Problem(BaseModel):
    """Say what is wrong and what to do next (RFC 9457)."""

    title: str
    status: int
    detail: str
    code: str = Field(description="A stable code of ours, as in the operator's guide.")
    problems: list[str] = Field(default=[], description="Each value that cannot be used, and why.")


def problem(
    status: int,
    detail: str,
    code: str,
    *,
    problems: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return a problem as an answer."""
    content = Problem(
        title=_TITLES.get(status, "Problem"),
        status=status,
        detail=detail,
        code=code,
        problems=list(problems),
    )
    return JSONResponse(content.model_dump(), status, headers, MEDIA)


def problem_of(error: AssayError) -> JSONResponse:
    """Return one of our errors as an answer."""
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 503)
    headers = {"www-authenticate": "Bearer"} if status == 401 else {}
    if status == 429:
        headers["retry-after"] = str(max(1, math.ceil(error.fields["wait_s"])))
    return problem(status, error.message, error.code, headers=headers)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what a route's description says of the problems that it answers with."""
    content = {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _TITLES[status], "content": content} for status in statuses}


def handle_problems(app: FastAPI) -> None:
    """Have every error leave as a problem."""

    @app.exception_handler(AssayError)
    def ours(_: Request, error: AssayError) -> JSONResponse:
        return problem_of(error)

    @app.exception_handler(RequestValidationError)
    def unusable(_: Request, error: RequestValidationError) -> JSONResponse:
        problems = [f"{_place(one['loc'])}: {one['msg']}" for one in error.errors()]
        return problem(400, "The request is not as described.", "RA-E100", problems=problems)

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> JSONResponse:
        headers = dict(error.headers or {})
        if error.status_code == 405:
            headers["allow"] = ", ".join(_methods(request)) or headers.get("allow", "")
        return problem(error.status_code, str(error.detail), "RA-E000", headers=headers)

    @app.exception_handler(Exception)
    def unforeseen(_: Request, __: Exception) -> JSONResponse:
        return problem(500, "Something went wrong here; the log says what.", "RA-E000")


def _methods(request: Request) -> list[str]:
    """Return what is described that may be done at the address of a request."""
    paths = request.app.openapi()["paths"]
    of_path = (paths[path] for path in paths if compile_path(path)[0].match(request.url.path))
    return [method.upper() for methods in of_path for method in methods]


def _place(where: tuple[Any, ...]) -> str:
    return ".".join(str(part) for part in where[1:]) or str(where[0])
