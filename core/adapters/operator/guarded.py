"""Keeps a connector from overrunning its system: so many calls at once, none while it fails."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Final

from core.adapters.operator.breaker import Breaker
from core.kernel.orders import Order, Receipt, Value
from core.ports.operator import Connector

__all__ = ["Guarded"]

_QUEUE_S: Final = 5.0


class Guarded:
    """Send through another connector, or put off what the system could not bear.

    Parameters
    ----------
    at_once
        How many calls the system gets at the same time.
    queue_s
        How long a call waits for its turn.
    """

    def __init__(
        self, connector: Connector, breaker: Breaker, at_once: int, queue_s: float = _QUEUE_S
    ) -> None:
        self._connector = connector
        self._breaker = breaker
        self._turns = threading.BoundedSemaphore(at_once)
        self._queue_s = queue_s

    @property
    def key_life_hours(self) -> int:
        """Return for how long the system knows a key."""
        return self._connector.key_life_hours

    def send(self, order: Order) -> Receipt:
        """Send an order once, unless the system is to be left alone."""
        if not self._turns.acquire(timeout=self._queue_s):
            return Receipt("later", says="The system is busy with other orders.")
        try:
            wait = self._breaker.wait_s()
            if wait is not None:
                return Receipt("later", says="The system does not answer, and is left alone.", wait_s=wait)
            receipt = self._connector.send(order)
            self._learn(receipt)
            return receipt
        finally:
            self._turns.release()

    def find(self, order: Order) -> Receipt | None:
        """Return what became of an order's key; ``unknown`` while the system is left alone."""
        if not self._turns.acquire(timeout=self._queue_s):
            return Receipt("unknown", says="The system is busy with other orders.")
        try:
            wait = self._breaker.wait_s()
            if wait is not None:
                return Receipt("unknown", says="The system does not answer, and is left alone.", wait_s=wait)
            receipt = self._connector.find(order)
            self._learn(receipt)
            return receipt
        finally:
            self._turns.release()

    def read(self, order: Order) -> Mapping[str, Value] | None:
        """Return the state of what an order changes; None while the system is left alone."""
        if not self._breaker.is_closed or not self._turns.acquire(timeout=self._queue_s):
            return None
        try:
            return self._connector.read(order)
        finally:
            self._turns.release()

    def _learn(self, receipt: Receipt | None) -> None:
        if receipt is None or receipt.outcome in {"done", "refused"} or receipt.reference:
            self._breaker.succeeded()
        elif receipt.outcome == "later" and receipt.wait_s is not None:
            self._breaker.asked_to_wait(receipt.wait_s)
        else:
            self._breaker.failed()
