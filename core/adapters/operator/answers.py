"""What an answer over HTTP, or none, says of an order. Sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx2

from core.kernel.orders import Receipt

__all__ = ["broken", "judged", "standing_receipt", "waited"]

_NEVER_SENT: Final = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
_REFUSED: Final = frozenset({"rejected", "refused", "failed", "cancelled"})
_UNDER_WAY: Final = frozenset({"acknowledged", "pending", "inprogress", "held"})
_LONGEST_WORDS: Final = 500


def broken(error: Exception) -> Receipt:
    """Return what is known when a call broke: nothing was sent, or nobody knows."""
    if isinstance(error, _NEVER_SENT):
        return Receipt("later", says="The system cannot be reached.")
    return Receipt("unknown", says=f"The system's answer was lost ({type(error).__name__}).")


def judged(answer: httpx2.Response, now: datetime) -> Receipt:
    """Return what an answer to an order says."""
    status, said = answer.status_code, _object(answer)
    if status in {200, 201, 204}:
        return standing_receipt(said)
    if status == 202:
        return Receipt("unknown", str(said.get("id") or ""), "The system took it and has not done it yet.")
    if status in {401, 429, 503}:
        why = "The system does not take our credentials." if status == 401 else _words(said, status)
        return Receipt("later", says=why, wait_s=waited(answer.headers.get("retry-after"), now))
    if 400 <= status < 500 and status != 408:
        return Receipt("refused", says=_words(said, status))
    return Receipt("unknown", says=_words(said, status))


def standing_receipt(said: Mapping[str, Any]) -> Receipt:
    """Return what a resource that an order made or changed says by its state."""
    state = str(said.get("state") or said.get("status") or "").lower()
    reference = str(said.get("id") or "")
    if state in _REFUSED:
        return Receipt("refused", reference, _words(said, 200))
    if state in _UNDER_WAY:
        return Receipt("unknown", reference, "The system took it and has not done it yet.")
    return Receipt("done", reference)


def waited(header: str | None, now: datetime) -> float | None:
    """Return how many seconds a Retry-After asks for: a number, or an instant; None where it says nothing."""
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max((at - now).total_seconds(), 0.0)


def _object(answer: httpx2.Response) -> Mapping[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, Mapping) else {}


def _words(said: Mapping[str, Any], status: int) -> str:
    words = next((said[name] for name in ("message", "detail", "reason", "title") if said.get(name)), None)
    return str(words)[:_LONGEST_WORDS] if words else f"The system answered {status}."
