"""Requests of programs that have one effect, however often they are sent. Knows nothing of HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.kernel.errors import ConflictError, InputError
from core.kernel.programs import KeptRequest
from core.ports.programs import RequestStore

__all__ = ["Answered", "Requests"]

_LOST_AFTER: Final = timedelta(minutes=2)
"""A request in flight for longer was cut off; what it would have changed it has, or has not, as a whole."""

_KEPT_FOR: Final = timedelta(days=1)


@dataclass(frozen=True)
class Answered:
    """Hold the answer of a request; ``again`` marks one that was given before."""

    status: int
    body: str
    again: bool = False


class Requests:
    """Answer requests once.

    Parameters
    ----------
    clock
        This machine's time.
    """

    def __init__(self, store: RequestStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def once(self, asker: str, key: str, content_hash: str, act: Callable[[], Answered]) -> Answered:
        """Return the answer of a request: that of ``act``, or, for a key that was answered, the same again.

        Parameters
        ----------
        asker
            Whose keys they are.
        key
            What the asker calls the request; kept for a day.
        content_hash
            Of the request: a key stands for one content.

        Raises
        ------
        ConflictError
            RA-E401 while the same request is in flight.
        InputError
            RA-E100 when the key stands for another request.
        """
        now = self._clock()
        kept = self._store.begin_request(
            asker,
            key,
            KeptRequest(content_hash, now),
            free_from=now - _LOST_AFTER,
            forget_before=now - _KEPT_FOR,
        )
        if kept is not None:
            return _repeated(kept, content_hash)
        try:
            answered = act()
        except BaseException:
            self._store.drop_request(asker, key)
            raise
        self._store.answer_request(asker, key, answered.status, answered.body)
        return answered


def _repeated(kept: KeptRequest, content_hash: str) -> Answered:
    if kept.content_hash != content_hash:
        raise InputError("This key stands for another request: choose a new one for each.")
    if kept.status is None or kept.body is None:
        raise ConflictError("The same request is being worked on: ask again in a moment.")
    return Answered(kept.status, kept.body, again=True)
