"""The operator's systems, each behind one connector. Knows no protocol and no address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from core.kernel.orders import Order, Receipt, System, Value

__all__ = ["Connector", "Connectors"]


class Connector(Protocol):
    """Carry out orders in one system. No method raises for what the system does: a receipt says it."""

    @property
    def key_life_hours(self) -> int:
        """Return for how long the system knows a key; an order older than that is never sent again."""

    def send(self, order: Order) -> Receipt:
        """Send an order once; a time-out or a lost answer is ``unknown``, never an error."""

    def find(self, order: Order) -> Receipt | None:
        """Return what became of an order's key; None where the system has never had it.

        ``unknown`` where the system cannot be asked now, or cannot tell.
        """

    def read(self, order: Order) -> Mapping[str, Value] | None:
        """Return the state of what an order changes, by the names of its values; None if it cannot be read.

        It is what is kept as the state before, and what is compared after.
        """


class Connectors(Protocol):
    """Give the connector of each system that the installation has."""

    def of(self, system: System) -> Connector | None:
        """Return a system's connector; None where the installation has none."""
