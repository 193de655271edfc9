"""Telling other systems over HTTP. Holds no address and no secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

__all__ = ["Poster"]


class Poster(Protocol):
    """Post to other systems."""

    def refusal(self, url: str) -> str | None:
        """Return why nothing is ever posted to an address, in words; None where it may be."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> str | None:
        """Post once; return why it was not taken, in words, None when it was."""
