"""Sends an order at most once through something that keeps no keys: they are kept here. Knows no system."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from core.adapters.operator.key_folder import KeyFolder
from core.kernel.orders import Order, Receipt

__all__ = ["AtMostOnce"]


class AtMostOnce:
    """Keep which orders were begun and which were done; what was begun is not sent again."""

    def __init__(self, keys: KeyFolder) -> None:
        self._keys = keys

    def send(self, order: Order, deliver: Callable[[Order], Receipt]) -> Receipt:
        """Deliver an order unless its key was begun before."""
        said = [order.kind, dict(order.target), dict(order.values)]
        content = hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
        try:
            kept = self._keys.begin(order.key, content)
        except OSError as error:
            return Receipt("later", says=f"The key cannot be kept: {error.strerror}.")
        if kept is not None:
            is_other = kept.get("content", content) != content
            refusal = Receipt("refused", says="This key came before, with another order.")
            return refusal if is_other else _receipt(kept)
        receipt = deliver(order)
        if receipt.outcome in {"later", "refused"}:
            self._keys.free(order.key)
        elif receipt.outcome == "done":
            self._keys.end(order.key, content, {"reference": receipt.reference})
        return receipt

    def find(self, order: Order) -> Receipt | None:
        """Return what is kept of the key; what was begun and not ended is ``unknown``."""
        try:
            kept = self._keys.get(order.key)
        except OSError as error:
            return Receipt("unknown", says=f"The key cannot be read: {error.strerror}.")
        return None if kept is None else _receipt(kept)


def _receipt(kept: Mapping[str, Any]) -> Receipt:
    if "reference" in kept:
        return Receipt("done", str(kept["reference"]))
    return Receipt("unknown", says="It was begun, and nobody knows whether it was sent.")
