"""Tells listeners what the reference operator has done, as TMF688 events. Keeps no list of what was told."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import httpx2
from pydantic import AfterValidator, BaseModel, ConfigDict

from core.kernel.orders import Order

__all__ = ["Hub", "Listener"]

_TIMEOUT_S: Final = 3.0
_HERE: Final = frozenset({"127.0.0.1", "localhost"})


def _on_this_machine(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "http" or parts.hostname not in _HERE or "@" in parts.netloc:
        raise ValueError("is not on this machine")
    return address


class Listener(BaseModel):
    """Name an address of this machine that events are posted to."""

    model_config = ConfigDict(frozen=True)

    callback: Annotated[str, AfterValidator(_on_this_machine)]


class Hub:
    """Post an event for each order that was carried out, once or, where that is switched on, twice."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def add(self, listener: Listener) -> None:
        """Tell one more listener from now on."""
        if listener not in self._listeners:
            self._listeners.append(listener)

    async def tell(self, order: Order, reference: str, *, copies: int) -> None:
        """Tell all listeners; who cannot be reached is not told again."""
        event = _event(order, reference)
        async with httpx2.AsyncClient(timeout=_TIMEOUT_S, follow_redirects=False, trust_env=False) as client:
            for listener in [one for one in self._listeners for _ in range(copies)]:
                try:
                    await client.post(listener.callback, json=event)
                except httpx2.HTTPError:
                    continue


def _event(order: Order, reference: str) -> dict[str, Any]:
    kind = "".join(word.title() for word in order.kind.split("_"))
    return {
        "eventId": hashlib.sha256(order.key.encode()).hexdigest()[:24],
        "eventType": f"{kind}StateChangeEvent",
        "correlationId": order.key,
        "event": {"id": reference, "externalId": order.key, "state": "done"},
    }
