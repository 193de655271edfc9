"""Speaks to one system over HTTP: an address that is allowed, credentials, time-outs, repeated questions."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import httpx2

from core.adapters.hosts import AllowedHosts
from core.adapters.operator.answers import broken, judged
from core.kernel.errors import InputError
from core.kernel.orders import Receipt

__all__ = ["Web", "WebAddress"]

_TRIES: Final = 3
_FIRST_WAIT_S: Final = 0.2


Sign = Callable[[bytes], Mapping[str, str]]
"""Returns the headers that a body is signed by."""


def _unsigned(_body: bytes) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class WebAddress:
    """Say where a system is and how to come in.

    Parameters
    ----------
    token
        Shown as ``Authorization: Bearer …``; empty for none.
    """

    url: str
    token: str
    timeout_s: float


class Web:
    """Ask and order over HTTP. Redirects are not followed, so that nothing goes where it was not allowed.

    Parameters
    ----------
    sleep
        Waits between two tries of a question.
    transport
        What carries the requests; by default the network.

    Raises
    ------
    InputError
        RA-E100 when nothing may be sent to the address.
    """

    def __init__(
        self,
        address: WebAddress,
        hosts: AllowedHosts,
        sleep: Callable[[float], None],
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        refused = hosts.refusal(address.url)
        if refused is not None:
            raise InputError(refused, fields={"url": address.url})
        self._base = address.url.rstrip("/")
        self._sleep = sleep
        headers = {"authorization": f"Bearer {address.token}"} if address.token else {}
        self._client = httpx2.Client(
            timeout=address.timeout_s,
            follow_redirects=False,
            transport=transport,
            headers=headers,
            limits=httpx2.Limits(max_keepalive_connections=0),  # one gone stale would lose an answer
        )

    def order(
        self, method: str, path: str, body: Mapping[str, Any], key: str, sign: Sign = _unsigned
    ) -> tuple[Receipt, int | None]:
        """Send once, with the key; return what is known of it, and the status that was answered."""
        headers = {"content-type": "application/json", "idempotency-key": key}
        content = json.dumps(body, ensure_ascii=False).encode()
        headers |= sign(content)
        try:
            answer = self._client.request(method, self._base + path, content=content, headers=headers)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            return broken(error), None
        return judged(answer, datetime.now(UTC)), answer.status_code

    def ask(self, path: str, **query: str) -> httpx2.Response | None:
        """Ask, again if need be, ever more rarely; None when there is no answer that can be used."""
        for attempt in range(_TRIES):
            if attempt:
                self._sleep(_FIRST_WAIT_S * 4 ** (attempt - 1) * (0.5 + random.random()))
            try:
                answer = self._client.get(self._base + path, params=query)
            except (httpx2.HTTPError, httpx2.InvalidURL):
                continue
            if answer.status_code < 500 and answer.status_code != 429:
                return answer
        return None
