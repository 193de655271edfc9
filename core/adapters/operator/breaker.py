"""Keeps from a system that fails for as long as it is likely to go on failing. Sends nothing.

Closed, every call goes through. After some failures in a row it opens: calls are put off for a while, ever
longer, each time shortened by lot so that several processes do not come back at once. Then one call is let
through, and what becomes of it closes or opens it again.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Final

__all__ = ["Breaker"]

_FAILURES: Final = 5
_FIRST_REST_S, _LONGEST_REST_S = 5.0, 300.0


class Breaker:
    """Say whether a system is to be left alone, and learn from what became of calls.

    Parameters
    ----------
    clock
        Seconds that only go forward.
    draw
        A number from 0 to 1 by lot.
    """

    def __init__(self, clock: Callable[[], float], draw: Callable[[], float] = random.random) -> None:
        self._clock = clock
        self._draw = draw
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until: float | None = None
        self._trying = False

    def wait_s(self) -> float | None:
        """Return for how long not to call; None lets one call through, whose end has to be told."""
        with self._lock:
            if self._open_until is None:
                return None
            left = self._open_until - self._clock()
            if left > 0 or self._trying:
                return max(left, 1.0)
            self._trying = True
            return None

    @property
    def is_closed(self) -> bool:
        """Tell whether calls go through as ever."""
        return self._open_until is None

    def succeeded(self) -> None:
        """Learn that the system answered."""
        with self._lock:
            self._failures, self._open_until, self._trying = 0, None, False

    def failed(self) -> None:
        """Learn that the system did not answer, or could not do anything."""
        with self._lock:
            self._failures += 1
            self._trying = False
            over = self._failures - _FAILURES
            if over >= 0:
                longest = min(_FIRST_REST_S * 2.0 ** min(over, 16), _LONGEST_REST_S)
                self._open_until = self._clock() + longest * (0.5 + 0.5 * self._draw())

    def asked_to_wait(self, seconds: float) -> None:
        """Learn that the system asks everybody to come back later."""
        with self._lock:
            self._trying = False
            self._open_until = self._clock() + min(seconds, _LONGEST_REST_S)
