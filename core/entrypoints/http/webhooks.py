"""Webhooks: who is told what changes. Tells nobody itself."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Path
from fastapi.responses import Response
from pydantic import Field

from core.api import Webhook
from core.entrypoints.http.callers import Caller, Once
from core.entrypoints.http.problems import documented
from core.entrypoints.shapes.fields import Id, Received, Shown

__all__ = ["router"]

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

WebhookId = Annotated[str, Path(min_length=1, max_length=200)]


class WebhookIn(Received):
    """Ask to be told what changes; no kinds stand for all."""

    url: Annotated[str, Field(min_length=1, max_length=2_000)]
    kinds: Annotated[list[Id], Field(max_length=50)] = []


class WebhookOut(Shown):
    """Hold who is told, how far they have come, and why the last try failed; ``secret`` is told once."""

    webhook_id: str
    url: str
    kinds: tuple[str, ...]
    told_to: int
    failures: int
    problem: str
    paused_at: datetime | None
    secret: str | None = None

    @classmethod
    def of(cls, webhook: Webhook, secret: str | None = None) -> Self:
        """Return a webhook, with its secret where it is new."""
        return cls.model_validate({**vars(webhook), "secret": secret})


@router.get("", responses=documented(400, 401, 403, 429, 503))
def list_webhooks(assay: Caller) -> list[WebhookOut]:
    """List who is told what, and how far they have come."""
    return [WebhookOut.of(one) for one in assay.webhooks()]


@router.post(
    "",
    status_code=201,
    response_model=WebhookOut,
    responses=documented(400, 401, 403, 409, 422, 429, 503),
)
def add_webhook(assay: Caller, once: Once, wanted: WebhookIn) -> Response:
    """Have another system told what changes from now on; its messages are signed (Standard Webhooks)."""

    def act() -> WebhookOut:
        new = assay.add_webhook(wanted.url, wanted.kinds)
        return WebhookOut.of(new.webhook, new.secret)

    return once.answer(act, 201)


@router.post("/{webhook_id}/resume", status_code=204, responses=documented(400, 401, 403, 404, 422, 429, 503))
def resume_webhook(assay: Caller, webhook_id: WebhookId) -> None:
    """Go on telling a webhook that was left alone, from where it stopped."""
    assay.resume_webhook(webhook_id)


@router.delete("/{webhook_id}", status_code=204, responses=documented(400, 401, 403, 404, 422, 429, 503))
def remove_webhook(assay: Caller, webhook_id: WebhookId) -> None:
    """Tell a webhook nothing more."""
    assay.remove_webhook(webhook_id)
