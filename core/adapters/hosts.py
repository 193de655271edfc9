"""The hosts that this installation may speak to, and why it never speaks to others. Sends nothing."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from urllib.parse import SplitResult, urlsplit

__all__ = ["AllowedHosts"]

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_LONGEST_URL: Final = 2_000


class AllowedHosts:
    """Allow some hosts: encrypted, except to this very machine.

    Parameters
    ----------
    hosts
        Names, or ``*.example.com`` for every name below one.
    setting
        The setting that names them, for people who look for it.
    """

    def __init__(self, hosts: Collection[str], setting: str) -> None:
        self._hosts = tuple(host.lower() for host in hosts)
        self._setting = setting

    def refusal(self, url: str) -> str | None:
        """Return why nothing is ever sent to an address; None where it may be."""
        parts = _parts(url)
        if parts is None or not parts.hostname or parts.username or parts.password or len(url) > _LONGEST_URL:
            return "This is no address of a web server."
        host = parts.hostname.lower()
        if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
            return "Only https:// is told anything."
        if not any(_matches(host, allowed) for allowed in self._hosts):
            return f"{host} is not among the hosts of {self._setting}."
        return None


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        return parts if parts.port is None or parts.port > 0 else None
    except ValueError:
        return None


def _matches(host: str, allowed: str) -> bool:
    return host.endswith(allowed[1:]) if allowed.startswith("*.") else host == allowed
