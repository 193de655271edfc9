"""A system that speaks TM Forum's Open APIs: orders as resources, their keys as ``externalId``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from core.adapters.operator.answers import standing_receipt
from core.adapters.operator.web import Web
from core.kernel.orders import Order, Receipt, Value
from core.kernel.tmf import as_values, call_of, made_values, moves_money, standing_of

__all__ = ["TmfConnector"]

_CONFLICT: Final = 409


class TmfConnector:
    """Carry orders out by the resources of `core.kernel.tmf`.

    Parameters
    ----------
    key_life_hours
        For how long the system knows a key.
    """

    def __init__(self, web: Web, key_life_hours: int) -> None:
        self._web = web
        self._key_life_hours = key_life_hours

    @property
    def key_life_hours(self) -> int:
        """Return for how long the system knows a key."""
        return self._key_life_hours

    def send(self, order: Order) -> Receipt:
        """Send an order once.

        Notes
        -----
        409 is said of a change that cannot be made, and of a key whose first request is still under way:
        the key tells which.
        """
        call = call_of(order)
        receipt, status = self._web.order(call.method, call.path, call.body, order.key)
        return (self.find(order) or receipt) if status == _CONFLICT else receipt

    def find(self, order: Order) -> Receipt | None:
        """Ask what the key made or changed."""
        found = self._found(order)
        if isinstance(found, Receipt):
            return found
        return None if found is None else standing_receipt(found)

    def _found(self, order: Order) -> Mapping[str, Any] | Receipt | None:
        """Return the resource of a key; None where there is none, ``unknown`` where nobody can tell."""
        answer = self._web.ask(call_of(order).collection, externalId=order.key)
        if answer is None or answer.status_code != 200:
            return Receipt("unknown", says="The system cannot be asked now.")
        found = _json(answer.json)
        if not isinstance(found, list):
            return Receipt("unknown", says="The system's answer cannot be read.")
        ours = [one for one in found if isinstance(one, Mapping) and one.get("externalId") == order.key]
        if found and not ours:
            return Receipt("unknown", says="The system does not look for keys.")
        return ours[0] if ours else None

    def read(self, order: Order) -> Mapping[str, Value] | None:
        """Read the thing, and the money that the key has moved; nothing stands before a ticket."""
        standing = standing_of(order)
        if standing is None:
            return {}
        answer = self._web.ask(standing[0])
        said = _json(answer.json) if answer is not None and answer.status_code == 200 else None
        found = self._found(order) if moves_money(order) else None
        if not isinstance(said, Mapping) or isinstance(found, Receipt):
            return None
        try:
            return {**as_values(standing[1], said), **(made_values(order, found) if found else {})}
        except (ValueError, KeyError, TypeError):
            return None


def _json(read: Any) -> Any:
    try:
        return read()
    except ValueError:
        return None
