"""Posts over HTTP to hosts that the installation allows, and to no other. Keeps nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpx2

__all__ = ["HttpPoster"]

_TIMEOUT_S: Final = 5.0
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_LONGEST_URL: Final = 2_000


class HttpPoster:
    """Post to allowed hosts: encrypted, except to this very machine; redirects are not followed.

    Parameters
    ----------
    hosts
        The hosts that may be posted to: names, or ``*.example.com`` for every name below one.
    transport
        What carries the requests; by default the network.
    """

    def __init__(self, hosts: Collection[str], transport: httpx2.BaseTransport | None = None) -> None:
        self._hosts = tuple(host.lower() for host in hosts)
        self._client = httpx2.Client(timeout=_TIMEOUT_S, follow_redirects=False, transport=transport)

    def refusal(self, url: str) -> str | None:
        """Return why nothing is ever posted to an address."""
        parts = _parts(url)
        if parts is None or not parts.hostname or parts.username or parts.password or len(url) > _LONGEST_URL:
            return "This is no address of a web server."
        host = parts.hostname.lower()
        if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
            return "Only https:// is told anything."
        if not any(_matches(host, allowed) for allowed in self._hosts):
            return f"{host} is not among the hosts of ASSAY_OUTBOUND_HOSTS."
        return None

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> str | None:
        """Post once."""
        refused = self.refusal(url)
        if refused is not None:
            return refused
        try:
            with self._client.stream("POST", url, content=body, headers=dict(headers)) as answer:
                status = answer.status_code
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            return f"It could not be reached: {type(error).__name__}."
        return None if 200 <= status < 300 else f"It answered {status}."


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        return parts if parts.port is None or parts.port > 0 else None
    except ValueError:
        return None


def _matches(host: str, allowed: str) -> bool:
    return host.endswith(allowed[1:]) if allowed.startswith("*.") else host == allowed
