"""Posts over HTTP to hosts that the installation allows, and to no other. Keeps nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import httpx2

from core.adapters.hosts import AllowedHosts

__all__ = ["HttpPoster"]

_TIMEOUT_S: Final = 5.0


class HttpPoster:
    """Post to allowed hosts; redirects are not followed.

    Parameters
    ----------
    hosts
        The hosts that may be posted to: names, or ``*.example.com`` for every name below one.
    transport
        What carries the requests; by default the network.
    """

    def __init__(self, hosts: Collection[str], transport: httpx2.BaseTransport | None = None) -> None:
        self._hosts = AllowedHosts(hosts, "ASSAY_OUTBOUND_HOSTS")
        self._client = httpx2.Client(timeout=_TIMEOUT_S, follow_redirects=False, transport=transport)

    def refusal(self, url: str) -> str | None:
        """Return why nothing is ever posted to an address."""
        return self._hosts.refusal(url)

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
