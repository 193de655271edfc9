"""The reference operator's server: TM Forum resources, what goes wrong on purpose, a page for people."""

from __future__ import annotations

import asyncio
import secrets
from decimal import Decimal
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from core.kernel.orders import Order
from core.kernel.tmf import FORMS, STANDING_PATHS, made, order_of, shown
from core.simulation.reference.desk import carry_out, money_of, standing
from core.simulation.reference.hub import Hub, Listener
from core.simulation.reference.page import STYLE, page
from core.simulation.reference.refusals import RefusedError
from core.simulation.reference.state import Kept, State
from core.simulation.reference.switches import Switch, Switches
from core.simulation.reference.trouble import Trouble

__all__ = ["create_reference"]

_LARGEST_BODY: Final = 262_144
_COLLECTIONS: Final = frozenset(form.path for form in FORMS)
_POLICY: Final = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
_ALTERED: Final = frozenset({"add_line", "refund"})

resources, admin, people = APIRouter(), APIRouter(prefix="/admin"), APIRouter()


class Faults(BaseModel):
    """What is to go wrong from now on, and the seed of what is drawn by lot."""

    switches: list[Switch]
    seed: int | None = None


def create_reference(state: State, token: str) -> FastAPI:
    """Return the server over a database.

    Parameters
    ----------
    token
        What whoever asks shows as ``Authorization: Bearer …``; empty to let anybody in.
    """
    app = FastAPI(title="Reference operator", version="1", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.state, app.state.token = state, token
    app.state.switches, app.state.hub = Switches(), Hub()
    app.include_router(resources, dependencies=[Depends(_let_in)])
    app.include_router(admin, dependencies=[Depends(_let_in)])
    app.include_router(people)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(HTTPException, _refused)
    app.add_middleware(Trouble, switches=app.state.switches)
    return app


async def _let_in(request: Request, authorization: Annotated[str, Header()] = "") -> None:
    token = request.app.state.token
    if token and not secrets.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
        raise HTTPException(401, "These credentials are not known here.")


async def _refused(_request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 422
    said = error.detail if isinstance(error, HTTPException) else str(error)
    return JSONResponse({"code": str(status), "reason": "refused", "message": said}, status)


@resources.post("/tmf-api/eventManagement/v4/hub")
async def listen(request: Request, listener: Listener) -> JSONResponse:
    """Have somebody told what is done from now on."""
    request.app.state.hub.add(listener)
    return JSONResponse({"id": listener.callback, "callback": listener.callback}, 201)


@resources.post("/tmf-api/{path:path}")
@resources.patch("/tmf-api/{path:path}")
async def change(
    request: Request, path: str, idempotency_key: Annotated[str, Header(max_length=255)] = ""
) -> JSONResponse:
    """Carry an order out, unless its key was."""
    if not idempotency_key:
        raise HTTPException(400, "It has no Idempotency-Key.")
    order = await _read(request, f"/tmf-api/{path}", idempotency_key)
    at = request.url.path
    if order.kind in _ALTERED and request.app.state.switches.strike("wrong_amount", at):
        order = _altered(order)
    reference, is_new = await run_in_threadpool(carry_out, request.app.state.state, order)
    if is_new:
        twice = request.app.state.switches.strike("duplicate_event", at) is not None
        told = request.app.state.hub.tell(order, reference, copies=2 if twice else 1)
        request.app.state.telling = asyncio.create_task(told)
    answer = {"id": reference, "externalId": order.key, "state": "done", "href": f"{at}/{reference}"}
    return JSONResponse(answer, 201 if is_new else 200)


@resources.get("/tmf-api/{path:path}")
def read(request: Request, path: str, externalId: str | None = None) -> JSONResponse:  # noqa: N803
    """Return how a thing stands, or of a collection what the key of an order made."""
    state: State = request.app.state.state
    place = f"/tmf-api/{path}"
    if externalId is not None and place in _COLLECTIONS:
        kept = state.kept(externalId)
        return JSONResponse([_made(state, kept)] if kept else [])
    collection, _, key = place.rpartition("/")
    name = STANDING_PATHS.get(collection)
    said = standing(state, name, key) if name else None
    if name is None or said is None:
        raise HTTPException(404, f"There is no {key}.")
    return JSONResponse({"id": key, **shown(name, said)})


def _made(state: State, kept: Kept) -> dict[str, Any]:
    """Return the resource that an order made or changed, with the money that it has moved."""
    return {
        "id": kept.reference,
        "externalId": kept.key,
        "state": "done",
        **made(kept.kind, money_of(state, kept)),
    }


@admin.get("/faults")
def faults(request: Request) -> list[dict[str, object]]:
    """Return what goes wrong on purpose."""
    on: list[dict[str, object]] = request.app.state.switches.on()
    return on


@admin.put("/faults")
def set_faults(request: Request, said: Faults) -> list[dict[str, object]]:
    """Have these things go wrong and no others."""
    request.app.state.switches.set(said.switches, said.seed)
    return faults(request)


@people.get("/", response_class=HTMLResponse)
def look(request: Request) -> HTMLResponse:
    """Show people what was done and what customers were told."""
    answer = HTMLResponse(page(request.app.state.state, request.app.state.switches))
    answer.headers["content-security-policy"] = _POLICY
    return answer


@people.get("/style.css")
def style() -> PlainTextResponse:
    """Return how the page looks."""
    return PlainTextResponse(STYLE, media_type="text/css")


@people.get("/health")
def health() -> dict[str, str]:
    """Say that this process answers."""
    return {"status": "up"}


async def _read(request: Request, path: str, key: str) -> Order:
    if int(request.headers.get("content-length") or _LARGEST_BODY + 1) > _LARGEST_BODY:
        raise HTTPException(413, "It is too large, or does not say how large it is.")
    collection, _, resource = path.rpartition("/")
    try:
        body: Any = await request.json()
        if not isinstance(body, dict):
            raise ValueError("it is no object")
        order = order_of(path, None, key, body) or order_of(collection, resource, key, body)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HTTPException(400, f"It is not as the interface describes it: {error}.") from error
    if order is None:
        raise HTTPException(404, f"Nothing can be done at {path}.")
    return order


def _altered(order: Order) -> Order:
    amount = order.values.get("amount")
    doubled = {"amount": amount * 2} if isinstance(amount, Decimal) else {}
    return Order(order.key, order.kind, order.target, {**order.values, **doubled})
