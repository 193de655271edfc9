"""Makes requests to the reference operator go wrong as its switches say. Knows no resource."""

from __future__ import annotations

import asyncio
import json

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.simulation.reference.switches import Switches

__all__ = ["Trouble"]

_PLACE = "/tmf-api/"


class Trouble:
    """Lose, delay or refuse what comes in between a client and the resources.

    Parameters
    ----------
    switches
        What is to go wrong.
    """

    def __init__(self, app: ASGIApp, switches: Switches) -> None:
        self._app = app
        self._switches = switches
        self._seen: dict[str, list[Message]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or fail to."""
        if scope["type"] != "http" or not scope["path"].startswith(_PLACE):
            await self._app(scope, receive, send)
            return
        path = f"{scope['path']}?{scope['query_string'].decode('latin-1')}"
        if await self._put_off(path, send):
            return
        answer: list[Message] = []

        async def hold(message: Message) -> None:
            answer.append(message)

        await self._app(scope, receive, hold)
        if scope["method"] == "GET":
            answer = self._aged(path, answer)
        if slow := self._switches.strike("slow", path):
            await asyncio.sleep(slow.wait_s)
        if scope["method"] != "GET" and self._switches.strike("answer_lost", path):
            await _break_off(send)
            return
        for message in answer:
            await send(message)

    async def _put_off(self, path: str, send: Send) -> bool:
        for fault, status in (("too_many", 429), ("unavailable", 503)):
            switch = self._switches.strike(fault, path)  # type: ignore[arg-type]
            if switch is not None:
                said = {"code": str(status), "reason": "busy", "message": "The system is busy."}
                headers = [
                    (b"content-type", b"application/json"),
                    (b"retry-after", str(round(switch.wait_s)).encode()),
                ]
                await send({"type": "http.response.start", "status": status, "headers": headers})
                await send({"type": "http.response.body", "body": json.dumps(said).encode()})
                return True
        return False

    def _aged(self, path: str, answer: list[Message]) -> list[Message]:
        """Return what the same question was answered last time, where reads are stale."""
        before = self._seen.get(path)
        if before is not None and self._switches.strike("stale_read", path):
            return before
        self._seen[path] = answer
        return answer


async def _break_off(send: Send) -> None:
    """Promise a body and end without it, so that the connection breaks after the effect."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
    await send({"type": "http.response.start", "status": 201, "headers": headers})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})
