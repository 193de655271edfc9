"""A system that takes orders at one address of its own: JSON, signed as Standard Webhooks 1.0 says."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from dataclasses import replace

from core.adapters.operator.at_most_once import AtMostOnce
from core.adapters.operator.file_drop import content_of
from core.adapters.operator.web import Web
from core.kernel.orders import Order, Receipt, Value
from core.workflows.webhooks import signature

__all__ = ["WebhookConnector"]


class WebhookConnector:
    """Post each order at most once; the answer says what became of it, and cannot be asked for again.

    Parameters
    ----------
    secret
        What both sides know; ``whsec_…``, or any text, which then stands for its base 64.
    """

    def __init__(self, web: Web, secret: str, once: AtMostOnce) -> None:
        coded = base64.b64encode(secret.encode()).decode()
        self._secret = secret if secret.startswith("whsec_") else f"whsec_{coded}"
        self._web = web
        self._once = once

    @property
    def key_life_hours(self) -> int:
        """Return a year: the keys are kept here."""
        return 24 * 365

    def send(self, order: Order) -> Receipt:
        """Post an order, unless that was begun before."""
        return self._once.send(order, self._post)

    def find(self, order: Order) -> Receipt | None:
        """Return what is kept of the key."""
        return self._once.find(order)

    def read(self, order: Order) -> Mapping[str, Value] | None:  # noqa: ARG002
        """Return None: such a system cannot be read."""
        return None

    def _post(self, order: Order) -> Receipt:
        at = int(time.time())

        def sign(body: bytes) -> Mapping[str, str]:
            signed = signature(self._secret, order.key, at, body)
            return {"webhook-id": order.key, "webhook-timestamp": str(at), "webhook-signature": signed}

        receipt, _ = self._web.order("POST", "", content_of(order), order.key, sign)
        return (
            replace(receipt, reference=receipt.reference or order.key)
            if receipt.outcome == "done"
            else receipt
        )
